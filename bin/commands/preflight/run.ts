import { KubeApi } from '../../../functions/clients/kubernetes/kube-api.ts';
import { KubeconfigKubernetes } from '../../../functions/clients/kubernetes/kubeconfig-kubernetes.ts';
import { type CommandLine, printProposed } from '../../../functions/contract/commands/print.ts';
import { harmless, harmlessJson } from '../harmless.ts';
import { EXIT, type ExitCode, type Io, Output } from '../io.ts';
import type { Check, Context, Row } from './check.ts';
import { CHECKS } from './checks/index.ts';
import { shippedManifests } from './manifests.ts';

export interface Options {
  kubeconfig: string;
  context?: string;
  json?: boolean;
}

type NamedRow = Row & { check: string };

/**
 * @returns the exit code
 * @throws what the API server answered when it is not there, or does not know us
 */
export async function run({ kubeconfig, context: name, json }: Options, io: Io): Promise<ExitCode> {
  const signal = AbortSignal.timeout(60_000);
  const kubernetes = await new KubeconfigKubernetes(kubeconfig, (config) => new KubeApi(config), name).connect();
  const context: Context = { kubernetes, manifests: shippedManifests(), signal };
  const rows: NamedRow[] = [];
  for (const check of CHECKS) rows.push(...(await rowsOf(check, context)));
  await new Output(io.stdout).write(json ? `${harmlessJson({ checks: rows })}\n` : rows.map(textOf).join(''));
  return rows.every(({ status }) => status === 'ok') ? EXIT.done : EXIT.attention;
}

async function rowsOf(check: Check, context: Context): Promise<NamedRow[]> {
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
  const line = `${status.padEnd(11)}${check.padEnd(18)}${harmless(says)}\n`;
  return [line, ...printProposed(fix).map((command) => `${INDENT}fix: ${inWords(command)}\n`)].join('');
}
