import { describe, expect, test } from '@jest/globals';
import { JoinedQuestions } from '../../functions/clients/logs/joined-questions.ts';

interface Asked {
  questions: readonly string[];
  signal: AbortSignal;
  answer(): void;
  fail(error: Error): void;
}

/** Questions as `group:text`, each answered with itself in capitals when the test says so. */
function questions() {
  const asked: Asked[] = [];
  const joined = new JoinedQuestions<string, string>({
    waitMs: 20,
    groupOf: (question) => question.split(':')[0] ?? '',
    keyOf: (question) => question,
    ask: (together, signal) =>
      new Promise((resolve, reject) => {
        const answer = () => resolve(together.map((question) => question.toUpperCase()));
        asked.push({ questions: together, signal, answer, fail: reject });
      }),
  });
  return { joined, asked };
}

const soon = () => new Promise((resolve) => setTimeout(resolve, 40));
const { signal } = new AbortController();

describe('questions asked at once', () => {
  test('those of one group go together, the same one once, and each gets its own answer', async () => {
    const { joined, asked } = questions();
    const answers = Promise.all(['a:1', 'a:2', 'a:1', 'b:1'].map((question) => joined.ask(question, signal)));
    await soon();
    for (const each of asked) each.answer();
    await expect(answers).resolves.toEqual(['A:1', 'A:2', 'A:1', 'B:1']);
    expect(asked.map((each) => each.questions)).toEqual([['a:1', 'a:2'], ['b:1']]);
  });

  test('the same one joins while it is being answered, another one does not', async () => {
    const { joined, asked } = questions();
    const first = joined.ask('a:1', signal);
    await soon();
    const [again, other] = [joined.ask('a:1', signal), joined.ask('a:2', signal)];
    await soon();
    expect(asked.map((each) => each.questions)).toEqual([['a:1'], ['a:2']]);
    for (const each of asked) each.answer();
    await expect(Promise.all([first, again, other])).resolves.toEqual(['A:1', 'A:1', 'A:2']);
  });

  test('once answered, it is asked again', async () => {
    const { joined, asked } = questions();
    const first = joined.ask('a:1', signal);
    await soon();
    asked[0]?.answer();
    await first;
    const second = joined.ask('a:1', signal);
    await soon();
    asked[1]?.answer();
    await expect(second).resolves.toBe('A:1');
  });

  test('a failure is everybody’s', async () => {
    const { joined, asked } = questions();
    const both = Promise.allSettled([joined.ask('a:1', signal), joined.ask('a:2', signal)]);
    await soon();
    asked[0]?.fail(new Error('no'));
    expect((await both).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});

describe('who gives up', () => {
  test('hears of it at once; the work goes on for the others, and ends with the last', async () => {
    const { joined, asked } = questions();
    const [one, other] = [new AbortController(), new AbortController()];
    const first = joined.ask('a:1', one.signal);
    const second = joined.ask('a:2', other.signal);
    await soon();
    one.abort(new Error('enough'));
    await expect(first).rejects.toThrow('enough');
    expect(asked[0]?.signal.aborted).toBe(false);
    other.abort(new Error('enough too'));
    await expect(second).rejects.toThrow('enough too');
    expect(asked[0]?.signal.aborted).toBe(true);
    // A new question does not wait for what was given up.
    const third = joined.ask('a:1', signal);
    await soon();
    asked[1]?.answer();
    await expect(third).resolves.toBe('A:1');
  });

  test('before anything was asked: nothing is', async () => {
    const { joined, asked } = questions();
    const controller = new AbortController();
    const first = joined.ask('a:1', controller.signal);
    controller.abort();
    await expect(first).rejects.toThrow();
    await soon();
    expect(asked).toEqual([]);
    await expect(joined.ask('a:1', controller.signal)).rejects.toThrow();
  });
});
