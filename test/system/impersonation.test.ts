/** The verbs of constrained impersonation (Kubernetes 1.36), by which somebody lifts a freeze as one who is exempt. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { RIGHTS } from '../../functions/checks/parts/rights.ts';
import { kubeRequest } from '../../tools/twin/kube.ts';
import { BRING_UP_MS } from './bring-up.ts';
import { bringUp, type Scene } from './contain/scene.ts';
import { until } from './until.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await bringUp();
}, BRING_UP_MS);
afterAll(() => scene?.close());
const signal = () => AbortSignal.timeout(60_000);

const bind = async (name: string, user: string, rules: object[]) => {
  await scene.maker.create({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name },
    rules,
  });
  await scene.kubectl('create', 'clusterrolebinding', name, `--clusterrole=${name}`, `--user=${user}`);
};
const AUTHENTICATION = ['authentication.k8s.io'];
const ACTS = [
  { apiGroups: AUTHENTICATION, resources: ['users'], verbs: ['impersonate:user-info'] },
  { apiGroups: AUTHENTICATION, resources: ['groups'], verbs: ['impersonate:user-info'] },
];
const ON = [{ apiGroups: [''], resources: ['pods'], verbs: ['impersonate-on:user-info:delete'] }];

test('whoever holds them is found, and gets through by them', async () => {
  await scene.kubectl('create', 'namespace', 'held');
  const pod = { metadata: { name: 'p', namespace: 'held' }, spec: { containers: [{ name: 'c', image: 'x' }] } };
  await until('its account is there', () =>
    scene.maker.create({ apiVersion: 'v1', kind: 'Pod', ...pod }).then(
      () => true,
      () => false,
    ),
  );
  const uid = (await scene.admin.read('/api/v1/namespaces/held', signal()))?.metadata.uid as string;
  await bind('half', 'half', ACTS);
  await bind('whole', 'whole', [...ACTS, ...ON]);
  await bind('accounts', 'accounts', [
    { apiGroups: AUTHENTICATION, resources: ['serviceaccounts'], verbs: ['impersonate:serviceaccount'] },
  ]);
  await bind('nodes', 'nodes', [
    { apiGroups: AUTHENTICATION, resources: ['nodes'], verbs: ['impersonate:arbitrary-node'] },
  ]);
  const ended = await scene.responder.run('isolate', { namespace: 'held', uid });

  const { proofs = [] } = await ended.record('verifyIsolation');
  const proof = proofs.find(({ id }) => id === 'nobody-overrides');
  expect(proof?.verdict).toBe('not-proven');
  for (const user of ['half', 'whole', 'accounts', 'nodes'])
    expect(proof?.how).toContain(`User ${user} by binding ${user}`);

  // As the API server sees it: one who is exempt deletes, another is refused.
  const request = (by: string, as: string, group?: string) =>
    kubeRequest(scene.cluster.endpoint, scene.cluster.certificates.pair(by), {
      method: 'DELETE',
      path: '/api/v1/namespaces/held/pods/p?dryRun=All',
      headers: { 'impersonate-user': as, ...(group && { 'impersonate-group': group }) },
    });
  await scene.cluster.certificates.issue(
    ...['half', 'whole'].map((name) => ({ name, commonName: name, organizations: [] })),
  );
  expect((await request('half', 'me', 'namespace-sentinel:break-glass')).code).toBe(403);
  const whole = await request('whole', 'me', 'namespace-sentinel:break-glass');
  expect([whole.code, whole.text]).toEqual([200, expect.any(String)]);
  expect((await request('whole', 'me', 'others')).code).toBe(403);
}, 120_000);

test.each([
  ['half', 'act as any user or group (impersonate)'],
  ['accounts', 'act as any ServiceAccount (impersonate)'],
  ['nodes', 'act as any node (impersonate)'],
])('the investigation asks for it: %s', async (user, right) => {
  const { any = [] } = RIGHTS.find((each) => each.right === right) ?? {};
  const answers = await Promise.all(
    any.map((question) =>
      scene.admin.may({ group: '', ...question, user, groups: ['system:authenticated'] }, signal()),
    ),
  );
  expect(answers.map(({ allowed }) => allowed)).toContain(true);
});
