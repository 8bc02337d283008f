/** `npm run record`: makes `test/corpus/` again. See test/corpus/README.md. */
import { join } from 'node:path';
import { Argument, Command } from 'commander';
import { checkFolder } from '../../bin/commands/files.ts';
import { EXIT } from '../../bin/commands/io.ts';
import { type CommandRun, runProcess } from '../../bin/commands/program.ts';
import type { Task } from '../../bin/commands/task.ts';
import { timedReport } from '../twin/report.ts';
import { recordCorpus, writeCorpus } from './corpus.ts';
import { INCIDENTS } from './incidents/index.ts';
import { recordIncident, writeIncident } from './incidents/record.ts';
import { SITUATIONS } from './situations/index.ts';
import { recordSituations } from './situations/record.ts';

const CORPUS = 'corpus';
const ALL_SITUATIONS = 'situations';
const NAMES = [CORPUS, ...INCIDENTS.map(({ name }) => name), ALL_SITUATIONS, ...SITUATIONS.map(({ name }) => name)];

async function record(names: readonly string[], folder: string, task: Task): Promise<void> {
  const report = timedReport((line) => {
    task.note(line);
    task.waitFor(line.trim());
  });
  if (names.includes(CORPUS)) {
    const recording = await recordCorpus(report);
    writeCorpus(folder, recording);
    report(
      `corpus: ${recording.audit.split('\n').length - 1} audit events, ${recording.truth.length} requests with their truth`,
    );
  }
  for (const incident of INCIDENTS) {
    if (!names.includes(incident.name)) continue;
    const recording = await recordIncident(incident, report);
    writeIncident(join(folder, 'incidents', incident.name), recording);
    report(
      `${incident.name}: ${recording.truth.steps.length} steps, ${recording.audit.split('\n').length - 1} audit events`,
    );
  }
  const situations = SITUATIONS.filter(({ name }) => names.includes(name) || names.includes(ALL_SITUATIONS));
  if (situations.length > 0) await recordSituations(situations, join(folder, 'situations'), report);
}

const program = (run: CommandRun): Command =>
  new Command('record')
    .description('Drives a real API server through the cases and incidents of tools/record, and writes what it logged.')
    .addArgument(new Argument('[names...]', 'what to record').choices(NAMES).default(NAMES, 'all'))
    .option('--out <folder>', 'where to write; recordings of the same name are replaced', 'test/corpus')
    .action(
      run(async (task, names: string[], { out }: { out: string }) => {
        await checkFolder(out, '--out');
        await record(names, out, task);
        return EXIT.done;
      }),
    );

await runProcess(program);
