import { expect, test } from '@jest/globals';
import { MemoryCluster } from '../../functions/clients/local/memory-cluster.ts';
import { Actuator, type Aim } from '../../functions/contain/framework/actuator.ts';
import { LIFTED } from '../../functions/contain/release/lifted.ts';
import { KubernetesError } from '../../functions/contract/errors.ts';

const AIM: Aim = {
  apiVersion: 'v1',
  resource: 'resourcequotas',
  kind: 'ResourceQuota',
  namespace: 'evil',
  name: '',
  what: 'allows nothing to be created',
};
const QUOTA = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'none' }, spec: {} };

const refused = (why: string) => new KubernetesError(403, 'Forbidden', `resourcequotas "none" is forbidden: ${why}`);
const GUARD =
  "ValidatingAdmissionPolicy 'namespace-sentinel-guard-contain' with binding 'namespace-sentinel-guard-contain' denied request: the containing identity writes in quarantined namespaces only";

/** @returns how many writes were tried, and what was noted */
async function create(fault: (tries: number) => Error | undefined, writes = 1, dryRun = false, liftedBefore?: RegExp) {
  const cluster = new MemoryCluster();
  let tries = 0;
  cluster.fault = () => fault(++tries);
  const actuator = new Actuator(cluster, new AbortController().signal, { dryRun, liftedBefore });
  for (let write = 0; write < writes; write++)
    await actuator.create(AIM, { ...QUOTA, metadata: { name: `none-${write}` } });
  return { tries, outcomes: actuator.actions.map(({ outcome }) => outcome) };
}

test.each([
  ['a policy that has not seen the label yet', refused(GUARD)],
  ['the quota that is gone', refused('exceeded quota: namespace-sentinel-x7k2p, requested: pods=1, used: pods=0')],
])('a refusal by %s passes, and is not noted', async (_, error) => {
  const { tries, outcomes } = await create((tries) => (tries <= 3 ? error : undefined));
  expect({ tries, outcomes }).toEqual({ tries: 4, outcomes: ['done'] });
});

test.each([
  ["somebody's quota", refused('exceeded quota: team, requested: pods=1')],
  ['RBAC', refused('User "x" cannot create resource "resourcequotas"')],
  ['a conflict', new KubernetesError(409, 'Conflict', GUARD)],
])('a refusal by %s is noted at once', async (_, error) => {
  const { tries, outcomes } = await create(() => error);
  expect({ tries, outcomes }).toEqual({ tries: 1, outcomes: ['failed'] });
});

test('what an earlier step lifts is not a failure of a plan, for the step that says so alone', async () => {
  const freeze = refused(
    "ValidatingAdmissionPolicy 'namespace-sentinel-freeze' with binding 'x' denied request: frozen",
  );
  expect(await create(() => freeze, 1, true, LIFTED)).toEqual({ tries: 1, outcomes: ['done'] });
  expect(await create(() => refused(GUARD), 1, true, LIFTED)).toEqual({ tries: 1, outcomes: ['failed'] });
  // A step of *contain* has lifted nothing, and a refusal is one.
  expect(await create(() => freeze, 1, true)).toEqual({ tries: 1, outcomes: ['failed'] });
});

test('what the control plane may have made at the same moment counts as made', async () => {
  const cluster = new MemoryCluster();
  cluster.fault = () => new KubernetesError(409, 'AlreadyExists', 'serviceaccounts "default" already exists');
  const actuator = new Actuator(cluster, new AbortController().signal, { dryRun: false });
  await actuator.create(AIM, QUOTA, { mayExist: true });
  await actuator.create(AIM, QUOTA);
  expect(actuator.actions.map(({ outcome }) => outcome)).toEqual(['already', 'failed']);
});

test('what stays refused costs a step its patience once, however many writes there are', async () => {
  const start = performance.now();
  const { outcomes } = await create(() => refused(GUARD), 20);
  expect(outcomes).toEqual(Array(20).fill('failed'));
  expect(performance.now() - start).toBeLessThan(4_000);
});
