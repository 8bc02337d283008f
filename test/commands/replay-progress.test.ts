import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { ReplayProgress } from '../../bin/commands/replay/progress.ts';
import type { Task } from '../../bin/commands/task.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

/** What a person sees of the progress. */
function watched(total?: number) {
  const shown: string[] = [];
  const task = { isWatched: true, waitFor: (what: string) => shown.push(what) } as unknown as Task;
  return { progress: new ReplayProgress(task, total), shown };
}

test('bytes and events at first, then how long the rest will take', () => {
  const { progress, shown } = watched(100_000_000);
  progress.addRecords(5);
  jest.advanceTimersByTime(500);
  progress.addBytes(10_000_000);
  jest.advanceTimersByTime(1_500);
  progress.addBytes(10_000_000);
  expect(shown).toEqual(['10.0 MB of 100.0 MB, 10 %; 5 events', '20.0 MB of 100.0 MB, 20 %, about 8 s left; 5 events']);
});

test('of a pipe nobody knows how long it is', () => {
  const { progress, shown } = watched();
  jest.advanceTimersByTime(2_000);
  progress.addBytes(10_000_000);
  expect(shown).toEqual(['10.0 MB; 0 events']);
});
