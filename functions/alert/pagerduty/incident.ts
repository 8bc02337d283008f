/** What PagerDuty is told about a finding: that there is one, and that it is over. */
import type { Alert } from '../../contract/alert.ts';
import { digestSeverity } from '../../contract/digest.ts';
import type { Digest } from '../../contract/digest-message.ts';
import type { Cluster } from '../../contract/finding.ts';
import type { FollowUp } from '../../contract/follow-up.ts';
import { gradeOf } from '../../contract/grade.ts';
import type { Grade } from '../../contract/vocabulary.ts';
import { defined } from '../../kit/defined.ts';
import { linesAndMore } from '../../kit/words.ts';
import { actorWords } from '../actor.ts';
import type { Places } from '../destinations/destination.ts';
import { digestHeadline, explanationOf, hiddenRows, isDrill, othersWords, rowWords } from '../digest/words.ts';
import { followUpAudience, isClosing, isForAll } from '../follow-up/state.ts';
import { aboutOf, byVerdict, followUpHeadline, matterOf, meaningOf, proofCount } from '../follow-up/words.ts';
import { ACCOUNT, CLUSTER, epochOf, LABEL, REGION } from '../grammar.ts';
import { headline } from '../headline.ts';
import { objectLink } from '../links.ts';
import { nameOr } from '../name-or.ts';
import { audienceOf, newsOf } from '../news.ts';
import { harmless } from '../text.ts';
import { toldIn } from '../told.ts';
import { unknowns } from '../unknowns.ts';

/** Characters of a summary, which PagerDuty refuses when it is longer. */
const MAX_SUMMARY = 1024;
/** How many of a kind are told; the others are counted, and the report has them. */
const SHOWN = { reasons: 12, unknown: 8, open: 8, proofs: 8, rows: 10 };
/** Characters of a sentence that somebody else may have written. */
const SENTENCE = 300;

type PagerDutySeverity = 'critical' | 'error' | 'warning' | 'info';

/** What nobody knows may be anything. */
const SEVERITIES: Record<Grade, PagerDutySeverity> = {
  LOW: 'info',
  MEDIUM: 'warning',
  HIGH: 'error',
  CRITICAL: 'critical',
  UNKNOWN: 'error',
};

/** An alert event without its `routing_key`. Events with one `dedup_key` are about one alert. */
export type Incident = Trigger | { event_action: 'resolve'; dedup_key: string };

interface Trigger {
  event_action: 'trigger';
  dedup_key: string;
  client: string;
  payload: {
    summary: string;
    source: string;
    severity: PagerDutySeverity;
    timestamp?: string;
    component: string;
    group: string;
    class: string;
    custom_details: object;
  };
  links?: { href: string; text: string }[];
}

interface Basics {
  id: string;
  summary: string;
  severity: PagerDutySeverity;
  at: string | undefined;
  cluster: Cluster;
  namespace: string;
  /** In one word. */
  outcome: string;
  audience: Grade;
  drill: boolean;
  report: string | undefined;
  details: object;
}

function triggered(basics: Basics): Trigger {
  const { id, summary, severity, cluster, namespace, outcome, audience, drill, report, details } = basics;
  const [account, region, name] = [
    nameOr(ACCOUNT, cluster.account),
    nameOr(REGION, cluster.region),
    nameOr(CLUSTER, cluster.name),
  ];
  const at = epochOf(basics.at);
  return {
    event_action: 'trigger',
    dedup_key: id,
    client: 'Namespace Sentinel',
    payload: {
      summary: summary.slice(0, MAX_SUMMARY),
      source: `${account}/${region}/${name}/${namespace}`,
      severity,
      ...(at !== undefined && { timestamp: new Date(at).toISOString() }),
      component: namespace,
      group: name,
      class: outcome,
      custom_details: { finding: id, audience, account, region, cluster: name, namespace, outcome, drill, ...details },
    },
    ...(report !== undefined && { links: [{ href: report, text: 'Report' }] }),
  };
}

export function alertIncident(alert: Alert): Incident {
  const { finding, assessment, archive, report, investigationFailed } = alert;
  const { indicators = [] } = assessment ?? {};
  const reasons = indicators.toSorted((a, b) => Math.abs(b.weight) - Math.abs(a.weight));
  const texts = (all: readonly string[], most: number): string[] => linesAndMore(all, most);
  return triggered({
    id: alert.id,
    summary: headline(alert),
    severity: SEVERITIES[gradeOf(alert)],
    at: alert.investigatedAt ?? finding.request.at,
    cluster: finding.cluster,
    namespace: nameOr(LABEL, finding.namespace.name),
    outcome: finding.outcome,
    audience: audienceOf(alert),
    drill: finding.drill === 'registered',
    report: objectLink(report, finding),
    details: {
      severity: gradeOf(alert),
      who: actorWords(finding),
      ...defined({
        score: assessment?.score,
        investigationFailed: investigationFailed === undefined ? undefined : harmless(investigationFailed, SENTENCE),
        new:
          alert.update &&
          texts(
            newsOf(alert, SENTENCE).map((text) => harmless(text, SENTENCE)),
            SHOWN.reasons,
          ),
        archive,
      }),
      reasons: texts(
        reasons.map(
          ({ weight, reason, brief }) =>
            `${weight < 0 ? '' : '+'}${weight} ${harmless(toldIn({ text: reason, brief }, SENTENCE), SENTENCE)}`,
        ),
        SHOWN.reasons,
      ),
      notKnown: texts(unknowns(alert), SHOWN.unknown),
    },
  });
}

export function followUpIncident(followUp: FollowUp, { archive, report }: Places): Incident {
  if (isClosing(followUp)) return { event_action: 'resolve', dedup_key: followUp.id };
  const { cluster, namespace } = aboutOf(followUp);
  const { severity = 'UNKNOWN', summary, open, proofs, playbook } = followUp;
  const unproven = byVerdict(proofs).filter(({ verdict }) => verdict === 'not-proven');
  const sentences = (all: readonly string[], most: number): string[] =>
    linesAndMore(
      all.map((text) => harmless(text, SENTENCE)),
      most,
    );
  return triggered({
    id: followUp.id,
    summary: `${followUpHeadline(followUp)} ${meaningOf(followUp)}`,
    severity: isForAll(followUp) ? SEVERITIES[severity] : 'info',
    at: followUp.at,
    cluster,
    namespace: nameOr(LABEL, namespace.name),
    outcome: matterOf(followUp),
    audience: followUpAudience(followUp),
    drill: followUp.drill === true,
    report: objectLink(report, { cluster }),
    details: {
      playbook,
      said: harmless(summary, SENTENCE),
      open: sentences(open, SHOWN.open),
      proofs: proofCount(proofs),
      notProven: sentences(
        unproven.map(({ claim, how }) => `${claim} ${how}`),
        SHOWN.proofs,
      ),
      ...defined({ archive }),
    },
  });
}

export function digestIncident(digest: Digest, { archive }: Places): Incident {
  const severity = digestSeverity(digest);
  const others = othersWords({ ...digest, ...hiddenRows(digest, SHOWN.rows) });
  return triggered({
    id: digest.id,
    summary: digestHeadline(digest),
    severity: SEVERITIES[severity],
    at: digest.until,
    cluster: digest.cluster,
    namespace: '(several)',
    outcome: 'digest',
    audience: severity,
    drill: isDrill(digest),
    report: undefined,
    details: {
      severity,
      explanation: explanationOf(digest),
      findings: [...digest.rows.slice(0, SHOWN.rows).map((row) => rowWords(row)), ...(others ? [others] : [])],
      ...defined({ archive }),
    },
  });
}
