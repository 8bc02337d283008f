import { relative } from 'node:path';
import type { Alert } from '../../../functions/contract/alert.ts';
import { gradeOf } from '../../../functions/contract/grade.ts';
import { GRADES, LOOK_MINUTES } from '../../../functions/contract/vocabulary.ts';
import { emptySummary } from '../../../functions/detect/detect.ts';
import { counted } from '../../../functions/kit/words.ts';
import { nameOf } from '../../input/read.ts';
import { Clock } from '../../local/clock.ts';
import { ExampleArchive, exampleAccount } from '../../local/example-account.ts';
import { LocalPipeline } from '../../local/pipeline.ts';
import { PlaybookRuns } from '../../local/playbook-runs.ts';
import { type RecordedCluster, readRecording } from '../../local/recorded-cluster.ts';
import { SimulatedCluster } from '../../local/simulation/cluster.ts';
import { onInterrupt } from '../contain/interrupt.ts';
import { claimFolder } from '../files.ts';
import { harmlessJson } from '../harmless.ts';
import { EXIT, type ExitCode } from '../io.ts';
import type { Task } from '../task.ts';
import { playContainment, tellMails } from './containment.ts';
import { alertIn, type Mail, Mails } from './mails.ts';
import { Story } from './story.ts';
import { introduction, whereToLook } from './words.ts';

export interface DemoOptions {
  /** Where to write. */
  out: string;
  /** Print what happened as one line of JSON, and nothing else. */
  json?: boolean;
}

/** The alert gets about as long after the request, in milliseconds. */
const DELIVERY_MS = 2_000;

/**
 * Plays a recorded log through the whole product: detection, investigation, mails, second look, containment and release.
 *
 * @throws {InputError} when the log cannot be read or holds no audit event, or the folder may not be written
 */
export async function demo(file: string, { out, json = false }: DemoOptions, task: Task): Promise<ExitCode> {
  const begun = performance.now();
  task.waitFor(`Reading ${nameOf(file)}`);
  const recording = await readRecording(file, task.stdin, { note: (line) => task.note(line), staged: true });
  await claimFolder(out, '--out');
  const clock = new Clock(recording.endedAt === undefined ? undefined : recording.endedAt + DELIVERY_MS);
  const story = new Story(task, clock.now, json);
  const goOn = onInterrupt(async () => {
    task.waitFor(undefined);
    task.note(`Stopped at "${story.at}". The files so far are in ${out}; nothing else was touched.`);
  });
  try {
    for (const line of introduction(file, recording)) await story.say(line);
    const { mails, first, contained } = await play(recording, clock, story, out);
    const seconds = Math.round((performance.now() - begun) / 1_000);
    if (json) {
      const { cluster, problems } = recording;
      const told = mails.all().map(({ number, subject }) => ({ number, subject }));
      const steps = story.moments;
      await task.print(`${harmlessJson({ cluster, problems, seconds, steps, mails: told, folder: relative('.', out) })}\n`);
    } else {
      await tellEnd(first, contained, { story, mails, out, seconds });
    }
    return recording.problems > 0 || contained === false ? EXIT.attention : EXIT.done;
  } finally {
    task.waitFor(undefined);
    goOn();
  }
}

/** What came of it. */
interface Played {
  mails: Mails;
  /** The first mail about the gravest finding. */
  first?: Mail;
  /** Whether all playbooks ended as they should; absent where none could be started. */
  contained?: boolean;
}

async function play(recording: RecordedCluster, clock: Clock, story: Story, folder: string): Promise<Played> {
  const { cluster, clients, deliveries, lines, objects } = recording;
  const account = exampleAccount(cluster);
  const pipeline = new LocalPipeline({
    cluster,
    clients,
    folder,
    clock,
    archive: new ExampleArchive(folder),
    playbooks: account.playbooks,
  });
  const mails = new Mails(pipeline.sender);
  const told = { story, mails };

  await story.stage('Detect and investigate', 'the audit log, as CloudWatch Logs delivers it');
  const summary = emptySummary();
  for (const delivery of deliveries) {
    const counts = await pipeline.deliver(delivery.lines, delivery.cluster);
    for (const key of Object.keys(summary) as (keyof typeof summary)[]) summary[key] += counts[key];
  }
  const { handedOver, digested, recorded, rejected } = summary;
  const notUnderstood = recording.problems + rejected;
  await story.tell(
    'Detect',
    `${counted(handedOver, 'finding')} to investigate, ${digested} for a digest, ${recorded} recorded only` +
      `${notUnderstood > 0 ? `, ${counted(notUnderstood, 'line')} not understood` : ''}`,
  );
  for (const { finding, investigation } of pipeline.investigated) {
    const { evidence = [] } = investigation ?? {};
    const answered = evidence.filter(({ status }) => status !== 'not-checked').length;
    const what = `${finding.outcome} ${finding.namespace.name ?? ''}`.trim();
    await story.tell('Investigate', `${what}: ${answered} of ${counted(evidence.length, 'question')} answered`);
  }
  await tellMails(told);

  await story.stage('Look again', `after ${LOOK_MINUTES.join(' and ')} minutes`);
  await pipeline.lookAgain();
  if (mails.all().length > 0) await tellMails(told);
  const alerts = mails.all().flatMap((mail) => {
    const alert = alertIn(mail);
    return alert ? [{ mail, alert }] : [];
  });
  const containable = alerts.filter(({ alert: { contain } }) => contain !== undefined && !('leftOut' in contain));
  const gravest = alerts.toSorted((a, b) => worry(b.alert) - worry(a.alert))[0];
  const target = containable.toSorted((a, b) => worry(b.alert) - worry(a.alert))[0];
  let contained: boolean | undefined;
  if (objects && target) {
    const runs = new PlaybookRuns({
      account,
      cluster: await SimulatedCluster.of(objects, clock.now),
      clock,
      folder,
      table: pipeline.table,
      auditLines: lines,
      tell: (followUp) => pipeline.tell(followUp),
    });
    contained = await playContainment({ ...told, runs, account, findingId: target.alert.id });
  }
  await pipeline.endHour();
  await tellDigests(told);
  const id = (target ?? gravest)?.alert.id;
  const first = alerts.find(({ alert }) => alert.id === id)?.mail;
  return { mails, ...(first && { first }), ...(contained !== undefined && { contained }) };
}

/** The hour ends. */
async function tellDigests({ story, mails }: { story: Story; mails: Mails }): Promise<void> {
  if (!mails.hasFresh) return;
  await story.stage('Digest', 'at the end of the hour');
  await tellMails({ story, mails });
}

/** The mail, and where to look. */
async function tellEnd(
  first: Mail | undefined,
  contained: boolean | undefined,
  { story, mails, out, seconds }: { story: Story; mails: Mails; out: string; seconds: number },
): Promise<void> {
  if (!first) {
    await story.say('\nNo namespace was created in this recording, and nobody tried: there is nothing to alert about.');
    return;
  }
  await story.say(`\n──── Mail ${first.number}, as it arrives ${'─'.repeat(60)}\n`);
  await story.say(`Subject: ${first.subject}\n\n${first.text.trimEnd()}`);
  await story.say(`\n──── Where to look ${'─'.repeat(64)}\n`);
  for (const line of whereToLook(mails.all(), out, first)) await story.say(line);
  const rest = contained === undefined ? ' Containment is not shown: this recording does not have the objects for it.' : '';
  await story.say(`\nThe demo took ${counted(seconds, 'second')}.${rest}`);
}

const worry = (alert: Alert): number => GRADES.indexOf(gradeOf(alert)) * 1000 + (alert.assessment?.score ?? 0);
