import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { planHash } from '../../functions/contain/removal/plan.ts';
import { askOnCall } from '../../functions/contain/steps/ask-on-call.ts';
import { removeWorkloads } from '../../functions/contain/steps/remove-workloads.ts';
import type { ApprovedStop } from '../../functions/contract/containment.ts';
import { KubernetesError } from '../../functions/contract/errors.ts';
import type { PodEnd } from '../../functions/contract/pod-ends.ts';
import { inside, namespace, quarantined, Stage } from './stage.ts';

const owner = (kind: string, name: string) => ({
  ownerReferences: [{ apiVersion: 'x/v1', kind, name, uid: `uid-of-${kind}-${name}`, controller: true }],
});
const pod = (name: string, metadata: object = {}, rest: object = {}) =>
  inside('v1', 'Pod', name, { spec: { nodeName: 'node-1' }, ...rest }, metadata);

const HOSTILE = [
  inside('autoscaling/v2', 'HorizontalPodAutoscaler', 'scaler'),
  inside('batch/v1', 'CronJob', 'cron', { spec: {} }),
  inside('batch/v1', 'Job', 'job', { spec: {} }),
  inside('apps/v1', 'StatefulSet', 'db', { spec: { replicas: 1 } }),
  inside('apps/v1', 'Deployment', 'web', { spec: { replicas: 2 } }),
  inside('apps/v1', 'ReplicaSet', 'web-1', { spec: { replicas: 2 } }, owner('Deployment', 'web')),
  inside('apps/v1', 'ReplicaSet', 'alone', { spec: { replicas: 1 } }),
  inside('v1', 'ReplicationController', 'old', { spec: { replicas: 1 } }),
  inside('apps/v1', 'DaemonSet', 'each', { spec: { template: { spec: {} } } }),
  pod('web-1-a', owner('ReplicaSet', 'web-1')),
  pod('bare'),
  pod('made', owner('Miner', 'm')),
  pod('held', { finalizers: ['evil/never'] }),
  pod('ended', {}, { status: { phase: 'Succeeded' } }),
  inside('v1', 'PersistentVolumeClaim', 'data'),
];

const stage = (objects: object[] = HOSTILE) => new Stage([quarantined(), ...structuredClone(objects)]);

const approve = (hash: string | undefined) => ({
  results: { askOnCall: { decision: 'approve', planHash: hash, reason: '', decidedBy: '', decidedAt: '' } },
});

async function asked(on: Stage): Promise<ReturnType<typeof approve>> {
  await on.run(askOnCall, { mode: 'remove', taskToken: 'token' });
  return approve(on.questions.at(-1)?.question.planHash);
}

/** What a controller does in the meantime. */
const settle = (on: Stage, ...pods: string[]) =>
  Promise.all(
    pods.map((name) => on.cluster.remove(`/api/v1/namespaces/evil/pods/${name}`, new AbortController().signal)),
  );

