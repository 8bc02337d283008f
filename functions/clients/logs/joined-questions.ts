interface Rules<Question, Answer> {
  /** How long a question waits for others that can be asked together with it, in milliseconds. */
  waitMs: number;
  /** Questions with the same group can be asked together. */
  groupOf(question: Question): string;
  /** A question's key: equal for equal questions. */
  keyOf(question: Question): string;
  /** Answers in the order of the questions. Aborted when nobody waits any more. */
  ask(questions: readonly Question[], signal: AbortSignal): Promise<readonly Answer[]>;
}

/**
 * Asks together what is asked at about the same time: questions of one group in one go, and the same question once,
 * also while it is being answered. Each asker has a signal of its own; the work ends when the last one gave up.
 */
export class JoinedQuestions<Question, Answer> {
  readonly #rules: Rules<Question, Answer>;
  /** Still taking questions, by group. */
  readonly #open = new Map<string, Batch<Question, Answer>>();
  readonly #unanswered = new Set<Batch<Question, Answer>>();

  constructor(rules: Rules<Question, Answer>) {
    this.#rules = rules;
  }

  async ask(question: Question, signal: AbortSignal): Promise<Answer> {
    signal.throwIfAborted();
    const key = this.#rules.keyOf(question);
    const same = [...this.#unanswered].find((batch) => batch.questions.has(key) && !batch.abandoned);
    return (same ?? this.#batchFor(question)).wait(key, question, signal);
  }

  #batchFor(question: Question): Batch<Question, Answer> {
    const group = this.#rules.groupOf(question);
    const open = this.#open.get(group);
    if (open && !open.abandoned) return open;
    const batch = new Batch<Question, Answer>();
    this.#open.set(group, batch);
    this.#unanswered.add(batch);
    setTimeout(() => {
      if (this.#open.get(group) === batch) this.#open.delete(group);
      void batch.answer(this.#rules.ask).finally(() => this.#unanswered.delete(batch));
    }, this.#rules.waitMs);
    return batch;
  }
}

class Batch<Question, Answer> {
  readonly questions = new Map<string, Question>();
  readonly #answers = Promise.withResolvers<ReadonlyMap<string, Answer>>();
  readonly #controller = new AbortController();
  #waiting = 0;

  constructor() {
    // Whoever waits hears of a failure; where nobody does any more, it is not an unhandled one.
    this.#answers.promise.catch(() => {});
  }

  get abandoned(): boolean {
    return this.#controller.signal.aborted;
  }

  async wait(key: string, question: Question, signal: AbortSignal): Promise<Answer> {
    if (!this.questions.has(key)) this.questions.set(key, question);
    const gaveUp = Promise.withResolvers<never>();
    const giveUp = () => {
      if (--this.#waiting === 0) this.#controller.abort(signal.reason);
      gaveUp.reject(signal.reason);
    };
    this.#waiting++;
    signal.addEventListener('abort', giveUp, { once: true });
    try {
      const answers = await Promise.race([this.#answers.promise, gaveUp.promise]);
      return answers.get(key) as Answer;
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  }

  async answer(ask: Rules<Question, Answer>['ask']): Promise<void> {
    const keys = [...this.questions.keys()];
    try {
      this.#controller.signal.throwIfAborted();
      const answers = await ask([...this.questions.values()], this.#controller.signal);
      this.#answers.resolve(new Map(keys.map((key, index) => [key, answers[index] as Answer])));
    } catch (error) {
      this.#answers.reject(error);
    }
  }
}
