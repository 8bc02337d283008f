/** Names that come of an execution: of files, folders and messages. Two executions never share one. */
import { sha256 } from '../../kit/sha256.ts';
import { parseArn } from '../../kubernetes/names/arn.ts';
import { EXECUTION_NAME } from '../../kubernetes/names/aws.ts';

/**
 * A text as a part of a path. One of letters, digits, hyphens and underscores is its own name; any other gets a name with
 * a dot, which no such text has: two texts have two names.
 */
export function asFileName(text: string): string {
  if (EXECUTION_NAME.test(text)) return text;
  return `${cleaned(text)}.${hashOf(text)}`;
}

/**
 * The folder of a run, below `runs/`. Names of executions are unique for a state machine alone: the machine's name, which
 * tells the playbook and the network, goes before.
 *
 * @param execution its ARN, or an id of its own where it runs locally
 */
export function runFolder(execution: string, name: string): string {
  const [kind, machine] = parseArn(execution)?.resource.split(':') ?? [];
  return kind === 'execution' && machine ? `${asFileName(machine)}/${asFileName(name)}` : asFileName(name);
}

/** The id of a message about an execution. @param what of its messages this is: `contain-end` */
export const messageIdOf = (what: string, execution: string, name: string): string =>
  `${what}-${cleaned(name)}-${hashOf(execution)}`;

const cleaned = (text: string): string =>
  text
    .replace(/[^\w-]+/g, '-')
    .slice(0, 60)
    .replace(/^-+/, '') || 'x';

const hashOf = (text: string): string => sha256(text).slice(0, 12);
