import { describe, expect, test } from '@jest/globals';
import { verify } from '../../functions/contain/framework/verify.ts';
import { ISOLATION, REMOVAL } from '../../functions/contain/proofs/index.ts';
import { verifyIsolation } from '../../functions/contain/steps/verify-isolation.ts';
import { verifyRemoval } from '../../functions/contain/steps/verify-removal.ts';
import { KubernetesError } from '../../functions/contract/errors.ts';
import { admin, CILIUM, Contained } from './proofs/contained.ts';
import { FREEZE_CASES } from './proofs/freeze.ts';
import { IDENTITY_CASES } from './proofs/identity.ts';
import { NETWORK_CASES } from './proofs/network.ts';
import { REMOVAL_CASES } from './proofs/removal.ts';
import { SESSION_CASES } from './proofs/sessions.ts';

const ISOLATION_CASES = [...FREEZE_CASES, ...SESSION_CASES, ...NETWORK_CASES, ...IDENTITY_CASES];

/** Side by side: some wait before they look again. */
test.concurrent.each([
  ...ISOLATION_CASES.map((row) => [...row, verifyIsolation] as const),
  ...REMOVAL_CASES.map((row) => [...row, verifyRemoval] as const),
])('%s: %s', async (id, _, change, verdict, how, step) => {
  const on = await new Contained().prepared();
  await change(on);
  await on.run(step);
  const proof = on.record(step.key).proofs.find((each) => each.id === id);
  expect(proof).toMatchObject({ verdict, how: expect.stringMatching(how) });
  expect(on.cluster.writes.filter((write) => write.startsWith('create'))).toEqual([]);
});

describe.each([...new Set([...ISOLATION, ...REMOVAL])])('the proof $id', ({ id }) => {
  const verdicts = [...ISOLATION_CASES, ...REMOVAL_CASES].filter(([about]) => about === id).map(([, , , each]) => each);

  test('has a case in which it does not hold, and one in which it does or says nothing', () => {
    expect(verdicts).toContain('not-proven');
    expect(verdicts).toContainEqual(expect.stringMatching(/^(proven|not-applicable)$/));
  });
});

test('only what is decisive is left open, and all of it is told', async () => {
  const on = await new Contained().prepared();
  const whole = await on.run(verifyIsolation);
  expect(whole).toMatchObject({ status: 'done', open: [], actions: 0 });
  expect(whole.proofs).toHaveLength(ISOLATION.length);
  on.add(...admin('impersonate', '', 'groups'));
  expect(await on.run(verifyIsolation)).toMatchObject({ status: 'done', open: [] });
  on.answers.pod = undefined;
  const { status, open } = await on.run(verifyIsolation);
  expect({ status, open }).toEqual({ status: 'partly', open: [expect.stringContaining('No pod can be created.')] });
});

test('what cannot be tested is not proven, and says why', async () => {
  const on = new Contained();
  on.cluster.list = async () => {
    throw new KubernetesError(403, 'Forbidden', 'may not list');
  };
  const { proofs = [] } = await on.run(verifyIsolation);
  expect(proofs.filter(({ verdict }) => verdict === 'proven').map(({ id }) => id)).toEqual([
    'target-unchanged',
    'pods-refused',
    'exec-refused',
  ]);
  const told = on.record('verifyIsolation').proofs.map(({ how }) => how);
  expect(told.filter((how) => how.includes('could not be tested: may not list'))).not.toEqual([]);
});

test('a proof that somebody keeps waiting is not proven, and the others are', async () => {
  const on = await new Contained({}, [CILIUM]).prepared();
  const list = on.cluster.list.bind(on.cluster);
  on.cluster.list = (path, ...rest) => (path.includes('cilium') ? new Promise(() => undefined) : list(path, ...rest));
  const context = on.context();
  const { proofs = [] } = await verify(ISOLATION, { ...context, settings: { ...context.settings, budgetMs: 400 } });
  expect(proofs.filter(({ decisive, verdict }) => decisive && verdict === 'not-proven').map(({ id }) => id)).toEqual([
    'no-other-network-rules',
  ]);
});
