/** `npm run demo`: a recorded incident through the real handlers, on this machine. */
import { mkdir, rm } from 'node:fs/promises';
import { relative } from 'node:path';
import { Command } from 'commander';
import { MAIN_DESTINATION } from '../functions/alert/destinations/index.ts';
import { bodies } from '../functions/clients/local/sender.ts';
import type { Alert } from '../functions/contract/alert.ts';
import { LOOK_MINUTES, SEVERITIES } from '../functions/contract/vocabulary.ts';
import { Output, ReaderGone } from './commands/io.ts';
import { InputError } from './input/input.ts';
import { LocalPipeline } from './local/pipeline.ts';
import { readRecording } from './local/recording.ts';

const RECORDING = 'test/corpus/incidents/stolen-ci-role/audit.jsonl.gz';

// The handlers' own log lines and metrics are for CloudWatch.
process.env['POWERTOOLS_LOG_LEVEL'] = 'SILENT';
process.env['POWERTOOLS_METRICS_DISABLED'] = 'true';

const rule = (title: string): string => `\n──── ${title} ${'─'.repeat(Math.max(0, 72 - title.length))}\n`;
const output = new Output(process.stdout);
const say = (text: string): Promise<void> => output.write(`${text}\n`);

async function demo(file: string, folder: string): Promise<void> {
  const { cluster, lines, clients } = await readRecording(file);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await say(
    `Recording   ${file}: ${lines.length} log lines of cluster ${cluster.name} (${cluster.region}, ${cluster.account})`,
  );
  const pipeline = new LocalPipeline({ cluster, clients, folder });
  const summary = await pipeline.deliver(lines);
  await say(
    `detect      ${summary.handedOver} findings handed over, ${summary.recorded} recorded only, ${summary.rejected} lines not understood`,
  );

  const alerts = sent(pipeline);
  await say(`alert       ${alerts.length} sent`);
  for (const { message } of alerts) await say(`            ${message.subject}`);
  await pipeline.lookAgain();
  const updates = sent(pipeline).filter(({ alert }) => alert.update);
  await say(`watch       looked again after ${LOOK_MINUTES.join(' and ')} minutes: ${updates.length} updates sent`);
  for (const { message } of updates) await say(`            ${message.subject}`);

  const [worst] = [...updates, ...alerts].sort((a, b) => worry(b.alert) - worry(a.alert));
  if (!worst) {
    await say('\nNo namespace was created in this recording, and nobody tried: there is nothing to alert about.');
    return;
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
  await say(rule('The same as JSON, for machines'));
  await say(JSON.stringify(worst.alert, undefined, 2));
  await say(rule('Written'));
  for (const path of pipeline.sender.files) await say(relative('.', path));
  for (const { alert } of [...alerts, ...updates])
    if (alert.report) await say(`${relative('.', alert.report)} (open it in a browser)`);
}

const sent = ({ sender }: LocalPipeline) =>
  sender.sent
    .filter(({ destination }) => destination === MAIN_DESTINATION)
    .map(({ message }) => ({ message, alert: JSON.parse(bodies(message).default) as Alert }));

const worry = ({ assessment }: Alert): number =>
  assessment ? SEVERITIES.indexOf(assessment.severity) * 1000 + assessment.score : Number.MAX_SAFE_INTEGER;

await new Command('demo')
  .description('Replays a recorded audit log through the real handlers, with local clients in place of AWS.')
  .argument('[file]', 'recorded log, in any form that "sentinel replay" reads', RECORDING)
  .option('--out <folder>', 'where to write; emptied first', 'demo-out')
  .action(async (file: string, { out }: { out: string }) => {
    try {
      await demo(file, out);
    } catch (error) {
      if (error instanceof ReaderGone) return;
      if (!(error instanceof InputError)) throw error;
      process.stderr.write(`demo: ${file}: ${error.message}\n`);
      process.exitCode = 2;
    }
  })
  .parseAsync();
