/** Who gets which digest: whatever is configured when, each finding reaches each audience once. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { audiencesOf, deployedDestinations } from '../../functions/alert/destinations/index.ts';
import { topic } from '../../functions/alert/destinations/topic.ts';
import { LocalDigestStore } from '../../functions/clients/local/digest-store.ts';
import { StoredDigests } from '../../functions/clients/table/digests.ts';
import { windowOf, windowsOf } from '../../functions/contract/digest.ts';
import { addressName, audiencesFrom } from '../../functions/contract/digest-audiences.ts';
import type { Digest } from '../../functions/contract/digest-message.ts';
import { DIGEST_FREQUENCIES, type DigestFrequency, type DigestReason } from '../../functions/contract/vocabulary.ts';
import { sendDueDigests } from '../../functions/watch/jobs/digests.ts';
import { someFinding } from './findings-table.contract.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const CLUSTER = { name: 'prod', region: 'eu-west-1', account: '111122223333' };
const ADDRESSES = ['a@example.com', 'b@example.com', 'c@example.com'];
/** A Wednesday. */
const START = Date.parse('2026-11-25T13:40:00Z');

/** A configuration: how often each address and the channel get a digest; undefined for who is not configured. */
interface Setting {
  addresses: (DigestFrequency | undefined)[];
  chat: DigestFrequency | undefined;
}

const deployed = ({ addresses, chat }: Setting) =>
  deployedDestinations({
    emails: ADDRESSES.flatMap((address, index) => {
      const digest = addresses[index];
      return digest ? [{ address, minSeverity: 'LOW', digest }] : [];
    }),
    ...(chat && { chat: { topic: true, digest: chat } }),
  });

/** The addresses that get the digest, as SNS reads the filter policy of each: `[{ exists: false }, its name]`. */
function addressesOf(digest: Digest): string[] {
  if (digest.to !== undefined && !digest.to.includes('topic')) return [];
  const { digest: names } = topic.digest(digest, {}).attributes;
  return ADDRESSES.filter((address) => names === undefined || names.includes(addressName(address)));
}

const frequency = fc.constantFrom(...DIGEST_FREQUENCIES);
/** The last address comes and goes. */
const setting = fc.record({
  addresses: fc.tuple(frequency, frequency, fc.option(frequency, { nil: undefined })),
  chat: frequency,
});
const reason = fc.constantFrom<DigestReason>('refused', 'accepted', 'flood', 'looked-at');
const step = fc.oneof(
  { weight: 1, arbitrary: fc.record({ setting }) },
  { weight: 4, arbitrary: fc.record({ findings: fc.array(reason, { minLength: 1, maxLength: 45 }) }) },
  // Between two runs of watch: minutes to days, where runs were missed.
  { weight: 4, arbitrary: fc.record({ pause: fc.integer({ min: 60_000, max: 3 * DAY }) }) },
);

test('each audience is told once of each finding that was counted while it was configured', async () => {
  await fc.assert(
    fc.asyncProperty(setting, fc.array(step, { maxLength: 25 }), async (first, steps) => {
      let now = START;
      let current = first;
      const names: string[] = [];
      const store = new LocalDigestStore(() => now);
      const due = new Set<string>();
      const told: string[] = [];
      const messages = {
        send: async (digest: Digest) => {
          const rows = (await store.rows(digest.id, 10_000))?.rows ?? [];
          expect(rows.reduce((sum, { count }) => sum + count, 0)).toBe(digest.total);
          expect(rows.filter(({ count }) => count !== 1)).toEqual([]);
          const audiences = addressesOf(digest);
          if (digest.to === undefined || digest.to.includes('chat')) audiences.push('chat');
          told.push(...rows.flatMap(({ actor }) => audiences.map((audience) => `${audience} ${actor.name}`)));
          await new StoredDigests(store, () => now).close(digest.id);
        },
      };
      const failed = (_: string, error: unknown): never => {
        throw error;
      };
      const run = () => sendDueDigests({ digests: new StoredDigests(store, () => now), messages }, () => now, failed);
      for (const each of steps) {
        if ('setting' in each) current = each.setting;
        else if ('pause' in each) {
          now += each.pause;
          await run();
        } else {
          const digests = new StoredDigests(store, () => now, audiencesOf(deployed(current)));
          for (const why of each.findings) {
            const name = `u-${names.length}`;
            names.push(name);
            await digests.add(someFinding({ cluster: CLUSTER, actor: { kind: 'user', username: name } }), why, 'LOW');
            ADDRESSES.forEach((address, index) => {
              if (current.addresses[index]) due.add(`${address} ${name}`);
            });
            due.add(`chat ${name}`);
          }
        }
      }
      now += 8 * DAY;
      await run();
      const known = new Set(told);
      expect(known.size).toBe(told.length);
      const missed = [...due].filter((each) => !known.has(each));
      expect(missed).toEqual([]);
      // Who is configured later may get what was counted before for everybody, and nobody else gets more than is due.
      expect(told.filter((each) => !due.has(each) && !each.startsWith(String(ADDRESSES[2])))).toEqual([]);
    }),
    { numRuns: 200 },
  );
});

