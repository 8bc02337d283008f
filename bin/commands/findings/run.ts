import type { StoredFinding, StoredFindings } from '../../../functions/clients/table/stored-findings.ts';
import { gradesFrom, type Severity } from '../../../functions/contract/vocabulary.ts';
import { counted } from '../../../functions/kit/words.ts';
import { InputError } from '../../input/input.ts';
import { harmlessInTerminal, harmlessJson } from '../harmless.ts';
import { EXIT, type ExitCode } from '../io.ts';
import type { Task } from '../task.ts';
import { type FindingState, type Summary, summaryOf } from './summary.ts';
import { findingText, tableText } from './wording.ts';

export interface Filters {
  /** This one and above; what is unknown may be anything. */
  severity?: Severity;
  state?: readonly FindingState[];
  cluster?: string;
  namespace?: string;
  /** Epoch milliseconds. */
  since: number;
}

/** Prints the findings that pass the filters, the newest first. */
export async function listFindings(
  findings: StoredFindings,
  filters: Filters,
  { json, now }: { json: boolean; now: number },
  task: Task,
): Promise<ExitCode> {
  const summaries: Summary[] = [];
  const unreadable: string[] = [];
  for await (const stored of findings.all()) {
    if ('problem' in stored) unreadable.push(`${stored.id}: ${stored.problem}`);
    else if (passes(summaryOf(stored), filters)) summaries.push(summaryOf(stored));
    task.waitFor(`Reading findings: ${summaries.length} so far`);
  }
  summaries.sort((a, b) => (b.at ?? '').localeCompare(a.at ?? ''));
  if (json) for (const summary of summaries) await task.print(`${harmlessJson(summary)}\n`);
  else {
    if (summaries.length > 0) await task.print(tableText(summaries, now));
    await task.print(`${counted(summaries.length, 'finding')} since ${new Date(filters.since).toISOString()}.\n`);
  }
  for (const problem of unreadable) task.note(`not read: ${harmlessInTerminal(problem)}`);
  return unreadable.length > 0 ? EXIT.attention : EXIT.done;
}

/** What tells no time is kept: it may be new. */
function passes({ severity, state, cluster, namespace, at }: Summary, filters: Filters): boolean {
  return (
    !(Date.parse(at ?? '') < filters.since) &&
    (filters.severity === undefined || (severity !== undefined && gradesFrom(filters.severity).includes(severity))) &&
    (filters.state === undefined || filters.state.includes(state)) &&
    (filters.cluster === undefined || cluster === filters.cluster) &&
    (filters.namespace === undefined || namespace === filters.namespace)
  );
}

/** Prints one finding. */
export async function showFinding(
  findings: StoredFindings,
  id: string,
  { json, now }: { json: boolean; now: number },
  task: Task,
): Promise<ExitCode> {
  const stored = await findingNamed(findings, id);
  await task.print(json ? `${harmlessJson({ ...stored, ...summaryOf(stored) })}\n` : findingText(stored, now));
  return EXIT.done;
}

/**
 * The only finding whose id is this, or begins so.
 *
 * @throws {InputError} when there is none, or more than one
 */
export async function findingNamed(findings: StoredFindings, id: string): Promise<StoredFinding> {
  if (!ID_START.test(id))
    throw new InputError(`${id} is not the id of a finding: "nsf-" and digits, as in the subject of its mail`);
  const alike: StoredFinding[] = [];
  for await (const stored of findings.all(id.toLowerCase())) {
    if ('problem' in stored) throw new InputError(`the finding ${stored.id} cannot be read: ${stored.problem}`);
    if (stored.id === id) return stored;
    alike.push(stored);
  }
  const [only, ...others] = alike;
  if (!only)
    throw new InputError(
      `the table has no finding ${id}: it may have expired, or be of another deployment (--stack, --region)`,
    );
  if (others.length > 0)
    throw new InputError(
      `several findings begin with ${id}: ${alike
        .map((each) => each.id)
        .sort()
        .join(', ')}`,
    );
  return only;
}

const ID_START = /^(?:nsf-[0-9a-f]{4,32}|[0-9A-Za-z][\w-]{5,127})$/i;
