/** An intruder who is administrator of the cluster, by an EKS access policy, and whose namespace is quarantined. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Row } from '../../../bin/commands/preflight/check.ts';
import { PREFLIGHT_CHECKS } from '../../../bin/commands/preflight/checks/index.ts';
import { shippedManifests } from '../../../bin/commands/preflight/manifests.ts';
import { GROUPS, QUARANTINE_LABEL } from '../../../functions/kubernetes/quarantine.ts';
import type { Credentials, KubeAnswer, KubeRequest } from '../../../tools/twin/kube.ts';
import { merge, POD, post, remove } from '../cluster-side.ts';
import { account as accountOf, binding, bindings, core, network, RBAC } from '../identities/objects.ts';
import type { Ended } from '../playbooks/account.ts';
import { RUNNER } from '../playbooks/intruder.ts';
import { until } from '../until.ts';
import { account, admin, ask, expectIsolated, inputFor, kubectl, people, signal, stack } from './scene.ts';

const HIS = 'market';
const ADMISSION = '/apis/admissionregistration.k8s.io/v1';
const FREEZE = 'namespace-sentinel-freeze';
const controller = (name: string) => `system:serviceaccount:kube-system:${name}`;
/** How he is refused: by our policies, or as the accounts of the namespace are gone. */
const REFUSAL = /namespace-sentinel-(?:freeze|quarantine-label)|service ?accounts? .*not found/;
const json = { 'content-type': 'application/json-patch+json' };

/** The audit log as the API server writes it. */
function auditLines(): string[] {
  const folder = dirname(stack.auditLog);
  return readdirSync(folder).flatMap((file) => readFileSync(join(folder, file), 'utf8').split('\n'));
}

/** What he tries in his namespace, in the order in which somebody would. */
const FROZEN: Readonly<Record<string, KubeRequest>> = {
  'start a pod': post(`${core(HIS)}/pods`, POD('again')),
  'start a Job': post(`/apis/batch/v1/namespaces/${HIS}/jobs`, {
    metadata: { name: 'again' },
    spec: { template: { spec: { ...POD('').spec, restartPolicy: 'Never' } } },
  }),
  'run a command': { method: 'POST', path: `${core(HIS)}/pods/bare/exec?command=sh&stdout=1` },
  'get a token of its account': post(`${core(HIS)}/serviceaccounts/default/token`, {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: {},
  }),
  'lift the label': merge(core(HIS), { metadata: { labels: { [QUARANTINE_LABEL]: null } } }),
  'delete the namespace': remove(core(HIS)),
  'delete all network policies': remove(`${network(HIS)}/networkpolicies`),
  'open the network by a policy of his': post(`${network(HIS)}/networkpolicies`, {
    metadata: { name: 'open' },
    spec: { podSelector: {}, ingress: [{}], egress: [{}] },
  }),
  'delete all quotas': remove(`${core(HIS)}/resourcequotas`),
  'bind its accounts': post(bindings(HIS), binding('again', [accountOf(HIS, RUNNER)], 'admin')),
  'make its account again': post(`${core(HIS)}/serviceaccounts`, { metadata: { name: RUNNER } }),
  'change the image of what runs': merge(`/apis/apps/v1/namespaces/${HIS}/deployments/web`, {
    spec: { template: { metadata: { annotations: { a: 'b' } } } },
  }),
};

