/** Whether isolation starts by itself. Each rule is a line that says why not. */

import * as z from 'zod/mini';
import { detailsOf } from '../checks/index.ts';
import type { Playbooks } from '../clients/send/playbooks.ts';
import type { ContainmentRegister } from '../clients/table/containment-register.ts';
import type { Alert, HowToContain } from '../contract/alert.ts';
import { shownSeverity } from '../contract/grade.ts';
import { SEVERITIES, type Severity, severityRank } from '../contract/vocabulary.ts';
import { parseJson } from '../kit/json.ts';
import { protection } from '../kubernetes/quarantine.ts';
import { epochOf } from './grammar.ts';
import { targetInput } from './state-machine-arns.ts';

export interface AutoStartSettings {
  /** From which severity on. */
  from: Severity | 'never';
  /** At most so many in one hour, over all clusters of the deployment. */
  maxPerHour: number;
}

/** Whether it is grave enough for isolation to start by itself. */
export const isStartedFor = (severity: Severity, from: AutoStartSettings['from'] = 'never'): boolean =>
  from !== 'never' && severityRank(severity) >= severityRank(from);

const schema = z.strictObject({
  severity: z.enum(['never', ...SEVERITIES]),
  maxPerHour: z.int().check(z.positive()),
});

/** @param text JSON as the stack sets it; without it nothing starts by itself @throws when it is anything else */
export function readAutoStart(text: string | undefined): AutoStartSettings {
  if (text === undefined) return { from: 'never', maxPerHour: 0 };
  const { data } = schema.safeParse(parseJson(text));
  if (data) return { from: data.severity, maxPerHour: data.maxPerHour };
  throw new Error('environment variable AUTO_START is not {"severity": …, "maxPerHour": …}, as the stack sets it');
}

export interface AutoStartClients {
  /** @param stateMachine ARN of *contain* */
  playbooks(stateMachine: string): Pick<Playbooks, 'start'>;
  register: Pick<ContainmentRegister, 'countStart'>;
}

/** A namespace that has lived longer may have work in it that somebody relies on. */
const MAX_AGE_MS = 3_600_000;

/**
 * - `not`: it was not to be started; `why` is one of our own sentences, without names.
 * - `started`, `already`: it was; an execution of that name is there.
 * - `failed`: it was to be started, and could not be; the error by its name.
 */
export type AutoStart =
  | { state: 'not'; why: string }
  | { state: 'started' | 'already' }
  | { state: 'failed'; error: string };

/** It is to be started, once the alert that says so is out. */
interface Starting {
  state: 'starting';
  execution: NonNullable<Alert['autoStart']>;
  /** Does not throw. */
  start(): Promise<AutoStart>;
}

/**
 * Why isolation must not start by itself; undefined where it may.
 *
 * @param protectedNamespaces beside those of Kubernetes itself; `*` stands for any text
 * @param now epoch milliseconds
 */
export function obstacle(
  alert: Alert,
  from: AutoStartSettings['from'],
  protectedNamespaces: readonly string[],
  now: number,
): string | undefined {
  const { finding, contain } = alert;
  const { namespace: live = {} } = detailsOf(alert);
  const shown = shownSeverity(alert);
  const created = epochOf(live.createdAt);
  const rules: readonly (readonly [applies: boolean, why: string])[] = [
    [from === 'never', 'It is switched off.'],
    [
      // What is not known starts nothing, and stops nothing that the evidence shows.
      from !== 'never' && (shown === undefined || !isStartedFor(shown, from)),
      'The severity that the evidence shows is below the one configured.',
    ],
    [finding.source.kind !== 'audit-log', "The finding is not from the cluster's own audit stream."],
    [finding.outcome !== 'created', 'It is not certain that the namespace was created.'],
    [protection(finding.namespace.name ?? '', protectedNamespaces) !== undefined, 'The namespace is protected.'],
    [contain === undefined || 'leftOut' in contain, 'The playbook cannot be started for this finding.'],
    [
      live.live !== 'confirmed' || live.uid === undefined || live.uid !== finding.namespace.uid,
      'The live API server does not confirm the UID.',
    ],
    [created === undefined, 'The live API server does not give the age.'],
    [created !== undefined && now - created >= MAX_AGE_MS, 'The namespace is older than an hour.'],
  ];
  return rules.find(([applies]) => applies)?.[1];
}

/**
 * Decides, and counts the start: so the alert can say that isolation is being started. Where a delivery is repeated it
 * counts again, which errs to the side of fewer starts.
 *
 * @returns undefined where nothing of the kind is configured
 */
export async function decideAutoStart(
  alert: Alert,
  clients: AutoStartClients | undefined,
  { from, maxPerHour }: AutoStartSettings = { from: 'never', maxPerHour: 0 },
  protectedNamespaces: readonly string[] = [],
  now: number = Date.now(),
): Promise<AutoStart | Starting | undefined> {
  if (!clients || from === 'never') return undefined;
  const why = obstacle(alert, from, protectedNamespaces, now);
  if (why !== undefined) return { state: 'not', why };
  const { stateMachine } = alert.contain as HowToContain;
  const { id, finding } = alert;
  // Whole: it needs nobody to look the finding up.
  const input = { ...Object(targetInput(finding.cluster, finding.namespace)), mode: 'isolate', findingId: id };
  try {
    if (!(await clients.register.countStart(maxPerHour, now)))
      return { state: 'not', why: 'As many as are allowed were started in this hour.' };
  } catch (error) {
    // The alert goes out in any case.
    return failed(error);
  }
  // One name a finding: whatever is delivered again, it starts once.
  const name = `auto-${id}`;
  const start = async (): Promise<AutoStart> => {
    try {
      const execution = await clients.playbooks(stateMachine).start(name, input);
      return { state: execution === undefined ? 'already' : 'started' };
    } catch (error) {
      return failed(error);
    }
  };
  return { state: 'starting', execution: { stateMachine, name }, start };
}

const failed = (error: unknown): AutoStart => ({
  state: 'failed',
  error: error instanceof Error ? error.name : 'unknown error',
});
