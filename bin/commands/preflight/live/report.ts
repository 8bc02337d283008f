/** What is printed, and what a user can send back. */
import { counted } from '../../../../functions/kit/words.ts';
import { harmlessInTerminal } from '../../harmless.ts';
import type { LiveAnswer, LiveRow } from './ask.ts';
import { CLAIMS } from './claims.ts';
import type { Verdict } from './probe.ts';

const ORDER: readonly Verdict[] = ['contradicted', 'not-asked', 'proven', 'not-seen'];
const IN_WORDS: Readonly<Record<Verdict, string>> = {
  contradicted: 'contradicted',
  'not-asked': 'could not be asked',
  proven: 'proven',
  'not-seen': 'nothing seen yet',
};
const WIDTH = 20;
const INDENT = ' '.repeat(WIDTH);

/** The rows as text, by verdict, with the claim that each speaks of. */
export function liveText({ rows }: Pick<LiveAnswer, 'rows'>): string {
  const claims = new Map<string, string>(CLAIMS.map(({ id, claim }) => [id, claim]));
  const sorted = ORDER.flatMap((verdict) => rows.filter((row) => row.verdict === verdict));
  const lines = sorted.flatMap(({ claim, verdict, says, todo, probe }) => [
    `${IN_WORDS[verdict].padEnd(WIDTH)}${claims.get(claim)} (${claim}, by ${probe})`,
    `${INDENT}${harmlessInTerminal(says)}`,
    ...(todo === undefined ? [] : [`${INDENT}to do: ${harmlessInTerminal(todo)}`]),
  ]);
  return `${[...lines, '', summaryOf(rows)].join('\n')}\n`;
}

function summaryOf(rows: readonly LiveRow[]): string {
  const count = (verdict: Verdict) => rows.filter((row) => row.verdict === verdict).length;
  const parts = ORDER.map((verdict) => `${count(verdict)} ${IN_WORDS[verdict]}`);
  const drills = CLAIMS.filter(({ shownBy }) => !('probe' in shownBy));
  return `${counted(rows.length, 'answer')}: ${parts.join(', ')}. Not asked by any probe: ${drills.map(({ id }) => id).join(', ')} (docs/unverified.md).`;
}

/** Where nothing is contradicted and every question had an answer. What has not happened yet is nobody's fault. */
export const isLiveWell = (rows: readonly LiveRow[]): boolean =>
  rows.every(({ verdict }) => verdict === 'proven' || verdict === 'not-seen');
