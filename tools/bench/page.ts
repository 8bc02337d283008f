import { cpus, totalmem } from 'node:os';
import type { Row } from './row.ts';
import { asMarkdown } from './table.ts';

const NOTES = '## Notes\n';

/**
 * The page that a full run writes.
 *
 * @param former the page so far: its notes, which people write, stay, and so do the lines of benchmarks that were not run
 * @param order of the benchmarks' names
 */
export function page(rows: readonly Row[], former: string, order: readonly string[] = []): string {
  const notes = former.includes(NOTES) ? former.slice(former.indexOf(NOTES)) : `${NOTES}\nNone.\n`;
  const [headings, rule, ...measured] = asMarkdown(rows).split('\n');
  const run = new Set(rows.map(({ bench }) => bench));
  const kept = linesOf(former).filter((line) => order.includes(nameOf(line)) && !run.has(nameOf(line)));
  const lines = [...kept, ...measured].sort((a, b) => order.indexOf(nameOf(a)) - order.indexOf(nameOf(b)));
  const verdicts = lines.map((line) => /\| (yes|no|unknown) \|$/.exec(line)?.[1]);
  const goals = verdicts.filter((verdict) => verdict !== undefined).length;
  const missed = verdicts.filter((verdict) => verdict === 'no').length;
  const machine = `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown processor'}`;
  return `# Benchmarks

<!-- Written by \`npm run bench\`, up to the notes. -->

Each line is the same work in one run: ours, the peer that people would use instead, and the ratio of the two. *Limit* is
what ours cannot be below. Numbers of a busy or another machine differ; ratios differ less.

Machine: ${machine}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform} ${process.arch}. Node.js ${process.version}.
Repeat with \`npm run bench\`, or one part with \`npm run bench -- --only detect\`; \`--help\` lists the parts. How long
the tests take is what their last whole run on the machine wrote down (\`npm test\`, \`npm run test:system\`).

${[headings, rule, ...lines].join('\n')}

${missed === 0 ? 'Every goal is met.' : `Not met: ${missed} of ${goals} goals.`}

${notes}`;
}

/** The lines of the table of a page, without its headings. */
const linesOf = (page: string): string[] =>
  (page.split(NOTES)[0] ?? '')
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .slice(2);

/** The benchmark that a line of the table belongs to. */
const nameOf = (line: string): string => line.split(' ')[1] ?? '';