describe('a window', () => {
  const [daily, weekly] = [
    ['@d', 'topic'],
    ['@w', 'topic'],
  ];
  const audiences = { hourly: ['topic', 'chat'], daily, weekly };

  test.each<[DigestReason, string, string[]]>([
    [
      'refused',
      '2026-11-25T13:40:00Z',
      ['2026-11-25T13/2026-11-25T14', '2026-11-25T00/2026-11-26T00', '2026-11-23T00/2026-11-30T00'],
    ],
    [
      'accepted',
      '2026-11-25T13:40:00Z',
      ['2026-11-25T00/2026-11-26T00', '2026-11-25T00/2026-11-26T00', '2026-11-23T00/2026-11-30T00'],
    ],
    [
      'flood',
      '2026-11-29T23:59:59.999Z',
      ['2026-11-29T23/2026-11-30T00', '2026-11-29T00/2026-11-30T00', '2026-11-23T00/2026-11-30T00'],
    ],
    [
      'flood',
      '2026-11-30T00:00:00Z',
      ['2026-11-30T00/2026-11-30T01', '2026-11-30T00/2026-12-01T00', '2026-11-30T00/2026-12-07T00'],
    ],
  ])('of each frequency, for what was %s at %s', (why, at, expected) => {
    const windows = windowsOf(CLUSTER, Date.parse(at), why, audiences);
    const hour = (epoch: number) => new Date(epoch).toISOString().slice(0, 13);
    expect(windows.map(({ from, until }) => `${hour(from)}/${hour(until)}`)).toEqual(expected);
    expect(windows.map(({ frequency: often, to }) => [often, to])).toEqual([
      ['hourly', ['topic', 'chat']],
      ['daily', daily],
      ['weekly', weekly],
    ]);
    expect(new Set(windows.map(({ id }) => id)).size).toBe(3);
  });

  test('is that of the hour for everybody where nobody has chosen, under the id that it always had', () => {
    expect(windowsOf(CLUSTER, START, 'refused')).toEqual([windowOf(CLUSTER, START)]);
    expect(windowOf(CLUSTER, START)).not.toHaveProperty('to');
  });

  test('is another one where others get it', () => {
    const id = (to: string[]) => windowOf(CLUSTER, START, 'refused', { frequency: 'daily', to }).id;
    expect(id(['@a', 'topic'])).toBe(id(['topic', '@a']));
    expect(id(['@a', 'topic'])).not.toBe(id(['@b', 'topic']));
  });
});

describe('the audiences', () => {
  test('are not told apart where everybody wants the digest of the hour', () => {
    expect(audiencesOf(deployed({ addresses: ['hourly', 'hourly', undefined], chat: 'hourly' }))).toBeUndefined();
  });

  test('are destinations and addresses; who subscribed to the topic by themselves keeps that of the hour', () => {
    const [a, b] = ADDRESSES.map(addressName);
    expect(audiencesOf(deployed({ addresses: ['daily', 'weekly', undefined], chat: 'weekly' }))).toEqual({
      hourly: ['topic'],
      daily: ['topic', a],
      weekly: ['topic', b, 'chat'],
    });
  });

  test('are read from the environment', () => {
    expect(audiencesFrom({})).toBeUndefined();
    expect(audiencesFrom({ daily: ['chat'] })).toEqual({ daily: ['chat'] });
    expect(() => audiencesFrom({ monthly: ['chat'] })).toThrow('hourly, daily, weekly, and not "monthly"');
  });
});
