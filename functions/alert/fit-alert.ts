/** The alert as JSON for machines within a limit of size. */
import type { Alert } from '../contract/alert.ts';
import { fit } from '../contract/sizes.ts';
import { linesAndMore } from '../kit/words.ts';

/** What stays whole in the JSON of an alert however much has to go. */
const KEEP =
  `schemaVersion id archive report investigationFailed update contain decide autoStart finding.schemaVersion finding.id finding.outcome finding.cluster
  finding.namespace.name finding.namespace.uid finding.namespace.createdAt finding.actor.kind finding.actor.username
  finding.actor.principalArn finding.actor.sessionName finding.request.auditId finding.request.verb finding.request.code
  finding.request.at finding.source evidence[].check evidence[].status evidence[].limits assessment.score assessment.severity assessment.atLeast assessment.limits
  assessment.indicators[].id assessment.indicators[].weight`.split(/\s+/);

/** How many of the cuts are named. */
const NAMED_CUTS = 50;
/**
 * @param maxBytes of JSON text
 * @returns the alert in so many bytes: first without what the checks found in detail; its `cut` names the first of what was left out
 */
export function fitAlert(alert: Alert, maxBytes: number): Alert {
  const lean = alert.evidence?.map(({ details, ...rest }) => rest);
  const detailed = alert.evidence?.some(({ details }) => details);
  return lean && detailed
    ? within({ ...alert, evidence: lean, cut: [...(alert.cut ?? []), 'evidence[].details'] }, maxBytes)
    : within(alert, maxBytes);
}

function within({ cut = [], ...alert }: Alert, maxBytes: number): Alert {
  const fitted = fit(alert, maxBytes, KEEP);
  const paths = fitted.cut.map(({ path, bytes }) => `${path} (${bytes} bytes)`);
  return { ...fitted.value, cut: [...cut, ...linesAndMore(paths, NAMED_CUTS)] };
}
