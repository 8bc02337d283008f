import { cpus, totalmem } from 'node:os';
import type { Row } from './row.ts';
import { asMarkdown, hasGoal, isMet } from './table.ts';

const NOTES = '## Notes\n';

/**
 * The page that a full run writes.
 *
 * @param former the page so far: its notes, which people write, stay
 */
export function page(rows: readonly Row[], former: string): string {
  const notes = former.includes(NOTES) ? former.slice(former.indexOf(NOTES)) : `${NOTES}\nNone.\n`;
  const goals = rows.filter(hasGoal).length;
  const missed = rows.filter((row) => isMet(row) === false);
  const machine = `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown processor'}`;
  return `# Benchmarks

<!-- Written by \`npm run bench\`, up to the notes. -->

Each line is the same work in one run: ours, the peer that people would use instead, and the ratio of the two. *Limit* is
what ours cannot be below. Numbers of a busy or another machine differ; ratios differ less.

Machine: ${machine}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform} ${process.arch}. Node.js ${process.version}.
Repeat with \`npm run bench\`, or one part with \`npm run bench -- --only detect\`; \`--help\` lists the parts. How long
the tests take is what their last whole run on the machine wrote down (\`npm test\`, \`npm run test:system\`).

${asMarkdown(rows)}

${missed.length === 0 ? 'Every goal is met.' : `Not met: ${missed.length} of ${goals} goals.`}

${notes}`;
}
