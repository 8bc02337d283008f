import { KubeApi } from '../../../functions/clients/kubernetes/kube-api.ts';
import type { KubeconfigChoice } from '../../../functions/clients/kubernetes/kubeconfig.ts';
import { ownLists } from '../../../functions/kubernetes/cluster-side.ts';
import type { SentinelConfig } from '../../../lib/config/config-schema.ts';
import { InputError } from '../../input/input.ts';
import { openKubeconfig } from '../cluster.ts';
import { kubernetesFailure } from '../failure/kubernetes.ts';
import { harmlessJson } from '../harmless.ts';
import { EXIT, type ExitCode } from '../io.ts';
import { configOf } from '../manifests/config.ts';
import type { Task } from '../task.ts';
import type { PreflightCheck, PreflightContext, Row } from './check.ts';
import { PREFLIGHT_CHECKS } from './checks/index.ts';
import { shippedManifests } from './manifests.ts';
import { type TableRow, textOfRows } from './table.ts';

/** `aws`: account and stack; `cluster`: what the manifests put into a cluster. */
type Side = 'aws' | 'cluster';

export interface PreflightOptions extends KubeconfigChoice {
  json?: boolean;
  config?: string;
  side?: Side;
  policy?: boolean;
  live?: boolean;
  report?: string;
  /** Whether the report of `live` keeps names and ids. */
  names?: boolean;
  hours?: number;
}

type NamedRow = Row & { check: string };

/** What needs nobody. Whatever else there is, also what could not be seen, does. */
const WELL = ['ok', 'note'];

/**
 * @returns the exit code
 * @throws {InputError} when the configuration has mistakes
 * @throws what the API server or AWS answered when it is not there, or does not know us
 */
export async function preflight(options: PreflightOptions, task: Task): Promise<ExitCode> {
  const { json, config: file, side, policy, live, report, names, hours = DAY_HOURS, ...choice } = options;
  if (policy) {
    const { readOnlyPolicy } = await import('./aws/policy.ts');
    await task.print(`${JSON.stringify(readOnlyPolicy({ live: live === true }), undefined, 2)}\n`);
    return EXIT.done;
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
  const isClusterChosen = side === 'cluster' || choice.kubeconfig !== undefined || choice.context !== undefined;
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
  await task.print(json ? `${harmlessJson({ checks: rows })}\n` : textOfRows(rows));
  return rows.every(({ status }) => WELL.includes(status)) ? EXIT.done : EXIT.attention;
}

const DEFAULT_FILE = 'sentinel.config.yaml';
const DAY_HOURS = 24;

interface Configured {
  file: string;
  config: SentinelConfig;
}

/** Asks one cluster what the manifests have put into it. */
async function askCluster(
  choice: KubeconfigChoice,
  configured: Configured | undefined,
  task: Task,
): Promise<NamedRow[]> {
  const kubernetes = new KubeApi(openKubeconfig(task, choice), task.limits);
  const signal = AbortSignal.timeout(120_000);
  const lists = configured && { file: configured.file, lists: ownLists(configured.config.containment) };
  const context: PreflightContext = { kubernetes, manifests: shippedManifests(), configured: lists, signal };
  const rows: NamedRow[] = [];
  for (const check of PREFLIGHT_CHECKS) {
    rows.push(...(await rowsOf(check, context)));
    task.waitFor(`Checking the cluster: ${rows.length} results so far`);
  }
  return rows;
}

/** As {@link askCluster}; beside the answers of AWS, a cluster without an answer is a row. */
async function clusterIfReached(
  choice: KubeconfigChoice,
  configured: Configured | undefined,
  task: Task,
): Promise<TableRow[]> {
  try {
    return await askCluster(choice, configured, task);
  } catch (error) {
    const failure = kubernetesFailure(error);
    if (!failure) throw error;
    const todo = 'give --kubeconfig or --context to look into a cluster, or --side aws to leave it out';
    return [
      { check: 'cluster-side', status: 'not-checked', says: `The cluster of the kubeconfig: ${failure.what}.`, todo },
    ];
  }
}

async function rowsOf(check: PreflightCheck, context: PreflightContext): Promise<NamedRow[]> {
  try {
    return (await check.run(context)).map((row) => ({ check: check.name, ...row }));
  } catch (error) {
    // Who may not look at one thing may look at others; who is not known, or finds no server, sees nothing at all.
    const { name, code, message } = error as { name?: string; code?: number; message?: string };
    if (name !== 'KubernetesError' || code === 0 || code === 401) throw error;
    return [{ check: check.name, status: 'attention', says: `This could not be checked: ${message}` }];
  }
}
