import { KubeApi } from '../../../functions/clients/kubernetes/kube-api.ts';
import type { KubeconfigChoice } from '../../../functions/clients/kubernetes/kubeconfig.ts';
import { type CommandLine, printProposed } from '../../../functions/contract/commands/print.ts';
import { ownLists } from '../../../functions/kubernetes/cluster-side.ts';
import { openKubeconfig } from '../cluster.ts';
import { harmlessInTerminal, harmlessJson } from '../harmless.ts';
import { EXIT, type ExitCode } from '../io.ts';
import { containmentOf } from '../manifests/config.ts';
import type { Task } from '../task.ts';
import type { PreflightCheck, PreflightContext, Row } from './check.ts';
import { PREFLIGHT_CHECKS } from './checks/index.ts';
import { shippedManifests } from './manifests.ts';

export interface PreflightOptions extends KubeconfigChoice {
  json?: boolean;
  config?: string;
}

type NamedRow = Row & { check: string };

/**
 * @returns the exit code
 * @throws {InputError} when the configuration has mistakes
 * @throws what the API server answered when it is not there, or does not know us
 */
export async function preflight({ json, config, ...choice }: PreflightOptions, task: Task): Promise<ExitCode> {
  const configured = config === undefined ? undefined : { file: config, lists: ownLists(containmentOf(config)) };
  const kubernetes = new KubeApi(openKubeconfig(task, choice), task.limits);
  const signal = AbortSignal.timeout(120_000);
  const context: PreflightContext = { kubernetes, manifests: shippedManifests(), configured, signal };
  const rows: NamedRow[] = [];
  for (const check of PREFLIGHT_CHECKS) {
    rows.push(...(await rowsOf(check, context)));
    task.waitFor(`Checking the cluster: ${rows.length} results so far`);
  }
  await task.print(json ? `${harmlessJson({ checks: rows })}\n` : rows.map(textOf).join(''));
  return rows.every(({ status }) => status === 'ok') ? EXIT.done : EXIT.attention;
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

const INDENT = ' '.repeat(29);

const inWords = (command: CommandLine): string =>
  'line' in command ? command.line : `(a command is left out here: ${command.leftOut})`;

function textOf({ check, status, says, fix = [] }: NamedRow): string {
  const line = `${status.padEnd(11)}${check.padEnd(18)}${harmlessInTerminal(says)}\n`;
  return [line, ...printProposed(fix).map((command) => `${INDENT}fix: ${inWords(command)}\n`)].join('');
}