describe('what is removed', () => {
  test('owners first, then what nothing of that ends; a plan says the same, and writes nothing', async () => {
    const on = stage();
    const planned = await on.run(removeWorkloads, { mode: 'plan' });
    expect(planned).toMatchObject({ status: 'done', actions: 12 });
    expect(planned.again).toBeUndefined();
    expect(on.cluster.writes).toEqual([]);
    const plan = on.record('removeWorkloads').actions;
    await on.run(removeWorkloads, { mode: 'remove', ...(await asked(on)) });
    expect(on.record('removeWorkloads').actions).toEqual(plan);
    expect(plan.map(({ verb, kind, name }) => `${verb} ${kind} ${name}`)).toEqual([
      'delete HorizontalPodAutoscaler scaler',
      'patch CronJob cron',
      'patch Job job',
      'patch StatefulSet db',
      'patch Deployment web',
      'patch ReplicaSet alone',
      'patch ReplicationController old',
      'patch DaemonSet each',
      'delete Pod bare',
      'delete Pod made',
      'delete Pod held',
      'patch Pod held',
    ]);
  });

  test('again until nothing is seen twice; objects, volumes and pods that have ended are kept', async () => {
    const on = stage();
    const given = await asked(on);
    expect(await on.run(removeWorkloads, { mode: 'remove', ...given })).toMatchObject({
      again: true,
      round: 1,
      status: 'done',
    });
    await settle(on, 'web-1-a');
    // The Deployment controller would have done this.
    const signal = new AbortController().signal;
    const replicaSet = '/apis/apps/v1/namespaces/evil/replicasets/web-1';
    await on.cluster.patch(replicaSet, { spec: { replicas: 0 } }, signal);
    expect(await on.run(removeWorkloads, { mode: 'remove', ...given })).toMatchObject({ again: true, round: 2 });
    const last = await on.run(removeWorkloads, { mode: 'remove', ...given });
    expect(last).toMatchObject({ again: false, round: 3, status: 'done', open: [] });
    for (const path of ['/api/v1/namespaces/evil/persistentvolumeclaims/data', '/api/v1/namespaces/evil/pods/ended'])
      expect(on.cluster.at(path)).toBeDefined();
    expect(on.cluster.at('/apis/apps/v1/namespaces/evil/deployments/web')).toMatchObject({ spec: { replicas: 0 } });
    const { details } = on.record('removeWorkloads');
    expect(details?.['earlier']).toHaveLength(12);
  });

  test('what controllers leave behind is stopped in the second round', async () => {
    const on = stage();
    const given = await asked(on);
    await on.run(removeWorkloads, { mode: 'remove', ...given });
    await on.run(removeWorkloads, { mode: 'remove', ...given });
    expect(on.record('removeWorkloads').actions.map(({ verb, name }) => `${verb} ${name}`)).toEqual(['patch web-1']);
    await on.run(removeWorkloads, { mode: 'remove', ...given });
    expect(on.record('removeWorkloads').actions.map(({ verb, name }) => `${verb} ${name}`)).toEqual(['delete web-1-a']);
  });

  test('a pod that asked for a year to end gets 30 seconds', async () => {
    const ending = { deletionTimestamp: '2026-03-01T09:59:00Z', deletionGracePeriodSeconds: 31_536_000 };
    const on = stage([
      pod('slow', { ...ending, finalizers: ['x'] }, { spec: { terminationGracePeriodSeconds: 31_536_000 } }),
    ]);
    const graces: unknown[] = [];
    const { remove } = on.cluster;
    on.cluster.remove = (path, signal, options) => {
      graces.push(options?.gracePeriodSeconds);
      return remove.call(on.cluster, path, signal, options);
    };
    await on.run(removeWorkloads, { mode: 'remove', ...(await asked(on)) });
    expect(graces).toEqual([30]);
  });

  test('the static pod of a node stays, and is said', async () => {
    const on = stage([pod('file', { annotations: { 'kubernetes.io/config.mirror': 'x' } })]);
    const given = await asked(on);
    await on.run(removeWorkloads, { mode: 'remove', ...given });
    const { open, status } = await on.run(removeWorkloads, { mode: 'remove', ...given });
    expect({ open, status }).toEqual({
      status: 'partly',
      open: [expect.stringContaining('a file on the node node-1')],
    });
    expect(on.cluster.writes).toEqual([]);
  });

  test('a pod on a node that does not answer is left open after the last round, and never forced', async () => {
    const stuck = pod('stuck', { deletionTimestamp: '2026-03-01T09:59:00Z', finalizers: ['kept'] });
    const on = stage([stuck]);
    on.cluster.add({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: 'node-1' },
      status: { conditions: [{ type: 'Ready', status: 'Unknown' }] },
    });
    const given = await asked(on);
    on.cluster.fault = (verb, path) =>
      verb === 'patch' && path.endsWith('/stuck') ? new KubernetesError(403, 'Forbidden', 'no') : undefined;
    let result = await on.run(removeWorkloads, { mode: 'remove', ...given });
    while (result.again) result = await on.run(removeWorkloads, { mode: 'remove', ...given });
    expect(result).toMatchObject({ status: 'partly', round: 60 });
    expect(result.open).toContainEqual(expect.stringContaining('its containers may still run'));
  });
});

