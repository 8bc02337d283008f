import type { AnswerMemory } from '../../functions/clients/table/answer-memory.ts';

/** The memory of answers, in memory. */
export class Memory implements AnswerMemory {
  readonly answers = new Map<string, string>();
  readonly turns = new Map<string, number>();
  /** What takes more room is not kept; in characters. */
  room = Number.POSITIVE_INFINITY;
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  async recall(key: string): Promise<string | undefined> {
    return this.answers.get(key);
  }

  async keep(key: string, json: string): Promise<boolean> {
    if (json.length > this.room) return false;
    this.answers.set(key, json);
    return true;
  }

  async takeTurn(key: string, forMs: number): Promise<boolean> {
    if ((this.turns.get(key) ?? 0) > this.#now()) return false;
    this.turns.set(key, this.#now() + forMs);
    return true;
  }

  async giveTurnBack(key: string): Promise<void> {
    this.turns.delete(key);
  }
}
