/** What holds for every destination; the words of each are tested in a file of its own. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  DESTINATIONS,
  type Destination,
  deployedDestinations,
  MAIN_DESTINATION,
  readDestinations,
} from '../../functions/alert/destinations/index.ts';
import { hostileAlert } from './hostile-alerts.ts';
import { hostileDigest } from './hostile-digests.ts';
import { hostileFollowUp } from './hostile-follow-ups.ts';

const ROOT = join(__dirname, '..', '..');
const rows: readonly Destination[] = DESTINATIONS;
const names = (of: (row: Destination) => string): string[] => rows.map(of);

describe('the table', () => {
  test('has a row for each file of the folder, whose name is the id', () => {
    const files = readdirSync(join(ROOT, 'functions/alert/destinations')).map((file) => file.replace(/\.ts$/, ''));
    const entries = files.filter((file) => !['destination', 'index'].includes(file));
    expect(entries.toSorted()).toEqual(names(({ id }) => id).toSorted());
  });

  test.each([
    ['id', names(({ id }) => id)],
    ['topic', names(({ transport }) => transport.name)],
    ['key in the configuration', names(({ config }) => config.key)],
  ])('has each %s once', (_, values) => {
    expect(new Set(values).size).toBe(values.length);
  });

  test.each(names(({ id }) => id))('of %s has a test and a row in docs/integrations.md', (id) => {
    const file = `test/alert/${id}.test.ts`;
    expect({ [file]: existsSync(join(ROOT, file)) }).toEqual({ [file]: true });
    expect(readFileSync(join(ROOT, 'docs/integrations.md'), 'utf8')).toContain(`\n| \`${id}\` |`);
  });

  test('deploys the first destination whatever the configuration, and no other unasked', () => {
    const deployed = deployedDestinations({ emails: [] });
    expect(deployed.map(({ destination }) => destination.id)).toEqual([MAIN_DESTINATION]);
  });
});

describe.each(rows.map((row) => [row.id, row] as const))('%s', (_, row) => {
  /** Bytes counted in the plainest way: everything that is sent. */
  const bytes = (message: ReturnType<Destination['alert']>): number =>
    Buffer.byteLength(
      (message.subject ?? '') +
        message.body +
        Object.entries(message.attributes)
          .map(([name, value]) => `${name}String${value}`)
          .join(''),
    );

  test('words any alert as JSON within its limit', () => {
    fc.assert(
      fc.property(hostileAlert, (alert) => {
        const message = row.alert(alert);
        expect(bytes(message)).toBeLessThanOrEqual(row.maxBytes);
        expect(() => JSON.parse(message.body)).not.toThrow();
      }),
      { numRuns: 50 },
    );
  });

  test('words any digest as JSON within its limit', () => {
    fc.assert(
      fc.property(hostileDigest, (digest) => {
        const message = row.digest(digest, {});
        expect(bytes(message)).toBeLessThanOrEqual(row.maxBytes);
        expect(() => JSON.parse(message.body)).not.toThrow();
      }),
      { numRuns: 50 },
    );
  });

  test('words any follow-up as JSON within its limit', () => {
    fc.assert(
      fc.property(hostileFollowUp, (followUp) => {
        const message = row.followUp(followUp, {}, {});
        expect(bytes(message)).toBeLessThanOrEqual(row.maxBytes);
        expect(() => JSON.parse(message.body)).not.toThrow();
      }),
      { numRuns: 50 },
    );
  });
});

describe('the environment variable', () => {
  test('names the destinations of the deployment, which come in the order of the table', () => {
    const { destinations, targets } = readDestinations('{"chat":"arn:chat","topic":"arn:topic"}');
    expect(destinations.map(({ id }) => id)).toEqual(['topic', 'chat']);
    expect(targets).toEqual({ topic: 'arn:topic', chat: 'arn:chat' });
  });

  test.each([
    '',
    '{',
    '[]',
    '{}',
    '"topic"',
    '{"topic":""}',
    '{"topic":1}',
    '{"topic":"a","fax":"b"}',
    '{"toString":"a"}',
  ])('%s is refused', (text) => {
    expect(() => readDestinations(text)).toThrow('environment variable DESTINATIONS is not');
  });
});
