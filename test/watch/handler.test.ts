import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { localDigests } from '../../functions/clients/local/digest-store.ts';
import { LocalFindingsTable } from '../../functions/clients/local/findings-table.ts';
import { LocalJobRuns } from '../../functions/clients/local/job-runs.ts';
import { createHandler } from '../../functions/watch/handler.ts';
import { type AgendaClients, agenda } from '../../functions/watch/jobs/agenda.ts';
import { type DueDigestClients, digests } from '../../functions/watch/jobs/digests.ts';
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
const logged = (...parts: string[]) =>
  JSON.parse(lines().find((line) => parts.every((part) => line.includes(part))) ?? '{}') as object;

async function world(start: () => Promise<void>) {
  let now = 0;
  const table = new LocalFindingsTable(() => now);
  const finding = someFinding();
  await table.claim(finding, 1_000);
  now = 600_000;
  const messages = { send: async () => undefined };
  const handler = createHandler<AgendaClients & DueDigestClients>({
    jobs: [agenda, digests],
    clients: { table, digests: localDigests(() => now), messages, investigator: { start } },
    runs: new LocalJobRuns(),
    settings: { maxPerRun: 5, role: '' },
    clusters: [],
    now: () => now,
  });
  return { finding, table, handler };
}

test('a run says what each job did, in its answer and its log, and counts nothing where there is no problem', async () => {
  const { handler } = await world(async () => {});
  await expect(handler(SCHEDULED, CONTEXT)).resolves.toMatchObject({
    agenda: { takenUp: 1, looks: 0, failed: 0, more: false },
    digests: { digests: 0 },
  });
  expect(logged('job done', '"agenda"')).toMatchObject({ takenUp: 1, looks: 0, givenUp: 0, failures: 0 });
  expect(logged('job done', '"job":"digests"')).toMatchObject({ digestsFailed: 0, failures: 0 });
  expect(metrics()).toEqual([]);
});

test('what is given up is counted as a missing alert', async () => {
  const { handler, table } = await world(async () => {});
  table.items.set('nsf-x', { state: 'handed-over', leaseUntil: 0, delivered: [], agenda: 'alert', due: 0 });
  await expect(handler(SCHEDULED, CONTEXT)).resolves.toMatchObject({ agenda: { givenUp: 1 } });
  expect(metrics().map((line) => JSON.parse(line))).toMatchObject([
    { service: 'watch', problem: 'alert-missing', Problem: 1 },
  ]);
});

test('a run in which something failed fails at its end, and tells which finding and why', async () => {
  const { handler, finding } = await world(() => Promise.reject(new Error('Lambda is down')));
  await expect(handler(SCHEDULED, CONTEXT)).rejects.toThrow('could not handle everything: 1 in agenda');
  expect(logged('not handled')).toMatchObject({
    job: 'agenda',
    what: `finding ${finding.id}`,
    error: { message: 'Lambda is down' },
  });
  expect(logged('job done', '"agenda"')).toMatchObject({ failed: 1, failures: 1 });
});
