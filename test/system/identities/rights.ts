/** The rights of each identity, tried one by one, and what none of them may ever do. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import type { KubeRequest } from '../../../tools/twin/kube.ts';
import { compare, EVERYBODY, everyAttempt, type Rule, rightsOf } from '../attempts.ts';
import { dry, merge, post, remove } from '../cluster-side.ts';
import { binding, core, group, RBAC } from './objects.ts';
import { side } from './scene.ts';

const rulesOf = (file: string): Rule[] =>
  parseAllDocuments(readFileSync(`cluster/${file}`, 'utf8'))
    .map((document) => document.toJS())
    .filter(({ kind }) => kind === 'ClusterRole')
    .flatMap(({ rules }) => rules);

/** Registers the tests. */
export function rightsAreAsWritten(): void {
  describe.each([
    {
      name: 'contain',
      files: ['roles/snapshot.yaml', 'roles/contain.yaml'],
      more: ['view', 'namespace-sentinel:contain-mark'],
    },
    { name: 'probe', files: ['roles/probe.yaml'], more: ['namespace-sentinel:probe-attempts'] },
    {
      name: 'release',
      files: ['roles/snapshot.yaml', 'roles/release.yaml'],
      more: ['view', 'namespace-sentinel:release-grants'],
    },
  ] as const)('$name', ({ name, files, more }) => {
    test('has the rights that are written down, and no others: tried, one by one', async () => {
      const live = async (role: string) =>
        (await side.done({ path: `${RBAC}/clusterroles/${role}` })).json?.rules as Rule[];
      const rules = [...files.flatMap(rulesOf), ...(await Promise.all(more.map(live))).flat()];
      const granted = new Set([...rightsOf(rules), ...EVERYBODY]);
      const attempts = await everyAttempt((request) => side.ask(side.cluster.admin, request), 'free');
      expect(attempts.length).toBeGreaterThan(700);
      const { wrong } = await compare(attempts, granted, (request) => side.ask(side[name], request));
      expect(wrong).toEqual([]);
    });

    test.each<[string, KubeRequest]>([
      ['get a Secret', { path: `${core('pen')}/secrets/loot` }],
      ['list Secrets', { path: `${core('pen')}/secrets` }],
      ['list Secrets of all namespaces', { path: '/api/v1/secrets' }],
      ['watch Secrets', { path: '/api/v1/secrets?watch=1&timeoutSeconds=1' }],
      [
        'list the metadata of Secrets',
        {
          path: '/api/v1/secrets',
          headers: { accept: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1' },
        },
      ],
      ['reach kubelets', { path: '/api/v1/nodes/ip-10-0-1-11.ec2.internal/proxy/pods' }],
      [
        'impersonate',
        { path: '/api/v1/secrets', headers: { 'impersonate-user': 'admin', 'impersonate-group': 'system:masters' } },
      ],
      [
        'get a token',
        dry(
          post(`${core('pen')}/serviceaccounts/agent/token`, {
            apiVersion: 'authentication.k8s.io/v1',
            kind: 'TokenRequest',
            spec: {},
          }),
        ),
      ],
      ['run commands', { method: 'POST', path: `${core('free')}/pods/shell/exec?command=id&stdout=1` }],
      ['delete a namespace', remove(core('pen'))],
      [
        'delete a policy',
        remove('/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies/namespace-sentinel-freeze'),
      ],
      [
        'take a policy out of force',
        remove('/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings/namespace-sentinel-freeze'),
      ],
      [
        'bind cluster-wide',
        post(`${RBAC}/clusterrolebindings`, binding('mine', [group('namespace-sentinel:contain')], 'view')),
      ],
      ['change a role', merge(`${RBAC}/clusterroles/namespace-sentinel:contain`, { rules: [] })],
    ])('may not %s', async (_, request) => {
      const { code, text } = await side.ask(side[name], request);
      expect([code, text.includes('very-secret')]).toEqual([403, false]);
    });
  });
}
