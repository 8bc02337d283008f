/** What is fuzzed: each row makes an input from a seed, and reads it. An error other than the expected one is a failure. */
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { openRecording } from '../../bin/input/read.ts';
import { alertFrom } from '../../functions/alert/destination.ts';
import { followUpFrom } from '../../functions/alert/follow-up/read.ts';
import { readLine } from '../../functions/clients/logs/log-line.ts';
import { readPayload as readStep } from '../../functions/contain/framework/payload.ts';
import { runOf } from '../../functions/contain/framework/run.ts';
import { decisionOf } from '../../functions/contract/decision-input.ts';
import { jsonBytes } from '../../functions/contract/sizes.ts';
import { MAX_FINDING_BYTES } from '../../functions/contract/vocabulary.ts';
import { judge } from '../../functions/detect/judge.ts';
import { readLostEvents } from '../../functions/detect/lost-event.ts';
import { unpack } from '../../functions/detect/payload.ts';
import { parseConfig } from '../../lib/config/config.ts';
import { mutateObject, mutateText } from './mutate.ts';
import type { Random } from './random.ts';
import { reference } from './reference.ts';

/** Honest inputs, from the recordings and the examples. */
export interface Seeds {
  /** Audit events as lines. */
  events: readonly string[];
  /** Those of them that show a creation. */
  creations: readonly string[];
  /** Lines of the API server's own log. */
  logLines: readonly string[];
  /** The configuration that is shipped. */
  config: string;
}

export interface Target {
  name: string;
  /** How often it is chosen. */
  share: number;
  /** @returns what is wrong with what came of the input; undefined where nothing is */
  run(random: Random, seeds: Seeds): string | undefined | Promise<string | undefined>;
}

/** Runs it; an error of one of these names is an answer. */
async function attempt(expected: readonly string[], work: () => unknown): Promise<string | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    const { name, message } = error as Error;
    return expected.includes(name) ? undefined : `${name}: ${message}`.slice(0, 200);
  }
}

function judged(line: string): string | undefined {
  const verdict = judge({ text: line, cluster: { name: 'fuzz' } });
  if (verdict.kind === 'finding' && jsonBytes(verdict.finding) > MAX_FINDING_BYTES) return 'a finding over its size';
  if (Object.hasOwn(Object.prototype, 'polluted')) return 'the prototype of all objects was changed';
  const expected = reference(line);
  if (expected === 'created' && !(verdict.kind === 'finding' && verdict.finding.outcome === 'created'))
    return `a creation is told as ${verdict.kind}`;
  return expected === 'nothing' && verdict.kind === 'finding' ? 'something else is told as a creation' : undefined;
}

const record = (finding: unknown, answer: unknown) => ({
  requestContext: { condition: 'Success', approximateInvokeCount: 1 },
  requestPayload: { finding },
  responsePayload: answer,
});
const TARGET = {
  cluster: { name: 'demo', region: 'eu-west-1', account: '111122223333' },
  namespace: 'team-a',
  uid: '28108d55-f7d8-45c8-90ac-e1dbd86c7307',
};
const FOLLOW_UP = {
  schemaVersion: 1,
  id: 'nsf-1',
  messageId: 'm',
  playbook: 'contain',
  target: TARGET,
  mode: 'isolate',
  execution: 'x',
  startedAt: '2026-11-23T07:02:51Z',
  at: '2026-11-23T07:02:51Z',
  outcome: 'contained',
  summary: 's',
  steps: [],
  proofs: [],
  open: [],
  proposals: [],
};
const STEP = {
  step: 'snapshot',
  execution: 'arn:aws:states:eu-west-1:111122223333:execution:m:n',
  name: 'n',
  startedAt: '2026-11-23T07:02:51Z',
  input: { ...TARGET, cluster: 'demo', mode: 'plan', reason: 'why' },
};
const DECISION = { cluster: 'demo', findingId: 'nsf-1', decision: 'legitimate', reason: 'known', by: 'alice' };

