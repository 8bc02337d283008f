/** The checks that ask the control plane's logs, over CloudWatch Logs Insights. */
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { accessChanges } from '../../functions/checks/access-changes.ts';
import { actorActivity } from '../../functions/checks/actor-activity.ts';
import { apiServerLogs } from '../../functions/checks/api-server-logs.ts';
import { nothingFound, quoted, windowOf } from '../../functions/checks/parts/log-questions.ts';
import { refusedRequests } from '../../functions/checks/refused-requests.ts';
import { LocalEks } from '../../functions/clients/local/eks.ts';
import { InsightsLogSearch } from '../../functions/clients/logs/insights-log-search.ts';
import { LogVolume } from '../../functions/clients/logs/log-volume.ts';
import type { Finding } from '../../functions/contract/finding.ts';
import type { Evidence } from '../../functions/contract/investigation.ts';
import { InsightsService, type StoredLine } from '../clients/insights-service.ts';
import { auditLog, event, evidenceOf, LATER, logsOf, roleUser, time } from './audit-log.ts';
import { SETTINGS } from './clusters.ts';
import { cluster, finding } from './examples.ts';

/** A log whose volume is not known. */
const NOTHING = { of: async () => new LogVolume(new Map(), { from: LATER, to: LATER }) };

const CHECKS = [accessChanges, actorActivity, refusedRequests, apiServerLogs];
const mock = mockClient(CloudWatchLogsClient);
let service: InsightsService;
let insights: InsightsLogSearch;

beforeEach(() => {
  mock.reset();
  service = new InsightsService();
  service.attach(mock);
  const budget = { reserve: async () => ({ settle: async () => {} }) };
  insights = new InsightsLogSearch(
    new CloudWatchLogsClient({}),
    { budget, volumes: NOTHING },
    { now: () => LATER, pollMs: 1 },
  );
});

const audit = (message: string): StoredLine => {
  const at = Date.parse(JSON.parse(message).stageTimestamp);
  return { at, stream: 'kube-apiserver-audit-1', message };
};

const ask = (logs: Parameters<typeof evidenceOf>[1]['clients'], subject?: Finding): Promise<Evidence[]> =>
  Promise.all(
    CHECKS.map((check) =>
      evidenceOf(check, { clients: { eks: new LocalEks([cluster()]), ...logs }, ...(subject && { subject }) }),
    ),
  );

/** What does not depend on when a log is complete. */
const told = (evidence: Evidence[]) => evidence.map(({ check, status, details }) => ({ check, status, details }));

const LINES = [
  event({ user: roleUser('ci', 'other'), on: 'secrets', verb: 'list' }),
  event({ user: { username: 'eve' }, code: 403, on: 'secrets' }),
  event({
    user: roleUser(),
    verb: 'create',
    on: 'clusterrolebindings.rbac.authorization.k8s.io',
    name: 'root',
    code: 201,
    response: {
      roleRef: { kind: 'ClusterRole', name: 'cluster-admin' },
      subjects: [{ kind: 'Group', name: 'developers' }],
    },
  }),
  event({ at: time('10:00:00'), verb: 'create', on: 'namespaces', name: 'shop', code: 201 }),
];

