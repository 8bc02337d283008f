/**
 * What it takes to add a destination, done in a copy of the tree: a file and a row are all that the function, the stack and the
 * configuration need, and whatever else has to be added is named by a failing test.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { ScratchCopy } from '../scratch-copy.ts';

jest.setTimeout(180_000);

const ROOT = join(__dirname, '..', '..');
const FOLDER = 'functions/alert/destinations';
const COPIED = [
  'bin',
  'lib',
  'package-lock.json',
  'sentinel.config.schema.json',
  'test/alert',
  'test/any-text.ts',
  'test/lib',
];

/** A pager that takes a message with a summary, through a topic. */
const PAGER = `
import * as z from 'zod/mini';
import { digestHeadline } from '../digest/words.ts';
import { headline } from '../headline.ts';
import { followUpHeadline } from '../follow-up/words.ts';
import { destination } from './destination.ts';

const message = (summary: string) => ({ body: JSON.stringify({ summary }), byProtocol: false, attributes: {} });

export const pager = destination({
  id: 'pager',
  transport: { kind: 'sns', name: 'Pager', displayName: 'Namespace Sentinel pager', description: 'Alerts for the pager' },
  maxBytes: 10_000,
  alert: (alert) => message(headline(alert)),
  followUp: (followUp) => message(followUpHeadline(followUp)),
  digest: (digest) => message(digestHeadline(digest)),
  config: {
    key: 'pager',
    schema: z.optional(
      z.strictObject({ address: z.string().check(z.describe('Where the pager reads mail.')) }),
    ).check(z.describe('Alerts on a pager.')),
    subscriptions: (options) => options && [{ to: 'email', address: options.address }],
  },
});
`;

/** The stack, and an alert through the pipeline on this machine, of the copy in the working folder. */
const USE = `
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { LocalPipeline } from './bin/local/pipeline.ts';
import { readRecording } from './bin/local/recorded-cluster.ts';
import { parseConfig } from './lib/config/config.ts';
import { SentinelStack } from './lib/sentinel-stack.ts';

const config = parseConfig('clusters: [{ name: blue }]\\npager: { address: pager@example.com }\\n', 'test');
const app = new App({ context: { 'aws:cdk:bundling-stacks': [] }, builtinCloudFormationValidation: false });
const { Resources, Outputs } = Template.fromStack(new SentinelStack(app, 'Stack', { config })).toJSON();
const all = (type) => Object.entries(Resources).filter(([, { Type }]) => Type === type);
const [, alert] = all('AWS::Lambda::Function').find(([id]) => id.includes('AlertFunction'));
const { cluster, lines, clients } = await readRecording(process.argv[2]);
const pipeline = new LocalPipeline({ cluster, clients, folder: process.argv[3] });
await pipeline.deliver(lines);
console.log(JSON.stringify({
  topics: all('AWS::SNS::Topic').map(([, { Properties }]) => Properties.DisplayName),
  subscribed: all('AWS::SNS::Subscription').map(([, { Properties }]) => Properties.Endpoint),
  environment: JSON.stringify(alert.Properties.Environment.Variables.DESTINATIONS),
  outputs: Object.keys(Outputs).filter((name) => name.endsWith('TopicArn')),
  alarms: all('AWS::CloudWatch::Alarm').filter(([, { Properties }]) => JSON.stringify(Properties.Metrics ?? []).includes('TopicsPager')).length,
  sent: pipeline.sender.sent.map(({ destination, message }) => destination + ' ' + message.body.slice(0, 60)),
}));
`;

let copy: ScratchCopy;
beforeAll(() => {
  copy = new ScratchCopy(...COPIED);
  copy.write(`${FOLDER}/pager.ts`, PAGER);
});
afterAll(() => copy?.remove());

/** What looks after the table, in the copy. @returns the names of the tests that failed */
const failures = () => copy.failures(10, 'test/alert/destinations.test.ts', 'test/lib/config-schema.test.ts');

test('a file without a row is named', () => {
  expect(failures()).toEqual(['the table has a row for each file of the folder, whose name is the id']);
});

test('with the row it is deployed, configured and told of alerts; the test, the docs and the schema that lack are named', () => {
  copy.insert(`${FOLDER}/index.ts`, 'import { topic }', "import { pager } from './pager.ts';\n");
  copy.insert(`${FOLDER}/index.ts`, '] as const;', ', pager');
  copy.write('use.mjs', USE);
  const recording = join(ROOT, 'test/corpus/incidents/stolen-ci-role/audit.jsonl.gz');
  const { stdout, stderr } = spawnSync(process.execPath, ['use.mjs', recording, join(copy.root, 'out')], {
    cwd: copy.root,
    encoding: 'utf8',
    env: { ...process.env, POWERTOOLS_LOG_LEVEL: 'SILENT', POWERTOOLS_METRICS_DISABLED: 'true' },
  });
  if (!stdout.startsWith('{')) throw new Error(stderr);
  const used = JSON.parse(stdout) as Record<string, string[]>;
  expect(used['topics']).toContain('Namespace Sentinel pager');
  expect(used['subscribed']).toContain('pager@example.com');
  expect(used['environment']).toMatch(/\\"pager\\/);
  expect(used['outputs']).toContain('PagerTopicArn');
  expect(used['alarms']).toBe(1);
  expect(used['sent']?.filter((sent) => sent.startsWith('pager {"summary":'))).not.toEqual([]);
  expect(failures()).toEqual([
    'the JSON Schema for editors is that of the code (if not: npm run schema)',
    'the table of pager has a test and a row in docs/integrations.md',
  ]);
});

test('with these nothing is left to do', () => {
  copy.write('test/alert/pager.test.ts', '');
  copy.append('docs/integrations.md', '\n| `pager` | … |\n');
  const { status } = spawnSync(process.execPath, ['lib/config/write-schema.ts'], { cwd: copy.root });
  expect(status).toBe(0);
  expect(failures()).toEqual([]);
});
