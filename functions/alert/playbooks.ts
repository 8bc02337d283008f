/** The playbooks that on-call can start: which state machines there are, and what starts them. */
import * as z from 'zod/mini';
import type { Cluster } from '../contract/finding.ts';
import { startExecution } from './commands.ts';
import { STATE_MACHINE } from './grammar.ts';
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
export interface Playbooks {
  /** For every cluster that {@link networks} does not name. */
  default?: Machines | undefined;
  networks?: readonly (Machines & { clusters: readonly string[] })[] | undefined;
  decide?: string | undefined;
}
interface Machines {
  contain: string;
  release: string;
}

/** @param text JSON; without it there are none @throws when it is anything else */
export function readPlaybooks(text: string | undefined): Playbooks {
  const { data, error } = schema.safeParse(fromJson(text ?? '{}'));
  if (data) return data;
  const places = error.issues.map(({ path, message }) => `${path.join('.') || 'the whole'}: ${message}`);
  throw new Error(`environment variable PLAYBOOKS is not as the stack sets it (${places.join('; ')})`);
}

/** @returns undefined where it is no JSON */
export function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export const machinesFor = (
  { networks = [], default: others }: Playbooks,
  { name = '' }: Cluster,
): Machines | undefined => networks.find(({ clusters }) => clusters.includes(name)) ?? others;

/** One way to start a playbook, or nothing where its values do not match their grammar. */
export function startOf(
  stateMachine: string,
  name: string,
  input: Record<string, unknown>,
): { input: Record<string, unknown>; command: string } | undefined {
  const printed = startExecution(stateMachine, name, input);
  return 'line' in printed ? { input, command: printed.line } : undefined;
}

/** What stands for what a person has to fill in. */
export const FILL_IN = { reason: 'WHY', by: 'WHO' };

/** The state machine and its page in the console. */
export function playbook(stateMachine: string): { stateMachine: string; console?: string } {
  const console = stateMachineLink(stateMachine);
  return { stateMachine, ...(console && { console }) };
}