/** Registers the tests. */
export function intruderWithClusterAdmin(): void {
  describe('an intruder with cluster-admin', () => {
    let mallory: Credentials;
    const tries = (request: KubeRequest): Promise<KubeAnswer> => ask(mallory, request);
    const succeeds = async (request: KubeRequest) => {
      const { code, text } = await tries(request);
      expect([code < 300, code < 300 ? '' : text]).toEqual([true, '']);
    };
    const as = (user: string, group: string, request: KubeRequest): KubeRequest => ({
      ...request,
      headers: { ...request.headers, 'impersonate-user': user, 'impersonate-group': group },
    });
    const isolate = () => account.run(people.Starter.aws.sfn, 'Contain', inputFor(HIS, { mode: 'isolate' }));
    const toldOf = ({ arn }: Ended) =>
      account.message(`the end of ${arn}`, ({ execution, outcome }) => execution === arn && outcome !== undefined);
    const proofOf = async (ended: Ended, id: string) => (await toldOf(ended)).proofs?.find((proof) => proof.id === id);
    const preflight = async (): Promise<string> => {
      const rows: Row[] = [];
      for (const check of PREFLIGHT_CHECKS)
        rows.push(...(await check.run({ kubernetes: admin, manifests: shippedManifests(), signal: signal() })));
      return rows.map(({ says }) => says).join('\n');
    };
    const repair = () => kubectl(stack.adminKubeconfig, 'apply', '-k', 'cluster/');

    beforeAll(async () => {
      mallory = await stack.identities.roleToken('Admin', 'mallory');
      // The intruder before has had it isolated.
      expect((await admin.read(core(HIS), signal()))?.metadata.labels).toHaveProperty([QUARANTINE_LABEL]);
    }, 120_000);

    test.each(Object.entries(FROZEN))('cannot %s', async (_, request) => {
      const { code, text } = await tries(request);
      expect([403, 404]).toContain(code);
      expect(text).toMatch(REFUSAL);
    });

    test('acts as a controller that is exempt: deletes, and still starts nothing', async () => {
      const asController = (name: string, request: KubeRequest) =>
        as(controller(name), 'system:serviceaccounts', request);
      await succeeds(asController('generic-garbage-collector', remove(`${core(HIS)}/pods/bare`)));
      const { code, text } = await tries(
        asController('replicaset-controller', post(`${core(HIS)}/pods`, POD('again'))),
      );
      expect([code, text]).toEqual([403, expect.stringMatching(REFUSAL)]);
    });

    test('reads what he likes, and reaches the nodes', async () => {
      await succeeds({ path: '/api/v1/secrets' });
      const [node] = (await admin.list('/api/v1/nodes', signal())).items;
      const { code } = await tries({ path: `/api/v1/nodes/${node?.metadata.name}/proxy/pods` });
      expect(code).not.toBe(403);
    });

    test('takes the freeze out of force, which the proofs and preflight tell', async () => {
      await succeeds(remove(`${ADMISSION}/validatingadmissionpolicybindings/${FREEZE}`));
      const ended = await isolate();
      expect(ended).toMatchObject({ status: 'FAILED', error: 'partly-contained' });
      expect(await proofOf(ended, 'freeze-policy-in-force')).toMatchObject({ verdict: 'not-proven' });
      expect(await preflight()).toContain(`${FREEZE}: its binding is missing`);
      await repair();
    }, 90_000);

    test('gives the accounts rights elsewhere, and exempts himself: the next run takes the ones away, and tells the other', async () => {
      await succeeds(post(bindings('shop'), binding('of-market', [accountOf(HIS, RUNNER)], 'edit')));
      await succeeds(post(`${RBAC}/clusterrolebindings`, binding('of-market', [accountOf(HIS, RUNNER)], 'view')));
      const who = "[{'who': 'system:authenticated', 'group': '', 'resource': 'configmaps'}]";
      await succeeds({
        method: 'PATCH',
        path: `${ADMISSION}/validatingadmissionpolicies/${FREEZE}`,
        body: [
          { op: 'test', path: '/spec/variables/1/name', value: 'exempt' },
          { op: 'replace', path: '/spec/variables/1/expression', value: who },
        ],
        headers: json,
      });
      // A run notes what a cluster sets for itself as it begins: only a later change ends it as partly contained.
      const ended = await isolate();
      expectIsolated(ended);
      for (const path of [`${bindings('shop')}/of-market`, `${RBAC}/clusterrolebindings/of-market`])
        expect((await ask(stack.admin, { path })).code).toBe(404);
      const proof = await proofOf(ended, 'freeze-policy-in-force');
      expect(JSON.stringify(proof)).toContain(who);
      expect(await preflight()).toContain(`changed: exempt is ${who}`);
      await repair();
    }, 90_000);

    test('loosens a guard of ours, which preflight tells', async () => {
      await succeeds(
        merge(`${ADMISSION}/validatingadmissionpolicies/namespace-sentinel-guard-contain`, {
          spec: { failurePolicy: 'Ignore' },
        }),
      );
      expect(await preflight()).toContain('namespace-sentinel-guard-contain: the policy differs from what is shipped');
      await repair();
    }, 60_000);

    test('lifts the label as release, which the audit log says; and is contained again', async () => {
      await succeeds(as('mallory', GROUPS.release, FROZEN['lift the label'] as KubeRequest));
      // Our quota stays until somebody deletes it, which he may now.
      expect((await tries(post(`${core(HIS)}/configmaps`, { metadata: { name: 'again' } }))).code).toBe(403);
      await succeeds(remove(`${core(HIS)}/resourcequotas`));
      // Admission keeps a copy of quotas, and hears a moment later that one is gone.
      await until(
        'no quota stands in the way',
        async () => (await tries(post(`${core(HIS)}/configmaps`, { metadata: { name: 'again' } }))).code < 300,
      );
      await until('the audit log says who has lifted it', async () =>
        auditLines()
          .filter((line) => line.includes('"impersonatedUser"') && line.includes(`"${GROUPS.release}"`))
          .some((line) => /assumed-role\/Admin\/mallory$/.test(JSON.parse(line).user.username)),
      );
      expectIsolated(await isolate());
    }, 90_000);

    test('takes the rights of the investigation away; what he makes then is reported all the same', async () => {
      await succeeds(remove(`${RBAC}/clusterrolebindings/namespace-sentinel:observer`));
      // Go takes the query away as it has too many parts: this is not a dry run.
      const tooMany = `dryRun=All${'&a'.repeat(10_001)}`;
      await succeeds(post(`/api/v1/namespaces?${tooMany}`, { metadata: { name: 'no-dry-run' } }));
      // Its line is cut before the answer.
      await succeeds(
        post('/api/v1/namespaces', { metadata: { name: 'long', annotations: { long: 'x'.repeat(255 * 1024) } } }),
      );
      const { evidence = [] } = await account.message(
        'the alert about no-dry-run',
        ({ finding }) => finding?.namespace.name === 'no-dry-run',
      );
      expect(evidence.find(({ check }) => check === 'namespace')).toMatchObject({ status: 'not-checked' });
      const { finding } = await account.message(
        'the alert about long',
        ({ finding }) => finding?.namespace.name === 'long',
      );
      expect(['created', 'outcome-unknown']).toContain(finding?.outcome);
      expect(await preflight()).toContain('namespace-sentinel:observer');
      await repair();
    }, 120_000);
  });
}