const aFinding = (random: Random, { events }: Seeds): unknown => {
  const verdict = judge({ text: random.of(events), cluster: TARGET.cluster });
  return verdict.kind === 'finding' ? verdict.finding : { id: 'nsf-1' };
};

/** The line of a creation, cut anywhere behind the status: all that tells about it has been read. */
function cutBehindStatus(random: Random, { creations }: Seeds): string | undefined {
  const line = random.of(creations);
  const behind = line.indexOf('"requestReceivedTimestamp"');
  const status = line.indexOf('"responseStatus"');
  const from = line.indexOf('}', line.indexOf('"code"', status)) + 1;
  const verdict = judge({ text: line.slice(0, from + random.below(behind - from)), cluster: {} });
  return verdict.kind === 'finding' ? undefined : `a creation whose line is cut is told as ${verdict.kind}`;
}

export const TARGETS: readonly Target[] = [
  { name: 'creations, cut', share: 8, run: cutBehindStatus },
  {
    name: 'events, changed as objects',
    share: 40,
    run: (random, { events }) => judged(JSON.stringify(mutateObject(JSON.parse(random.of(events)), random))),
  },
  {
    name: 'events, changed as text',
    share: 30,
    run: (random, { events }) => judged(mutateText(random.of(events), random)),
  },
  {
    name: "lines of the API server's log",
    share: 8,
    run: (random, { logLines }) => attempt([], () => readLostEvents(mutateText(random.of(logLines), random))),
  },
  {
    name: 'lines that checks read',
    share: 5,
    run: (random, { events }) => attempt([], () => readLine(mutateText(random.of(events), random))),
  },
  {
    name: 'payloads of a subscription',
    share: 3,
    run: (random, { events }) =>
      attempt(['PayloadError'], async () => {
        const logEvents = [{ id: '1', timestamp: 1, message: mutateText(random.of(events), random) }];
        const payload = { messageType: 'DATA_MESSAGE', owner: '1', logGroup: 'g', logStream: 's', logEvents };
        const bytes = gzipSync(JSON.stringify(random.oneIn(2) ? payload : mutateObject(payload, random)));
        if (random.oneIn(3)) bytes[random.below(bytes.length)] = random.below(256);
        await unpack({ awslogs: { data: bytes.toString('base64') } }, 1 << 20);
      }),
  },
  {
    name: 'records of investigate',
    share: 5,
    run: (random, seeds) =>
      attempt(['Unreadable'], () => {
        const finding = aFinding(random, seeds);
        return alertFrom(mutateObject(record(finding, { findingId: 'x', evidence: [], assessment: {} }), random));
      }),
  },
  {
    name: 'follow-ups',
    share: 4,
    run: (random) =>
      attempt(['Unreadable', 'UnreadableFollowUpError'], () =>
        followUpFrom({ followUp: mutateObject(FOLLOW_UP, random) }),
      ),
  },
  {
    name: 'the input of contain and release',
    share: 3,
    run: (random) => attempt(['TypeError', 'InputError'], () => runOf(readStep(mutateObject(STEP, random)), undefined)),
  },
  {
    name: 'the input of decide',
    share: 2,
    run: (random) => attempt(['InputError'], () => decisionOf(mutateObject(DECISION, random))),
  },
  {
    name: 'recordings',
    share: 2,
    run: (random, { events }) =>
      attempt(['InputError'], async () => {
        const lines = Array.from({ length: 3 }, () => random.of(events));
        const text = random.of([
          () => lines.join('\n'),
          () => JSON.stringify({ kind: 'EventList', items: lines.map((line) => JSON.parse(line)) }),
          () => JSON.stringify({ events: lines.map((message) => ({ message })) }),
        ])();
        const stdin = Readable.from([Buffer.from(mutateText(text, random))]);
        for await (const item of await openRecording('-', { stdin, cluster: {} }))
          if ('record' in item) judge(item.record);
      }),
  },
  {
    name: 'configurations',
    share: 1,
    run: (random, { config }) => attempt(['ConfigError'], () => parseConfig(mutateText(config, random), 'fuzz.yaml')),
  },
];
