import type { Case } from './case.ts';
import { play } from './play.ts';
import { type Judged, judge, type Total, totalsOf } from './verdict.ts';

export interface Group {
  title: string;
  judged: readonly Judged[];
  totals: readonly Total[];
}

/** Plays the cases one after the other. @param tell what is being played */
export async function judgeAll(cases: readonly Case[], tell: (name: string) => void = () => {}): Promise<Judged[]> {
  const all: Judged[] = [];
  for (const subject of cases) {
    tell(subject.name);
    all.push(judge(subject, await play(subject)));
  }
  return all;
}

/** The cases that weights may be set by, and apart from them those of the third that is held out. */
export const groupsOf = (all: readonly Judged[]): Group[] =>
  [
    { title: 'Cases by which weights may be set', judged: all.filter(({ subject }) => !subject.heldOut) },
    { title: 'Held-out third', judged: all.filter(({ subject }) => subject.heldOut) },
  ].map((group) => ({ ...group, totals: totalsOf(group.judged) }));
