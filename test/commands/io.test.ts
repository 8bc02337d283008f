import { Readable, Writable } from 'node:stream';
import { expect, test } from '@jest/globals';
import { main } from '../../bin/commands/main.ts';
import { SAMPLE, TRUTH } from './run.ts';

/** Runs a replay into an output that takes each text as `write` says; returns what stderr got, and the exit code. */
async function replayInto(write: (text: Buffer, done: (error?: Error) => void) => void, highWaterMark?: number) {
  let stderr = '';
  const stdout = new Writable({
    ...(highWaterMark && { highWaterMark }),
    write: (text, _encoding, done) => write(text, done),
  });
  let most = 0;
  const code = await main(['replay', '--json', SAMPLE], {
    stdin: Readable.from([]),
    stdout: Object.assign(stdout, {
      write: (...args: Parameters<Writable['write']>) => {
        const taken = Writable.prototype.write.apply(stdout, args);
        most = Math.max(most, stdout.writableLength);
        return taken;
      },
    }),
    stderr: new Writable({
      write: (text, _encoding, done) => {
        stderr += text;
        done();
      },
    }),
  });
  return { code, stderr, most };
}

test('an output that cannot be written is a failure, told once', async () => {
  const full = Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
  const { code, stderr } = await replayInto((_text, done) => done(full));
  expect(code).toBe(2);
  expect(stderr).toBe('sentinel replay: cannot write the output: ENOSPC: no space left on device\n');
});

test('a closed pipe is none', async () => {
  const gone = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
  expect(await replayInto((_text, done) => done(gone))).toMatchObject({ code: 0, stderr: '' });
});

test('a slow output is waited for: no more than one finding is under way', async () => {
  let lines = 0;
  let longest = 0;
  const { code, most } = await replayInto((text, done) => {
    lines += 1;
    longest = Math.max(longest, text.length);
    setTimeout(done, 2);
  }, 1);
  expect({ code, lines }).toEqual({ code: 0, lines: TRUTH.length });
  expect(most).toBeLessThanOrEqual(longest);
});
