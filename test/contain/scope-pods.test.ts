/** `remove` with the scope `pods`: the pods end, and what makes them stays. */
import { describe, expect, test } from '@jest/globals';
import type { PlaybookStep } from '../../functions/contain/framework/step.ts';
import { RELEASE_FUNCTION_STEPS } from '../../functions/contain/release/index.ts';
import { askOnCall } from '../../functions/contain/steps/ask-on-call.ts';
import { CONTAIN_FUNCTION_STEPS } from '../../functions/contain/steps/index.ts';
import { removeWorkloads } from '../../functions/contain/steps/remove-workloads.ts';
import { verifyRemoval } from '../../functions/contain/steps/verify-removal.ts';
import type { Mode } from '../../functions/contract/containment.ts';
import { playbookInputOf } from '../../functions/contract/playbook-input.ts';
import { inside, namespaceObjects, Stage, TARGET } from './stage.ts';

const NS = '/api/v1/namespaces/evil';
const DEPLOYMENT = '/apis/apps/v1/namespaces/evil/deployments/web';
const owner = (kind: string, name: string) => ({
  ownerReferences: [{ apiVersion: 'apps/v1', kind, name, uid: `uid-of-${kind}-${name}`, controller: true }],
});
const pod = (name: string, metadata: object = {}, spec: object = {}) =>
  inside(
    'v1',
    'Pod',
    name,
    { spec: { nodeName: 'node-1', containers: [{ name: 'c', image: 'x' }], ...spec } },
    metadata,
  );

const OBJECTS = [
  ...namespaceObjects(),
  inside('autoscaling/v2', 'HorizontalPodAutoscaler', 'scaler'),
  inside('apps/v1', 'Deployment', 'web', { spec: { replicas: 2 } }),
  inside('apps/v1', 'ReplicaSet', 'web-1', { spec: { replicas: 2 } }, owner('Deployment', 'web')),
  inside('apps/v1', 'StatefulSet', 'db', { spec: { replicas: 1 } }),
  pod('web-1-a', owner('ReplicaSet', 'web-1')),
  pod('db-0', owner('StatefulSet', 'db'), { terminationGracePeriodSeconds: 0 }),
  pod('bare'),
  inside('v1', 'Pod', 'ended', { status: { phase: 'Succeeded' } }),
  pod('file', { annotations: { 'kubernetes.io/config.mirror': 'x' } }),
];
const PODS = { scope: 'pods' };

const step = (steps: readonly PlaybookStep[], key: string): PlaybookStep =>
  steps.find((each) => each.key === key) as PlaybookStep;

async function isolated(objects: readonly object[] = OBJECTS): Promise<Stage> {
  const on = new Stage(objects);
  for (const key of ['snapshot', 'disableNamespace', 'isolateNetwork', 'cutIdentity'])
    await on.run(step(CONTAIN_FUNCTION_STEPS, key), { mode: 'remove', input: PODS });
  return on;
}

/** Asks, gets the approval, and removes until nothing is left. */
async function removed(on: Stage): Promise<Awaited<ReturnType<Stage['run']>>> {
  await on.run(askOnCall, { mode: 'remove', taskToken: 'token', input: PODS });
  const { planHash } = on.questions.at(-1)?.question ?? {};
  const askedAndApproved = { decision: 'approve', planHash, reason: '', decidedBy: '', decidedAt: '' };
  const options = { mode: 'remove', input: PODS, results: { askOnCall: askedAndApproved } } as const;
  let result = await on.run(removeWorkloads, options);
  while (result.again) result = await on.run(removeWorkloads, options);
  return result;
}

test('a plan lists pods only, and writes nothing', async () => {
  const on = await isolated();
  const before = on.cluster.writes.length;
  const { summary, actions } = await on.run(removeWorkloads, { mode: 'plan', name: 'plan-1', input: PODS });
  expect({ summary, actions }).toEqual({
    summary: 'Would stop 3 pods. Volumes, Secrets and the objects themselves would be kept.',
    actions: 3,
  });
  expect(
    on.record('removeWorkloads', 'plan-1').actions.map(({ verb, kind, name }) => `${verb} ${kind} ${name}`),
  ).toEqual(['delete Pod web-1-a', 'delete Pod db-0', 'delete Pod bare']);
  expect(on.cluster.writes).toHaveLength(before);
});

