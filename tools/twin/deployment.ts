/** The stack under test, deployed into the twin as a user deploys it: `cdk bootstrap`, `cdk deploy`. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bareEnvironment, type StartSpec } from './processes.ts';
import type { Report } from './report.ts';
import { shortened } from './shortened.ts';
import type { Twin } from './twin.ts';

const REPOSITORY = join(import.meta.dirname, '..', '..');
const STACK = 'NamespaceSentinel';

export interface Deployment {
  /** The stack's outputs, by name. */
  outputs: Record<string, string>;
  /** Removes the stack with `cdk destroy`. */
  destroy(): Promise<void>;
}

/** Runs the CDK's command line as the account's root, in the repository or a copy of it. */
function cdk(twin: Twin, cwd: string, name: string, args: string[]): StartSpec {
  const output = join(twin.processes.folder, 'cdk.out');
  return {
    name,
    command: process.execPath,
    args: [join(REPOSITORY, 'node_modules', 'aws-cdk', 'bin', 'cdk'), ...args, '--output', output, '--no-notices'],
    cwd,
    env: {
      ...bareEnvironment(),
      ...twin.emulator.environment,
      PATH: `${join(REPOSITORY, 'node_modules', '.bin')}:${process.env.PATH}`,
      HOME: twin.processes.folder, // the command line keeps caches and a machine id there
      TMPDIR: twin.processes.folder,
      CDK_DISABLE_VERSION_CHECK: '1',
      CDK_DISABLE_CLI_TELEMETRY: 'true',
      NODE_NO_WARNINGS: '1',
    },
  };
}

/**
 * Deploys the stack for the twin's cluster, whose log group must be there: start the wire first.
 *
 * Where a minute is shorter in the twin, it is in what is deployed.
 *
 * @param config more of `sentinel.config.yaml`; account, Region and the cluster are the twin's
 * @throws ProcessError when the CDK fails, with the end of its output
 */
export async function deploy(twin: Twin, report: Report, config: Record<string, unknown> = {}): Promise<Deployment> {
  const { account, region, cluster, minuteMs } = twin.emulator;
  const { folder } = twin.processes;
  const configFile = join(folder, 'sentinel.config.yaml');
  const outputsFile = join(folder, 'outputs.json');
  writeFileSync(configFile, JSON.stringify({ account, region, clusters: [{ name: cluster }], ...config })); // JSON is YAML
  const context = ['-c', `config=${configFile}`];
  const root = minuteMs === 60_000 ? REPOSITORY : shortened(REPOSITORY, folder, minuteMs);
  await twin.processes.run(cdk(twin, root, 'cdk-bootstrap', ['bootstrap', `aws://${account}/${region}`, ...context]));
  report('account bootstrapped');
  const outputs = ['--outputs-file', outputsFile];
  const deployArgs = ['deploy', STACK, '--require-approval', 'never', '--method', 'direct', ...context, ...outputs];
  await twin.processes.run(cdk(twin, root, 'cdk-deploy', deployArgs));
  report('stack deployed');
  return {
    outputs: existsSync(outputsFile) ? JSON.parse(readFileSync(outputsFile, 'utf8'))[STACK] : {},
    destroy: () => twin.processes.run(cdk(twin, root, 'cdk-destroy', ['destroy', STACK, '--force', ...context])),
  };
}
