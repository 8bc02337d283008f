import { describe, expect, test } from '@jest/globals';
import { actorActivity } from '../../functions/checks/actor-activity.ts';
import type { DetailsByCheck } from '../../functions/checks/index.ts';
import { type Asking, auditLog, event, evidenceOf, HANGING, logsOf, roleUser, time, UNASKED } from './audit-log.ts';
import { finding, role, serviceAccount } from './examples.ts';

const run = (asking: Asking) => evidenceOf(actorActivity, asking);
const detailsOf = async (lines: string[], asking: Asking = {}) =>
  (await run({ clients: { logs: auditLog(...lines) }, ...asking }))
    .details as unknown as DetailsByCheck['actor-activity'];

describe('what the creator did', () => {
  test('is counted by verb and resource', async () => {
    const details = await detailsOf([
      event({ verb: 'list', on: 'deployments.apps' }),
      event({ verb: 'list', on: 'deployments.apps', code: 403 }),
      event({ verb: 'get', on: 'secrets', code: 403 }),
    ]);
    expect(details.total).toBe(4);
    expect(details.byVerb).toEqual([
      { verb: 'list', resource: 'deployments.apps', count: 2, refused: 1 },
      { verb: 'create', resource: 'namespaces', count: 1, refused: 0 },
      { verb: 'get', resource: 'secrets', count: 1, refused: 1 },
    ]);
    expect(details.refusedBefore).toBe(2);
  });

  test.each<[string, string[], Partial<DetailsByCheck['actor-activity']>]>([
    [
      'secrets read',
      [
        event({ on: 'secrets' }),
        event({ on: 'secrets', verb: 'list' }),
        event({ on: 'secrets', code: 403 }),
        event({ on: 'secrets', verb: 'create', code: 201 }),
      ],
      { secretsRead: 2 },
    ],
    [
      'into pods',
      [
        event({ on: 'pods/exec', code: 101 }),
        event({ on: 'pods/portforward', verb: 'create', code: 101 }),
        event({ on: 'pods/exec', code: 403 }),
        event({ on: 'pods/log' }),
      ],
      { exec: 2 },
    ],
    [
      'impersonation',
      [event({ impersonatedUser: { username: 'admin', groups: ['system:masters'] } })],
      { impersonations: 1 },
    ],
    [
      'tokens',
      [
        event({ on: 'serviceaccounts/token', verb: 'create', code: 201 }),
        event({ on: 'serviceaccounts/token', verb: 'create', code: 201, uri: '/x?dryRun=All' }),
      ],
      { tokenRequests: 1 },
    ],
    [
      'webhooks',
      [
        event({ on: 'mutatingwebhookconfigurations.admissionregistration.k8s.io', verb: 'patch' }),
        event({ on: 'mutatingwebhookconfigurations.admissionregistration.k8s.io', verb: 'list' }),
      ],
      { webhooksChanged: 1 },
    ],
    [
      'namespaces',
      [
        event({ on: 'namespaces', verb: 'patch', code: 201, name: 'ssa' }),
        event({ on: 'namespaces', verb: 'patch', code: 200, name: 'labelled' }),
        event({ on: 'namespaces', verb: 'create', code: 201, uri: '/api/v1/namespaces?dr%79Run=All', name: 'dry' }),
        event({ on: 'namespaces', verb: 'create', code: 201, response: { metadata: { name: 'made-up-x7' } } }),
      ],
      {
        namespacesCreated: [
          { name: 'ssa', at: '2026-11-23T09:30:00.000Z' },
          { name: 'made-up-x7', at: '2026-11-23T09:30:00.000Z' },
          { name: 'shop', at: '2026-11-23T10:00:00.000Z' },
        ],
      },
    ],
    [
      'refused before, not after',
      [event({ code: 403 }), event({ code: 401 }), event({ code: 403, at: time('10:05:00') })],
      { refusedBefore: 2 },
    ],
  ])('%s', async (_, lines, expected) => {
    expect(await detailsOf(lines)).toMatchObject(expected);
  });

  test('addresses are the peer’s; the newest newcomer comes first', async () => {
    const details = await detailsOf([
      event({ from: '198.51.100.9', agent: 'curl', at: time('09:59:00') }),
      event({ from: '198.51.100.9', agent: 'curl', at: time('09:58:00') }),
      event({ at: time('08:00:00') }),
    ]);
    expect(details.addresses).toEqual([
      { value: '198.51.100.9', firstSeen: '2026-11-23T09:58:00.000Z', count: 2 },
      { value: '10.0.0.7', firstSeen: '2026-11-23T08:00:00.000Z', count: 2 },
    ]);
    expect(details.userAgents.map(({ value }) => value)).toEqual(['curl', 'kubectl']);
    expect(details).toMatchObject({
      from: '2026-11-22T10:00:00.000Z',
      firstSeen: '2026-11-23T08:00:00.000Z',
      lastSeen: '2026-11-23T10:00:00.000Z',
    });
  });

  test('a long-running request is one, though it is logged twice; a repeated audit id is another', async () => {
    const watch = JSON.parse(event({ on: 'secrets', verb: 'watch', stage: 'ResponseStarted' }));
    const lines = [
      JSON.stringify(watch),
      JSON.stringify({ ...watch, stage: 'ResponseComplete' }),
      JSON.stringify({ ...watch, requestReceivedTimestamp: time('09:31:00') }),
    ];
    expect((await detailsOf(lines)).secretsRead).toBe(2);
  });

  test('before and after, but not beyond the window', async () => {
    const details = await detailsOf([
      event({ at: '2026-11-22T09:59:00.000000Z' }),
      event({ at: '2026-11-22T10:00:01.000000Z' }),
      event({ at: time('10:10:00') }),
    ]);
    expect(details.total).toBe(3);
    const narrow = await detailsOf([event({ at: time('08:00:00') }), event()], { settings: { windowHours: 1 } });
    expect(narrow.total).toBe(2);
  });
});

