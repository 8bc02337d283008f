/** What differs from what is expected, and what all cases come to. */
import { type Grade, SEVERITIES, type Severity } from '../../functions/contract/vocabulary.ts';
import { type Case, FACTS, type FactName, LOOKS, type Look, type Range } from './case.ts';
import type { Played } from './play.ts';

export interface Judged {
  subject: Case;
  played: Played;
  /** Each in a few words; none where everything is as expected. */
  differs: string[];
  /** Of the facts that are expected, whether each was told. */
  facts: Partial<Record<FactName, boolean>>;
}

/** An unknown severity is below none and above none. */
const rank = (severity: Grade | undefined): number =>
  severity === undefined || severity === 'UNKNOWN' ? Number.NaN : SEVERITIES.indexOf(severity);

const isBelow = (severity: Grade | undefined, least: Severity): boolean => !(rank(severity) >= rank(least));
const isAbove = (severity: Grade | undefined, most: Severity): boolean => rank(severity) > rank(most);

export function judge(subject: Case, played: Played): Judged {
  const { expect } = subject;
  const { looks, highestTold } = played;
  const told = LOOKS.filter((look) => looks[look].told);
  const facts = Object.fromEntries(
    FACTS.flatMap((name) =>
      expect.facts[name] === undefined ? [] : [[name, isTold(name, expect.facts[name], played)]],
    ),
  );
  const differs = [
    ...outside('first look', looks.first.severity, expect.first),
    ...outside('told', highestTold, expect.second),
    ...toldAmiss(expect.told, told),
    ...FACTS.filter((name) => facts[name] === false).map((name) => `${name} is not ${expect.facts[name]}`),
  ];
  return { subject, played, differs, facts };
}

function outside(what: string, severity: Grade | undefined, { atLeast, atMost }: Range): string[] {
  const is = `${what} ${severity ?? 'nothing'}`;
  if (atLeast && isBelow(severity, atLeast)) return [`${is}, not ${atLeast} at least`];
  return atMost && isAbove(severity, atMost) ? [`${is}, not ${atMost} at most`] : [];
}

function toldAmiss(expected: readonly Look[] | undefined, told: readonly Look[]): string[] {
  if (expected?.length === 0 && told.length > 0) return [`told after the ${told.join(' and ')} look`];
  const missing = expected?.filter((look) => !told.includes(look)) ?? [];
  return missing.map((look) => `not told after the ${look} look`);
}

function isTold(name: FactName, expected: string, { facts }: Played): boolean {
  return name === 'person' ? facts.people.includes(expected) : facts[name] === expected;
}

/** How many of how many, and how many there have to be. */
export interface Total {
  what: string;
  count: number;
  of: number;
  /** The share that is allowed, as text and as a rule. */
  goal: string;
  met: boolean;
}

export function totalsOf(all: readonly Judged[]): Total[] {
  const hostile = all.filter(({ subject }) => subject.kind === 'hostile');
  const benign = all.filter(({ subject }) => subject.kind === 'benign');
  const facts = all.flatMap((judged) => Object.values(judged.facts));
  const highest = ({ played }: Judged) => played.highestTold;
  const grave = hostile.filter((judged) => !isBelow(highest(judged), 'HIGH')).length;
  const aboveLow = benign.filter((judged) => isAbove(highest(judged), 'LOW')).length;
  const aboveMedium = benign.filter((judged) => isAbove(highest(judged), 'MEDIUM')).length;
  const right = facts.filter(Boolean).length;
  return [
    {
      what: 'hostile, reported as HIGH or above by the second look',
      count: grave,
      of: hostile.length,
      goal: 'at least 95 %',
      met: grave >= 0.95 * hostile.length,
    },
    {
      what: 'benign, reported above LOW',
      count: aboveLow,
      of: benign.length,
      goal: 'at most 5 %',
      met: aboveLow <= 0.05 * benign.length,
    },
    {
      what: 'benign, reported above MEDIUM',
      count: aboveMedium,
      of: benign.length,
      goal: 'none',
      met: aboveMedium === 0,
    },
    { what: 'facts told', count: right, of: facts.length, goal: 'all', met: right === facts.length },
  ];
}
