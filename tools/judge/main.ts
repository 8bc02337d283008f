/** `npm run judge`: plays recorded situations, and compares what is told with what ought to be. See docs/judgement.md. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { EXIT, type ExitCode } from '../../bin/commands/io.ts';
import { type CommandRun, runProcess } from '../../bin/commands/program.ts';
import type { Task } from '../../bin/commands/task.ts';
import { InputError } from '../../bin/input/input.ts';
import { PACKAGE_ROOT } from '../../bin/package-root.ts';
import { type Case, casesOf } from './case.ts';

const FOLDERS = ['test/corpus/situations', 'test/corpus/incidents'].map((folder) => join(PACKAGE_ROOT, folder));

const PAGE = join(PACKAGE_ROOT, 'docs', 'judgement.md');

const ABOUT = `
A case is a folder with audit.jsonl.gz, what lies beside it, and incident.json, which says what is expected: see
docs/judgement.md. What is not expected there is not judged. Nothing is asked of a cluster or of AWS.

Exit codes: 0 the totals are met; 1 one is missed; 2 wrong input.`;

interface Options {
  cases?: string[];
  case?: string[];
  json?: boolean;
  write?: boolean;
}

async function run(options: Options, task: Task): Promise<ExitCode> {
  const { cases: folders = FOLDERS, case: names, json, write } = options;
  if (write && (options.cases || names))
    throw new InputError('--write is for all cases of test/corpus: leave --cases and --case out');
  const all = (await Promise.all(folders.map(casesOf))).flat();
  const cases = names ? named(all, names) : all;
  // The handlers' own log lines and metrics are for CloudWatch.
  process.env['POWERTOOLS_LOG_LEVEL'] = 'SILENT';
  process.env['POWERTOOLS_METRICS_DISABLED'] = 'true';
  const [{ totalsOf }, { groupsOf, judgeAll }, { asText, casesTable, totalsTable }, { asJson }, { withResults }] =
    await Promise.all([
      import('./verdict.ts'),
      import('./run.ts'),
      import('./table.ts'),
      import('./json.ts'),
      import('./page.ts'),
    ]);
  const judged = await judgeAll(cases, (name) => task.waitFor(name));
  task.waitFor(undefined);
  const groups = groupsOf(judged);
  const everything = { title: 'All cases', totals: totalsOf(judged) };
  if (json) for (const each of judged) await task.print(`${JSON.stringify(asJson(each))}\n`);
  else for (const group of groups) await task.print(`${group.title}\n${asText(casesTable(group.judged, true))}\n\n`);
  for (const { title, totals } of [everything, ...groups]) {
    const text = `${title}\n${asText(totalsTable(totals))}\n`;
    if (json) task.note(text);
    else await task.print(`${text}\n`);
  }
  if (write) await writeFile(PAGE, withResults(await readFile(PAGE, 'utf8'), everything.totals, groups));
  return [everything, ...groups].every(({ totals }) => totals.every(({ met }) => met)) ? EXIT.done : EXIT.attention;
}

/** @throws {InputError} for a name that no case has */
function named(all: readonly Case[], names: readonly string[]): Case[] {
  const unknown = names.find((name) => !all.some((each) => each.name === name));
  if (unknown === undefined) return all.filter(({ name }) => names.includes(name));
  throw new InputError(`no case is named ${unknown}; there are ${all.map(({ name }) => name).join(', ')}`);
}

const gathered = (value: string, others: string[] = []): string[] => [...others, value];

const program = (start: CommandRun): Command =>
  new Command('judge')
    .description(
      'Plays recorded situations through the real handlers, and compares what is told with what ought to be.',
    )
    .option(
      '--cases <folder>',
      'folder of recordings; may be given more than once (default: those of test/corpus)',
      gathered,
    )
    .option('--case <name>', 'only this case; may be given more than once', gathered)
    .option('--json', 'one JSON object a case, on a line of its own; the totals go to standard error')
    .option('--write', 'write the results to docs/judgement.md as well')
    .addHelpText('after', ABOUT)
    .action(start(async (task, options: Options) => run(options, task)));

await runProcess(program);
