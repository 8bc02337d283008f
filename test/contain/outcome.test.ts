import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Course, StepSummary } from '../../functions/contain/framework/course.ts';
import { containEnding, type PlaybookEndInput, releaseEnding } from '../../functions/contain/framework/outcome.ts';
import type { ContainmentOutcome, Proof, ProofVerdict, StepStatus } from '../../functions/contract/containment.ts';
import type { PlanAnswer } from '../../functions/contract/follow-up.ts';
import type { StepKey } from '../../functions/contract/playbook-steps.ts';

const proof = (verdict: ProofVerdict, decisive = true): Proof => ({
  id: `${verdict}-${decisive}`,
  claim: 'No pod can be created.',
  verdict,
  how: 'A dry run was accepted.',
  decisive,
});
const passed = (step: StepKey, more: Partial<StepSummary> = {}): StepSummary => ({
  step,
  status: 'done',
  summary: `${step} is done.`,
  writes: 1,
  open: [],
  proofs: [],
  proposals: [],
  ...more,
});
const course = (...steps: StepSummary[]): Course => Object.fromEntries(steps.map((each) => [each.step, each]));

const verified = { proofs: [proof('proven'), proof('not-applicable')] };
const ISOLATED = course(
  passed('checkTarget'),
  passed('snapshot'),
  passed('disableNamespace'),
  passed('isolateNetwork'),
  passed('cutIdentity'),
  passed('cutConnections'),
  passed('collectEvidence'),
  passed('verifyIsolation', verified),
  passed('findRootCause'),
  passed('writeRemediation'),
  passed('verifySessions', verified),
);
const REMOVED = { ...ISOLATED, ...course(passed('removeWorkloads'), passed('verifyRemoval', verified)) };
const RELEASED = course(
  passed('checkSnapshot'),
  passed('liftQuarantine'),
  passed('restoreIdentity'),
  passed('restoreNetwork'),
  passed('restoreWorkloads'),
  passed('verifyRelease', verified),
);
const answer = (decision: PlanAnswer['decision']): PlanAnswer => ({
  decision,
  reason: 'it is ours',
  decidedBy: 'dana',
  decidedAt: '2026-11-23T07:02:51Z',
});

const without = (from: Course, ...steps: StepKey[]): Course =>
  Object.fromEntries(Object.entries(from).filter(([key]) => !steps.includes(key as StepKey)));
const having = (from: Course, step: StepKey, more: Partial<StepSummary>): Course => ({
  ...from,
  [step]: passed(step, { ...from[step], ...more }),
});
const failed = { status: 'failed' as const, open: ['It failed in all tries: the API server is away'] };

type Row = [
  name: string,
  ended: Omit<PlaybookEndInput, 'name'>,
  outcome: ContainmentOutcome,
  summary: RegExp,
  open?: RegExp[],
];

/** A claim about pods, tested before they ended and after. */
const heldPods = (verdict: ProofVerdict): Proof => ({
  ...proof(verdict),
  id: 'held',
  claim: 'It is held.',
  how: 'Read.',
});
const UNHELD = having(REMOVED, 'verifyIsolation', {
  status: 'partly',
  open: ['Not proven: It is held. Read.'],
  proofs: [...verified.proofs, heldPods('not-proven')],
});

