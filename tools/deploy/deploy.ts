import { EXIT, type ExitCode } from '../../bin/commands/io.ts';
import { configOf } from '../../bin/commands/manifests/config.ts';
import { askAws } from '../../bin/commands/preflight/aws/ask.ts';
import type { AwsCheck } from '../../bin/commands/preflight/aws/check.ts';
import { AWS_CHECKS } from '../../bin/commands/preflight/aws/checks/index.ts';
import type { AwsClients } from '../../bin/commands/preflight/aws/clients.ts';
import { textOfRows } from '../../bin/commands/preflight/table.ts';
import type { Task } from '../../bin/commands/task.ts';
import { ExpectedError } from '../../bin/expected-error.ts';
import { placeholderWarning } from '../../lib/config/placeholders.ts';

const SKIP = '--skip-preflight';
const DEFAULT_FILE = 'sentinel.config.yaml';

/** What stands outside of this program. */
export interface Outside {
  /** Runs the AWS CDK. @returns its exit code */
  cdk(args: readonly string[]): Promise<number>;
  clients?: (region: string | undefined) => AwsClients;
}

/**
 * Deploys the stack, unless the configuration is still the example, or preflight finds what the deployment would fail at.
 *
 * @param args for the AWS CDK, and `--skip-preflight`
 * @throws {InputError} when the configuration has mistakes
 * @throws {ExpectedError} when the configuration is still an example
 */
export async function deploy(args: readonly string[], task: Task, { cdk, clients }: Outside): Promise<ExitCode> {
  const file = contextValue(args, 'config') ?? DEFAULT_FILE;
  const config = configOf(file, '-c config=FILE');
  const placeholders = placeholderWarning(config, file);
  if (placeholders) throw new ExpectedError(placeholders);
  const isSkipped = args.includes(SKIP);
  if (isSkipped)
    task.note(`${SKIP}: not asked before the deployment:\n${AWS_CHECKS.filter(isAsked).map(inLine).join('\n')}`);
  else {
    const rows = await askAws(config, file, task, clients);
    await task.print(textOfRows(rows));
    const stops = rows.filter(({ status, stopsDeployment }) => status === 'failed' && stopsDeployment);
    if (stops.length > 0) {
      const names = [...new Set(stops.map(({ check }) => check))].join(', ');
      task.note(
        `Not deployed: it would fail, or be in vain (${names}). Fix it, or go on with: npm run deploy -- ${SKIP}`,
      );
      return EXIT.attention;
    }
  }
  task.waitFor(undefined);
  const code = await cdk(['deploy', ...args.filter((arg) => arg !== SKIP)]);
  return code === 0 ? EXIT.done : EXIT.attention;
}

const isAsked = ({ stopsDeployment, when }: AwsCheck): boolean => stopsDeployment && when !== 'after';
const inLine = ({ id, question }: AwsCheck): string => `  ${id}: ${question}`;

/** The value that the CDK takes for a key of its context: `-c config=FILE`, `--context=config=FILE`. The last one counts. */
function contextValue(args: readonly string[], key: string): string | undefined {
  return args
    .flatMap((arg, index) => {
      const given = /^(?:-c|--context)$/.test(args[index - 1] ?? '')
        ? arg
        : /^(?:-c=?|--context=)(.+)$/s.exec(arg)?.[1];
      return given?.startsWith(`${key}=`) ? given.slice(key.length + 1) : [];
    })
    .at(-1);
}
