/** How a playbook ends, by what became of its steps. */

import type { ContainmentOutcome, Mode, Proof, Scope } from '../../contract/containment.ts';
import type { PlanAnswer } from '../../contract/follow-up.ts';
import {
  CONTAIN_STEPS,
  CONTAIN_TABLE,
  RELEASE_STEPS,
  RELEASE_TABLE,
  type StepKey,
  stepsOf,
} from '../../contract/playbook-steps.ts';
import { counted } from '../../kit/words.ts';
import { type Course, latestProofs, type StepSummary } from './course.ts';
import { notProvenSentence } from './verify.ts';

/** The end of a playbook. */
export interface PlaybookEnd {
  outcome: ContainmentOutcome;
  /** One sentence, or a few; the cause of a failed execution. */
  summary: string;
  /** What a person has to do or to know, each with the step that says so. */
  open: string[];
}

export interface PlaybookEndInput {
  /** Of the namespace. */
  name: string;
  mode: Mode;
  scope?: Scope;
  course: Course;
  /** To the question whether to remove what runs. */
  answer?: PlanAnswer;
}

const NAMES: Readonly<Record<string, string>> = { ...CONTAIN_STEPS, ...RELEASE_STEPS };

/** The steps that must have done all of their work. */
const ISOLATING: readonly StepKey[] = stepsOf(CONTAIN_TABLE, 'isolation');
const REMOVING: readonly StepKey[] = stepsOf(CONTAIN_TABLE, 'removal');
/** The verifications of every isolation. */
const VERIFYING = ['verifyIsolation', 'verifySessions'] as const satisfies StepKey[];
const RESTORING: readonly StepKey[] = stepsOf(RELEASE_TABLE, 'restoration');

/**
 * `contained` iff the target may be touched, the snapshot is kept, nothing of the isolation failed or is open, and every
 * decisive proof is proven or not applicable; where removal was asked for, the same of it, unless a person refused it.
 */
export function containEnding({ name, mode, scope, course, answer }: PlaybookEndInput): PlaybookEnd {
  const refused = untouched(course, ['checkTarget', 'snapshot']);
  if (refused) return refused;
  if (mode === 'plan') {
    const isolation = writesOf(course, ISOLATING);
    const removal = writesOf(course, REMOVING);
    const takes = `Isolating ${name} takes ${counted(isolation, 'write')}, removing what runs ${removal} more.`;
    return planned(course, takes, [...ISOLATING, ...REMOVING]);
  }
  const removal = mode === 'remove' ? removalEnd(course, answer, scope) : { open: [], holds: true, text: '' };
  const missing = missingOf(course, [...ISOLATING, ...VERIFYING]);
  const proofs = latestProofs(course);
  const isolated = decisive(proofs.filter(({ id }) => course.verifyIsolation?.proofs.some((proof) => proof.id === id)));
  const verified = VERIFYING.every((step) => wasMade(course[step]));
  const holds =
    ISOLATING.every((step) => course[step]?.status === 'done') &&
    verified &&
    isolated.length > 0 &&
    decisive(proofs).every(({ verdict }) => verdict !== 'not-proven') &&
    removal.holds;
  const open = [...missing, ...openOf(course), ...removal.open];
  if (holds) {
    const proven = isolated.filter(({ verdict }) => verdict === 'proven').length;
    const beside = proven < isolated.length ? `, ${isolated.length - proven} not applicable` : '';
    const shown = `${name} is contained: its isolation is shown by ${counted(proven, 'decisive proof')}${beside}.`;
    return { outcome: 'contained', summary: shown + removal.text, open };
  }
  return { outcome: 'partly-contained', summary: partly(`${name} is only partly contained`, open), open };
}

/** `released` iff every step has done all of its work, and every decisive proof is proven or not applicable. */
export function releaseEnding({ name, mode, course }: PlaybookEndInput): PlaybookEnd {
  const refused = untouched(course, ['checkSnapshot']);
  if (refused) return refused;
  if (mode === 'plan')
    return planned(course, `Releasing ${name} takes ${counted(writesOf(course, RESTORING), 'write')}.`, RESTORING);
  const needed: StepKey[] = [...RESTORING, 'verifyRelease'];
  const open = [...missingOf(course, needed), ...openOf(course)];
  const notProven = decisive(latestProofs(course)).some(({ verdict }) => verdict === 'not-proven');
  if (needed.every((step) => course[step]?.status === 'done') && !notProven)
    return { outcome: 'released', summary: `${name} is released: everything that can be restored is as it was.`, open };
  return { outcome: 'partly-released', summary: partly(`${name} is only partly released`, open), open };
}

