/** Whatever is told, in the corpus and by hostile hands, is what the receivers say that they take. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { LocalPipeline } from '../../bin/local/pipeline.ts';
import { readRecording } from '../../bin/local/recorded-cluster.ts';
import { DESTINATIONS, type Destination } from '../../functions/alert/destinations/index.ts';
import { bodies } from '../../functions/clients/local/sender.ts';
import { type Alert, alertSchema } from '../../functions/contract/alert.ts';
import { digestSchema } from '../../functions/contract/digest-message.ts';
import { readJson } from '../../functions/contract/read.ts';
import { FOLLOW_UPS } from './follow-up-samples.ts';
import { hostileAlert } from './hostile-alerts.ts';
import { hostileDigest } from './hostile-digests.ts';
import { hostileFollowUp } from './hostile-follow-ups.ts';
import { objectionsTo } from './outside-schemas.ts';

jest.setTimeout(180_000);

const alerts: Alert[] = [];

beforeAll(async () => {
  for (const folder of ['test/corpus/incidents', 'test/corpus/situations'])
    for (const name of await readdir(folder)) alerts.push(...(await alertsOf(join(folder, name, 'audit.jsonl.gz'))));
});

async function alertsOf(file: string): Promise<Alert[]> {
  const recording = await readRecording(file, Readable.from([]));
  const out = await mkdtemp(join(tmpdir(), 'outside-schemas-'));
  try {
    const pipeline = new LocalPipeline({ ...recording, folder: out });
    await pipeline.deliver(recording.lines);
    await pipeline.lookAgain();
    return pipeline.sender.sent
      .filter(({ destination }) => destination === 'topic')
      .map(({ message }) => bodies(message).default)
      .filter((json) => !digestSchema.safeParse(JSON.parse(json)).success)
      .map((json) => readJson(alertSchema, json, 'alert'));
  } finally {
    await rm(out, { recursive: true });
  }
}

test('the corpus has alerts and updates', () => {
  expect(alerts.length).toBeGreaterThan(20);
  expect(alerts.some(({ update }) => update)).toBe(true);
});

describe.each(Object.entries(objectionsTo))('%s', (id, objections) => {
  const row = DESTINATIONS.find((each) => each.id === id) as Destination;

  test('takes every alert and update of the corpus', () => {
    expect(alerts.flatMap((alert) => objections(row.alert(alert)).map((why) => `${alert.id}: ${why}`))).toEqual([]);
  });

  test('takes every sample of a follow-up', () => {
    for (const followUp of Object.values(FOLLOW_UPS)) expect(objections(row.followUp(followUp, {}, {}))).toEqual([]);
  });

  test('takes any alert, follow-up and digest', () => {
    const message = fc.oneof(
      hostileAlert.map((alert) => row.alert(alert)),
      hostileFollowUp.map((followUp) => row.followUp(followUp, {}, {})),
      hostileDigest.map((digest) => row.digest(digest, {})),
    );
    fc.assert(
      fc.property(message, (each) => {
        expect(objections(each)).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
});
