/** Words `docs/coverage.md`. */
import type { Answer, OutsideList } from './item.ts';

const HEAD = `# What outside lists know, and what of it is answered

Made by \`npm run coverage\` from the tables in \`tools/outside/lists\`; the names are those of the lists, what they mean is told in
our words. A test puts each item beside an ordinary creation of a namespace, has the real checks and indicators look at it, and holds
this page to what they say: *answered by* names an indicator ([indicators](indicators.md)) or a check in whose answer it is shown.
An item is declined only where it needs a look into a node, or is not about a new namespace or its actor.`;

const WHY = { node: 'needs a look into a node', elsewhere: 'not about a new namespace or its actor' } as const;

const declined = ({ items }: OutsideList) => items.filter(({ answer }) => 'declined' in answer).length;

function answerText(answer: Answer): string {
  if ('declined' in answer) return `declined: ${WHY[answer.declined]}; ${answer.why}`;
  return 'indicator' in answer ? `\`${answer.indicator}\`` : `shown by the check \`${answer.check}\``;
}

const counts = (list: OutsideList): string => {
  const { items, mayDecline } = list;
  const most = mayDecline === undefined ? '' : ` (at most ${mayDecline})`;
  return `${items.length} items, ${items.length - declined(list)} answered, ${declined(list)} declined${most}.`;
};

export function coveragePage(lists: readonly OutsideList[]): string {
  const sections = lists.map((list) =>
    [
      `## ${list.title}`,
      '',
      `${counts(list)} Source: <${list.source}>`,
      '',
      '| Item | What it is | Answered by |',
      '| --- | --- | --- |',
      ...list.items.map(({ id, what, answer }) => `| ${id} | ${what} | ${answerText(answer)} |`),
    ].join('\n'),
  );
  const summary = [
    '| List | Items | Answered | Declined |',
    '| --- | --: | --: | --: |',
    ...lists.map((list) => {
      const { title, items } = list;
      return `| ${title} | ${items.length} | ${items.length - declined(list)} | ${declined(list)} |`;
    }),
  ].join('\n');
  return `${[HEAD, summary, ...sections].join('\n\n')}\n`;
}
