import { describe, expect, test } from '@jest/globals';
import { apiServerLogs } from '../../functions/checks/api-server-logs.ts';
import type { DetailsByCheck } from '../../functions/checks/index.ts';
import { LocalEks } from '../../functions/clients/local/eks.ts';
import type { RecordedLine } from '../../functions/clients/local/log-search.ts';
import { type Asking, evidenceOf, HANGING, logsOf, UNASKED } from './audit-log.ts';
import { cluster, finding, serviceAccount } from './examples.ts';

const at = Date.parse('2026-11-23T09:58:00Z');
const LAST = { at: Date.parse('2026-11-23T10:10:00Z'), message: 'level=info' };
const eks = new LocalEks([cluster()]);
const writing = (types: ('api' | 'audit' | 'authenticator')[]) =>
  new LocalEks([
    cluster({
      logging: {
        clusterLogging: [
          { types, enabled: true },
          { types: ['api'], enabled: false },
        ],
      },
    }),
  ]);

const run = (authenticator: string[], apiServer: string[] = [], { clients, ...asking }: Asking = {}) => {
  const lines = (texts: string[]): RecordedLine[] => [...texts.map((message) => ({ at, message })), LAST];
  const logs = logsOf({ authenticator: () => lines(authenticator), 'api-server': () => lines(apiServer) });
  return evidenceOf(apiServerLogs, { clients: { logs, eks, ...clients }, ...asking });
};

const DENIED =
  'time="2026-11-23T09:58:00Z" level=warning msg="access denied" arn="arn:aws:iam::111122223333:role/CI" client="127.0.0.1:40000" error="ARN is not mapped"';

describe('what the control plane wrote', () => {
  test('about the creator or its address', async () => {
    const evidence = await run(
      [
        DENIED.replace('role/CI', 'role/ci'),
        'level=warning msg="access denied" arn="arn:aws:iam::111122223333:role/other"',
        'level=info msg="access granted" arn="arn:aws:iam::111122223333:role/ci"',
        'level=error msg="could not parse token" client="10.0.0.7:40000"',
      ],
      [
        'E1123 09:58:00.000001 11 handler.go:1] timeout 10.0.0.7',
        'I1123 09:58:00.000001 11 x.go:1] 10.0.0.7',
        'W1123 09:58:00.0 nothing',
      ],
    );
    const details = evidence.details as unknown as DetailsByCheck['api-server-logs'];
    expect(evidence.status).toBe('found');
    expect(details.total).toBe(3);
    expect(details.authenticatorFailures.map(({ line }) => line.slice(0, 40))).toEqual([
      'time="2026-11-23T09:58:00Z" level=warnin',
      'level=error msg="could not parse token" ',
    ]);
    expect(details.apiServerErrors).toEqual([
      { at: '2026-11-23T09:58:00.000Z', line: 'E1123 09:58:00.000001 11 handler.go:1] timeout 10.0.0.7' },
    ]);
    expect(evidence.summary).toBe(
      'About the creator or its address: 2 failures of the authenticator, 1 error of the API server.',
    );
  });

  test('is text that somebody may have chosen: cut, and as many lines as a person can read', async () => {
    const evidence = await run(Array.from({ length: 400 }, () => `${DENIED.toLowerCase()}${'<b>'.repeat(500)}\ud800`));
    const details = evidence.details as unknown as DetailsByCheck['api-server-logs'];
    expect(details.authenticatorFailures).toHaveLength(15);
    expect(details.total).toBe(300);
    for (const { line } of details.authenticatorFailures) expect(line.length).toBeLessThanOrEqual(300);
    expect(evidence.summary).toContain('there were more lines');
  });

  test('about a ServiceAccount, by its username', async () => {
    const subject = finding({ actor: serviceAccount() });
    const evidence = await run([], ['E1123 09:58:00.0 system:serviceaccount:shop:cart'], { subject });
    expect(evidence.details).toMatchObject({ total: 1 });
  });

  test('nothing', async () => {
    expect(await run([], [])).toMatchObject({ status: 'clear', completeUntil: '2026-11-23T10:10:00.000Z' });
  });

  test('one log is off: nothing in the other is not proof, and something still counts', async () => {
    const clients = { eks: writing(['audit', 'authenticator']) };
    expect(await run([], [], { clients })).toMatchObject({
      status: 'not-checked',
      reason: expect.stringContaining('The cluster does not write the api log.'),
    });
    expect(await run([DENIED.replace('CI', 'ci')], [], { clients })).toMatchObject({
      status: 'found',
      summary: expect.stringContaining('The cluster does not write the api log.'),
    });
  });
});

describe('not checked', () => {
  test('both logs are off', async () => {
    const reason =
      'no such line in what was asked. The cluster does not write the api log. The cluster does not write the authenticator log.';
    expect(await run([], [], { clients: { eks: writing(['audit']) } })).toMatchObject({
      status: 'not-checked',
      reason,
    });
  });

  test('nothing found, and EKS does not say whether the logs are on', async () => {
    for (const description of [cluster({ logging: {} }), { cluster: { name: 'other' } }])
      expect(await run([], [], { clients: { eks: new LocalEks([description]) } })).toMatchObject({
        status: 'not-checked',
        reason: expect.stringContaining('not known whether the cluster writes these logs'),
      });
  });

  test('a cluster of the same name elsewhere', async () => {
    const clients = { eks: new LocalEks([cluster({ arn: 'arn:aws:eks:us-east-1:444455556666:cluster/prod' })]) };
    expect((await run([], [], { clients })).status).toBe('not-checked');
  });

  test('neither name nor address', async () => {
    const subject = finding({ actor: { kind: 'anonymous', username: 'system:anonymous' }, request: {} });
    expect(await run([], [], { subject })).toMatchObject({ status: 'not-checked' });
  });

  test.each(UNASKED)('%s', async (_, logs, reason) => {
    const evidence = await evidenceOf(apiServerLogs, { clients: { eks, ...(logs && { logs }) } });
    expect(evidence).toMatchObject({ status: 'not-checked', reason: expect.stringMatching(reason) });
  });

  test('no answer in time', async () => {
    const evidence = await evidenceOf({ ...apiServerLogs, deadlineMs: 30 }, { clients: { logs: HANGING } });
    expect(evidence.status).toBe('not-checked');
  });
});
