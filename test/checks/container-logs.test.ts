import { describe, expect, test } from '@jest/globals';
import { containerLogs } from '../../functions/checks/container-logs.ts';
import type { LogSearch } from '../../functions/clients/logs/log-search.ts';
import { LogBudgetExceeded, LogSourceMissing } from '../../functions/contract/errors.ts';
import { type Asking, evidenceOf, HANGING, logsOf, UNASKED } from './audit-log.ts';
import { finding } from './examples.ts';

const at = (clock: string) => Date.parse(`2026-11-23T${clock}Z`);
const app = (clock: string, namespace: string, pod: string, log = 'secret-token-123') => ({
  at: at(clock),
  message: JSON.stringify({ log, kubernetes: { namespace_name: namespace, pod_name: pod } }),
});
const text = (clock: string, message: string) => ({ at: at(clock), message });
const LAST = text('10:18:00', '{}');

const run = (logs: LogSearch | undefined, asking: Asking = {}) =>
  evidenceOf(containerLogs, { clients: { ...(logs && { logs }) }, ...asking });

describe('container logs', () => {
  const logs = logsOf({
    application: () => [
      app('10:02:00', 'shop', 'cart-0'),
      app('10:03:00', 'shop', 'cart-0'),
      app('10:03:00', 'shop', 'miner-1'),
      app('10:03:00', 'shop-2', 'x'),
      app('09:00:00', 'shop', 'before it was made'),
      LAST,
    ],
    host: () => [text('10:02:00', 'kubelet: pod="shop/cart-0" failed'), text('10:02:00', 'workshop is open'), LAST],
    dataplane: () => [LAST],
  });

  test('are counted since the request, and their text stays where it is', async () => {
    const evidence = await run(logs);
    expect(evidence).toMatchObject({
      status: 'found',
      summary: 'Lines about this namespace since the request: application 3, host 1, dataplane 0.',
      completeUntil: '2026-11-23T10:18:00.000Z',
      details: {
        groups: [
          { source: 'application', present: true, lines: 3, more: false },
          { source: 'host', present: true, lines: 1, more: false },
          { source: 'dataplane', present: true, lines: 0, more: false },
        ],
        byPod: [
          { pod: 'cart-0', lines: 2 },
          { pod: 'miner-1', lines: 1 },
        ],
      },
    });
    expect(JSON.stringify(evidence)).not.toContain('secret-token-123');
    expect(evidence.link).toContain('$252Faws$252Fcontainerinsights$252Fprod$252Fapplication');
    expect(evidence.command).toContain('{ $.kubernetes.namespace_name = "shop" }');
  });

  test('many lines are a lower bound', async () => {
    const many = logsOf({ application: () => Array.from({ length: 600 }, () => app('10:02:00', 'shop', 'cart-0')) });
    expect((await run(many)).summary).toContain('application 500 or more');
  });

  test('a group that does not exist, or cannot be asked, is said to be missing', async () => {
    const some: LogSearch = {
      ask: async (question, signal) => {
        if (question.source === 'host') throw new LogBudgetExceeded('3 GB');
        if (question.source === 'dataplane') throw new LogSourceMissing('there is no log group y');
        return logs.ask(question, signal);
      },
    };
    const evidence = await run(some);
    expect(evidence.summary).toContain('application 3. Not asked: budget: 3 GB; there is no log group y.');
    expect(evidence.details).toMatchObject({
      groups: [{ source: 'application' }, { source: 'dataplane', present: false }],
    });
    const none = await run(some, { subject: finding({ namespace: { name: 'other' } }) });
    expect(none).toMatchObject({ status: 'not-checked', reason: expect.stringContaining('Not asked: budget: 3 GB') });
  });

  test('none', async () => {
    expect(await run(logs, { subject: finding({ namespace: { name: 'other' } }) })).toMatchObject({ status: 'clear' });
  });

  test.each([
    ['no name', {}],
    ['the beginning of a name', { name: 'gen-*' }],
    ['a name that is none', { name: '../x' }],
  ])('not checked: %s', async (_, namespace) => {
    expect((await run(logs, { subject: finding({ namespace }) })).status).toBe('not-checked');
  });

  test.each(UNASKED)('not checked: %s', async (_, unasked, reason) => {
    expect(await run(unasked)).toMatchObject({ status: 'not-checked', reason: expect.stringMatching(reason) });
  });

  test('not checked: no answer in time', async () => {
    const evidence = await evidenceOf({ ...containerLogs, deadlineMs: 30 }, { clients: { logs: HANGING } });
    expect(evidence.status).toBe('not-checked');
  });
});
