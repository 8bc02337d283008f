/** `npm run bench`: what the product takes, beside what people would use instead. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import { alert } from './alert.ts';
import { bundles } from './bundles.ts';
import { coldStart } from './cold-start.ts';
import { containment } from './containment.ts';
import { cost } from './cost.ts';
import { detect } from './detect.ts';
import { page } from './page.ts';
import { replay } from './replay.ts';
import type { Row } from './row.ts';
import { asText } from './table.ts';
import { tests } from './tests.ts';

const BENCHES = [detect, coldStart, alert, bundles, replay, containment, tests, cost];
const PAGE = 'docs/benchmarks.md';

/** Says what is being measured, where somebody watches. */
function tell(what: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${what.slice(0, (process.stderr.columns ?? 80) - 1)}`);
}

async function run(names: readonly string[], write: boolean): Promise<void> {
  const rows: Row[] = [];
  for (const bench of BENCHES)
    if (names.length === 0 ? !bench.apart : names.includes(bench.name))
      rows.push(...(await bench.run((what) => tell(`${bench.name}: ${what}`))));
  tell('');
  console.log(asText(rows));
  if (!write) return;
  const order = BENCHES.map(({ name }) => name);
  writeFileSync(PAGE, page(rows, existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : '', order));
  console.log(`\nWritten to ${PAGE}.`);
}

function bench(name: string, others: string[] = []): string[] {
  if (!BENCHES.some((one) => one.name === name)) throw new InvalidArgumentError('see --help for the names.');
  return [...others, name];
}

await new Command('bench')
  .description(
    `Measures, prints one table, and writes it to ${PAGE}, beside the lines of benchmarks that were not run.`,
  )
  .addOption(
    new Option('--only <name...>', 'the benchmarks to run, without writing; by default all but those apart').argParser(
      bench,
    ),
  )
  .option('--write', 'with --only: write their lines, too')
  .addHelpText(
    'after',
    `\nBenchmarks:\n${BENCHES.map(({ name, about, apart }) => `  ${name.padEnd(13)}${about}${apart ? ' (apart)' : ''}`).join('\n')}`,
  )
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .action(({ only = [], write = only.length === 0 }: { only?: string[]; write?: boolean }) => run(only, write))
  .parseAsync();
