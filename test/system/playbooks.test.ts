/**
 * The three state machines deployed in the emulated AWS from the real bundles, on a real control plane: started by people
 * who may start them, each function with its own role in IAM and in Kubernetes. contain.test.ts has the hostile namespace
 * and what each step does to it; here it is whether the deployment does the same.
 *
 * No packet flows and nothing runs in the pods (docs/twin.md): what the proofs say about both is read from the API server.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { BRING_UP_MS } from './bring-up.ts';
import { differences, dump } from './contain/dump.ts';
import { startsByItself } from './playbooks/automatic.ts';
import { takesAsLegitimate } from './playbooks/decide.ts';
import { isolates } from './playbooks/isolate.ts';
import { releases } from './playbooks/release.ts';
import { asksAndRemoves } from './playbooks/remove.ts';
import {
  account,
  admin,
  approver,
  associations,
  bringUp,
  close,
  findingOf,
  findings,
  how,
  INTRUDER,
  input,
  kubectl,
  MEANT,
  printed,
  STOPPED,
  SUCCEEDED,
  stack,
  starter,
  toldOf,
  uids,
} from './playbooks/scene.ts';

beforeAll(bringUp, BRING_UP_MS);
afterAll(close);

test('each alert prints what starts the playbooks', async () => {
  for (const name of [INTRUDER, MEANT, STOPPED]) {
    const { id, finding, contain, decide, autoStart } = await account.message(
      `the alert about ${name}`,
      (message) => message.finding?.namespace.name === name && message.finding.outcome === 'created',
    );
    expect(autoStart).toBeUndefined();
    expect(decide).toMatchObject({ stateMachine: account.output('DecidePlaybookArn') });
    if (!contain || 'leftOut' in contain) throw new Error(`it cannot be contained: ${contain?.leftOut}`);
    printed.set(name, contain);
    findings.set(name, id ?? '');
    uids.set(name, finding?.namespace.uid ?? '');
    expect(contain.stateMachine).toBe(account.output('ContainPlaybookArn'));
    for (const [mode, { input, command }] of [
      ['plan', contain.plan],
      ['isolate', contain.isolate],
    ] as const) {
      expect(input).toEqual({ findingId: id?.slice(0, 16), mode });
      expect(command).toContain(JSON.stringify(input));
    }
  }
}, 90_000);

test('who may start does not decide, and who decides does not start', async () => {
  const denied = { name: 'AccessDeniedException' };
  await expect(account.start(approver, 'Contain', how(INTRUDER).plan.input)).rejects.toMatchObject(denied);
  await expect(account.start(approver, 'Release', how(INTRUDER).plan.input)).rejects.toMatchObject(denied);
  await expect(account.start(starter, 'Decide', {})).rejects.toMatchObject(denied);
});

describe('input that cannot be taken ends the execution as refused, with the cause', () => {
  const target = { cluster: 'twin', namespace: INTRUDER, uid: '00000000-0000-4000-8000-000000000000' };
  test.each<[string, 'Contain' | 'Release' | 'Decide', unknown, RegExp]>([
    ['no object', 'Contain', 'isolate it', /The input is wrong: the whole /],
    ['fields that are missing', 'Contain', { namespace: INTRUDER }, /cluster must be.*uid must be/],
    ['another UID', 'Contain', { ...target, mode: 'isolate' }, /UID/],
    [
      'a namespace of Kubernetes',
      'Contain',
      { ...target, namespace: 'kube-system', mode: 'isolate' },
      /kube-system is a namespace of Kubernetes/,
    ],
    ['one that the configuration protects', 'Contain', { ...target, namespace: 'vault', mode: 'isolate' }, /protected/],
    ['nothing was contained', 'Release', { ...target, mode: 'release' }, /snapshot/],
    ['no reason', 'Decide', { decision: 'refuse', question: 'x', by: 'alice' }, /reason/],
    [
      'a finding that nobody has recorded',
      'Contain',
      { findingId: 'nsf-0123456789ab', mode: 'isolate' },
      /nsf-0123456789ab is not known here.*Name the namespace itself/,
    ],
    ['one, of release', 'Release', { findingId: `nsf-${'0'.repeat(32)}` }, /is not known here/],
    ['a cluster that is not configured', 'Contain', { ...target, cluster: 'other' }, /cannot reach the cluster other/],
    ['one, of release', 'Release', { ...target, cluster: 'other' }, /cannot reach the cluster other/],
    [
      'a cluster elsewhere',
      'Contain',
      { ...target, cluster: { name: 'twin', region: 'us-east-2' } },
      /Start the playbook there/,
    ],
    [
      'nothing filled in',
      'Decide',
      { decision: 'refuse', question: 'x', by: 'WHO', reason: 'WHY' },
      /only holds the place/,
    ],
    ['no such question', 'Decide', { decision: 'refuse', question: 'x', by: 'a', reason: 'b' }, /no question x/],
  ])('%s: %s', async (_, playbook, wrong, cause) => {
    const ended = await account.run(playbook === 'Decide' ? approver : starter, playbook, wrong);
    expect(ended).toMatchObject({ status: 'FAILED', error: 'refused', cause: expect.stringMatching(cause) });
  });
});

test('a plan changes nothing, and says what isolation would do', async () => {
  const before = await dump(admin);
  const ended = await account.run(starter, 'Contain', how(INTRUDER).plan.input);
  expect(ended).toMatchObject({ ...SUCCEEDED, output: { outcome: 'planned' } });
  const after = await dump(admin);
  expect(differences(before, after, (a, b) => a.resourceVersion === b.resourceVersion)).toEqual({});
  expect(await associations(INTRUDER)).toHaveLength(1);
  const told = await toldOf(ended);
  expect(told).toMatchObject({ id: findingOf(INTRUDER), playbook: 'contain', mode: 'plan', outcome: 'planned' });
});

// In this order: each goes on where the one before has left the namespaces.
isolates();
asksAndRemoves();
takesAsLegitimate();
releases();

test('without the freeze policy it ends as partly contained, and says so', async () => {
  // The lease of the execution that was stopped while it waited is taken over.
  await kubectl(stack.adminKubeconfig, 'delete', 'validatingadmissionpolicybinding', 'namespace-sentinel-freeze');
  const ended = await account.run(starter, 'Contain', input(STOPPED));
  expect(ended).toMatchObject({ status: 'FAILED', error: 'partly-contained', cause: expect.stringMatching(/partly/) });
  const told = await toldOf(ended);
  expect(told).toMatchObject({ id: findingOf(STOPPED), outcome: 'partly-contained' });
  expect(told.proofs?.find(({ id }) => id === 'freeze-policy-in-force')).toMatchObject({ verdict: 'not-proven' });
  await kubectl(stack.adminKubeconfig, 'apply', '-k', 'cluster/');
}, 60_000);

startsByItself();
