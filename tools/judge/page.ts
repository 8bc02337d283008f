/** Words the results in `docs/judgement.md`. What stands above them is written by hand. */
import type { Group } from './run.ts';
import { asMarkdown, casesTable, totalsTable } from './table.ts';
import type { Total } from './verdict.ts';

const HEADING = '## Results';
const ABOUT = 'Made by `npm run judge -- --write`. The situations are told in their `incident.json`.';

/** @param page as it stands: its results are replaced */
export function withResults(page: string, totals: readonly Total[], groups: readonly Group[]): string {
  const [byHand = ''] = page.split(`\n${HEADING}\n`);
  const sections = groups.map(
    (group) =>
      `### ${group.title}\n\n${asMarkdown(totalsTable(group.totals))}\n\n${asMarkdown(casesTable(group.judged, false))}`,
  );
  const all = `### All cases\n\n${asMarkdown(totalsTable(totals))}`;
  return `${[byHand.trimEnd(), HEADING, ABOUT, all, ...sections].join('\n\n')}\n`;
}
