import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod/mini';
import { facts, object, otherwise, type Read, readJson, text } from '../../contract/read.ts';
import type { AnswerMemory } from '../table/answer-memory.ts';
import { keepNewest } from '../table/bounded-memory.ts';
import type { Trail, TrailEvent, TrailQuestion } from './cloud-findings.ts';

const eventSchema = object({
  id: z.string(),
  at: z.string(),
  name: z.string(),
  source: z.string(),
  actorArn: text,
  actorType: text,
  actorName: text,
  actorSession: text,
  sourceIp: text,
  userAgent: text,
  errorCode: text,
  parameters: otherwise(facts, {}),
});
const rememberedSchema = object({
  /** Events from here to `until` were looked for; epoch milliseconds. */
  from: z.number(),
  until: z.number(),
  askedAt: z.number(),
  /** All that there are from here on are in `events`. */
  wholeFrom: z.number(),
  /** The newest first. */
  events: z.array(eventSchema),
});
interface Remembered extends Read<typeof rememberedSchema> {}

type Found = Awaited<ReturnType<Trail['lookUp']>>;

/** An answer of so long ago is good: little beside the minutes by which CloudTrail is late. In milliseconds. */
const RECENT_MS = 30_000;
/** CloudTrail's event history has an event within 15 minutes: it is asked about them again. */
const LATE_MS = 15 * 60_000;
/** Longer than a look-up may take: whoever had the turn and died is replaced. */
const TURN_MS = 20_000;
const POLL_MS = 500;
/** What is remembered serves a question that begins so much earlier, too. */
const EARLIER_MS = 3_600_000;
/** And is kept so much longer than the question that was asked. */
const SLACK_MS = 6 * 3_600_000;
const MAX_EVENTS = 1_000;

/**
 * One look-up for all investigations at once. CloudTrail takes two requests a second from the whole account, and all investigations of
 * the clusters in it ask the same: so one of them asks, about what is new since the last time, and the others take its answer.
 * However many namespaces somebody creates, CloudTrail is asked twice a minute.
 */
export class SharedTrail implements Trail {
  readonly #trail: Trail;
  readonly #memory: AnswerMemory;
  readonly #now: () => number;
  readonly #pollMs: number;

  constructor(trail: Trail, memory: AnswerMemory, options: { now?: () => number; pollMs?: number } = {}) {
    this.#trail = trail;
    this.#memory = memory;
    this.#now = options.now ?? Date.now;
    this.#pollMs = options.pollMs ?? POLL_MS;
  }

  async lookUp(question: TrailQuestion, signal: AbortSignal): Promise<Found> {
    const { eventSource, names, resource } = question;
    const key = JSON.stringify(['trail', eventSource, names, ...(resource === undefined ? [] : [resource])]);
    for (;;) {
      const known = await this.#recall(key, question, signal);
      if (known && this.#now() - known.askedAt < RECENT_MS) return answerOf(known, question);
      if (await this.#memory.takeTurn(key, TURN_MS)) return this.#ask(key, question, known, signal);
      await pause(this.#pollMs, undefined, { signal });
    }
  }

  async #ask(key: string, question: TrailQuestion, known: Remembered | undefined, signal: AbortSignal): Promise<Found> {
    try {
      const askedAt = this.#now();
      const from = known ? Math.max(question.from, known.until) : question.from;
      const found = await this.#trail.lookUp({ ...question, from, to: askedAt }, signal);
      const now = joined(found, { from, askedAt }, known, question.from);
      await keepNewest(this.#memory, key, now.events, (events, [newestDropped]) =>
        JSON.stringify({
          ...now,
          events,
          wholeFrom: Math.max(now.wholeFrom, newestDropped ? Date.parse(newestDropped.at) + 1 : 0),
        }),
      );
      return answerOf(now, question);
    } finally {
      await this.#memory.giveTurnBack(key);
    }
  }

  async #recall(key: string, { from }: TrailQuestion, signal: AbortSignal): Promise<Remembered | undefined> {
    const json = await this.#memory.recall(key, signal);
    const known =
      json === undefined ? undefined : readJson(rememberedSchema, json, 'answer of CloudTrail in the table');
    return known && known.from <= from + EARLIER_MS && known.until > from ? known : undefined;
  }
}

function joined(
  { events, more }: Found,
  { from, askedAt }: { from: number; askedAt: number },
  known: Remembered | undefined,
  since: number,
): Remembered {
  const until = askedAt - LATE_MS;
  const wholeFrom = more ? until : from;
  if (!known) return { from, until, askedAt, wholeFrom, events };
  const begin = Math.max(known.from, since - SLACK_MS);
  const before = known.events.filter(({ at }) => Date.parse(at) < from && Date.parse(at) >= begin);
  const all = [...events, ...before];
  const [newestDropped] = all.slice(MAX_EVENTS);
  return {
    from: begin,
    until: Math.max(until, known.until),
    askedAt,
    wholeFrom: Math.max(
      begin,
      known.wholeFrom,
      more ? wholeFrom : 0,
      newestDropped ? Date.parse(newestDropped.at) + 1 : 0,
    ),
    events: all.slice(0, MAX_EVENTS),
  };
}

function answerOf(known: Remembered, { from, to, max }: TrailQuestion): Found {
  const within = known.events.filter(({ at }) => Date.parse(at) >= from && Date.parse(at) <= to);
  return {
    events: within.slice(0, max) satisfies TrailEvent[],
    more: known.wholeFrom > Math.max(known.from, from) || within.length > max,
  };
}
