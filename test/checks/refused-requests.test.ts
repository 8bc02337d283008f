import { describe, expect, test } from '@jest/globals';
import type { DetailsByCheck } from '../../functions/checks/index.ts';
import { refusedRequests } from '../../functions/checks/refused-requests.ts';
import { type Asking, auditLog, event, evidenceOf, HANGING, logsOf, time, UNASKED } from './audit-log.ts';

const run = (lines: string[], asking: Asking = {}) =>
  evidenceOf(refusedRequests, { clients: { logs: auditLog(...lines) }, ...asking });

const by = (username: string, more: object = {}) => event({ user: { username }, code: 403, ...more });

describe('refused requests', () => {
  test('are grouped: the creator’s first, then the most frequent', async () => {
    const evidence = await run([
      by('mallory', { on: 'secrets', verb: 'list' }),
      by('mallory', { on: 'secrets', verb: 'list', namespace: 'shop', at: time('09:45:00') }),
      by('mallory', { on: 'roles.rbac.authorization.k8s.io', verb: 'create' }),
      event({ code: 403, on: 'namespaces', verb: 'create' }),
      event({ code: 404 }),
      event({ code: 401, user: {}, stage: 'ResponseStarted' }),
    ]);
    const details = evidence.details as unknown as DetailsByCheck['refused-requests'];
    const lastAt = '2026-11-23T09:30:00.000Z';
    const creator = 'arn:aws:iam::111122223333:role/ci';
    expect(details.groups).toEqual([
      { actor: creator, verb: 'create', resource: 'namespaces', code: 403, count: 1, lastAt, isActor: true },
      {
        actor: 'mallory',
        verb: 'list',
        resource: 'secrets',
        namespace: 'shop',
        code: 403,
        count: 2,
        lastAt: '2026-11-23T09:45:00.000Z',
        isActor: false,
      },
      {
        actor: 'mallory',
        verb: 'create',
        resource: 'roles.rbac.authorization.k8s.io',
        code: 403,
        count: 1,
        lastAt,
        isActor: false,
      },
      { actor: 'nobody', verb: 'get', resource: 'pods', code: 401, count: 1, lastAt, isActor: false },
    ]);
    expect(evidence.summary).toBe(
      '5 requests refused since 2026-11-22T10:00:00.000Z: 1 by the creator, the others by 2 other identities.',
    );
    expect(evidence).toMatchObject({ status: 'found', completeUntil: '2026-11-23T10:19:00.000Z' });
    expect(evidence.command).toContain('{ $.responseStatus.code = 403 || $.responseStatus.code = 401 }');
  });

  test('of very many, the largest groups are told', async () => {
    const lines = Array.from({ length: 2_200 }, (_, index) => by(`user-${index % 50}`));
    const evidence = await run(lines);
    const details = evidence.details as unknown as DetailsByCheck['refused-requests'];
    expect([details.total, details.more, details.groups.length]).toEqual([2_000, true, 20]);
    expect(evidence.summary).toMatch(/^2000 or more requests refused/);
  });

  test('none: clear, by a log that is complete beyond the request', async () => {
    expect(await run([])).toMatchObject({ status: 'clear', completeUntil: '2026-11-23T10:19:00.000Z' });
  });

  test('none yet: what is younger may say otherwise', async () => {
    const logs = logsOf({ audit: () => [event({ at: time('09:59:00') })] });
    expect(await run([], { clients: { logs } })).toMatchObject({
      status: 'not-checked',
      reason: 'the data is complete only until 2026-11-23T09:59:00.000Z; later data had not arrived yet',
    });
  });
});

describe('not checked', () => {
  test.each(UNASKED)('%s', async (_, logs, reason) => {
    const evidence = await run([], { clients: { ...(logs && { logs }) } });
    expect(evidence).toMatchObject({ status: 'not-checked', reason: expect.stringMatching(reason) });
  });

  test('no answer in time', async () => {
    const evidence = await evidenceOf({ ...refusedRequests, deadlineMs: 30 }, { clients: { logs: HANGING } });
    expect(evidence.status).toBe('not-checked');
  });
});
