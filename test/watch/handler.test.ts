import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { localDigests } from '../../functions/clients/local/digest-store.ts';
import { LocalFindingsTable } from '../../functions/clients/local/findings-table.ts';
import { createHandler } from '../../functions/watch/handler.ts';
import { someFinding } from '../clients/findings-table.contract.ts';

const CONTEXT = { functionName: 'watch', awsRequestId: 'request-1' } as Context;
const SCHEDULED = { source: 'aws.scheduler', 'detail-type': 'Scheduled Event' };

let output: string[];
beforeEach(() => {
  output = [];
  process.env['POWERTOOLS_LOG_LEVEL'] = 'INFO';
  process.env['POWERTOOLS_METRICS_DISABLED'] = 'false';
  for (const stream of [process.stdout, process.stderr])
    jest.spyOn(stream, 'write').mockImplementation((text) => output.push(String(text)) > 0);
});
afterEach(() => {
  jest.restoreAllMocks();
});

const lines = () => output.flatMap((text) => text.split('\n')).filter((line) => line.startsWith('{'));
const metrics = () => lines().filter((line) => line.includes('"_aws"'));
const logged = (message: string) => JSON.parse(lines().find((line) => line.includes(message)) ?? '{}') as object;

async function world(start: () => Promise<void>) {
  let now = 0;
  const table = new LocalFindingsTable(() => now);
  const finding = someFinding();
  await table.claim(finding, 1_000);
  now = 600_000;
  const digests = localDigests(() => now);
  const messages = { send: async () => undefined };
  const clients = { table, digests, messages, investigator: { start } };
  return { finding, table, handler: createHandler(clients, { maxPerRun: 5 }, () => now) };
}

test('a run says what it did, in its answer and its log, and counts nothing where there is no problem', async () => {
  const { handler } = await world(async () => {});
  await expect(handler(SCHEDULED, CONTEXT)).resolves.toMatchObject({ takenUp: 1, looks: 0, failed: 0, more: false });
  expect(logged('agenda handled')).toMatchObject({ takenUp: 1, looks: 0, givenUp: 0, failed: 0, digestsFailed: 0 });
  expect(metrics()).toEqual([]);
});

test('what is given up is counted as a missing alert', async () => {
  const { handler, table } = await world(async () => {});
  table.items.set('nsf-x', { state: 'handed-over', leaseUntil: 0, delivered: [], agenda: 'alert', due: 0 });
  await expect(handler(SCHEDULED, CONTEXT)).resolves.toMatchObject({ givenUp: 1 });
  expect(metrics().map((line) => JSON.parse(line))).toMatchObject([
    { service: 'watch', problem: 'alert-missing', Problem: 1 },
  ]);
});

test('a run in which something failed fails at its end, and tells which finding and why', async () => {
  const { handler, finding } = await world(() => Promise.reject(new Error('Lambda is down')));
  await expect(handler(SCHEDULED, CONTEXT)).rejects.toThrow('1 findings or digests could not be taken up');
  const told = lines().find((line) => line.includes('finding not taken up')) ?? '{}';
  expect(JSON.parse(told)).toMatchObject({ findingId: finding.id, error: { message: 'Lambda is down' } });
  expect(logged('agenda handled')).toMatchObject({ failed: 1 });
});
