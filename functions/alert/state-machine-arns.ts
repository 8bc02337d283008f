/**
 * The playbooks that on-call can start: which state machines there are, and the input and the line that start one about a
 * namespace.
 */
import * as z from 'zod/mini';
import type { Alert } from '../contract/alert.ts';
import { command } from '../contract/commands/command.ts';
import { printCommand } from '../contract/commands/print.ts';
import { isElsewhere } from '../contract/elsewhere.ts';
import { FILL_IN } from '../contract/fill-in.ts';
import type { Cluster, Finding } from '../contract/finding.ts';
import { shortFindingId } from '../contract/ids.ts';
import { ALERTING_OUTCOMES } from '../contract/vocabulary.ts';
import { defined } from '../kit/defined.ts';
import { parseJson } from '../kit/json.ts';
import { protectedSteps, protection } from '../kubernetes/quarantine.ts';
import { ACCOUNT, CLUSTER, LABEL, matching, REGION, STATE_MACHINE, UUID } from './grammar.ts';
import { stateMachineLink } from './links.ts';

const arn = z.string().check(z.regex(STATE_MACHINE, 'no ARN of a state machine'));
const machines = z.strictObject({ contain: arn, release: arn });

/** Set by the stack, as JSON. There is one set for each network from which clusters are reached. */
const schema = z.strictObject({
  default: z.optional(machines),
  networks: z.optional(z.array(z.strictObject({ contain: arn, release: arn, clusters: z.array(z.string()) }))),
  decide: z.optional(arn),
});

/** ARNs of state machines. */
export interface StateMachineArns {
  /** For every cluster that {@link networks} does not name. */
  default?: Machines | undefined;
  networks?: readonly (Machines & { clusters: readonly string[] })[] | undefined;
  decide?: string | undefined;
}
interface Machines {
  contain: string;
  release: string;
}

/** @param text JSON; without it there are no playbooks @throws when it is anything else */
export function readPlaybooks(text: string | undefined): StateMachineArns {
  const { data, error } = schema.safeParse(parseJson(text ?? '{}'));
  if (data) return data;
  const places = error.issues.map(({ path, message }) => `${path.join('.') || 'the whole'}: ${message}`);
  throw new Error(`environment variable PLAYBOOKS is not as the stack sets it (${places.join('; ')})`);
}

export const machinesFor = (
  { networks = [], default: others }: StateMachineArns,
  { name = '' }: Cluster,
): Machines | undefined => networks.find(({ clusters }) => clusters.includes(name)) ?? others;

/**
 * One way to start a playbook, or nothing where its values do not match their grammar. The execution is left without a name:
 * Step Functions takes each name once, and a line has to work again when it is pasted again. The lease on the namespace, and
 * the one answer that a question takes, keep two executions apart.
 */
export function startOf(
  stateMachine: string,
  input: Record<string, unknown>,
): { input: Record<string, unknown>; command: string } | undefined {
  const argv = command('aws stepfunctions start-execution', [], {
    '--region': stateMachine.split(':')[3] ?? '',
    '--state-machine-arn': stateMachine,
    '--input': JSON.stringify(input),
  });
  const printed = printCommand(argv, { effects: ['changes'] });
  return 'line' in printed ? { input, command: printed.line } : undefined;
}

/** The part of an input that names a finding: as short as subjects have it, so that it can be typed. */
export const findingInput = (id: string): { findingId: string } => ({ findingId: shortFindingId(id) ?? id });

/** The state machine and its page in the console. */
function playbook(stateMachine: string): { stateMachine: string; console?: string } {
  const console = stateMachineLink(stateMachine);
  return { stateMachine, ...defined({ console: console || undefined }) };
}

/** The alert with what starts the playbooks about it, where something may have been created. */
export function withPlaybooks(
  alert: Alert,
  playbooks: StateMachineArns,
  protectedNamespaces: readonly string[] = [],
): Alert {
  const { finding } = alert;
  if (!ALERTING_OUTCOMES.includes(finding.outcome)) return alert;
  const contain = containOf(finding, playbooks, protectedNamespaces);
  const decide = decideOf(alert, playbooks);
  return { ...alert, ...defined({ contain, decide }) };
}

function containOf(
  finding: Finding,
  playbooks: StateMachineArns,
  protectedNamespaces: readonly string[],
): Alert['contain'] {
  const { contain: machine } = machinesFor(playbooks, finding.cluster) ?? {};
  if (machine === undefined) return undefined;
  if (isElsewhere(finding)) return { leftOut: ELSEWHERE };
  const target = targetInput(finding.cluster, finding.namespace);
  if (typeof target === 'string') return { leftOut: target };
  const guarded = protection(target.namespace, protectedNamespaces);
  if (guarded !== undefined)
    return {
      leftOut: `it would refuse, because the namespace is protected. Do instead: ${numbered(protectedSteps(target.namespace))}`,
    };
  const start = (mode: 'plan' | 'isolate') => startOf(machine, { ...findingInput(finding.id), mode });
  const plan = start('plan');
  const isolate = start('isolate');
  return plan && isolate ? { ...playbook(machine), plan, isolate } : { leftOut: 'a value in it is unusual' };
}

/** Why there is no line that starts a playbook for a cluster in another account. */
const ELSEWHERE =
  'the playbooks reach the clusters of their own account and Region alone, and this one is in another. Isolate it there, by the playbook of a stack in that account or by hand';

/** Sentences as steps, without the stop of the last one: `1. Look. 2. Write it down`. */
const numbered = (steps: readonly string[]): string =>
  steps
    .map((step, index) => `${index + 1}. ${step}`)
    .join(' ')
    .replace(/\.$/, '');

/** The part of an input that names the namespace, or why there is none. */
export function targetInput(
  cluster: Cluster,
  namespace: { name?: string; uid?: string },
): { cluster: object; namespace: string; uid: string } | string {
  const name = matching(CLUSTER, cluster.name);
  if (name === undefined) return 'the name of the cluster is not known';
  const label = matching(LABEL, namespace.name);
  if (label === undefined) return 'the name of the namespace is not known';
  const uid = matching(UUID, namespace.uid);
  if (uid === undefined) return 'the UID of the namespace is not known; what you look at in step 1 shows it';
  const region = matching(REGION, cluster.region);
  const account = matching(ACCOUNT, cluster.account);
  return {
    cluster: { name, ...defined({ region: region || undefined, account: account || undefined }) },
    namespace: label,
    uid,
  };
}

function decideOf({ id }: Alert, { decide }: StateMachineArns): Alert['decide'] {
  if (decide === undefined) return undefined;
  const legitimate = startOf(decide, { ...findingInput(id), decision: 'legitimate', ...FILL_IN });
  return legitimate && { ...playbook(decide), legitimate };
}
