import { type Case, isHeldOut } from './case.ts';
import { play } from './play.ts';
import { type Judged, judge, type Total, totalsOf } from './verdict.ts';

/** All totals, those of the cases that weights may be set by, and those of the third that is held out. */
const GROUPS: readonly [string, (name: string) => boolean][] = [
  ['All cases', () => true],
  ['Cases by which weights may be set', (name) => !isHeldOut(name)],
  ['Held-out third', isHeldOut],
];

/** Plays the cases one after the other. @param tell what is being played */
export async function judgeAll(cases: readonly Case[], tell: (name: string) => void = () => {}): Promise<Judged[]> {
  const all: Judged[] = [];
  for (const subject of cases) {
    tell(subject.name);
    all.push(judge(subject, await play(subject)));
  }
  return all;
}

export const totalsByGroup = (all: readonly Judged[]): [string, Total[]][] =>
  GROUPS.map(([title, isIn]) => [title, totalsOf(all.filter(({ subject }) => isIn(subject.name)))]);
