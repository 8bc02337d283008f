import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { parse } from 'yaml';
import * as z from 'zod';
import type { Baseline } from '../../../functions/clients/table/baseline.ts';
import { type Lesson, lessonProblems } from '../../../functions/contract/known-creator.ts';
import { accept as acceptLesson, type KnownCreator } from '../../../functions/contract/lessons.ts';
import { RULES } from '../../../functions/investigate/indicators/index.ts';
import { defined } from '../../../functions/kit/defined.ts';
import { harmlessInTerminal, shortInTerminal } from '../harmless.ts';
import { EXIT, type ExitCode } from '../io.ts';
import type { Task } from '../task.ts';

/** What a person leaves in the file; counts and examples are for reading only. */
const entry = z.looseObject({
  cluster: z.object({ name: z.string(), region: z.string(), account: z.string() }),
  principal: z.string(),
  impersonated: z.string().optional(),
  namePattern: z.string(),
  indicators: z.array(z.string()).optional(),
  addresses: z.array(z.string()).optional(),
  reason: z.string().optional(),
});
const KNOWN_INDICATORS = new Set(RULES.map(({ id }) => id));
const MAX_TOLD = 20;

/**
 * Writes the proposals of a file into the baseline, which is opened once the file is read; none of them where any is wrong.
 *
 * @throws what the table throws; what was written before stays
 */
export async function accept(
  file: string,
  { openBaseline, now, ...said }: Said & { openBaseline: () => Promise<Baseline>; now: number },
  task: Task,
): Promise<ExitCode> {
  const { lessons, problems } = await lessonsIn(file, said, task);
  if (problems.length > 0) {
    for (const problem of problems.slice(0, MAX_TOLD))
      task.note(`${harmlessInTerminal(file)}: ${harmlessInTerminal(problem)}`);
    if (problems.length > MAX_TOLD) task.note(`${problems.length - MAX_TOLD} more problems like these`);
    task.note('Nothing was accepted.');
    return EXIT.wrong;
  }
  const baseline = await openBaseline();
  for (const lesson of lessons) await task.print(acceptedLine(await acceptLesson(baseline, lesson, now)));
  await task.print(`${lessons.length} accepted by ${harmlessInTerminal(said.decidedBy)}.\n`);
  return EXIT.done;
}

function acceptedLine({ cluster, principal, impersonated, namePattern, expiresAt, indicators }: KnownCreator): string {
  const who = `${shortInTerminal(principal, 200)}${impersonated === undefined ? '' : ` as ${shortInTerminal(impersonated, 200)}`}`;
  const how = indicators === undefined ? 'is known to make' : 'may be expected to make';
  return `${cluster.account}/${cluster.region}/${cluster.name}: ${who} ${how} ${namePattern}, until ${expiresAt}\n`;
}

/** Who accepts, and why, where a proposal does not say it itself. */
interface Said {
  decidedBy: string;
  reason?: string;
}

async function lessonsIn(file: string, said: Said, task: Task): Promise<{ lessons: Lesson[]; problems: string[] }> {
  let content: unknown;
  try {
    content = entriesOf(file === '-' ? await text(task.stdin) : await readFile(file, 'utf8'));
  } catch (error) {
    return { lessons: [], problems: [`cannot be read: ${(error as Error).message}`] };
  }
  if (!Array.isArray(content)) return { lessons: [], problems: ['holds no list of proposals'] };
  if (content.length === 0) return { lessons: [], problems: ['holds no proposals'] };
  const lessons: Lesson[] = [];
  const problems: string[] = [];
  for (const [index, value] of content.entries()) {
    const place = `proposals[${index}]`;
    const { data, error } = entry.safeParse(value);
    if (!data) {
      problems.push(...error.issues.map(({ path, message }) => `${[place, ...path].join('.')}: ${message}`));
      continue;
    }
    const { cluster, principal, namePattern, impersonated, reason = said.reason, indicators, addresses } = data;
    const scope = defined({ impersonated, reason, indicators, addresses });
    const lesson: Lesson = { cluster, principal, namePattern, decidedBy: said.decidedBy, ...scope };
    const unknown = indicators?.filter((id) => !KNOWN_INDICATORS.has(id)) ?? [];
    if (unknown.length > 0) problems.push(`${place}: There are no indicators ${JSON.stringify(unknown)}.`);
    problems.push(...lessonProblems(lesson).map((problem) => `${place}: ${problem}`));
    lessons.push(lesson);
  }
  return { lessons, problems };
}

/** The YAML that `propose` prints, or its lines of JSON. */
function entriesOf(content: string): unknown {
  if (!content.trimStart().startsWith('{')) return (parse(content) as { proposals?: unknown } | null)?.proposals;
  return content
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as unknown);
}
