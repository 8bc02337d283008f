import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { EC2ServiceException } from '@aws-sdk/client-ec2';
import { describe, expect, test } from '@jest/globals';
import { NotAnswered } from '../../functions/checks/parts/failure.ts';
import { limitOf, noteLimit, notingLimits } from '../../functions/checks/parts/limits.ts';
import { answerPart } from '../../functions/checks/parts/part.ts';
import {
  KubernetesError,
  LogBudgetExceeded,
  LogQueryFailed,
  LogQueryTimeout,
  LogSourceMissing,
} from '../../functions/contract/errors.ts';

const named = (name: string): Error => Object.assign(new Error('x'), { name });

describe('an error', () => {
  /** The SDK's own list of what counts as throttling. */
  const ofTheSdk = ((): string[] => {
    const source = readFileSync(
      'node_modules/@smithy/core/dist-es/submodules/retry/service-error-classification/constants.js',
      'utf8',
    );
    const list = /THROTTLING_ERROR_CODES = \[([^\]]*)\]/.exec(source)?.[1] ?? '';
    return [...list.matchAll(/"(\w+)"/g)].map(([, name = '']) => name);
  })();

  test('by which a service says that there were too many requests is about the rate, whatever the SDK calls it', () => {
    expect(ofTheSdk.length).toBeGreaterThan(10);
    expect(ofTheSdk.filter((name) => limitOf(named(name)) !== 'request-rate')).toEqual([]);
  });

  test.each<[string, unknown, string | undefined]>([
    ['the budget', new LogBudgetExceeded('x'), 'log-budget'],
    ['a query that took too long', new LogQueryTimeout('x'), 'deadline'],
    ['too many queries at once', named('LimitExceededException'), 'request-rate'],
    ['too many requests to an API server', new KubernetesError(429, 'TooManyRequests', 'x'), 'request-rate'],
    ['a missing right', named('AccessDeniedException'), undefined],
    ['a missing right in a cluster', new KubernetesError(403, 'Forbidden', 'x'), undefined],
    ['a cluster that cannot be reached', new KubernetesError(0, 'Unreachable', 'x'), undefined],
    ['a log that is not there', new LogSourceMissing('x'), undefined],
    ['a query that failed', new LogQueryFailed('x'), undefined],
    ['what is not known', new NotAnswered('x'), undefined],
    [
      'another service error',
      new EC2ServiceException({ name: 'InvalidVpcID', $fault: 'client', $metadata: {} }),
      undefined,
    ],
    ['no error', 'Throttling', undefined],
  ])('about %s', (_, error, limit) => {
    expect(limitOf(error)).toBe(limit);
  });
});

describe('what is noted', () => {
  test('is that of the check alone that runs, also side by side', async () => {
    const runs = await Promise.all([
      notingLimits(async () => {
        await sleep(2);
        noteLimit('deadline');
        await sleep(2);
        noteLimit('log-budget');
        return 1;
      }),
      notingLimits(async () => {
        await sleep(3);
        return 2;
      }),
    ]);
    expect(runs).toEqual([
      { answer: 1, limits: ['log-budget', 'deadline'] },
      { answer: 2, limits: [] },
    ]);
  });

  test('comes from a part that gave no answer', async () => {
    const { signal } = new AbortController();
    const { limits, answer } = await notingLimits(async () => [
      await answerPart('late', 5, signal, () => new Promise(() => {})),
      await answerPart('throttled', 50, signal, () => Promise.reject(named('ThrottlingException'))),
      await answerPart('denied', 50, signal, () => Promise.reject(named('AccessDeniedException'))),
    ]);
    expect(limits).toEqual(['request-rate', 'deadline']);
    expect(answer.map(({ missing }) => missing !== undefined)).toEqual([true, true, true]);
  });
});
