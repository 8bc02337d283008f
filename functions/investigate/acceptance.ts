/** Whether what was found is what a person has accepted of this creator. */
import { isKnownAutomation } from '../checks/parts/automation.ts';
import { isWithinNetworks } from '../contract/acceptance.ts';
import type { Acceptance, Assessment } from '../contract/investigation.ts';
import { defined } from '../kit/defined.ts';
import { answerOf, type RuleFacts } from './rule.ts';

/**
 * What the work of GitOps and CI shows: who is listed as known automation is accepted with these, as long as it is LOW.
 * Nothing that is a threat, no new address or client, and nothing that tells of somebody else.
 */
const ROUTINE: readonly string[] = [
  'new-creator',
  'service-account-creator',
  'claimed-identity',
  'secrets-read',
  'daemonset-or-cronjob',
  'privileged-pod-security',
  'node-port',
  'load-balancer',
  'webhook-change',
  'critical-vulnerabilities',
  'anonymous-binding',
];

/** One of these has to have answered: nothing is accepted unless somebody has seen what runs in it. */
const LOOKED_IN = ['workloads', 'namespace-activity'] as const;

/**
 * The acceptance that covers all that was found: each indicator, the identity, whom it acted as, the name, and the address.
 * Undefined where anything is outside of it, and where it is not known what was found.
 *
 * @param assessment what was found; what lowers the score needs no acceptance
 */
export function acceptanceOf(facts: RuleFacts, { severity, indicators, limits }: Assessment): Acceptance | undefined {
  const { finding } = facts;
  if (finding.outcome !== 'created' || severity === 'UNKNOWN' || limits !== undefined) return undefined;
  if (!LOOKED_IN.some((check) => answerOf(facts, check))) return undefined;
  const found = indicators.filter(({ weight }) => weight >= 0).map(({ id }) => id);
  return byPerson(facts, found) ?? (severity === 'LOW' ? byConfiguration(facts, found) : undefined);
}

function byPerson(facts: RuleFacts, found: readonly string[]): Acceptance | undefined {
  const { known } = (answerOf(facts, 'known-creator')?.details ?? {}) as { known?: Partial<Record<string, unknown>> };
  const texts = (value: unknown): string[] =>
    Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
  if (!known || !Array.isArray(known['indicators'])) return undefined;
  const named = texts(known['indicators']);
  const peer = facts.finding.request.sourceIps?.at(-1);
  if (!found.every((id) => named.includes(id)) || !isWithinNetworks(peer, texts(known['addresses']))) return undefined;
  const text = (key: string): string | undefined => (typeof known[key] === 'string' ? known[key] : undefined);
  return {
    by: text('decidedBy') ?? 'somebody',
    ...defined({ why: text('reason'), namePattern: text('namePattern'), until: text('expiresAt') }),
  };
}

/** Whoever wrote the configuration has said it. */
function byConfiguration({ finding, knownAutomation }: RuleFacts, found: readonly string[]): Acceptance | undefined {
  if (!isKnownAutomation(finding.actor, knownAutomation) || !found.every((id) => ROUTINE.includes(id)))
    return undefined;
  return { by: 'the configuration', why: 'it is listed under knownAutomation' };
}
