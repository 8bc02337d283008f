/** The key is cut: the mail says so without the findings table, with what brings it back, and again while it lasts. */

import type { KeyMetadata } from '@aws-sdk/client-kms';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { LocalJobRuns } from '../../functions/clients/local/job-runs.ts';
import { type KeyClients, key } from '../../functions/watch/jobs/key.ts';
import { runJobs } from '../../functions/watch/run-jobs.ts';

const MINUTE = 60_000;
const START = Date.parse('2026-11-30T08:00:00Z');
const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/0000-1111';

let now: number;
let found: Partial<KeyMetadata> | undefined;
let mails: { subject: string; text: string }[];
let clients: KeyClients;
let undelivered: boolean;
beforeEach(() => {
  now = START;
  found = { KeyState: 'Enabled' };
  mails = [];
  undelivered = false;
  clients = {
    stackKey: { arn: KEY, describe: async () => found as KeyMetadata },
    keyMemory: { trouble: undefined },
    health: {
      tell: async (subject, text) => {
        if (undelivered) throw new Error('SNS does not answer');
        mails.push({ subject, text });
      },
    },
  };
});

/** With a table that refuses everything, as DynamoDB does without its key. */
const run = () => {
  const refuse = async (): Promise<never> => {
    throw new Error('the table is inaccessible');
  };
  return runJobs([key], {
    clients,
    runs: Object.assign(new LocalJobRuns(), { begin: refuse, again: refuse }),
    settings: { maxPerRun: 1, role: '' },
    clusters: [],
    now: () => now,
    failed: () => {},
    unknown: () => {},
    problem: () => {},
  });
};

test('nothing is told about a key that can be used', async () => {
  expect(await run()).toEqual([{ job: 'key', failed: 0, summary: { usable: true } }]);
  expect(mails).toEqual([]);
});

describe('a key', () => {
  test.each<[string, Partial<KeyMetadata> | undefined, string, string[]]>([
    [
      'that is disabled',
      { KeyState: 'Disabled' },
      'the key is disabled',
      [`aws kms enable-key --region eu-west-1 --key-id ${KEY}`, '(DisableKey)'],
    ],
    [
      'that is to be deleted',
      { KeyState: 'PendingDeletion', DeletionDate: new Date('2026-12-30T08:00:00Z') },
      'the key is to be deleted',
      ['at 2026-12-30T08:00:00.000Z', `aws kms cancel-key-deletion --region eu-west-1 --key-id ${KEY}`, 'enable-key'],
    ],
    ['whose store is away', { KeyState: 'Unavailable' }, 'the key cannot be used', ['in the state Unavailable']],
    ['that is gone', undefined, 'the key is gone', ['KMS does not know the key']],
  ])('%s is told with what to do', async (_, state, what, says) => {
    found = state;
    expect(await run()).toEqual([{ job: 'key', failed: 0, summary: { usable: false } }]);
    expect(mails.map(({ subject }) => subject)).toEqual([`${what}: no alert is sent`]);
    for (const each of [KEY, 'Noticed at 2026-11-30T08:00:00.000Z.', 'To do: ', ...says])
      expect(mails[0]?.text).toContain(each);
  });
});

test('it is reported at once, each hour while it lasts with when it was noticed, and at its end', async () => {
  found = { KeyState: 'Disabled' };
  for (let minutes = 0; minutes <= 60; minutes += 5) {
    now = START + minutes * MINUTE;
    await run();
  }
  expect(mails).toHaveLength(2);
  expect(mails[1]?.text).toContain('Noticed at 2026-11-30T08:00:00.000Z.');
  found = { KeyState: 'PendingDeletion' };
  await run();
  expect(mails.at(-1)?.subject).toContain('the key is to be deleted');
  found = { KeyState: 'Enabled' };
  await run();
  await run();
  expect(mails).toHaveLength(4);
  expect(mails.at(-1)?.subject).toBe('the key can be used again');
});

test('what could not be told is told at the next run', async () => {
  found = { KeyState: 'Disabled' };
  undelivered = true;
  expect(await run()).toMatchObject([{ job: 'key', failed: 1 }]);
  undelivered = false;
  await run();
  expect(mails).toHaveLength(1);
});
