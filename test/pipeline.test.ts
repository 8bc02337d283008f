import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { LocalPipeline } from '../bin/local/pipeline.ts';
import { LocalEks } from '../functions/clients/local/eks.ts';
import { bodies } from '../functions/clients/local/sender.ts';
import { creation, line, role } from './detect/events.ts';

/** From the log line to the mail, through the real handlers. */
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sentinel-'));
});
afterEach(() => rm(folder, { recursive: true }));

const cluster = { name: 'prod', region: 'eu-central-1', account: '111122223333' };
const eks = new LocalEks([
  {
    cluster: { name: 'prod', status: 'ACTIVE', version: '1.36' },
    accessEntries: [
      {
        principalArn: 'arn:aws:iam::111122223333:role/Dev',
        type: 'STANDARD',
        kubernetesGroups: ['developers'],
        createdAt: '2026-11-23T06:58:00Z',
      },
    ],
  },
]);
const pipeline = () => new LocalPipeline({ cluster, folder, clients: { first: { eks }, second: { eks } } });

test('a creation becomes one mail that names it, with evidence, and the same again sends none', async () => {
  const local = pipeline();
  await local.deliver([line(creation())]);
  await local.deliver([line(creation())]);
  const mails = local.sender.sent.filter(({ destination }) => destination === 'topic');
  expect(mails).toHaveLength(1);
  const [{ message }] = mails as [(typeof mails)[0]];
  expect(message.subject).toMatch(/^MEDIUM: team-a in prod /);
  expect(message.attributes).toMatchObject({
    severity: 'MEDIUM',
    cluster: 'prod',
    outcome: 'created',
    namespace: 'team-a',
  });
  const alert = JSON.parse(bodies(message).default);
  expect(alert.evidence.map(({ check }: { check: string }) => check)).toEqual(
    expect.arrayContaining(['principal', 'cluster-posture']),
  );
  expect(alert.assessment.indicators).toEqual([expect.objectContaining({ id: 'recent-access-change' })]);
  await expect(
    readFile(join(folder, `alerts/111122223333/eu-central-1/prod/${alert.id}/alert.json`), 'utf8'),
  ).resolves.toContain(alert.id);
});

test('256 KiB of control characters in an annotation go the whole way, cut and said to be cut', async () => {
  const local = pipeline();
  const hostile = '\u0001\u202e\n'.repeat(87_400);
  const metadata = {
    name: 'team-a',
    uid: 'u-1',
    resourceVersion: '1',
    annotations: { [hostile.slice(0, 60)]: hostile, b: hostile },
  };
  const user = role({
    extra: { canonicalArn: ['arn:aws:iam::111122223333:role/Dev'], sessionName: [hostile.slice(0, 64)] },
  });
  await local.deliver([
    line(
      creation({
        user,
        // The API server cuts it at that length.
        userAgent: hostile.slice(0, 1_024),
        requestObject: { kind: 'Namespace', metadata },
        responseObject: { kind: 'Namespace', metadata },
      }),
    ),
  ]);
  const [topic, chat] = local.sender.sent;
  if (!topic || !chat) throw new Error('no alert');
  for (const { message } of [topic, chat]) expect(Buffer.byteLength(JSON.stringify(message))).toBeLessThan(262_144);
  const mail = bodies(topic.message)['email'] ?? '';
  expect(mail).toContain('team-a');
  expect(mail).toMatch(/sha256|characters\)/);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
  expect(mail).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
});

test('what cannot be read does not keep the rest from being alerted', async () => {
  const local = pipeline();
  await expect(local.deliver(['{"kind":"Event"', 'text', line(creation())])).resolves.toMatchObject({
    rejected: 2,
    handedOver: 1,
  });
  expect(local.rejected.kept.map(({ reason }) => reason)).toEqual([
    'not JSON, and no audit event that was cut',
    'not JSON',
  ]);
});
