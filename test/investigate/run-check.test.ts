import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Check } from '../../functions/checks/check.ts';
import type { Evidence } from '../../functions/contract/investigation.ts';
import { runCheck } from '../../functions/investigate/run-check.ts';
import { check, contextOf, denied } from '../checks/examples.ts';

const run = (subject: Check, budgetMs = 1000): Promise<Evidence> => runCheck(subject, contextOf(), budgetMs);

const never = () => new Promise(() => {});

describe('an answer', () => {
  test('becomes evidence, with the question', async () => {
    const at = '2026-11-23T10:00:00.000Z';
    const answer = {
      status: 'clear',
      summary: 'Nothing.',
      details: { at: new Date(at), missing: undefined, list: [1] },
      completeUntil: at,
      link: 'https://console.aws.amazon.com/',
      command: ['aws', 'eks'],
    };
    expect(await run(check(() => answer))).toEqual({
      check: 'example',
      question: 'Does it hold?',
      ...answer,
      details: { at, list: [1] },
      tookMs: expect.any(Number),
    });
  });

  test('that is not one given by the check itself says why', async () => {
    expect(await run(check(async () => ({ status: 'not-checked', reason: 'too early' })))).toMatchObject({
      status: 'not-checked',
      reason: 'too early',
      summary: 'Not checked: too early',
    });
  });
});

describe('the source', () => {
  const source = { link: 'https://example.com/', command: ['aws'] };

  test('stands also with a check that fails', async () => {
    const failing = check(() => Promise.reject(new Error('x')), { source: () => source });
    expect(await run(failing)).toMatchObject({ status: 'not-checked', ...source });
  });

  test('of the answer goes before', async () => {
    const answering = check(() => ({ status: 'found', summary: 's', command: ['kubectl'] }), { source: () => source });
    expect(await run(answering)).toMatchObject({ link: source.link, command: ['kubectl'] });
  });

  test('is left out if it cannot be told', async () => {
    const source = () => {
      throw new Error('x');
    };
    expect(await run(check(() => ({ status: 'found', summary: 's' }), { source }))).toMatchObject({ status: 'found' });
  });
});

