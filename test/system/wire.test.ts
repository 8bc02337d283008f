import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  CloudWatchLogsClient,
  DescribeLogStreamsCommand,
  GetLogEventsCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { clientSettings } from '../../tools/twin/identities.ts';
import { kubeRequest } from '../../tools/twin/kube.ts';
import { startTwin, type Twin } from '../../tools/twin/twin.ts';
import { CUT_MARK, cutLine } from '../../tools/twin/wire/batches.ts';
import { auditLogGroup, MAX_LINE_BYTES, startWire, stopWire } from '../../tools/twin/wire/wire.ts';
import { BRING_UP_MS, progress } from './bring-up.ts';

let twin: Twin;
let logs: CloudWatchLogsClient;
beforeAll(async () => {
  twin = await startTwin(progress(), { auditLogMaxSizeMb: 1 });
  logs = new CloudWatchLogsClient(clientSettings(twin.emulator));
  await startWire(twin);
}, BRING_UP_MS);
afterAll(() => twin?.close());

/** Creates a namespace; the answer's audit id finds its line. */
async function createNamespace(name: string, annotationBytes = 0): Promise<string> {
  const annotations = annotationBytes > 0 ? { note: 'x'.repeat(annotationBytes) } : {};
  const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name, annotations } };
  const answer = await kubeRequest(twin.endpoint, twin.admin, { method: 'POST', path: '/api/v1/namespaces', body });
  expect(answer.code).toBe(201);
  return String(answer.headers['audit-id']);
}

/** The messages of the log group, stream by stream. */
async function forwarded(): Promise<string[]> {
  const logGroupName = auditLogGroup(twin);
  const { logStreams = [] } = await logs.send(new DescribeLogStreamsCommand({ logGroupName }));
  const messages: string[] = [];
  for (const { logStreamName } of logStreams) {
    let nextToken: string | undefined;
    for (;;) {
      const page = await logs.send(
        new GetLogEventsCommand({ logGroupName, logStreamName, startFromHead: true, nextToken }),
      );
      messages.push(...(page.events ?? []).map(({ message = '' }) => message));
      if (page.nextForwardToken === nextToken || !page.events?.length) break;
      nextToken = page.nextForwardToken;
    }
  }
  return messages;
}

/** All files of the audit log together. A rotation while they are read would hide the one that was renamed: then again. */
function auditLogText(): string {
  const folder = dirname(twin.auditLog);
  const rotated = () =>
    readdirSync(folder)
      .filter((name) => name !== 'audit.log')
      .sort();
  for (;;) {
    const names = rotated();
    const text = [...names, 'audit.log'].map((name) => readFileSync(join(folder, name), 'utf8')).join('');
    if (rotated().join() === names.join()) return text;
  }
}

/** The lines of the audit log up to the event, as EKS would have cut them. */
function written(lastAuditId: string): string[] {
  const lines = auditLogText()
    .split('\n')
    .filter((line) => line !== '');
  const last = lines.findIndex((line) => line.includes(lastAuditId));
  expect(last).toBeGreaterThanOrEqual(0);
  return lines.slice(0, last + 1).map((line) => cutLine(line, MAX_LINE_BYTES));
}

const arrived = (auditId: string) =>
  twin.processes.until(async () => (await forwarded()).some((message) => message.includes(auditId)), {
    what: `event ${auditId} is in the log group`,
    process: 'wire',
    everyMs: 100,
  });

test('every line arrives once: past rotations, in several requests, cut where it is too long', async () => {
  const sizes = [0, 1_000, 30_000, 90_000, 140_000, 250_000];
  await Promise.all(Array.from({ length: 36 }, (_, at) => createNamespace(`load-${at}`, sizes[at % sizes.length])));
  const last = await createNamespace('last');
  await arrived(last);
  const expected = written(last);
  const got = new Set(await forwarded());
  expect(expected.filter((line) => !got.has(line))).toEqual([]);
  expect(readdirSync(dirname(twin.auditLog)).length).toBeGreaterThan(3);
  const long = expected.filter((line) => line.endsWith(CUT_MARK));
  expect(long.length).toBe(12); // 140 and 250 KB: a line holds the request and the answer
  expect(Math.max(...long.map((line) => Buffer.byteLength(line)))).toBe(MAX_LINE_BYTES);
  const messages = await forwarded();
  expect(new Set(messages).size).toBe(messages.length);
});

test('a forwarder that died goes on where it was: nothing is lost', async () => {
  const load = Promise.all(Array.from({ length: 30 }, (_, at) => createNamespace(`restart-${at}`, 60_000)));
  await stopWire(twin);
  await load;
  await createNamespace('while-it-was-down');
  await startWire(twin);
  const last = await createNamespace('after');
  await arrived(last);
  const got = new Set(await forwarded());
  expect(written(last).filter((line) => !got.has(line))).toEqual([]);
});

describe('the log service refuses what CloudWatch Logs would', () => {
  const at = Date.now();
  test.each([
    { what: 'no events', events: [] },
    {
      what: 'events out of order',
      events: [
        { timestamp: at, message: 'b' },
        { timestamp: at - 1, message: 'a' },
      ],
    },
    {
      what: 'more than 10,000 events',
      events: Array.from({ length: 10_001 }, () => ({ timestamp: at, message: 'x' })),
    },
    { what: 'more than 1 MiB', events: [{ timestamp: at, message: 'x'.repeat(1_048_576 - 25) }] },
    {
      what: 'more than a day',
      events: [
        { timestamp: at - 86_400_001, message: 'a' },
        { timestamp: at, message: 'b' },
      ],
    },
  ])('$what', async ({ events }) => {
    const logGroupName = auditLogGroup(twin);
    const { logStreams = [] } = await logs.send(new DescribeLogStreamsCommand({ logGroupName }));
    const logStreamName = logStreams[0]?.logStreamName;
    await expect(
      logs.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents: events })),
    ).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });
});
