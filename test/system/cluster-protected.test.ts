/** The list of protected names that `sentinel manifests` gives to the policies, on the real API server. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseAllDocuments } from 'yaml';
import { matches } from '../../functions/kit/wildcard.ts';
import { run } from '../commands/run.ts';
import { name, pattern } from '../kubernetes/protected-patterns.ts';
import { BRING_UP_MS } from './bring-up.ts';
import { type ClusterSide, dry, merge, post, QUARANTINE, refusedBy, startClusterSide } from './cluster-side.ts';

const folder = mkdtempSync(join(tmpdir(), 'sentinel-manifests-'));
const out = join(folder, 'cluster-side');
const file = join(folder, 'sentinel.config.yaml');
const CONFIG = `clusters:
  - name: production
emails: [{ address: oncall@example.com }]

containment:
  protectedNamespaces: [cert-manager, 'team-*', '*-vault']
  exempt:
    - who: system:serviceaccount:kube-system:cilium-operator
      group: cilium.io
      resource: '*'
`;

let side: ClusterSide;
beforeAll(async () => {
  writeFileSync(file, CONFIG);
  side = await startClusterSide();
}, BRING_UP_MS);
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await side?.close();
});

interface Check {
  check: string;
  status: string;
  says: string;
}
const policies = async (...args: string[]): Promise<Check[]> => {
  const { stdout } = await run(['preflight', '--kubeconfig', side.cluster.adminKubeconfig, '--json', ...args]);
  return (JSON.parse(stdout).checks as Check[]).filter(({ check }) => check === 'policies');
};

test('preflight names what the cluster lacks of the configuration', async () => {
  const rows = await policies('--config', file);
  const failed = rows.filter(({ status }) => status === 'failed').map(({ says }) => says);
  expect(failed).toHaveLength(6);
  expect(failed).toContain(
    `namespace-sentinel-guard-probe: its list "protected" is not that of the configuration: it lacks 'cert-manager', 'team-*', '*-vault'; it has 'amazon-cloudwatch', 'amazon-guardduty' besides.`,
  );
  expect(failed.at(0)).toMatch(/^namespace-sentinel-freeze: its list "protected"/);
  expect(failed.find((says) => says.includes('"exempt"'))).toMatch(
    /it lacks \{'who': 'system:serviceaccount:kube-system:cilium/,
  );
});

describe('what sentinel manifests writes', () => {
  beforeAll(async () => {
    const written = await run(['manifests', '--config', file, '--out', out]);
    expect([written.code, written.stderr]).toEqual([0, '']);
    await side.kubectl(['apply', '-k', out]);
    for (const namespace of ['cert-manager', 'team-a', 'db-vault', 'teams']) await side.make(namespace);
    await side.cluster.processes.until(async () => (await quarantine('cert-manager')).code === 403, {
      what: 'the list is in force',
    });
  });

  /** As a dry run. */
  const quarantine = async (namespace: string) => {
    const uid = await side.uid(namespace);
    return side.ask(
      side.contain,
      dry(merge(`/api/v1/namespaces/${namespace}`, { metadata: { uid, labels: { [QUARANTINE]: uid } } })),
    );
  };

  test('is what preflight expects of the configuration', async () => {
    expect((await policies('--config', file)).map(({ status }) => status)).not.toContain('failed');
    const told = (await policies()).map(({ says }) => says);
    expect(
      told.filter((says) => says.includes("changed: protected is ['cert-manager', 'team-*', '*-vault']")),
    ).toHaveLength(5);
  });

  test('is the same again, and changes nothing', async () => {
    const before = readFileSync(join(out, 'kustomization.yaml'), 'utf8');
    await run(['manifests', '--config', file, '--out', out]);
    expect(readFileSync(join(out, 'kustomization.yaml'), 'utf8')).toBe(before);
    const lines = (await side.kubectl(['apply', '-k', out])).trim().split('\n');
    expect(lines.filter((line) => !line.endsWith(' unchanged'))).toEqual([]);
  });

  test.each([
    ['cert-manager', 403],
    ['team-a', 403],
    ['db-vault', 403],
    ['teams', 200],
  ])('protects by names and patterns: %s', async (namespace, code) => {
    const answer = await quarantine(namespace);
    expect(answer.code).toBe(code);
    if (code === 403) expect(answer.text).toMatch(/is protected|that is not protected/);
  });

  test('exempts further identities, for the kinds that it names', async () => {
    const kind = {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'ciliumendpoints.cilium.io' },
      spec: {
        group: 'cilium.io',
        scope: 'Namespaced',
        names: { kind: 'CiliumEndpoint', plural: 'ciliumendpoints', singular: 'ciliumendpoint' },
        versions: [
          {
            name: 'v2',
            served: true,
            storage: true,
            schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
          },
        ],
      },
    };
    await side.kubectl(['apply', '-f', '-'], kind);
    await side.kubectl(['wait', '--for=condition=Established', 'crd/ciliumendpoints.cilium.io']);
    await side.make('pen');
    await side.quarantine('pen');
    const path = '/apis/cilium.io/v2/namespaces/pen/ciliumendpoints';
    const made = dry(post(path, { apiVersion: 'cilium.io/v2', kind: 'CiliumEndpoint', metadata: { name: 'x' } }));
    const operator = 'system:serviceaccount:kube-system:cilium-operator';
    expect((await side.as(operator, made)).code).toBe(201);
    expect((await side.as('somebody', made)).text).toContain(refusedBy('freeze'));
    const other = dry(post('/api/v1/namespaces/pen/configmaps', { metadata: { name: 'x' } }));
    expect((await side.as(operator, other)).text).toContain(refusedBy('freeze'));
  });
});

