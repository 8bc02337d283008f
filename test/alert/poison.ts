import type { Alert } from '../../functions/contract/alert.ts';
import type { FollowUp } from '../../functions/contract/follow-up.ts';

/** What is ours in an alert: the words that the vocabulary lists, which decide what is shown at all. */
const OURS = new Set([
  'id',
  'outcome',
  'kind',
  'status',
  'severity',
  'check',
  'live',
  'sign',
  'verb',
  'concerns',
  'source',
  'verdict',
]);
const INSTANT = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

/**
 * The alert with a text in place of every other one, keys of labels included: as if an intruder had chosen them all.
 *
 * @param options.everything words of the vocabulary and instants as well
 */
export function poisoned(alert: Alert, text: string, { everything = false } = {}): Alert {
  const { finding, evidence = [], assessment, ...rest } = walk(alert, text, everything) as Alert;
  const original = alert.finding;
  return {
    ...rest,
    id: alert.id,
    // An alert has passed a schema: what it lists is as it is listed there.
    finding: {
      ...finding,
      id: original.id,
      outcome: original.outcome,
      actor: { ...finding.actor, kind: original.actor.kind },
      source: { ...finding.source, kind: original.source.kind },
    },
    evidence: evidence.map((item, index) => ({ ...item, status: alert.evidence?.[index]?.status ?? 'not-checked' })),
    ...(assessment && alert.assessment && { assessment: { ...assessment, severity: alert.assessment.severity } }),
    ...(alert.update && { update: alert.update }),
  };
}

/** The same of a follow-up; what its schema lists is as it is listed there. */
export function poisonedFollowUp(followUp: FollowUp, text: string): FollowUp {
  const { id, playbook, mode, outcome, decision } = followUp;
  const poisoned = walk(followUp, text, false) as FollowUp;
  return {
    ...poisoned,
    id,
    playbook,
    ...(mode && { mode }),
    ...(outcome && { outcome }),
    ...(poisoned.decision && decision && { decision: { ...poisoned.decision, decision: decision.decision } }),
  };
}

function walk(whole: unknown, text: string, everything: boolean): unknown {
  const walk = (value: unknown, key: string): unknown => {
    if (typeof value === 'string') return !everything && (OURS.has(key) || INSTANT.test(value)) ? value : text;
    if (Array.isArray(value)) return value.map((item) => walk(item, key));
    if (typeof value !== 'object' || value === null) return value;
    const free = ['manifest', 'labels', 'annotations', 'podSecurity', 'hard', 'bySeverity'].includes(key);
    const entries = Object.entries(value).map(([name, item], index) => [
      free ? `${text}${index}` : name,
      walk(item, name),
    ]);
    return Object.fromEntries(entries);
  };
  return walk(whole, '');
}
