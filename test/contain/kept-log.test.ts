/** What is kept of logs that are longer than there is room for. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type KeptLog, LogWindow } from '../../functions/contain/evidence/kept-log.ts';
import { collectLogs } from '../../functions/contain/evidence/logs.ts';
import { KubernetesError } from '../../functions/contract/errors.ts';
import { quarantined, Stage } from './stage.ts';

const NOON = Date.parse('2026-11-26T12:00:00Z');
/** A line a second, as the kubelet gives it. */
const line = (index: number, text = `line ${index}`) => `${new Date(NOON + index * 1_000).toISOString()} ${text}\n`;
const lines = (count: number) => Array.from({ length: count }, (_, index) => line(index));
function kept(parts: readonly string[], limits = { head: 100, tail: 200 }): KeptLog {
  const window = new LogWindow(limits);
  for (const part of parts) window.take(Buffer.from(part));
  return window.kept();
}
const text = ({ body }: KeptLog) => Buffer.from(body).toString();

test('a log for which there is room is kept as it is', () => {
  expect(kept(lines(9))).toEqual({ body: Buffer.from(lines(9).join('')), hasLines: true });
  expect(text(kept([]))).toBe('');
});

test('of a longer one whole lines of both ends are kept, and it is said what is not', () => {
  const whole = lines(1_000);
  const log = kept(whole);
  const [before = '', after = ''] = text(log).split(/\[namespace-sentinel: cut here: .*\]\n/);
  const [first, last] = [before, after].map((part) => part.split('\n').length - 1) as [number, number];
  expect(before).toBe(whole.slice(0, first).join(''));
  expect(after).toBe(whole.slice(-last).join(''));
  expect(log.cut).toEqual({
    bytes: whole.join('').length - before.length - after.length,
    lines: 1_000 - first - last,
    from: new Date(NOON + (first - 1) * 1_000).toISOString(),
    to: new Date(NOON + (1_000 - last) * 1_000).toISOString(),
  });
  expect(text(log)).toContain(
    `cut here: ${log.cut?.bytes} bytes, ${log.cut?.lines} lines, between 2026-11-26T12:00:02`,
  );
});

test('however the log comes in parts, the same is kept, in bounded memory', () => {
  const whole = lines(300).join('');
  const once = kept([whole]);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 40 }), (sizes) => {
      const parts: string[] = [];
      for (let at = 0, index = 0; at < whole.length; index++) {
        const size = sizes[index % sizes.length] as number;
        parts.push(whole.slice(at, at + size));
        at += size;
      }
      expect(kept(parts)).toEqual(once);
    }),
  );
  expect(once.body.byteLength).toBeLessThan(100 + 200 + 200);
});

test('a line that is longer than all the room', () => {
  const log = kept([line(0, 'x'.repeat(5_000)), line(1)]);
  expect(log.cut?.bytes).toBeGreaterThan(4_000);
  expect(text(log)).toContain('line 1');
});

describe('on a cluster', () => {
  const SOURCE = { pod: 'web', container: 'main', previous: false };
  const collected = async (parts: readonly string[], change: (on: Stage) => void = () => undefined) => {
    const on = new Stage([quarantined()]);
    on.cluster.logs.set('container=main', parts);
    change(on);
    const logs = await collectLogs([SOURCE], on.context());
    const [, body] = [...on.store.files].find(([key]) => key.endsWith('main.log')) ?? [];
    return { ...logs, text: String(body) };
  };

  test('a flood does not hide what comes after it', async () => {
    const flood = Array.from({ length: 12_000 }, (_, index) => line(index, 'x'.repeat(290)));
    const { logs, text } = await collected([...flood, line(12_000, 'stolen: secret 1')]);
    expect(text).toContain('stolen: secret 1');
    expect(text.startsWith(line(0, 'x'.repeat(290)))).toBe(true);
    expect(text.length).toBeLessThan(2.1 * 1024 * 1024);
    expect(logs).toMatchObject([{ file: 'evidence/logs/web/main.log', cut: { lines: expect.any(Number) } }]);
  });

  // kubernetes 1.36.3, pkg/kubelet/kuberuntime/kuberuntime_container.go, GetContainerLogs.
  test.each(['unable to retrieve container logs for containerd://4378ab', 'failed to open log file "/var/log/x"\n'])(
    'what the kubelet says in place of a log is not a log: %j',
    async (answer) => {
      const { files, missing } = await collected([answer]);
      expect(files).toEqual([]);
      expect(missing).toEqual([{ ...SOURCE, why: `the kubelet answered: ${answer.trim()}` }]);
    },
  );

  test('what it says at the end of one is told', async () => {
    const { logs } = await collected([line(0), 'failed to read log file "/var/log/x": EIO']);
    expect(logs).toMatchObject([{ error: 'failed to read log file "/var/log/x": EIO' }]);
  });

  test('one that does not pass by in its time is kept from both ends, and what is between is not known', async () => {
    const { text, logs } = await collected([], (on) => {
      on.cluster.stream = async (path, _, take) => {
        if (path.includes('tailLines')) return take(Buffer.from(lines(9_000).slice(-20).join('')));
        take(Buffer.from(lines(50).join('')));
        throw new KubernetesError(0, 'Disconnected', 'gone');
      };
    });
    expect(logs).toMatchObject([{ cut: { from: '2026-11-26T12:00:49.000Z', to: '2026-11-26T14:29:41.000Z' } }]);
    expect(text).toMatch(/cut here: an unknown number of bytes/);
    expect(text).toContain(line(0));
    expect(text).toContain(line(8_999));
  });
});