describe('a pattern means the same in CEL and in the functions', () => {
  const POLICY = 'protected-names';
  beforeAll(async () => {
    await side.make('judge');
    const label = parseAllDocuments(readFileSync('cluster/policies/quarantine-label.yaml', 'utf8'))[0]?.toJS();
    const rule = String(
      label.spec.variables.find((each: { name: string }) => each.name === 'isProtected').expression,
    ).trim();
    // The rule of the policy itself, asked of each name with each pattern.
    const own = "(['default', 'kube-system', 'kube-public', 'kube-node-lease'] + variables.protected)";
    expect(rule.startsWith(own)).toBe(true);
    const asked = rule.replace(own, '[pattern]').replaceAll('request.name', 'name');
    const judged = `object.data.patterns.split(' ').map(pattern, object.data.names.split(' ').map(name,
      ${asked} ? '1' : '0').join('')).join('/')`;
    const spec = {
      failurePolicy: 'Fail',
      matchConstraints: {
        resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['configmaps'] }],
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'judge' } },
      },
      validations: [{ expression: 'false', messageExpression: judged }],
    };
    const api = 'admissionregistration.k8s.io/v1';
    await side.kubectl(['apply', '-f', '-'], {
      apiVersion: 'v1',
      kind: 'List',
      items: [
        { apiVersion: api, kind: 'ValidatingAdmissionPolicy', metadata: { name: POLICY }, spec },
        {
          apiVersion: api,
          kind: 'ValidatingAdmissionPolicyBinding',
          metadata: { name: POLICY },
          spec: { policyName: POLICY, validationActions: ['Deny'] },
        },
      ],
    });
    await side.cluster.processes.until(async () => (await judge(['a'], ['a'])) === '1', { what: 'the judge is there' });
  });

  async function judge(patterns: readonly string[], names: readonly string[]): Promise<string> {
    const data = { patterns: patterns.join(' '), names: names.join(' ') };
    const { text } = await side.ask(
      side.cluster.admin,
      dry(post('/api/v1/namespaces/judge/configmaps', { metadata: { name: 'x' }, data })),
    );
    return /denied request: ([01/]+)/.exec(text)?.[1] ?? text;
  }

  test('of thousands of pairs', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(pattern, { minLength: 40, maxLength: 40 }),
        fc.array(name, { minLength: 60, maxLength: 60 }),
        async (patterns, names) => {
          const expected = patterns
            .map((each) => names.map((of) => (matches(of, each) ? '1' : '0')).join(''))
            .join('/');
          expect(await judge(patterns, names)).toBe(expected);
        },
      ),
      { numRuns: 20 },
    );
  });
});
