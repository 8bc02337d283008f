/**
 * Commands to copy and paste. A command is printed only when it reads and changes nothing, its options are known here,
 * and every value in it matches a grammar that leaves no room for surprises; otherwise the reader is told why it is
 * left out.
 */
import {
  ARN,
  CLUSTER,
  EXECUTION_NAME,
  LABEL,
  LOG_GROUP,
  REGION,
  RFC3339,
  STATE_MACHINE,
  SUBDOMAIN,
  SYSTEM_NAME,
  UUID,
} from './grammar.ts';
import { LINKED_SCHEMES } from './text.ts';

/** A command line, or why there is none. */
export type Printed = { line: string } | { leftOut: string };

/** What a command may begin with: all of these only read, but for the first, which writes a kubeconfig entry. */
const READING: readonly RegExp[] = [
  /^aws eks update-kubeconfig$/,
  /^aws [a-z0-9-]{2,30} (?:describe|list|get|lookup|filter)-[a-z0-9-]{1,60}$/,
  /^kubectl (?:get|describe|logs|events|version|cluster-info|api-resources)$/,
  /^kubectl auth can-i$/,
];

/** Options that stand alone, and options that take the next argument as their value. */
const FLAGS = words(
  '--overwrite --ignore-not-found -A --all-namespaces --list --show-labels --show-managed-fields --no-paginate --timestamps',
);
const OPTIONS = words(`
  -n --namespace -o --output -l --selector --field-selector --sort-by --as --as-group --context --for --tail --since-time
  --region --name --cluster-name --principal-arn --log-group-name --log-stream-names --start-time --end-time
  --query --max-items --max-results --role-name --user-name --access-key-id --policy-arn --lookup-attributes
  --associated-policy-arn --repository-name --image-ids --detector-id --vpc-id --subnet-ids --group-ids
  --filter-pattern --resource-arn
  -f --filename -k -p --patch --type --replicas --raw --grace-period --association-id --policy-name --policy-document
  --kubernetes-groups --image-id --volume-id --description --addon-name --configuration-values --resolve-conflicts --state-machine-arn --input`);