/** The end where one of the first steps did not let the others run. */
function untouched(course: Course, first: readonly StepKey[]): PlaybookEnd | undefined {
  for (const step of first) {
    const passed = course[step];
    if (passed?.status === 'done' || passed?.status === 'partly') continue;
    const why = passed ? (passed.open[0] ?? passed.summary) : `${NAMES[step]} was not run.`;
    return { outcome: 'refused', summary: `Nothing was touched: ${why}`, open: openOf(course) };
  }
  return undefined;
}

function planned(course: Course, takes: string, writing: readonly StepKey[]): PlaybookEnd {
  const open = [...missingOf(course, writing), ...openOf(course)];
  const whole = writing.every((step) => course[step]?.status === 'done' || course[step]?.status === 'partly');
  const summary = `Nothing was changed. ${takes}${whole ? '' : ' The plan is not whole: see what is open.'}`;
  return { outcome: 'planned', summary, open };
}

function removalEnd(
  course: Course,
  answer: PlanAnswer | undefined,
  scope: Scope | undefined,
): { open: string[]; holds: boolean; text: string } {
  if (answer?.decision === 'refuse')
    return {
      open: [],
      holds: true,
      text: ` What runs was not removed: ${answer.decidedBy} refused (${answer.reason}).`,
    };
  if (answer?.decision !== 'approve') {
    const open = `${CONTAIN_STEPS.askOnCall}: nobody has approved the removal; what runs is isolated, and was not removed.`;
    return { open: [open], holds: false, text: '' };
  }
  const holds = REMOVING.every((step) => course[step]?.status === 'done') && wasMade(course.verifyRemoval);
  const open = missingOf(course, [...REMOVING, 'verifyRemoval']);
  const stays = scope === 'pods' ? ' What makes its pods stays, held by the freeze.' : '';
  return { open, holds, text: ` Nothing of it runs any more.${stays}` };
}

const decisive = (proofs: readonly Proof[]): Proof[] => proofs.filter((proof) => proof.decisive);

/** Whether a verification was made, whatever it has found. */
const wasMade = (passed: StepSummary | undefined): boolean =>
  (passed?.status === 'done' || passed?.status === 'partly') && passed.proofs.length > 0;

const missingOf = (course: Course, steps: readonly StepKey[]): string[] =>
  steps.filter((step) => !course[step]).map((step) => `${NAMES[step]} was not run.`);

const writesOf = (course: Course, steps: readonly StepKey[]): number =>
  steps.reduce((sum, step) => sum + (course[step]?.writes ?? 0), 0);

/** What is open in all steps, each sentence once; of a claim that was tested again, what the last test has found. */
function openOf(course: Course): string[] {
  const latest = new Set(latestProofs(course));
  const open = Object.values(course).flatMap(({ step, open, proofs }) => {
    const earlier = proofs.filter((proof) => !latest.has(proof));
    const settled = new Set(earlier.map(({ claim, how }) => notProvenSentence(claim, how)));
    const left = open.filter((sentence) => !settled.has(sentence));
    return [
      ...left.map((sentence) => `${NAMES[step]}: ${sentence}`),
      ...decisive(proofs)
        .filter((proof) => latest.has(proof) && proof.verdict === 'not-proven')
        .filter(({ claim }) => !left.some((sentence) => sentence.includes(claim)))
        .map(({ claim, how }) => `${NAMES[step]}: not proven: ${claim} ${how}`),
    ];
  });
  return [...new Set(open)];
}

const partly = (text: string, open: readonly string[]): string =>
  open.length > 0
    ? `${text}: ${open.length === 1 ? 'one thing is' : `${open.length} things are`} open, first: ${open[0]}`
    : `${text}.`;
