import { createHash } from 'node:crypto';
import { LimitReached } from '../../contract/errors.ts';
import { readJson } from '../../contract/read.ts';
import { defined } from '../../kit/defined.ts';
import type { AnswerMemory } from '../table/answer-memory.ts';
import { keepNewest } from '../table/bounded-memory.ts';
import type { LogAnswer, LogQuestion, LogSearch } from './log-search.ts';
import { answerOf, type Remembered, remembered, rememberedSchema, startOfNew } from './remembered.ts';

/**
 * What was read so long ago answers a first look without asking again, if it was read so long after the request that what stood
 * before that had time to arrive: it makes a burst of creations one question, and hides from nobody's what its actor did just before.
 * Further looks are there to see what is new. In milliseconds.
 */
const RECENT_MS = 60_000;
const ARRIVAL_MS = 10_000;

/**
 * Asks a log only about what is new since the same question was asked before, for whichever finding, and joins that with what
 * is remembered. Where a limit keeps the new part from being asked, what is remembered is the answer, and says so.
 */
export class RememberingLogSearch implements LogSearch {
  readonly #logs: LogSearch;
  readonly #memory: AnswerMemory;
  readonly #failed: (error: unknown) => void;
  readonly #now: () => number;

  /** @param failed is told when the memory fails: the log is then asked in full */
  constructor(logs: LogSearch, memory: AnswerMemory, failed: (error: unknown) => void, now: () => number = Date.now) {
    this.#logs = logs;
    this.#memory = memory;
    this.#failed = failed;
    this.#now = now;
  }

  async ask(question: LogQuestion, signal: AbortSignal): Promise<LogAnswer> {
    const key = keyOf(question);
    const askedAt = this.#now();
    const known = await this.#recall(key, signal);
    const start = known && startOfNew(known, question);
    if (known === undefined || start === undefined) {
      const answer = await this.#logs.ask(question, signal);
      // What a limit left out is asked the next time.
      if (answer.limit === undefined) await this.#keep(key, remembered(answer, undefined, question, askedAt));
      return answer;
    }
    const { isFirst = false, at = askedAt } = question.share ?? {};
    if (isFirst && askedAt - known.askedAt < RECENT_MS && known.askedAt - at >= ARRIVAL_MS)
      return answerOf(known, question);
    let fresh: LogAnswer;
    try {
      fresh = await this.#logs.ask({ ...question, from: Math.max(start, question.from) }, signal);
    } catch (error) {
      const late = signal.aborted ? undefined : error;
      if (!(late instanceof LimitReached)) throw error;
      return { ...answerOf(known, question), limit: late.limit };
    }
    if (fresh.limit !== undefined) return { ...answerOf(known, question), limit: fresh.limit };
    const now = remembered(fresh, known, question, askedAt);
    await this.#keep(key, now);
    return {
      ...answerOf(now, question),
      completeUntil: fresh.completeUntil,
      ...defined({ scannedBytes: fresh.scannedBytes }),
    };
  }

  async #recall(key: string, signal: AbortSignal): Promise<Remembered | undefined> {
    try {
      const json = await this.#memory.recall(key, signal);
      return json === undefined ? undefined : readJson(rememberedSchema, json, 'answer of a log in the table');
    } catch (error) {
      signal.throwIfAborted();
      this.#failed(error);
      return undefined;
    }
  }

  /** The newest entries that there is room for. */
  async #keep(key: string, whole: Remembered): Promise<void> {
    try {
      await keepNewest(this.#memory, key, whole.entries.toReversed(), (kept, [newestDropped]) =>
        JSON.stringify({
          ...whole,
          entries: kept.toReversed(),
          wholeFrom: Math.max(whole.wholeFrom, newestDropped ? newestDropped.at + 1 : 0),
        }),
      );
    } catch (error) {
      this.#failed(error);
    }
  }
}

/** Without the window, and without whom it is for: so it serves all findings. */
function keyOf({ cluster, source, logGroup, where, limit }: LogQuestion): string {
  const { account, region, name } = cluster;
  const parts = ['log', account, region, name, source, logGroup, where, limit];
  return createHash('sha256')
    .update(JSON.stringify(parts.map((part) => part ?? null)))
    .digest('hex');
}