const CONTAIN: Row[] = [
  [
    'what was not proven matters no longer, as its pods have ended',
    {
      mode: 'remove',
      course: having(UNHELD, 'verifyRemoval', { proofs: [...verified.proofs, heldPods('not-applicable')] }),
      answer: answer('approve'),
    },
    'contained',
    /^shop is contained: its isolation is shown by 1 decisive proof, 2 not applicable\./,
    [],
  ],
  [
    'what was not proven was not tested again',
    { mode: 'remove', course: UNHELD, answer: answer('approve') },
    'partly-contained',
    /first: Verify isolation: Not proven: It is held/,
  ],
  [
    'what was not proven is not so either after the removal',
    {
      mode: 'remove',
      course: having(UNHELD, 'verifyRemoval', { proofs: [...verified.proofs, heldPods('not-proven')] }),
      answer: answer('approve'),
    },
    'partly-contained',
    /It is held/,
  ],
  [
    'all is done',
    { mode: 'isolate', course: ISOLATED },
    'contained',
    /^shop is contained: its isolation is shown by 1 decisive proof, 1 not applicable\.$/,
  ],
  [
    'a protected namespace',
    { mode: 'isolate', course: course(passed('checkTarget', { status: 'refused', open: ['It is protected.'] })) },
    'refused',
    /^Nothing was touched: It is protected\.$/,
    [/^Check target: It is protected\.$/],
  ],
  [
    'a target that could not be looked at',
    { mode: 'isolate', course: course(passed('checkTarget', failed)) },
    'refused',
    /^Nothing was touched: It failed in all tries: the API server is away$/,
  ],
  [
    'nothing was run at all',
    { mode: 'remove', course: {} },
    'refused',
    /^Nothing was touched: Check target was not run/,
  ],
  [
    'no snapshot',
    { mode: 'isolate', course: course(passed('checkTarget'), passed('snapshot', failed)) },
    'refused',
    /^Nothing was touched: It failed/,
  ],
  [
    'part of a snapshot is one',
    { mode: 'isolate', course: having(ISOLATED, 'snapshot', { status: 'partly', open: ['Widgets were not read.'] }) },
    'contained',
    /^shop is contained/,
    [/^Snapshot: Widgets were not read\.$/],
  ],
  ...(['disableNamespace', 'isolateNetwork', 'cutIdentity', 'cutConnections'] as const).flatMap((step): Row[] => [
    [
      `${step} failed`,
      { mode: 'isolate', course: having(ISOLATED, step, failed) },
      'partly-contained',
      /^shop is only partly contained: one thing is open, first: [A-Z]\w+ \w+: It failed in all tries/,
    ],
    [
      `${step} did some of it`,
      { mode: 'isolate', course: having(ISOLATED, step, { status: 'partly', open: ['One is left.', 'And two.'] }) },
      'partly-contained',
      /2 things are open, first: .*: One is left\.$/,
    ],
    [
      `${step} was not run`,
      { mode: 'isolate', course: without(ISOLATED, step) },
      'partly-contained',
      /was not run/,
      [/was not run\.$/],
    ],
  ]),
  [
    'evidence and root cause do not decide it',
    { mode: 'isolate', course: having(having(ISOLATED, 'collectEvidence', failed), 'findRootCause', failed) },
    'contained',
    /^shop is contained/,
    [/^Collect evidence: It failed/, /^Find root cause: It failed/],
  ],
  [
    'a decisive proof does not hold',
    {
      mode: 'isolate',
      course: having(ISOLATED, 'verifyIsolation', { proofs: [proof('proven'), proof('not-proven')] }),
    },
    'partly-contained',
    /not proven: No pod can be created\. A dry run was accepted\.$/,
    [/^Verify isolation: not proven: No pod can be created\./],
  ],
  [
    'a proof that does not decide does not hold',
    {
      mode: 'isolate',
      course: having(ISOLATED, 'verifyIsolation', {
        status: 'partly',
        proofs: [proof('proven'), proof('not-proven', false)],
      }),
    },
    'contained',
    /^shop is contained: its isolation is shown by 1 decisive proof\.$/,
    [],
  ],
  [
    'nothing was proven',
    { mode: 'isolate', course: having(ISOLATED, 'verifyIsolation', { proofs: [] }) },
    'partly-contained',
    /^shop is only partly contained\.$/,
  ],
  [
    'verification failed after a first look',
    { mode: 'isolate', course: having(ISOLATED, 'verifyIsolation', failed) },
    'partly-contained',
    /Verify isolation: It failed/,
  ],
  [
    'verification was not run',
    { mode: 'isolate', course: without(ISOLATED, 'verifyIsolation') },
    'partly-contained',
    /Verify isolation was not run/,
  ],
  [
    'removed',
    { mode: 'remove', course: REMOVED, answer: answer('approve') },
    'contained',
    /decisive proof, 1 not applicable\. Nothing of it runs any more\.$/,
  ],
  [
    'removal refused by a person',
    { mode: 'remove', course: { ...ISOLATED, ...course(passed('askOnCall')) }, answer: answer('refuse') },
    'contained',
    /What runs was not removed: dana refused \(it is ours\)\.$/,
    [],
  ],
  [
    'removal refused by a person, and not isolated',
    { mode: 'remove', course: having(ISOLATED, 'cutIdentity', failed), answer: answer('refuse') },
    'partly-contained',
    /Cut identity: It failed/,
  ],
  [
    'nobody answered',
    { mode: 'remove', course: { ...ISOLATED, ...course(passed('askOnCall', failed)) } },
    'partly-contained',
    /2 things are open/,
    [/^Ask on-call: It failed/, /^Ask on-call: nobody has approved the removal/],
  ],
  [
    'approved, but something still runs',
    {
      mode: 'remove',
      course: having(REMOVED, 'removeWorkloads', { status: 'partly', open: ['pod/a does not end.'] }),
      answer: answer('approve'),
    },
    'partly-contained',
    /Remove workloads: pod\/a does not end\.$/,
  ],
  [
    'approved, but not proven',
    {
      mode: 'remove',
      course: having(REMOVED, 'verifyRemoval', { proofs: [proof('not-proven')] }),
      answer: answer('approve'),
    },
    'partly-contained',
    /Verify removal: not proven/,
  ],
  [
    'approved, but not removed',
    { mode: 'remove', course: ISOLATED, answer: answer('approve') },
    'partly-contained',
    /Remove workloads was not run/,
    [/^Remove workloads was not run/, /^Verify removal was not run/],
  ],
  [
    'a plan',
    { mode: 'plan', course: without(REMOVED, 'verifyIsolation', 'verifyRemoval') },
    'planned',
    /^Nothing was changed\. Isolating shop takes 4 writes, removing what runs 1 more\.$/,
    [],
  ],
  [
    'a plan with a hole',
    { mode: 'plan', course: without(having(REMOVED, 'isolateNetwork', failed), 'verifyIsolation', 'verifyRemoval') },
    'planned',
    /The plan is not whole/,
    [/^Isolate network: It failed/],
  ],
];

