/** `npm run demo`: a recorded incident through the real handlers, on this machine. */
import { mkdir, readFile, rm } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { Command } from 'commander';
import type { ClusterDescription } from '../functions/clients/local/eks.ts';
import { bodies } from '../functions/clients/local/topics.ts';
import { type Alert, SEVERITIES } from '../functions/finding.ts';
import { Output, ReaderGone } from './commands/io.ts';
import { InputError } from './input/input.ts';
import { openRecording } from './input/read.ts';
import { LocalPipeline } from './local/pipeline.ts';

const RECORDING = 'test/corpus/incidents/lookalike-namespace/audit.jsonl.gz';

// The handlers' own log lines and metrics are for CloudWatch.
process.env['POWERTOOLS_LOG_LEVEL'] = 'SILENT';
process.env['POWERTOOLS_METRICS_DISABLED'] = 'true';

const rule = (title: string): string => `\n──── ${title} ${'─'.repeat(Math.max(0, 72 - title.length))}\n`;
const output = new Output(process.stdout);
const say = (text: string): Promise<void> => output.write(`${text}\n`);

interface Recording {
  cluster: { name: string; region: string; account: string };
  descriptions: ClusterDescription[];
}

/** Beside a recording may lie `aws.json`: what EKS answered about the cluster at that time. */
async function surroundings(file: string): Promise<Recording> {
  const text = await readFile(join(dirname(file), 'aws.json'), 'utf8').catch(() => undefined);
  if (text === undefined)
    return { cluster: { name: 'demo', region: 'eu-central-1', account: '111122223333' }, descriptions: [] };
  const description = JSON.parse(text) as ClusterDescription;
  const [, , , region = '', account = ''] = (description.cluster.arn ?? '').split(':');
  return { cluster: { name: description.cluster.name, region, account }, descriptions: [description] };
}

async function demo(file: string, folder: string): Promise<void> {
  const { cluster, descriptions } = await surroundings(file);
  const lines: string[] = [];
  for await (const item of (await openRecording(file, { stdin: process.stdin, cluster })).items)
    if ('record' in item) lines.push(item.record.text);

  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await say(
    `Recording   ${file}: ${lines.length} log lines of cluster ${cluster.name} (${cluster.region}, ${cluster.account})`,
  );
  const pipeline = new LocalPipeline({ cluster, descriptions, folder });
  const summary = await pipeline.deliver(lines);
  await say(
    `detect      ${summary.handedOver} findings handed over, ${summary.recorded} recorded only, ${summary.rejected} lines not understood`,
  );

  const alerts = pipeline.topics.published
    .filter(({ channel }) => channel === 'topic')
    .map(({ message }) => ({ message, alert: JSON.parse(bodies(message).default) as Alert }))
    .sort((a, b) => worry(b.alert) - worry(a.alert));
  await say(`alert       ${alerts.length} sent`);
  for (const { message } of alerts) await say(`            ${message.subject}`);
  const [worst] = alerts;
  if (worst) {
    await say(rule('The e-mail of the most serious one, as it would arrive'));
    await say(`Subject: ${worst.message.subject}\n\n${bodies(worst.message)['email']}`);
    await say(rule('The same as JSON, for machines'));
    await say(JSON.stringify(worst.alert, undefined, 2));
  } else await say('\nNo namespace was created in this recording, and nobody tried: there is nothing to alert about.');
  if (alerts.length === 0) return;
  await say(rule('Written'));
  for (const path of pipeline.topics.files) await say(relative('.', path));
  await say(`${join(relative('.', folder), 'alerts')}/…/alert.json (what the evidence bucket would hold)`);
}

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