/** What a value may be, other than the names in `grammar.ts`. */
const OTHER_VALUES: readonly RegExp[] = [
  /^\d{1,16}$/,
  // Several resources, or a resource and its name: `pods,services`, `deployment/web`.
  /^[a-z0-9.-]{1,63}(?:,[a-z0-9.-]{1,63}){1,20}$/,
  /^[a-z][a-z.]{0,62}\/[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/,
  // `AttributeKey=AccessKeyId,AttributeValue=AKIA…`, `involvedObject.name=x`
  /^[A-Za-z.]{1,40}=[\w.-]{1,253}(?:,[A-Za-z.]{1,40}=[\w.-]{1,253}){0,4}$/,
  // `argocd.argoproj.io/skip-reconcile=true`
  /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?\/[\w.-]{1,63}=[\w.-]{0,63}$/,
  // `Role.AssumeRolePolicyDocument`
  /^[A-Z][A-Za-z]{1,40}(?:\.[A-Z][A-Za-z]{1,40}){0,3}$/,
  /^namespace-sentinel:(?:observer|contain|probe|release)$/,
  STATE_MACHINE,
];
/** A filter pattern of CloudWatch Logs for JSON. Without single quotes it is inert between such. */
const FILTER_PATTERN = /^\{ [\w$.*()[\]"=!<>|&:/@+, -]{1,600} \}$/;
/** JSON for a patch or a policy: inert between single quotes. */
const JSON_VALUE = /^[[{][\w":,{}[\]./*@ -]{1,800}[\]}]$/;
/** Options that take what others must not. */
const SPECIAL: ReadonlyMap<string, readonly RegExp[]> = new Map<string, readonly RegExp[]>([
  ['--filter-pattern', [FILTER_PATTERN]],
  ...[...words('-p --patch --input --configuration-values')].map((name) => [name, [JSON_VALUE]] as const),
  // A file that the text beside it has the reader write.
  ['--policy-document', [JSON_VALUE, /^file:\/\/[a-z-]{1,40}\.json$/]],
  ['--description', [/^[\w -]{1,120}$/]],
  ['-k', [/^cluster\/$/]],
]);
const VALUES = [SUBDOMAIN, LABEL, CLUSTER, UUID, ARN, RFC3339, LOG_GROUP, SYSTEM_NAME, ...OTHER_VALUES];

const MAX_LINE = 1_000;
const UNSAFE: Printed = { leftOut: 'a value in it is unusual and could do harm when pasted' };

/** The one that costs money instead; for a place that says so. */
export const SCANNING: readonly RegExp[] = [/^aws guardduty start-malware-scan$/];

/** What the playbooks propose to a person: it changes something, and stands only where the text asks for a review. */
export const PROPOSED: readonly RegExp[] = [
  ...READING,
  /^kubectl (?:delete|create|apply|replace|patch|label|annotate|scale)$/,
  /^aws eks (?:delete|update|create|associate|disassociate)-[a-z-]{1,60}$/,
  /^aws iam (?:delete|update|create|put|attach|detach|remove|deactivate)-[a-z-]{1,60}$/,
  /^aws ecr start-image-scan$/,
  /^aws ec2 create-snapshot$/,
  /^aws stepfunctions start-execution$/,
];

/**
 * The command line of an argument vector.
 *
 * @param argv as a check gives it; may hold attacker-chosen values
 * @param options.known what it may begin with
 * @param options.quote for media that make no links of text, `shellArgument`
 */
export function printed(argv: readonly string[], { known = READING, quote = shellQuoted } = {}): Printed {
  const start = [2, 3].find((count) => {
    const command = argv.slice(0, count);
    return command.every((word) => /^[a-z0-9-]+$/.test(word)) && known.some((start) => start.test(command.join(' ')));
  });
  if (start === undefined) return { leftOut: 'it is not one of the commands that only read' };
  for (let index = start; index < argv.length; index++) {
    const argument = argv[index] ?? '';
    if (FLAGS.has(argument)) continue;
    const [, joined, inOne] = /^(--[a-z-]+)=(.*)$/s.exec(argument) ?? [];
    const option = joined ?? argument;
    if (OPTIONS.has(option) && inOne === undefined) index++;
    const value = OPTIONS.has(option) ? (inOne ?? argv[index]) : argument;
    if (value === undefined || value.startsWith('-')) return { leftOut: 'an option in it is unknown or has no value' };
    const grammars = SPECIAL.get(option) ?? VALUES;
    if (!grammars.some((grammar) => grammar.test(value))) return UNSAFE;
  }
  const line = argv.map(quote).join(' ');
  return line.length > MAX_LINE ? { leftOut: 'it is too long' } : { line };
}

/**
 * The log event's own search in CloudWatch Logs. Written here and not checked by {@link printed}, because of its filter
 * pattern; the values in it are checked by the grammars.
 *
 * @param auditId chosen by the client
 * @param epoch milliseconds
 */
export function logSearch(logGroup: string, region: string, auditId: string, epoch: number): Printed {
  if (!LOG_GROUP.test(logGroup) || !REGION.test(region) || !UUID.test(auditId)) return UNSAFE;
  const argv = ['aws', 'logs', 'filter-log-events', '--region', region, '--log-group-name', logGroup];
  // The log event's time is that of its ingestion, at the earliest that of the request.
  argv.push('--start-time', String(epoch - 60_000), '--end-time', String(epoch + 900_000));
  argv.push('--filter-pattern', `{ $.auditID = "${auditId}" }`);
  return { line: argv.map(shellQuoted).join(' ') };
}

/**
 * JSON without a character that a shell, a terminal or a mail client could take for more than it is. A colon stands after
 * a key only: in a value it could make a link (`javascript:`).
 */
const INERT_JSON = /^\{(?:[\w",{}[\] -]|(?<="):){1,800}\}$/;

/** The input of a playbook on one line, for the Step Functions console. */
export function playbookInput(input: object): Printed {
  const line = JSON.stringify(input);
  return INERT_JSON.test(line) ? { line } : UNSAFE;
}

/**
 * The line that starts a playbook. It changes something, so it is not among those of {@link printed}, and stands only
 * where the text says what it does.
 *
 * @param name of the execution; Step Functions takes each once, so that a line pasted twice starts nothing twice
 */
export function startExecution(stateMachine: string, name: string, input: object): Printed {
  const json = playbookInput(input);
  if (!STATE_MACHINE.test(stateMachine) || !EXECUTION_NAME.test(name) || 'leftOut' in json) return UNSAFE;
  const region = stateMachine.split(':')[3] ?? '';
  const argv = ['aws', 'stepfunctions', 'start-execution', '--region', region, '--state-machine-arn', stateMachine];
  return { line: [...argv, '--name', name, '--input', json.line].map(shellQuoted).join(' ') };
}

/**
 * What a mail client could make a link of: dots within names, at-signs, `mailto:`, telephone numbers. Not the paths of
 * fields in our own commands, which nobody takes for host names.
 */
const LINKABLE = new RegExp(
  '\\b(?:metadata\\.creationTimestamp|spec\\.serviceAccountName)\\b|' +
    `(?<=[\\w-])\\.(?=[\\w-])|(?<=www)\\.|@|\\+(?=\\d)|(?<=${LINKED_SCHEMES}):`,
  'gi',
);

/** Quotes an argument for a POSIX shell; what could make a link gets quotation marks of its own. */
export function shellQuoted(argument: string): string {
  const apart = (text: string, before: string, after: string) =>
    text.replace(LINKABLE, (part) => (part.length > 1 ? part : before + part + after));
  if (/^[\w./:=,+-]+$/.test(argument)) return apart(argument, "'", "'");
  const inner = apart(argument.replace(/'/g, `'\\''`), `'"`, `"'`);
  return `'${inner}'`;
}

function words(list: string): ReadonlySet<string> {
  return new Set(list.trim().split(/\s+/));
}