describe('on approval', () => {
  test('the question is about the pods alone, and says so', async () => {
    const on = await isolated();
    await on.run(askOnCall, { mode: 'remove', taskToken: 'token', input: PODS });
    const { plan = [] } = on.questions.at(-1)?.question ?? {};
    expect(plan.map(({ kind, name, what }) => `${kind} ${name}: ${what}`)).toEqual([
      'Pod web-1-a: deleted: made by ReplicaSet web-1, which stays',
      'Pod db-0: deleted: made by StatefulSet db, which stays',
      'Pod bare: deleted: nothing owns it',
    ]);
    expect(on.told.at(-1)).toMatchObject({ scope: 'pods', summary: expect.stringContaining('May the pods') });
  });

  test('the pods end, by the word of their kubelets, and their owners are not touched', async () => {
    const on = await isolated();
    const graces: unknown[] = [];
    const { remove } = on.cluster;
    on.cluster.remove = (path, signal, options) => {
      if (path.includes('/pods/')) graces.push(options?.gracePeriodSeconds);
      return remove.call(on.cluster, path, signal, options);
    };
    const [deployment, before] = [on.cluster.at(DEPLOYMENT), on.cluster.writes.length];
    expect((await removed(on)).summary).toMatch(/after 3 writes\. What makes pods stays, held by the freeze\.$/);
    // None with 0: the object would be gone, whatever its containers do.
    expect(graces.toSorted()).toEqual([1, 30, 30]);
    expect(on.cluster.writes.slice(before).toSorted()).toEqual(
      ['bare', 'db-0', 'web-1-a'].map((name) => `remove ${NS}/pods/${name}`),
    );
    expect(on.cluster.at(DEPLOYMENT)).toEqual(deployment);
    expect(on.cluster.at(`${NS}/pods/file`)).toBeDefined();
  });

  test('nothing ends without one, or by one of another plan', async () => {
    const on = await isolated();
    await on.run(askOnCall, { mode: 'remove', taskToken: 'token', input: PODS });
    const before = on.cluster.writes.length;
    for (const answer of [
      undefined,
      { decision: 'refuse', reason: '' },
      { decision: 'approve', planHash: 'f'.repeat(64), reason: '' },
    ]) {
      const { status } = await on.run(removeWorkloads, { mode: 'remove', input: PODS, results: { askOnCall: answer } });
      expect(status).toBe('failed');
    }
    expect(on.cluster.writes).toHaveLength(before);
  });

  test('the approval of the whole plan does not approve the pods alone', async () => {
    const on = await isolated();
    await on.run(askOnCall, { mode: 'remove', taskToken: 'token' });
    const whole = on.questions.at(-1)?.question.planHash;
    await on.run(askOnCall, { mode: 'remove', taskToken: 'token', input: PODS });
    expect(on.questions.at(-1)?.question.planHash).not.toBe(whole);
  });
});

test('the verification asks for no stopped owners, but that no pod is left and none can come', async () => {
  const on = await isolated();
  await on.run(verifyRemoval, { mode: 'remove', input: PODS });
  const verdict = (id: string) => on.record('verifyRemoval').proofs.find((proof) => proof.id === id)?.verdict;
  expect([verdict('nothing-can-start'), verdict('no-pods')]).toEqual(['not-applicable', 'not-proven']);
  await on.run(verifyRemoval, { mode: 'remove' });
  expect(verdict('nothing-can-start')).toBe('not-proven');
});

test('release gives back the pods that nobody owns; the others come by their owners, which were never changed', async () => {
  const on = await isolated(OBJECTS.filter((object) => !/"name":"(?:ended|file)"/.test(JSON.stringify(object))));
  await removed(on);
  on.ended.add('execution:run-1');
  expect(on.cluster.at(`${NS}/pods/bare`)).toBeUndefined();
  for (const { key } of RELEASE_FUNCTION_STEPS.filter(({ key }) => key !== 'report')) {
    const { open } = await on.run(step(RELEASE_FUNCTION_STEPS, key), { mode: 'release', name: 'release-1' });
    expect([key, open]).toEqual([key, []]);
  }
  expect(on.cluster.at(`${NS}/pods/bare`)).toBeDefined();
  expect(on.cluster.at(`${NS}/pods/web-1-a`)).toBeUndefined();
  expect(on.cluster.at(DEPLOYMENT)?.['spec']).toEqual({ replicas: 2 });
});

describe('the input', () => {
  const read = (mode: Mode, scope?: unknown) => playbookInputOf({ ...TARGET, mode, scope });

  test('has the scope workloads, where none is said', () => expect(read('remove').scope).toBe('workloads'));
  test.each(['remove', 'plan'] as const)('takes it with the mode %s', (mode) =>
    expect(read(mode, 'pods').scope).toBe('pods'),
  );
  test.each([
    ['isolate', 'pods', /with "isolate" leave it out/],
    ['release', 'pods', /with "release" leave it out/],
    ['remove', 'everything', /scope must be "workloads" or "pods"/],
  ] as const)('is wrong: %s with %s', (mode, scope, message) => expect(() => read(mode, scope)).toThrow(message));

  test('is wrong of a plan of release', async () => {
    const on = await isolated();
    await expect(
      on.run(step(RELEASE_FUNCTION_STEPS, 'checkSnapshot'), { mode: 'plan', name: 'release-1', input: PODS }),
    ).rejects.toThrow(/scope is of the playbook contain/);
  });
});