describe('only what was approved', () => {
  test.each([
    ['nobody answered', undefined],
    ['it was refused', { decision: 'refuse' }],
    ['the approval names another plan', { decision: 'approve', planHash: 'f'.repeat(64) }],
    ['the approval names no plan', { decision: 'approve' }],
  ])('nothing when %s', async (_, answer) => {
    const on = stage();
    await asked(on);
    const result = await on.run(removeWorkloads, { mode: 'remove', results: { askOnCall: answer } });
    expect(result).toMatchObject({ status: 'failed', actions: 0 });
    expect(on.cluster.writes).toEqual([]);
  });

  test('nothing when the plan is not kept, or was changed', async () => {
    const on = stage();
    const given = await asked(on);
    const [key = '', file] = [...on.store.files].find(([key]) => key.endsWith('removal-plan.json')) ?? [];
    on.store.files.set(key, Buffer.from(String(file).replace('uid-of-Pod-bare', 'uid-of-Pod-other')));
    expect((await on.run(removeWorkloads, { mode: 'remove', ...given })).status).toBe('failed');
    on.store.files.delete(key);
    expect((await on.run(removeWorkloads, { mode: 'remove', ...given })).status).toBe('failed');
    expect(on.cluster.writes).toEqual([]);
  });

  test('what has appeared since stays, unless something approved makes it', async () => {
    const on = stage([
      inside('apps/v1', 'Deployment', 'web', { spec: { replicas: 1 } }),
      pod('made', owner('Miner', 'm')),
    ]);
    const given = await asked(on);
    for (const late of [
      pod('late'),
      inside('apps/v1', 'Deployment', 'late', { spec: { replicas: 1 } }),
      pod('made-again', owner('Miner', 'm')),
      inside('apps/v1', 'ReplicaSet', 'web-2', { spec: { replicas: 1 } }, owner('Deployment', 'web')),
    ])
      on.cluster.add(late);
    let result = await on.run(removeWorkloads, { mode: 'remove', ...given });
    while (result.again) result = await on.run(removeWorkloads, { mode: 'remove', ...given });
    expect(result.status).toBe('partly');
    expect(result.open).toEqual([
      'Deployment late has appeared since the approval, and was not touched',
      'Pod late has appeared since the approval, and was not touched',
    ]);
    expect(on.cluster.at('/api/v1/namespaces/evil/pods/late')).toBeDefined();
    expect(on.cluster.at('/api/v1/namespaces/evil/pods/made-again')).toBeUndefined();
  });

  test('one that was made again under the same name is another one', async () => {
    const on = stage([pod('bare')]);
    const given = await asked(on);
    await settle(on, 'bare');
    on.cluster.add({ ...pod('bare'), metadata: { ...pod('bare').metadata, uid: 'other' } });
    await on.run(removeWorkloads, { mode: 'remove', ...given });
    const { open } = await on.run(removeWorkloads, { mode: 'remove', ...given });
    expect(open).toEqual(['Pod bare has appeared since the approval, and was not touched']);
  });

  test('another namespace of the same name is not looked at', async () => {
    const on = stage();
    const given = await asked(on);
    const ns = { ...namespace(), metadata: { ...namespace().metadata, uid: 'other' } };
    on.cluster.add(ns);
    expect(await on.run(removeWorkloads, { mode: 'remove', ...given })).toMatchObject({ status: 'failed' });
    expect(on.cluster.writes).toEqual([]);
  });
});

test('what cannot be written for the moment is tried again, and the rest is done', async () => {
  const on = stage();
  const given = await asked(on);
  on.cluster.fault = (verb, path) =>
    verb === 'patch' && path.endsWith('/web') ? new KubernetesError(503, 'Unavailable', 'busy') : undefined;
  await expect(on.run(removeWorkloads, { mode: 'remove', ...given })).rejects.toThrow('busy');
  expect(on.cluster.writes).toHaveLength(11);
});

describe('the hash of a plan', () => {
  const approved = fc.record({
    kind: fc.constantFrom('Pod', 'Deployment'),
    name: fc.string(),
    uid: fc.uuid(),
    what: fc.string(),
  });
  const plans = fc.array(approved, { minLength: 1, maxLength: 8 });

  test('does not depend on the order', () =>
    fc.assert(
      fc.property(
        plans.chain((plan) => fc.tuple(fc.constant(plan), fc.shuffledSubarray(plan, { minLength: plan.length }))),
        ([plan, shuffled]) => planHash(plan) === planHash(shuffled),
      ),
    ));

  test('changes with any UID, name, kind and maker', () =>
    fc.assert(
      fc.property(plans, fc.nat(), fc.constantFrom('uid', 'name', 'kind', 'maker'), (plan, at, field) => {
        const changed: ApprovedStop[] = plan.map((each, index) => {
          if (index !== at % plan.length) return each;
          if (field === 'maker') return { ...each, maker: { kind: 'x', name: 'x', uid: 'x' } };
          return { ...each, [field]: `${each[field as 'uid']}!` };
        });
        return planHash(plan) !== planHash(changed);
      }),
    ));
});