describe('a check that fails', () => {
  const cyclic: Record<string, unknown> = { status: 'found', summary: 's' };
  cyclic.details = cyclic;
  const unreadable = Object.defineProperty(new Error('x'), 'message', {
    get() {
      throw new Error('no');
    },
  });

  test.each<[string, () => unknown, RegExp]>([
    [
      'throws at once',
      () => {
        throw new Error('broken');
      },
      /^failed: Error: broken$/,
    ],
    [
      'throws later',
      async () => {
        throw new RangeError('broken');
      },
      /^failed: RangeError: broken$/,
    ],
    [
      'throws no error',
      async () => {
        throw 'text';
      },
      /^failed: an unknown error: text$/,
    ],
    [
      'throws undefined',
      () => {
        throw undefined;
      },
      /^failed: an unknown error: undefined$/,
    ],
    [
      'throws what cannot be read',
      () => {
        throw unreadable;
      },
      /^failed: an error that cannot be read$/,
    ],
    [
      'throws what cannot be text',
      () => {
        throw Object.create(null);
      },
      /^failed: an error that cannot be read$/,
    ],
    [
      'throws a whole response',
      () => {
        throw new Error('😀'.repeat(9999));
      },
      /^failed: Error: (😀){250}…$/,
    ],
    [
      'is denied',
      () => {
        throw denied('eks:DescribeCluster');
      },
      /^denied: its role may not do eks:DescribeCluster on arn:aws:eks:eu-central-1:111122223333:cluster\/prod$/,
    ],
    [
      'is denied in other words',
      () => {
        throw Object.assign(new Error('no'), { name: 'AccessDenied' });
      },
      /^denied: AccessDenied: no$/,
    ],
    [
      'returns nothing',
      () => undefined,
      /^failed: TypeError: it returned no valid answer \(wrong or missing: the whole\)$/,
    ],
    ['returns null', () => null, /no valid answer/],
    ['returns text', async () => 'clear', /no valid answer/],
    ['returns a function', () => () => 'found', /no valid answer/],
    ['returns an unknown status', () => ({ status: 'fine', summary: 's' }), /missing: status\)$/],
    ['returns no summary', () => ({ status: 'found' }), /missing: summary\)$/],
    ['returns an empty summary', () => ({ status: 'found', summary: '' }), /missing: summary\)$/],
    ['is clear until it does not say when', () => ({ status: 'clear', summary: 's' }), /missing: completeUntil\)$/],
    ['is clear until no instant', () => ({ status: 'clear', summary: 's', completeUntil: 'now' }), /completeUntil\)$/],
    ['does not say why it did not check', () => ({ status: 'not-checked' }), /missing: reason\)$/],
    [
      'returns a link that is not one',
      () => ({ status: 'found', summary: 's', link: 'javascript:1' }),
      /missing: link\)$/,
    ],
    ['returns a shell line', () => ({ status: 'found', summary: 's', command: 'rm -rf' }), /missing: command\)$/],
    ['returns invalid details', () => ({ status: 'found', summary: 's', details: 'd' }), /missing: details\)$/],
    ['returns what JSON cannot hold', () => cyclic, /^failed: TypeError: Converting circular structure/],
    ['returns a number that JSON cannot hold', () => ({ status: 'found', summary: 's', details: { n: 1n } }), /BigInt/],
  ])('%s', async (_, body, reason) => {
    const answer = await run(check(body));
    expect(answer).toMatchObject({ check: 'example', status: 'not-checked', reason: expect.stringMatching(reason) });
    expect(answer.summary).toBe(`Not checked: ${answer.reason}`);
  });

  test('never takes the investigation along, whatever it throws or returns', async () => {
    await fc.assert(
      fc.asyncProperty(fc.anything(), fc.boolean(), async (value, throws) => {
        const body = async () => {
          if (throws) throw value;
          return value;
        };
        expect(['found', 'clear', 'not-checked']).toContain((await run(check(body))).status);
      }),
    );
  });
});

describe('a check that takes too long', () => {
  test('is cut off at its deadline, though it ignores the signal', async () => {
    const answer = await run(check(never, { deadlineMs: 30 }));
    expect(answer).toMatchObject({
      status: 'not-checked',
      reason: 'no answer within 30 ms, the time limit of this check',
    });
    expect(answer.tookMs).toBeGreaterThanOrEqual(25);
  });

  test('is cut off at the end of the budget, if that is sooner', async () => {
    const answer = await run(check(never, { deadlineMs: 60_000 }), 20);
    expect(answer.reason).toBe('no answer within 20 ms, the time limit of the investigation');
  });

  test('hears of it by its signal, and says the same if it gives up then', async () => {
    const body = ({ signal }: { signal: AbortSignal }) => sleep(10_000, undefined, { signal });
    const answer = await run(check(body, { deadlineMs: 20 }));
    expect(answer.reason).toBe('no answer within 20 ms, the time limit of this check');
  });

  test('may fail or answer afterwards: nobody is disturbed', async () => {
    let late = 0;
    const fails = check(
      async () => {
        await sleep(40);
        late++;
        throw new Error('too late');
      },
      { deadlineMs: 10 },
    );
    const answers = check(
      async () => {
        await sleep(40);
        late++;
        return { status: 'found', summary: 's' };
      },
      { deadlineMs: 10 },
    );
    const evidence = await Promise.all([run(fails), run(answers)]);
    expect(evidence.map(({ status }) => status)).toEqual(['not-checked', 'not-checked']);
    await sleep(80);
    // An unhandled rejection would fail this test by itself.
    expect(late).toBe(2);
  });

  test('has its signal quiet as long as it is in time', async () => {
    let heard: AbortSignal | undefined;
    await run(
      check(
        ({ signal }) => {
          heard = signal;
          return { status: 'found', summary: 's' };
        },
        { deadlineMs: 20 },
      ),
    );
    await sleep(40);
    expect(heard?.aborted).toBe(false);
  });
});
