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
  const local = localOf(instant, timeZone);
  const day = universal.slice(0, 11);
  return `${universal} (${local.startsWith(day) ? local.slice(day.length) : local} ${timeZone})`;
}

/** `2026-11-23 08:02:18` */
const localOf = (instant: string | undefined, timeZone: string): string => clockIn(timeZone).format(epochOf(instant));

/**
 * `5 min ago: 2026-11-23 07:00 to 08:00 UTC (08:00 to 09:00 Europe/Zurich)`, with days where it is not all of one; undefined
 * for no instants.
 */
export function periodWords({ from, until }: { from: string; until: string }, moment: Moment): string | undefined {
  const universal = [utc(from), utc(until)];
  if (universal.includes(undefined)) return undefined;
  const { timeZone } = moment;
  const zones = [
    `${span(universal as string[])} UTC`,
    ...(timeZone === undefined || timeZone === 'UTC'
      ? []
      : [`(${span([localOf(from, timeZone), localOf(until, timeZone)], universal[0])} ${timeZone})`]),
  ].join(' ');
  const age = ago(until, moment);
  return age === undefined ? zones : `${age}: ${zones}`;
}

/** To the minute. @param before the day that was told */
function span([first = '', last = '']: string[], before = ''): string {
  const [day, time, end] = [first.slice(0, 10), first.slice(11, 16), last.slice(11, 16)];
  const isKnown = before.startsWith(day);
  return `${isKnown ? '' : `${day} `}${time} to ${last.startsWith(day) ? '' : `${last.slice(0, 10)} `}${end}`;
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
