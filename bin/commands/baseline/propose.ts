import { LocalLogSearch } from '../../../functions/clients/local/log-search.ts';
import type { Cluster, Finding } from '../../../functions/contract/finding.ts';
import type { Indicator } from '../../../functions/contract/investigation.ts';
import { investigate } from '../../../functions/investigate/investigate.ts';
import { InputError } from '../../input/input.ts';
import { harmlessInTerminal, harmlessJson } from '../harmless.ts';
import { EXIT, type ExitCode } from '../io.ts';
import { RecordedLog, textsOf } from '../recorded-log.ts';
import type { Task } from '../task.ts';
import { type LeftOut, type LessonProposal, Proposals } from './proposals.ts';

/**
 * Prints who made which namespaces in recorded logs. A file that cannot be read does not stop the others.
 *
 * @returns the exit code: the worst of all files
 */
export async function propose(
  files: readonly string[],
  { json, cluster }: { json: boolean; cluster: Cluster },
  task: Task,
): Promise<ExitCode> {
  const proposals = new Proposals();
  const codes: ExitCode[] = [];
  for (const file of files) codes.push(await read(file, cluster, proposals, task));
  const code = Math.max(...codes) as ExitCode;
  if (codes.every((each) => each === EXIT.wrong)) return code;
  const readable = files.filter((_, index) => codes[index] !== EXIT.wrong);
  const found = await proposals.proposals((findings) => shownBy(findings, readable, task));
  await task.print(json ? jsonOf(found) : yamlOf(found, proposals.leftOut()));
  return code;
}

async function read(file: string, cluster: Cluster, proposals: Proposals, task: Task): Promise<ExitCode> {
  const log = new RecordedLog(file, { stdin: task.stdin, cluster, note: (line) => task.note(line) });
  try {
    for await (const { verdict } of log.records()) if (verdict.kind === 'finding') proposals.add(verdict.finding);
    return log.problems > 0 ? EXIT.attention : EXIT.done;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    for (const line of error.message.split('\n')) task.note(harmlessInTerminal(line));
    return EXIT.wrong;
  }
}

/** So many are investigated, each over the logs; those that come first. */
const MAX_INVESTIGATED = 60;
const SETTINGS = { budgetMs: 25_000, knownAutomation: [] };

/** What the findings show, as far as the logs tell; standard input cannot be read again, so there the records alone do. */
async function shownBy(
  findings: readonly Finding[],
  files: readonly string[],
  task: Task,
): Promise<ReadonlyMap<string, readonly Indicator[]>> {
  const again = files.filter((file) => file !== '-');
  if (findings.length > MAX_INVESTIGATED)
    task.note(
      `only ${MAX_INVESTIGATED} of ${findings.length} creations were investigated: other creators may show more`,
    );
  const logs = new LocalLogSearch({ audit: () => textsOf(again) });
  const clients = again.length > 0 ? { logs } : {};
  // At once, so that they share the reading.
  const shown = findings.slice(0, MAX_INVESTIGATED).map(async (finding) => {
    const { assessment } = await investigate(finding, clients, SETTINGS);
    return [finding.id, assessment.indicators] as const;
  });
  return new Map(await Promise.all(shown));
}

const jsonOf = (proposals: readonly LessonProposal[]): string =>
  proposals.map((proposal) => `${harmlessJson(proposal)}\n`).join('');

const INTRODUCTION = `# Who made which namespaces in these logs. Nothing of it is accepted yet, and what somebody did is not proof that it was
# meant: delete every entry that you do not know to be ordinary. What shows nothing but its "indicators", and comes from its
# "addresses", is reported in the daily digest. "alsoShown" are threats, which are not accepted: move to "indicators" what is meant to
# be so. What ran in the namespaces these logs do not say. Then
#   sentinel baseline accept FILE --stack NamespaceSentinel --reason WHY
`;

/** Values as JSON, which YAML understands, and which no value can get out of. */
function yamlOf(proposals: readonly LessonProposal[], leftOut: readonly LeftOut[]): string {
  const entries = proposals.map((proposal) => {
    const [first = '', ...rest] = Object.entries(proposal).map(([key, value]) => `${key}: ${harmlessJson(value)}`);
    return [`  - ${first}`, ...rest.map((line) => `    ${line}`)].join('\n');
  });
  const left = leftOut.map(
    ({ why, creations, names }) => `# Left out: ${creations} created, because ${why}. ${harmlessJson(names)}`,
  );
  return `${[
    INTRODUCTION + (entries.length > 0 ? 'proposals:' : 'proposals: []'),
    ...entries,
    ...(left.length > 0 ? ['', ...left] : []),
  ].join('\n')}\n`;
}
