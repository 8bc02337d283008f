import { beforeEach, describe, expect, test } from '@jest/globals';
import { alertFrom } from '../../functions/alert/destination.ts';
import { notificationOf } from '../../functions/alert/destinations/chat.ts';
import { objectLink } from '../../functions/alert/links.ts';
import { sendAlert } from '../../functions/alert/send-alert.ts';
import { visible } from '../../functions/alert/text.ts';
import { unknowns } from '../../functions/alert/unknowns.ts';
import { localDigests } from '../../functions/clients/local/digest-store.ts';
import { LocalFindingsTable } from '../../functions/clients/local/findings-table.ts';
import { bodies, LocalSender } from '../../functions/clients/local/sender.ts';
import type { Alert } from '../../functions/contract/alert.ts';
import { FINDING, finding, HIGH, INVESTIGATION, TOPICS } from './examples.ts';
import { succeeded } from './records.ts';

const KEY = `alerts/111122223333/us-east-1/prod/${FINDING.id}/report.html`;
const SETTINGS = { destinations: TOPICS, leaseMs: 45_000, archiveMs: 50, recordPausesMs: [] };

let sender: LocalSender;
beforeEach(() => {
  sender = new LocalSender();
});

/** What was published to a channel. */
const published = (channel: string): string =>
  sender.sent.find((item) => item.destination === channel)?.message.body ?? '';
const json = (): Alert => {
  const [first] = sender.sent;
  return JSON.parse(bodies(first?.message ?? { body: '', byProtocol: true, attributes: {} }).default) as Alert;
};
const table = () => new LocalFindingsTable(() => 0);

describe('the report', () => {
  test('is stored beside the alert, as HTML, and linked from mail, JSON and chat', async () => {
    const stored: Record<string, { body: string; contentType: string }> = {};
    const archive = {
      store: async (key: string, body: string, contentType: string) => {
        stored[key] = { body, contentType };
        return `s3://evidence/${key}`;
      },
    };
    await sendAlert(
      HIGH,
      { table: table(), digests: localDigests(), senders: { sns: sender, eventbridge: sender }, archive },
      SETTINGS,
    );
    expect(stored[KEY]?.contentType).toBe('text/html; charset=utf-8');
    expect(stored[KEY]?.body).toMatch(/^<!doctype html>/);
    expect(json().report).toBe(`s3://evidence/${KEY}`);
    const link = `https://us-east-1.console.aws.amazon.com/s3/object/evidence?region=us-east-1&prefix=${KEY}`;
    expect(JSON.parse(published('topic')).email).toContain(link);
    expect(notificationOf(json()).content.description).toContain(`*Report:* ${link}`);
    expect(published('chat')).toContain(link);
  });

  test('that cannot be stored is said to be so, and the alert goes out', async () => {
    const archive = {
      store: async (key: string) => {
        if (key.endsWith('.html')) throw Object.assign(new Error('no'), { name: 'AccessDenied' });
        return `s3://evidence/${key}`;
      },
    };
    const sent = await sendAlert(
      HIGH,
      { table: table(), digests: localDigests(), senders: { sns: sender, eventbridge: sender }, archive },
      SETTINGS,
    );
    expect(sent).toMatchObject({ destinations: ['topic', 'chat'], archiveFailed: 'report.html: AccessDenied: no' });
    expect(json()).toMatchObject({ archive: expect.stringContaining('alert.json') });
    expect(json().report).toBeUndefined();
    expect(JSON.parse(published('topic')).email).toContain('the report could not be stored.');
  });

  test('that takes too long is not waited for', async () => {
    const archive = {
      store: (key: string) =>
        key.endsWith('.html') ? new Promise<string>(() => undefined) : Promise.resolve('s3://b/k'),
    };
    const sent = await sendAlert(
      HIGH,
      { table: table(), digests: localDigests(), senders: { sns: sender, eventbridge: sender }, archive },
      SETTINGS,
    );
    expect(sent.archiveFailed).toBe('report.html: Error: no answer within 50 ms');
    expect(sent.destinations).toEqual(['topic', 'chat']);
  });
});

describe('the link to an object in S3', () => {
  test.each([
    [
      's3://evidence/alerts/1/report.html',
      'us-east-1',
      'https://us-east-1.console.aws.amazon.com/s3/object/evidence?region=us-east-1&prefix=alerts/1/report.html',
    ],
    [
      's3://evidence/alerts/1/report.html',
      'cn-north-1',
      'https://cn-north-1.console.amazonaws.cn/s3/object/evidence?region=cn-north-1&prefix=alerts/1/report.html',
    ],
    ['s3://evidence/a&b=c', 'us-east-1', undefined],
    ['s3://evidence/a b', 'us-east-1', undefined],
    ['/tmp/report.html', 'us-east-1', undefined],
    [undefined, 'us-east-1', undefined],
    ['s3://evidence/a', 'evil.com/', undefined],
  ])('%s in %s', (place, region, link) => {
    expect(objectLink(place, finding({ cluster: { name: 'prod', region } }))).toBe(link);
  });
});

test('text in the report shows what is invisible or taken for something else, and keeps its quotation marks', () => {
  expect(visible('a"b\n\u202e\u0430\u{e0041}\u200b…')).toBe('a"b\\n\\u202e\\u0430\\u{e0041}\\u200b…');
});

test('what the investigation had to leave out is not known', () => {
  const cut = [{ path: 'evidence[3].details', bytes: 400_000, sha256: 'ab' }];
  const alert = alertFrom(succeeded({ ...INVESTIGATION, cut }));
  expect(alert).toMatchObject({
    investigatedAt: INVESTIGATION.finishedAt,
    cut: ['evidence[3].details (400000 bytes)'],
  });
  expect(unknowns(alert)).toContain(
    'The whole of what the investigation found, which was shortened: evidence[3][.]details (400000 bytes).',
  );
});