describe('how pods end is noted', () => {
  const READY = { conditions: [{ type: 'Ready', status: 'True' }], nodeInfo: { bootID: 'b-1' } };
  const node = (status: object = READY) => ({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-1' }, status });
  const ends = (on: Stage) => on.record('removeWorkloads').details?.['pods'] as PodEnd[];
  const end = (on: Stage, name: string) => ends(on).find((each) => each.name === name);
  const AT_ONCE = { spec: { nodeName: 'node-1', terminationGracePeriodSeconds: 0 } };
  /** As the API server does with a grace period: the pod stays until its kubelet deletes it. */
  function gracefully(on: Stage): unknown[] {
    const graces: unknown[] = [];
    on.cluster.remove = async (path, _, options) => {
      graces.push(options?.gracePeriodSeconds);
      const live = on.cluster.at(path);
      const deletionGracePeriodSeconds = options?.gracePeriodSeconds;
      on.cluster.add({
        ...live,
        metadata: { ...live?.metadata, deletionTimestamp: '2026-11-26T10:00:00Z', deletionGracePeriodSeconds },
      });
      return live !== undefined;
    };
    return graces;
  }

  test('one that its owner would delete by force is deleted first, with time for its kubelet', async () => {
    const on = stage([
      node(),
      inside('apps/v1', 'ReplicaSet', 'web', { spec: { replicas: 1 } }),
      pod('web-a', owner('ReplicaSet', 'web'), AT_ONCE),
      pod('web-b', owner('ReplicaSet', 'web')),
    ]);
    const { remove } = on.cluster;
    const graces = gracefully(on);
    const given = await asked(on);
    await on.run(removeWorkloads, { mode: 'remove', ...given });
    const written = on.record('removeWorkloads').actions.map(({ verb, name }) => `${verb} ${name}`);
    expect(written).toEqual(['delete web-a', 'patch web']);
    expect(graces).toEqual([1]);
    on.cluster.remove = remove.bind(on.cluster);
    await settle(on, 'web-a', 'web-b');
    await on.run(removeWorkloads, { mode: 'remove', ...given });
    expect(ends(on)).toMatchObject([
      { name: 'web-a', seen: 'gone', graceful: true, nodeAnswered: true, bootId: 'b-1' },
      { name: 'web-b', seen: 'gone', graceful: true, nodeAnswered: true },
    ]);
    expect(ends(on).map(({ forced }) => forced)).toEqual([undefined, undefined]);
  });

  test('one that somebody deleted by force, or that went before anybody looked', async () => {
    const forced = { deletionTimestamp: '2026-11-26T10:00:00Z', deletionGracePeriodSeconds: 0, finalizers: ['x'] };
    const on = stage([node(), pod('forced', forced), pod('at-once', {}, AT_ONCE)]);
    await on.finished('collectEvidence', 0, {
      placed: [{ name: 'before', uid: 'before', node: 'node-1', seen: 'unseen' }],
    });
    const given = await asked(on);
    on.cluster.fault = (verb, path) =>
      verb === 'remove' && path.endsWith('at-once') ? new KubernetesError(403, 'Forbidden', 'no') : undefined;
    await on.run(removeWorkloads, { mode: 'remove', ...given });
    expect(end(on, 'forced')).toMatchObject({ forced: 'it was deleted by force' });
    expect(end(on, 'at-once')).toMatchObject({ seen: 'running', graceful: false });
    expect(end(on, 'before')).toMatchObject({ seen: 'unseen' });
  });

  test('whether its node answered, in this run and for those after it', async () => {
    const on = stage([node({ conditions: [{ type: 'Ready', status: 'Unknown' }] }), pod('web')]);
    const given = await asked(on);
    await on.run(removeWorkloads, { mode: 'remove', ...given });
    await settle(on, 'web');
    await on.run(removeWorkloads, { mode: 'remove', ...given });
    expect(end(on, 'web')).toMatchObject({ seen: 'gone', nodeAnswered: false });
    on.ended.add('execution:run-1');
    await on.run(askOnCall, { mode: 'remove', taskToken: 'token', name: 'run-2' });
    const again = approve(on.questions.at(-1)?.question.planHash);
    await on.run(removeWorkloads, { mode: 'remove', name: 'run-2', ...again });
    expect(on.record('removeWorkloads', 'run-2').details?.['pods']).toMatchObject([
      { name: 'web', nodeAnswered: false },
    ]);
  });

  test('a pod that another has said to have failed is not deleted: that would be by force', async () => {
    const running = { phase: 'Failed', containerStatuses: [{ name: 'main', state: { running: {} } }] };
    const on = stage([node(), pod('lost', {}, { spec: { nodeName: 'node-1' }, status: running })]);
    const given = await asked(on);
    await on.run(removeWorkloads, { mode: 'remove', ...given });
    expect(on.record('removeWorkloads')).toMatchObject({ summary: 'Waiting for 1 pod to stop.', actions: [] });
  });
});
