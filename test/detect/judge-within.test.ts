import { expect, test } from '@jest/globals';
import { judgeLine } from '../../functions/detect/judge.ts';
import { judgeWithin } from '../../functions/detect/judge-within.ts';
import { creation, line } from './events.ts';

const long = line(creation({ userAgent: 'A'.repeat(30_000) }));

test('within its bounds a line is judged as ever, short or long', () => {
  for (const text of [line(creation()), long])
    expect(judgeWithin({ text, cluster: {} })).toEqual(judgeLine({ text, cluster: {} }));
});

test('a line that takes too long is ended, and says so', () => {
  const endless = () => {
    for (;;);
  };
  expect(judgeWithin({ text: long, cluster: {} }, endless, 20)).toEqual([
    { kind: 'rejected', reason: 'not judged within 20 ms' },
  ]);
});

test('a pattern that runs away is ended, too', () => {
  const runaway = ({ text }: { text: string }) => {
    /^(A+)+$/.test(`${'A'.repeat(40)}${text}`);
    return [{ kind: 'nothing' as const, reason: '' }];
  };
  expect(judgeWithin({ text: long, cluster: {} }, runaway, 20)).toMatchObject([{ kind: 'rejected' }]);
});

test('a fault of ours costs the line, not the batch', () => {
  const broken = () => {
    throw new RangeError('secret text of the line');
  };
  for (const text of ['short', long])
    expect(judgeWithin({ text, cluster: {} }, broken)).toEqual([
      { kind: 'rejected', reason: 'it could not be judged (RangeError)' },
    ]);
});

test('a line that is longer than any source writes is not read', () => {
  const text = 'A'.repeat(5 * 1024 * 1024);
  expect(judgeWithin({ text, cluster: {} })).toEqual([
    { kind: 'rejected', reason: 'a line of 5242880 characters: at most 4194304 are read' },
  ]);
});
