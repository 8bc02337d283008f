import {
  type Evidence,
  type Finding,
  type Investigation,
  MAX_INVESTIGATION_BYTES,
  SCHEMA_VERSION,
} from '../finding.ts';
import { fit } from '../sizes.ts';
import { assess } from './assess.ts';
import type { Check, Clients } from './check.ts';
import { CHECKS } from './checks/index.ts';
import { RULES } from './indicators/index.ts';
import type { Rule } from './indicators/rule.ts';
import { runCheck } from './run-check.ts';

export interface Settings {
  /** How long all checks together may take, in milliseconds. */
  budgetMs: number;
  /** Usernames and IAM principals of GitOps and CI; see `automation.ts` for their form. */
  knownAutomation: readonly string[];
}

/** What is asked, and how it is weighed; and the clock, in epoch milliseconds. */
export interface Parts {
  checks: readonly Check[];
  rules: readonly Rule[];
  now(): number;
}

const PARTS: Parts = { checks: CHECKS, rules: RULES, now: Date.now };

/** What stays whole when the result is too large. */
const KEEP = [
  'schemaVersion',
  'findingId',
  'startedAt',
  'finishedAt',
  ...['check', 'question', 'status', 'completeUntil', 'tookMs'].map((key) => `evidence[].${key}`),
  ...['score', 'severity', 'indicators[].id', 'indicators[].weight', 'indicators[].technique'].map(
    (key) => `assessment.${key}`,
  ),
];

/**
 * Asks all checks side by side, and adds up what they and the finding say. Always returns, within the budget: what
 * could not be found out is said to be so.
 */
export async function investigate(
  finding: Finding,
  clients: Clients,
  settings: Settings,
  { checks, rules, now }: Parts = PARTS,
): Promise<Investigation> {
  const startedAt = new Date(now()).toISOString();
  const evidence: Evidence[] = await Promise.all(
    checks.map((check) => runCheck(check, { finding, clients, now }, settings.budgetMs)),
  );
  const { assessment, failures } = assess({ finding, evidence, knownAutomation: settings.knownAutomation }, rules);
  if (failures.length > 0) evidence.push(unassessed(failures));
  const investigation: Investigation = {
    schemaVersion: SCHEMA_VERSION,
    findingId: finding.id,
    startedAt,
    finishedAt: new Date(now()).toISOString(),
    evidence,
    assessment,
  };
  const { value, cut } = fit(investigation, MAX_INVESTIGATION_BYTES, KEEP);
  return cut.length > 0 ? { ...value, cut } : value;
}

/** The score may be too low: to be said, like any other question without an answer. */
const unassessed = (failures: string[]): Evidence => ({
  check: 'assessment',
  question: 'Does the score rest on every indicator?',
  status: 'not-checked',
  summary: `Not checked: ${failures.join('; ')}`,
  reason: failures.join('; '),
});
