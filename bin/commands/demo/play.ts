/** Plays a recording through the whole product, and tells what happens. */
import type { Alert } from '../../../functions/contract/alert.ts';
import { gradeOf } from '../../../functions/contract/grade.ts';
import { GRADES, LOOK_MINUTES } from '../../../functions/contract/vocabulary.ts';
import { emptySummary } from '../../../functions/detect/detect.ts';
import { defined } from '../../../functions/kit/defined.ts';
import { counted } from '../../../functions/kit/words.ts';
import type { Clock } from '../../local/clock.ts';
import { ExampleArchive, exampleAccount } from '../../local/example-account.ts';
import { LocalPipeline } from '../../local/pipeline.ts';
import { PlaybookRuns } from '../../local/playbook-runs.ts';
import type { RecordedCluster } from '../../local/recorded-cluster.ts';
import { SimulatedCluster } from '../../local/simulation/cluster.ts';
import { playContainment, tellMails } from './containment.ts';
import { alertIn, type Mail, Mails } from './mails.ts';
import type { Story } from './story.ts';

/** What came of it. */
export interface Played {
  pipeline: LocalPipeline;
  mails: Mails;
  /** The last mail about the gravest finding before anything was done. */
  gravest?: Mail;
  /** Whether all playbooks ended as they should; absent where none could be started. */
  contained?: boolean;
}

/** @param folder where mails, reports and evidence are written */
export async function play(
  recording: RecordedCluster,
  { clock, story, folder }: { clock: Clock; story: Story; folder: string },
): Promise<Played> {
  const { cluster, clients, deliveries, lines, objects } = recording;
  const account = exampleAccount(cluster);
  const pipeline = new LocalPipeline({
    cluster,
    clients,
    folder,
    clock,
    archive: new ExampleArchive(folder),
    playbooks: account.playbooks,
    readers: account.readers,
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
  await pipeline.lookAgain(() => tellMails(told));
  const alerts = mails.all().flatMap((mail) => {
    const alert = alertIn(mail);
    return alert ? [{ mail, alert }] : [];
  });
  const byWorry = alerts.toSorted((a, b) => worry(b.alert) - worry(a.alert));
  const target = byWorry.find(({ alert: { contain } }) => contain !== undefined && !('leftOut' in contain));
  const id = (target ?? byWorry[0])?.alert.id;
  const gravest = alerts.findLast(({ alert }) => alert.id === id)?.mail;
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
  return { pipeline, mails, ...defined({ gravest, contained }) };
}

/** The hour ends. */
async function tellDigests({ story, mails }: { story: Story; mails: Mails }): Promise<void> {
  if (!mails.hasFresh) return;
  await story.stage('Digest', 'at the end of the hour');
  await tellMails({ story, mails });
}

const worry = (alert: Alert): number => GRADES.indexOf(gradeOf(alert)) * 1000 + (alert.assessment?.score ?? 0);