describe('who is the creator', () => {
  const alias = { username: 'arn:aws:sts::111122223333:assumed-role/ci/other' };
  test.each<[string, object, number]>([
    ['another session of the role', roleUser('ci', 'another'), 1],
    ['another role in a session of the same name', roleUser('other', 'build-7'), 0],
    ['a role whose name begins alike', roleUser('ci2', 'build-7'), 0],
    ['another role that got the username by aws-auth', { ...roleUser('other'), username: roleUser().username }, 0],
    ['the role, where the log holds no ARN', alias, 1],
    ['a user who is only called like it', { username: 'x:sts::111122223333:assumed-role/ci/y' }, 0],
    ['somebody else', { username: 'system:serviceaccount:shop:cart' }, 0],
  ])('%s', async (_, user, count) => {
    expect((await detailsOf([event({ user })])).total).toBe(1 + count);
  });

  test('what others did in its name counts as well, but not as its impersonation', async () => {
    const impersonatedUser = { username: roleUser().username };
    const details = await detailsOf([event({ user: { username: 'mallory' }, impersonatedUser })]);
    expect(details).toMatchObject({ total: 2, impersonations: 0 });
  });

  test('a ServiceAccount is known by its username', async () => {
    const subject = finding({ actor: serviceAccount() });
    const details = await detailsOf(
      [
        event({ user: { username: 'system:serviceaccount:shop:cart' } }),
        event({ user: { username: 'system:serviceaccount:shop:cart-2' } }),
      ],
      { subject },
    );
    expect(details.total).toBe(1);
  });

  test('hostile names are only text', async () => {
    const username = 'mallory" or "1"="1 | delete\n#';
    const subject = finding({ actor: { kind: 'user', username } });
    const evidence = await run({ clients: { logs: auditLog(event({ user: { username } })) }, subject });
    expect(evidence).toMatchObject({ status: 'found', details: { total: 1 } });
    // Nor is there a command, in which it would be part of a pattern.
    expect(evidence.command).toBeUndefined();
  });
});

describe('what is said', () => {
  test('in a sentence, with where to see it', async () => {
    const lines = [event({ on: 'secrets' }), event({ code: 403 })];
    const evidence = await run({ clients: { logs: auditLog(...lines) } });
    expect(evidence.summary).toBe(
      '3 requests (since 2026-11-22T10:00:00.000Z, the first at 2026-11-23T09:30:00.000Z), from 1 address: 1 refused, 1 read of Secrets, 1 namespace created.',
    );
    expect(evidence.completeUntil).toBe('2026-11-23T10:19:00.000Z');
    expect(evidence.link).toBe(
      'https://eu-central-1.console.aws.amazon.com/cloudwatch/home?region=eu-central-1#logsV2:log-groups/log-group/$252Faws$252Feks$252Fprod$252Fcluster',
    );
    expect(evidence.command).toEqual([
      'aws',
      'logs',
      'filter-log-events',
      '--region',
      'eu-central-1',
      '--log-group-name',
      '/aws/eks/prod/cluster',
      '--start-time',
      '1795341600000',
      '--end-time',
      '1795429200000',
      '--filter-pattern',
      '{ $.user.extra.canonicalArn[0] = "arn:aws:iam::111122223333:role/ci" }',
    ]);
  });

  test('that there is more than was read', async () => {
    const many = Array.from({ length: 2_100 }, () => event());
    const evidence = await run({ clients: { logs: auditLog(...many) } });
    expect(evidence.details).toMatchObject({ total: 2_000, more: true });
    expect(evidence.summary).toMatch(
      /^2000 requests \(since 2026-11-22T10:00:00.000Z, or more: not all could be read\)/,
    );
  });

  test('rubbish in a record is left out', async () => {
    const lines = [
      '{"user":"x","objectRef":[],"verb":7}',
      JSON.stringify({ ...JSON.parse(event()), objectRef: null, responseStatus: 'x', sourceIPs: 'y', requestURI: 7 }),
      JSON.stringify({ ...JSON.parse(event()), requestReceivedTimestamp: 'yesterday', requestURI: '//[' }),
    ];
    expect((await detailsOf(lines)).total).toBe(3);
  });
});

describe('not checked', () => {
  test.each(UNASKED)('%s', async (_, logs, reason) => {
    const evidence = await run({ clients: { ...(logs && { logs }) } });
    expect(evidence).toMatchObject({ status: 'not-checked', reason: expect.stringMatching(reason) });
  });

  test('it is not known who it was', async () => {
    const subject = finding({ actor: { kind: 'iam-role' } });
    expect(await run({ clients: { logs: auditLog() }, subject })).toMatchObject({
      status: 'not-checked',
      reason: 'the record does not say who it was',
    });
  });

  test('the log does not even hold the request', async () => {
    const subject = finding({ actor: role({ principalArn: 'arn:aws:iam::111122223333:role/none' }) });
    expect(await run({ clients: { logs: auditLog() }, subject })).toMatchObject({
      status: 'not-checked',
      reason: expect.stringContaining('not even the request of this finding'),
    });
    const nothing = logsOf({ audit: () => [] });
    expect((await run({ clients: { logs: nothing } })).status).toBe('not-checked');
  });

  test('no answer in time', async () => {
    const evidence = await evidenceOf({ ...actorActivity, deadlineMs: 30 }, { clients: { logs: HANGING } });
    expect(evidence).toMatchObject({
      status: 'not-checked',
      reason: 'no answer within 30 ms, the time limit of this check',
    });
  });
});
