/** Instants as people read them: how long ago, and in their own time zone beside UTC. */
import { defined } from '../kit/defined.ts';
import { duration } from '../kit/phrase.ts';
import { epochOf, utc } from './grammar.ts';

/** When a message is worded, and where its readers are. */
export interface Moment {
  /** Epoch milliseconds. */
  now: number;
  /** IANA name of the readers' time zone. @default UTC alone */
  timeZone?: string;
}

export const momentOf = (now: number, timeZone?: string): Moment => ({ now, ...defined({ timeZone }) });

const MINUTE_MS = 60_000;

/** `4 min ago`; undefined for an instant that is not known or lies ahead. */
function ago(instant: string | undefined, { now }: Moment): string | undefined {
  const epoch = epochOf(instant);
  if (epoch === undefined || epoch > now) return undefined;
  const age = now - epoch;
  return `${age < MINUTE_MS ? duration(Math.max(1_000, age - (age % 1_000))) : duration(age - (age % MINUTE_MS))} ago`;
}

/** By time zone: to make one takes far longer than to use it. */
const clocks = new Map<string, Intl.DateTimeFormat>();

function clockIn(timeZone: string): Intl.DateTimeFormat {
  // Swedish dates are written as RFC 3339 does.
  const clock =
    clocks.get(timeZone) ?? new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
  clocks.set(timeZone, clock);
  return clock;
}

/** `2026-11-23 07:02:18 UTC (08:02:18 Europe/Zurich)`; undefined for no instant. */
function inZones(instant: string | undefined, { timeZone }: Moment): string | undefined {
  const universal = utc(instant);
  if (universal === undefined || timeZone === undefined || timeZone === 'UTC') return universal;
  const local = clockIn(timeZone).format(epochOf(instant));
  const day = universal.slice(0, 11);
  return `${universal} (${local.startsWith(day) ? local.slice(day.length) : local} ${timeZone})`;
}

/** `4 min ago: 2026-11-23 07:02:18 UTC`; true also in a message that is read later. */
export function whenWords(instant: string | undefined, moment: Moment): string | undefined {
  const [age, time] = [ago(instant, moment), inZones(instant, moment)];
  return age === undefined ? time : `${age}: ${time}`;
}

/** A reader of times of one day, as it is in {@link whenWords}: sentences without that date. */
export function withoutDay(instant: string | undefined): (sentence: string) => string {
  const day = utc(instant)?.slice(0, 10);
  return (sentence) =>
    day === undefined ? sentence : sentence.replaceAll(new RegExp(`\\b${day} (?=\\d\\d:)`, 'g'), '');
}