describe('over CloudWatch Logs Insights', () => {
  test('one scan answers four checks, as the audit file does', async () => {
    const failure = {
      at: Date.parse(time('09:58:00')),
      message: 'level=warning msg="access denied" client="10.0.0.7:1"',
    };
    service.groups['/aws/eks/prod/cluster'] = [...LINES.map(audit), { ...failure, stream: 'authenticator-1' }];
    const here = logsOf({ audit: () => LINES, authenticator: () => [failure], 'api-server': () => [] });
    const [there, local] = [await ask({ logs: insights }), await ask({ logs: here })];
    expect(service.started).toHaveLength(1);
    expect(told(there)).toEqual(told(local));
    expect(there.map(({ status }) => status)).toEqual(['found', 'found', 'found', 'found']);
    // Control-plane logs need three minutes to arrive.
    expect(there[1]?.completeUntil).toBe('2026-11-23T10:17:00.000Z');
  });

  test('an actor with the longest and most hostile name does not break the questions of the others', async () => {
    const username = '"a|b'.repeat(4_000);
    const hostile = finding({
      actor: { kind: 'user', username },
      request: { at: time('10:00:00'), sourceIps: ['"; x'] },
    });
    const lines = [...LINES, event({ user: { username }, on: 'secrets' })];
    service.groups['/aws/eks/prod/cluster'] = lines.map(audit);
    const [there, local] = [await ask({ logs: insights }, hostile), await ask({ logs: auditLog(...lines) }, hostile)];
    expect(there.slice(0, 1).map(({ details }) => details)).toEqual(local.slice(0, 1).map(({ details }) => details));
    // Its line is cut where it is fetched, in the middle of the name: known to be there, and not whose it is.
    expect(there.map(({ status }) => status)).toEqual(['found', 'not-checked', 'found', 'clear']);
    expect(service.started).toHaveLength(1);
  });
});

describe('the window', () => {
  const context = (subject: Finding, now: number) => ({
    finding: subject,
    clients: {},
    isFirst: true,
    settings: SETTINGS,
    now: () => now,
    signal: new AbortController().signal,
    kubernetes: async () => Promise.reject(new Error('none')),
    liveNamespace: async () => Promise.reject(new Error('none')),
  });

  test.each<[string, Finding, number, string, string]>([
    ['from 24 hours before until now', finding(), LATER, '2026-11-22T10:00:00Z', '2026-11-23T10:20:00Z'],
    [
      'whole minutes',
      finding({ request: { at: time('10:00:30') } }),
      LATER + 1,
      '2026-11-22T10:00:00Z',
      '2026-11-23T10:21:00Z',
    ],
    [
      'not more than 24 hours after',
      finding(),
      Date.parse('2027-01-01'),
      '2026-11-22T10:00:00Z',
      '2026-11-24T10:00:00Z',
    ],
    [
      'by the namespace, where the request is not known',
      finding({ request: {} }),
      LATER,
      '2026-11-22T10:00:00Z',
      '2026-11-23T10:20:00Z',
    ],
    [
      'by now, where nothing is',
      finding({ request: { at: 'x' } }),
      LATER,
      '2026-11-22T10:20:00Z',
      '2026-11-23T10:20:00Z',
    ],
  ])('%s', (_, subject, now, from, to) => {
    expect(windowOf(context(subject, now))).toEqual({ from: Date.parse(from), to: Date.parse(to) });
  });

  test('nothing is clear only beyond the request', () => {
    const asked = context(finding(), LATER);
    const at = Date.parse(time('10:00:00'));
    expect(nothingFound(asked, { completeUntil: at }, 'No.', { details: { a: 1 }, link: 'https://x' })).toEqual({
      status: 'clear',
      summary: 'No.',
      completeUntil: '2026-11-23T10:00:00.000Z',
      details: { a: 1 },
      link: 'https://x',
    });
    expect(nothingFound(asked, { completeUntil: at, more: true }, 'No.', { details: { a: 1 } })).toEqual({
      status: 'not-checked',
      reason: 'nothing in what could be read; there was more',
    });
    expect(nothingFound(asked, { completeUntil: at - 1 }, 'No.', { details: { a: 1 }, link: 'https://x' })).toEqual({
      status: 'not-checked',
      reason: 'the data is complete only until 2026-11-23T09:59:59.999Z; later data had not arrived yet',
      link: 'https://x',
    });
  });
});

test.each(['a"b', "a'b", 'a\nb', 'a\\', '', 'a{b}', 'ü', '%x%'])('%j has no place in a filter pattern', (value) => {
  expect(quoted(value)).toBeUndefined();
});
