import { relative } from 'node:path';
import { MAIN_DESTINATION } from '../../../functions/alert/destinations/index.ts';
import { bodies } from '../../../functions/clients/local/sender.ts';
import { type Alert, alertSchema } from '../../../functions/contract/alert.ts';
import { digestSchema } from '../../../functions/contract/digest-message.ts';
import { gradeOf } from '../../../functions/contract/grade.ts';
import { readJson } from '../../../functions/contract/read.ts';
import { GRADES, LOOK_MINUTES } from '../../../functions/contract/vocabulary.ts';
import { emptySummary } from '../../../functions/detect/detect.ts';
import { nameOf } from '../../input/read.ts';
import { LocalPipeline } from '../../local/pipeline.ts';
import { readRecording } from '../../local/recorded-cluster.ts';
import { claimFolder } from '../files.ts';
import { harmlessInTerminal } from '../harmless.ts';
import { EXIT, type ExitCode } from '../io.ts';
import type { Task } from '../task.ts';

const rule = (title: string): string => `\n──── ${title} ${'─'.repeat(Math.max(0, 72 - title.length))}\n`;

/**
 * Prints the mails of a recorded log, and writes all that is sent into the folder.
 *
 * @throws {InputError} when the log cannot be read or holds no audit event, or the folder may not be written
 */
export async function demo(file: string, folder: string, task: Task): Promise<ExitCode> {
  const say = (text: string): Promise<void> => task.print(`${text}\n`);
  task.waitFor(`Reading ${nameOf(file)}`);
  const { cluster, lines, deliveries, problems, clients } = await readRecording(file, task.stdin, (line) =>
    task.note(line),
  );
  await claimFolder(folder, '--out');
  const clusters = deliveries.map(({ cluster: { name, region, account } }) => `${name} (${region}, ${account})`);
  await say(
    `Recording   ${harmlessInTerminal(file)}: ${lines.length} log lines of cluster ${harmlessInTerminal(clusters.join(', '))}`,
  );
  task.waitFor('Detecting, investigating and alerting');
  const pipeline = new LocalPipeline({ cluster, clients, folder });
  const summary = emptySummary();
  for (const delivery of deliveries) {
    const counts = await pipeline.deliver(delivery.lines, delivery.cluster);
    for (const key of Object.keys(summary) as (keyof typeof summary)[]) summary[key] += counts[key];
  }
  await say(
    `detect      ${summary.handedOver} findings handed over, ${summary.digested} for a digest, ${summary.recorded} recorded only, ${problems + summary.rejected} lines not understood`,
  );
  const code = problems > 0 ? EXIT.attention : EXIT.done;

  const alerts = sent(pipeline);
  await say(`alert       ${alerts.length} sent`);
  for (const { message } of alerts) await say(`            ${message.subject}`);
  task.waitFor('Looking again');
  await pipeline.lookAgain();
  const updates = sent(pipeline).filter(({ alert }) => alert.update);
  await say(`watch       looked again after ${LOOK_MINUTES.join(' and ')} minutes: ${updates.length} updates sent`);
  for (const { message } of updates) await say(`            ${message.subject}`);

  await pipeline.endHour();
  const digests = sentToMain(pipeline).filter(({ json }) => isDigest(json));
  await say(`watch       the hour ended: ${digests.length} digests sent`);
  for (const { message } of digests) await say(`            ${message.subject}`);

  const [worst] = [...updates, ...alerts].sort((a, b) => worry(b.alert) - worry(a.alert));
  if (!worst) {
    await say('\nNo namespace was created in this recording, and nobody tried: there is nothing to alert about.');
    return code;
  }
  const first = alerts.find(({ alert }) => alert.id === worst.alert.id) ?? worst;
  for (const [title, { message }] of [
    ['The e-mail of the most serious one, as it would arrive', first],
    ['The update', worst],
  ] as const) {
    if (title === 'The update' && worst === first) continue;
    await say(rule(title));
    await say(`Subject: ${message.subject}\n\n${bodies(message)['email']}`);
  }
  await say(rule('Written'));
  for (const path of pipeline.sender.files) await say(relative('.', path));
  for (const { alert } of [...alerts, ...updates])
    if (alert.report) await say(`${relative('.', alert.report)} (open it in a browser)`);
  return code;
}

const sentToMain = ({ sender }: LocalPipeline) =>
  sender.sent
    .filter(({ destination }) => destination === MAIN_DESTINATION)
    .map(({ message }) => ({ message, json: bodies(message).default }));

const sent = (pipeline: LocalPipeline) =>
  sentToMain(pipeline).flatMap(({ message, json }) =>
    isDigest(json) ? [] : [{ message, alert: readJson(alertSchema, json, 'alert') }],
  );

const isDigest = (json: string): boolean => digestSchema.safeParse(JSON.parse(json)).success;

const worry = (alert: Alert): number => GRADES.indexOf(gradeOf(alert)) * 1000 + (alert.assessment?.score ?? 0);
