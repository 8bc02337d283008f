import { type Check, type CheckClients, type CheckSettings, DEFAULT_CHECK_SETTINGS } from '../checks/check.ts';
import { CHECKS } from '../checks/index.ts';
import { NotAnswered } from '../checks/parts/failure.ts';
import { namespaceReader } from '../checks/parts/target.ts';
import type { Kubernetes } from '../clients/kubernetes/kubernetes.ts';
import type { Finding } from '../contract/finding.ts';
import type { Evidence, Investigation } from '../contract/investigation.ts';
import { fit } from '../contract/sizes.ts';
import { MAX_INVESTIGATION_BYTES, SCHEMA_VERSION } from '../contract/vocabulary.ts';
import { defined } from '../kit/defined.ts';
import { acceptanceOf } from './acceptance.ts';
import { assess } from './assess.ts';
import { RULES } from './indicators/index.ts';
import { clientsFor } from './reach.ts';
import type { Rule } from './rule.ts';
import { runCheck } from './run-check.ts';
import type { Scale } from './weights.ts';

export interface InvestigateSettings {
  /** How long all checks together may take, in milliseconds. */
  budgetMs: number;
  /** Usernames and IAM principals of GitOps and CI; see `automation.ts` for their form. */
  knownAutomation: readonly string[];
  /** How much each indicator weighs, and where severities begin. The documented default where absent. */
  scale?: Scale;
  /** What of the configuration concerns the checks. {@link DEFAULT_CHECK_SETTINGS} where absent. */
  checks?: CheckSettings;
}

/** What is asked, and how it is weighed; and the clock, in epoch milliseconds. */
export interface Parts {
  checks: readonly Check[];
  rules: readonly Rule[];
  now(): number;
}

/** All checks and rules, by the clock. */
export const PARTS: Parts = { checks: CHECKS, rules: RULES, now: Date.now };

/** What stays whole when the result is too large. */
const KEEP = [
  'schemaVersion',
  'findingId',
  'startedAt',
  'finishedAt',
  ...['check', 'question', 'status', 'completeUntil', 'limits', 'tookMs'].map((key) => `evidence[].${key}`),
  ...[
    'score',
    'severity',
    'atLeast',
    'couldChange',
    'limits',
    'accepted',
    'indicators[].id',
    'indicators[].weight',
    'indicators[].technique',
  ].map((key) => `assessment.${key}`),
];

/**
 * Asks all checks side by side, and adds up what they and the finding say. Always returns, within the budget: what
 * could not be found out is said to be so.
 *
 * @param isFirst nobody has had the answers yet; later looks have the smaller share of what is limited
 */
export async function investigate(
  finding: Finding,
  everything: CheckClients,
  settings: InvestigateSettings,
  { checks, rules, now }: Parts = PARTS,
  isFirst = true,
): Promise<Investigation> {
  const startedAt = new Date(now()).toISOString();
  const clients = clientsFor(finding, everything);
  const kubernetes = connector(finding, clients, settings.budgetMs);
  const context = {
    finding,
    clients,
    isFirst,
    settings: settings.checks ?? DEFAULT_CHECK_SETTINGS,
    kubernetes,
    liveNamespace: namespaceReader(finding, kubernetes, AbortSignal.timeout(settings.budgetMs)),
    now,
  };
  const evidence: Evidence[] = await Promise.all(checks.map((check) => runCheck(check, context, settings.budgetMs)));
  const { proxies = [], breakGlass = [] } = context.settings;
  const facts = { finding, evidence, knownAutomation: settings.knownAutomation, proxies, breakGlass };
  const { assessment, failures } = assess(facts, rules, settings.scale);
  if (failures.length > 0) evidence.push(unassessed(failures));
  const accepted = failures.length > 0 ? undefined : acceptanceOf(facts, assessment);
  const investigation: Investigation = {
    schemaVersion: SCHEMA_VERSION,
    findingId: finding.id,
    startedAt,
    finishedAt: new Date(now()).toISOString(),
    evidence,
    assessment: { ...assessment, ...defined({ accepted }) },
  };
  const { value, cut } = fit(investigation, MAX_INVESTIGATION_BYTES, KEEP);
  return cut.length > 0 ? { ...value, cut } : value;
}

/** Connects when first asked, once for all checks; a check that gives up does not take the connection from the others. */
function connector(finding: Finding, { kubernetes }: CheckClients, budgetMs: number): () => Promise<Kubernetes> {
  let connection: Promise<Kubernetes> | undefined;
  return async () => {
    if (!kubernetes) throw new NotAnswered('the cluster cannot be reached from here');
    connection ??= kubernetes.connect(finding.cluster, AbortSignal.timeout(budgetMs));
    return connection;
  };
}

/** The score may be too low: to be said, like any other question without an answer. */
const unassessed = (failures: string[]): Evidence => ({
  check: 'assessment',
  question: 'Does the score rest on every indicator?',
  status: 'not-checked',
  summary: `Not checked: ${failures.join('; ')}`,
  reason: failures.join('; '),
});
