/** `Report`, the last step of *contain* and of *release*: says how it ended, and keeps what proves it. */

import { CONTAINMENT_SCHEMA_VERSION, type StoredFile } from '../../contract/containment.ts';
import type { ContainmentReport } from '../../contract/containment-report.ts';
import { followUpOf } from '../../contract/fit-follow-up.ts';
import { toldScope } from '../../contract/follow-up.ts';
import { CONTAIN_STEPS, RELEASE_STEPS, type StepKey } from '../../contract/playbook-steps.ts';
import { defined } from '../../kit/defined.ts';
import { messageOf } from '../../kit/words.ts';
import { findingOf } from '../framework/containment-facts.ts';
import { courseOf, messagePartsOf } from '../framework/course.ts';
import { messageIdOf } from '../framework/execution.ts';
import { ALERT_NEEDS, allNeeds, RECORD_NEEDS } from '../framework/needs.ts';
import { containEnding, releaseEnding } from '../framework/outcome.ts';
import { answerOf } from '../framework/results.ts';
import type { ApartStep, StepContext, StepOutcome } from '../framework/step.ts';
import { SUBJECT_NEEDS } from '../framework/subject.ts';

const PLAYBOOKS = {
  contain: { names: CONTAIN_STEPS as Partial<Record<StepKey, string>>, ending: containEnding },
  release: { names: RELEASE_STEPS as Partial<Record<StepKey, string>>, ending: releaseEnding },
} as const;

/** @returns the last step of the playbook */
export const reportStep = (playbook: 'contain' | 'release'): ApartStep => ({
  key: 'report',
  target: 'none',
  needs: allNeeds(SUBJECT_NEEDS, ALERT_NEEDS, RECORD_NEEDS, { aws: ['dynamodb:UpdateItem', 'lambda:InvokeFunction'] }),
  run: (context) => report(playbook, context),
});

/** @throws when the report could not be handed to *alert*: what was published before is not published twice */
async function report(playbook: 'contain' | 'release', context: Omit<StepContext, 'cluster'>): Promise<StepOutcome> {
  const { run, folder, clients, results } = context;
  const { names, ending } = PLAYBOOKS[playbook];
  const keys = (Object.keys(names) as StepKey[]).filter((key) => key !== 'report');
  const course = await courseOf(context, keys);
  const answer = answerOf(results);
  const { name: _, startedAt, target, mode, execution, ...given } = run;
  const end = ending({ name: target.namespace, mode, scope: run.scope, course, ...defined({ answer }) });
  const { steps, ...found } = messagePartsOf(course, names);
  const whole: ContainmentReport = {
    schemaVersion: CONTAINMENT_SCHEMA_VERSION,
    playbook,
    target,
    mode,
    execution,
    startedAt,
    at: new Date(context.now()).toISOString(),
    ...end,
    ...defined({ answer }),
    given: { ...given, accept: [...given.accept] },
    ...found,
    steps: Object.values(course).map(({ record, step, status, summary }) => ({ ...record, step, status, summary })),
  };
  const files: StoredFile[] = [];
  const unkept: string[] = [];
  const keep = async (name: string, body: () => string | Promise<string>, contentType: string): Promise<void> => {
    try {
      files.push(await folder.add(name, await body(), contentType));
    } catch (error) {
      unkept.push(`The file ${name} could not be stored: ${messageOf(error)}`);
    }
  };
  await keep('report.json', () => `${JSON.stringify(whole, undefined, 2)}\n`, 'application/json');
  await keep('hashes.txt', () => hashList(context), 'text/plain');
  const hashes = files.find(({ path }) => path.endsWith('/hashes.txt'));
  if (hashes)
    await clients.register
      .noteHash('hashList', hashes.path, hashes.sha256)
      .catch((error) => unkept.push(`The hash of hashes.txt could not be noted: ${messageOf(error)}`));
  try {
    const { findingId, severity, drill } = await findingOf(context);
    // Whatever becomes of the evidence, a person is told what was done.
    const { answer: _answer, given: _given, schemaVersion: _, ...told } = whole;
    await clients.followUps.tell(
      followUpOf({
        ...told,
        ...defined({ severity, drill, scope: toldScope(run.scope) }),
        findingId,
        // Should the next try keep it, that is told as well.
        messageId: messageIdOf(`${playbook}-end${unkept.length > 0 ? '-unkept' : ''}`, execution, run.name),
        steps,
        open: [...unkept, ...end.open],
        folder: folder.place,
        ...defined({ hashList: hashes?.sha256 }),
      }),
    );
  } finally {
    // One that cannot be given back runs out by itself.
    await clients.register.giveBack(target.uid, execution).catch(() => undefined);
  }
  const { outcome, summary } = end;
  return { status: 'done', outcome, summary, open: [...unkept, ...end.open], proofs: whole.proofs, files };
}

/** The hashes of all files of this run and of the snapshots, as `sha256sum --check` reads them where the store's root is. */
async function hashList({
  folder,
  signal,
  settings,
}: Pick<StepContext, 'folder' | 'signal' | 'settings'>): Promise<string> {
  // What an earlier try of this step has left is written again.
  const except = ['hashes.txt', 'steps/report.json'];
  const files = await folder.stored(except, AbortSignal.any([signal, AbortSignal.timeout(settings.budgetMs / 2)]));
  return files.map(({ path, sha256 }) => hashLine(path, sha256)).join('');
}

/** A name with a line break is escaped, and the line marked so. https://www.gnu.org/software/coreutils/manual/html_node/cksum-output-modes.html */
function hashLine(path: string, sha256: string): string {
  const escaped = path.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
  return `${escaped === path ? '' : '\\'}${sha256}  ${escaped}\n`;
}