const RELEASE: Row[] = [
  ['all is back', { mode: 'isolate', course: RELEASED }, 'released', /^shop is released/, []],
  [
    'no snapshot',
    { mode: 'isolate', course: course(passed('checkSnapshot', { status: 'refused', open: ['There is none.'] })) },
    'refused',
    /^Nothing was touched: There is none\.$/,
  ],
  ...(['liftQuarantine', 'restoreIdentity', 'restoreNetwork', 'restoreWorkloads', 'verifyRelease'] as const).flatMap(
    (step): Row[] => [
      [`${step} failed`, { mode: 'isolate', course: having(RELEASED, step, failed) }, 'partly-released', /It failed/],
      [
        `${step} was not run`,
        { mode: 'isolate', course: without(RELEASED, step) },
        'partly-released',
        /^shop is only partly released: one thing is open, first: .* was not run\.$/,
      ],
    ],
  ),
  [
    'a difference',
    { mode: 'isolate', course: having(RELEASED, 'verifyRelease', { proofs: [proof('not-proven')] }) },
    'partly-released',
    /Verify release: not proven/,
  ],
  [
    'a plan',
    { mode: 'plan', course: without(RELEASED, 'verifyRelease') },
    'planned',
    /^Nothing was changed\. Releasing shop takes 4 writes\.$/,
    [],
  ],
  [
    'a plan with a hole',
    { mode: 'plan', course: having(RELEASED, 'restoreNetwork', failed) },
    'planned',
    /The plan is not whole/,
  ],
];

describe.each([
  ['contain', containEnding, CONTAIN],
  ['release', releaseEnding, RELEASE],
] as const)('%s', (_, ending, rows) => {
  test.each(rows.map((row) => ({ name: row[0], row })))('$name', ({ row: [, ended, outcome, summary, open] }) => {
    const end = ending({ name: 'shop', ...ended });
    expect(end.outcome).toBe(outcome);
    expect(end.summary).toMatch(summary);
    if (open) expect(end.open).toEqual(open.map((each) => expect.stringMatching(each)));
  });
});

test('a sentence of a step about its proof is not said twice', () => {
  const open = ['No pod can be created. This is not so.'];
  const end = containEnding({
    name: 'shop',
    mode: 'isolate',
    course: having(ISOLATED, 'verifyIsolation', { open, proofs: [proof('not-proven')] }),
  });
  expect(end.open).toEqual([`Verify isolation: ${open[0]}`]);
});

test('contained means it: every step of the isolation is done, every decisive proof holds, nothing was waived', () => {
  const status = fc.constantFrom<StepStatus>('done', 'partly', 'failed', 'skipped', 'refused');
  const proofs = fc.array(
    fc.record({
      verdict: fc.constantFrom<ProofVerdict>('proven', 'not-proven', 'not-applicable'),
      decisive: fc.boolean(),
    }),
  );
  const any = fc.record({ status, proofs, present: fc.boolean() });
  const mode = fc.constantFrom('plan', 'isolate', 'remove');
  const decision = fc.constantFrom('approve', 'refuse', undefined);
  const keys = Object.keys(REMOVED) as StepKey[];
  fc.assert(
    fc.property(
      fc.array(any, { minLength: keys.length, maxLength: keys.length }),
      mode,
      decision,
      (all, mode, said) => {
        const steps = keys.flatMap((step, index) => {
          const { status, proofs, present } = all[index] as (typeof all)[number];
          const made = proofs.map(({ verdict, decisive }) => proof(verdict, decisive));
          return present ? [passed(step, { status, proofs: made })] : [];
        });
        const ran = course(...steps);
        const { outcome } = containEnding({
          name: 'shop',
          mode,
          course: ran,
          ...(said && { answer: answer(said) }),
        });
        if (outcome !== 'contained') return;
        expect(mode).not.toBe('plan');
        for (const step of ['disableNamespace', 'isolateNetwork', 'cutIdentity', 'cutConnections'] as const)
          expect(ran[step]?.status).toBe('done');
        const decisive = ran.verifyIsolation?.proofs.filter((each) => each.decisive) ?? [];
        expect(decisive.length).toBeGreaterThan(0);
        expect(decisive.every(({ verdict }) => verdict !== 'not-proven')).toBe(true);
        if (mode === 'remove') expect(said).toBeDefined();
        if (mode === 'remove' && said === 'approve') expect(ran.removeWorkloads?.status).toBe('done');
      },
    ),
    { numRuns: 2_000 },
  );
});
