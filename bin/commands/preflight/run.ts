import { InputError } from '../../input/input.ts';
import type { ClusterChoice } from '../cluster.ts';
import { harmlessJson } from '../harmless.ts';
import { EXIT, type ExitCode } from '../io.ts';
import { configOf } from '../manifests/config.ts';
import type { Task } from '../task.ts';
import { askCluster, clusterIfReached } from './cluster-rows.ts';
import { type Side, type TableRow, textOfRows } from './table.ts';

export interface PreflightOptions extends ClusterChoice {
  json?: boolean;
  config?: string;
  side?: Side;
  policy?: boolean;
  live?: boolean;
  report?: string;
  /** Whether the report of `live` keeps names and ids. */
  names?: boolean;
  hours?: number;
  remove?: boolean;
}

/** What needs nobody. Whatever else there is, also what could not be seen, does. */
const WELL = ['ok', 'note'];

/**
 * @returns the exit code
 * @throws {InputError} when the configuration has mistakes
 * @throws what the API server or AWS answered when it is not there, or does not know us
 */
export async function preflight(options: PreflightOptions, task: Task): Promise<ExitCode> {
  const { json, config: file, side, policy, remove, live, report, names, hours = DAY_HOURS, ...choice } = options;
  if (policy) {
    const { readOnlyPolicy } = await import('./aws/policy.ts');
    await task.print(
      `${JSON.stringify(readOnlyPolicy({ live: live === true, remove: remove === true }), undefined, 2)}\n`,
    );
    return EXIT.done;
  }
  if (remove) {
    const { removalRows } = await import('./removal/run.ts');
    return tell(await removalRows({ file: file ?? DEFAULT_FILE, side, choice }, task), json, task);
  }
  const config = file === undefined ? undefined : configOf(file);
  if (live) {
    const { preflightLive } = await import('./live/run.ts');
    return preflightLive(
      config ?? configOf(DEFAULT_FILE),
      file ?? DEFAULT_FILE,
      { json, report, withNames: names, hours },
      task,
    );
  }
  if (report !== undefined || names)
    throw new InputError('--report and --names are for --live: give it as well, or leave them out');
  const rows: TableRow[] = [];
  const isClusterChosen =
    side === 'cluster' || [choice.kubeconfig, choice.context, choice.cluster].some((each) => each !== undefined);
  const onAws = side === 'aws' || (config !== undefined && !isClusterChosen);
  if (onAws) {
    const named = file ?? DEFAULT_FILE;
    // Loaded when it is needed, as the clients of AWS are.
    const { askAws } = await import('./aws/ask.ts');
    rows.push(...(await askAws(config ?? configOf(named), named, task)));
  }
  if (side !== 'aws') {
    const configured = config && file ? { file, config } : undefined;
    rows.push(
      ...(onAws ? await clusterIfReached(choice, configured, task) : await askCluster(choice, configured, task)),
    );
  }
  return tell(rows, json, task);
}

/** Prints the rows. @returns the exit code */
async function tell(rows: readonly TableRow[], json: boolean | undefined, task: Task): Promise<ExitCode> {
  await task.print(json ? `${harmlessJson({ checks: rows })}\n` : textOfRows(rows));
  return rows.every(({ status }) => WELL.includes(status)) ? EXIT.done : EXIT.attention;
}

const DEFAULT_FILE = 'sentinel.config.yaml';
const DAY_HOURS = 24;
