/** `Report`, the last step of *contain* and of *release*: says how it ended, and keeps what proves it. */

import {
  CONTAIN_STEPS,
  CONTAINMENT_SCHEMA_VERSION,
  RELEASE_STEPS,
  type StepKey,
  type StepRecord,
  type StoredFile,
} from '../../contract/containment.ts';
import { type Answer, type FollowUp, followUpId, MAX_FOLLOW_UP_BYTES } from '../../contract/follow-up.ts';
import { fit } from '../../contract/sizes.ts';
import { defined } from '../../kit/defined.ts';
import { answerOf, courseOf } from '../framework/course.ts';
import { toldSeverity } from '../framework/facts.ts';
import { containEnding, type Ending, releaseEnding } from '../framework/outcome.ts';
import type { Context, Run, Step, StepOutcome } from '../framework/step.ts';

const PLAYBOOKS = {
  contain: { names: CONTAIN_STEPS as Partial<Record<StepKey, string>>, ending: containEnding },
  release: { names: RELEASE_STEPS as Partial<Record<StepKey, string>>, ending: releaseEnding },
} as const;

/** The whole of what is told, with all that the steps wrote down: `report.json`. */
export interface KeptReport extends Omit<FollowUp, 'id' | 'messageId' | 'steps' | 'outcome'>, Ending {
  /** To the question whether to remove what runs. */
  answer?: Answer;
  /** What was said at the start. */
  given: Omit<Run, 'name' | 'startedAt' | 'target' | 'mode' | 'execution'>;
  steps: (Partial<StepRecord> & Pick<StepRecord, 'step' | 'status' | 'summary'>)[];
}

/** What a follow-up keeps whole, however long the rest is. */
const KEPT = [
  'schemaVersion',
  'id',
  'messageId',
  'playbook',
  'target',
  'severity',
  'mode',
  'execution',
  'startedAt',
  'at',
  'outcome',
  'steps[].step',
  'steps[].status',
  'proofs[].id',
  'proofs[].verdict',
  'proofs[].decisive',
  'folder',
];

/** What is left of the limit for the list of what was cut. */
const CUT_BYTES = 8 * 1024;

/** @returns the last step of the playbook */
export const reportStep = (playbook: 'contain' | 'release'): Step => ({
  key: 'report',
  run: (context) => report(playbook, context),
});

/** @throws when nobody could be told: what was told before is not published twice */
async function report(playbook: 'contain' | 'release', context: Context): Promise<StepOutcome> {
  const { run, folder, clients, results } = context;
  const { names, ending } = PLAYBOOKS[playbook];
  const keys = (Object.keys(names) as StepKey[]).filter((key) => key !== 'report');
  const course = await courseOf(context, keys);
  const answer = answerOf(results.askOnCall);
  const { name: _, startedAt, target, mode, execution, ...given } = run;
  const end = ending({ name: target.namespace, mode, course, ...defined({ answer }) });
  const passed = Object.values(course);
  const whole: KeptReport = {
    schemaVersion: CONTAINMENT_SCHEMA_VERSION,
    playbook,
    target,
    mode,
    execution,
    startedAt,
    at: new Date(context.now()).toISOString(),
    ...end,
    ...defined({ answer }),
    given,
    steps: passed.map(({ record, step, status, summary }) => ({ ...record, step, status, summary })),
    proofs: passed.flatMap(({ proofs }) => proofs),
    proposals: passed.flatMap(({ proposals }) => proposals),
  };
  const files: StoredFile[] = [];
  const unkept: string[] = [];
  const keep = async (name: string, body: () => string | Promise<string>, contentType: string): Promise<void> => {
    try {
      files.push(await folder.add(name, await body(), contentType));
    } catch (error) {
      unkept.push(`The file ${name} could not be stored: ${error instanceof Error ? error.message : error}`);
    }
  };
  await keep('report.json', () => `${JSON.stringify(whole, undefined, 2)}\n`, 'application/json');
  await keep('hashes.txt', () => hashList(context), 'text/plain');
  try {
    // Whatever becomes of the evidence, a person is told what was done.
    const { answer: _answer, given: _given, ...told } = whole;
    const steps = passed.map(({ step, status, summary }) => ({ step: names[step] ?? step, status, summary }));
    await clients.followUps.tell(
      fitted({
        ...told,
        ...(await toldSeverity(context)),
        id: followUpId(target, run.findingId),
        // Should the next try keep it, that is told as well.
        messageId: `${playbook}-${run.name}-end${unkept.length > 0 ? '-unkept' : ''}`,
        steps,
        open: [...unkept, ...end.open],
        folder: folder.place,
      }),
    );
  } finally {
    // One that cannot be given back runs out by itself.
    await clients.register.giveBack(target.uid, execution).catch(() => undefined);
  }
  const { outcome, summary } = end;
  return { status: 'done', outcome, summary, open: [...unkept, ...end.open], proofs: whole.proofs, files };
}

/** The hashes of all files of this run and of the snapshots, as `sha256sum --check` reads them. */
async function hashList({ folder, signal, settings }: Context): Promise<string> {
  // What an earlier try of this step has left is written anew.
  const except = ['hashes.txt', 'steps/report.json'];
  const files = await folder.stored(except, AbortSignal.any([signal, AbortSignal.timeout(settings.budgetMs / 2)]));
  return files.map(({ path, sha256 }) => hashLine(path, sha256)).join('');
}

/** A name with a line break is escaped, and the line marked so. https://www.gnu.org/software/coreutils/manual/html_node/cksum-output-modes.html */
function hashLine(path: string, sha256: string): string {
  const escaped = path.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
  return `${escaped === path ? '' : '\\'}${sha256}  ${escaped}\n`;
}

/** Within the size that it may have; what is longer is in the folder. */
function fitted(followUp: FollowUp): FollowUp {
  const { value, cut } = fit(followUp, MAX_FOLLOW_UP_BYTES - CUT_BYTES, KEPT);
  if (cut.length === 0) return value;
  const paths = cut.map(({ path }) => path);
  return { ...value, cut: fit(paths, CUT_BYTES - 16).value };
}
