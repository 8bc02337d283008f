/** `npm run record`: makes `test/corpus/` anew. See test/corpus/README.md. */
import { join } from 'node:path';
import { Argument, Command } from 'commander';
import { MissingPrerequisite } from '../twin/commands.ts';
import { timedReport } from '../twin/report.ts';
import { recordCorpus, writeCorpus } from './corpus.ts';
import { INCIDENTS } from './incidents/index.ts';
import { recordIncident, writeIncident } from './incidents/record.ts';

const CORPUS = 'corpus';
const NAMES = [CORPUS, ...INCIDENTS.map(({ name }) => name)];

async function record(names: readonly string[], folder: string): Promise<void> {
  const report = timedReport(console.error);
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
}

await new Command('record')
  .description('Drives a real API server through the cases and incidents of tools/record, and writes what it logged.')
  .addArgument(new Argument('[names...]', 'what to record').choices(NAMES).default(NAMES, 'all'))
  .option('--out <folder>', 'where to write; what is recorded there is replaced', 'test/corpus')
  .action(async (names: string[], { out }: { out: string }) => {
    try {
      await record(names, out);
    } catch (error) {
      console.error(error instanceof MissingPrerequisite ? error.message : error);
      process.exitCode = 2;
    }
  })
  .parseAsync();
