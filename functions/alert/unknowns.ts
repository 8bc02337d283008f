/** What an alert does not know, said as such: a reader must not take silence for "clean". */

import type { Alert } from '../contract/alert.ts';
import type { Finding } from '../contract/finding.ts';
import { andMore, capitalized, listed } from '../kit/words.ts';
import { clusterName, namespaceName } from './headline.ts';
import { harmless } from './text.ts';

const MAX_CUTS = 2;

/** One sentence each, harmless; the gravest first. */
export function unknowns(alert: Alert): string[] {
  const { finding } = alert;
  return [
    ...(alert.assessment === undefined ? ['How dangerous this is: nothing was investigated.'] : []),
    ...(finding.outcome === 'outcome-unknown' ? ['Whether the namespace exists.'] : []),
    ...(finding.source.kind === 'coverage' ? ['Who created it, when exactly and from where: no record was seen.'] : []),
    ...openQuestions(alert),
    ...missing(finding).map((what) => `${what}: not in the record.`),
    ...(finding.source.truncated ? ['The rest of the audit record: it was cut before it arrived.'] : []),
    ...shortened(finding),
    ...leftOut(alert),
  ];
}

/** So many checks of one reason are named. */
const NAMED = 3;
/** Characters of a reason that has no short form. */
const LONG = 300;

/** What has no answer, or only a part of one, by the reason, with what it could add to the score; the gravest first. */
function openQuestions({ evidence = [], assessment }: Alert): string[] {
  const points = new Map(assessment?.couldChange?.map(({ check, upTo }) => [check, upTo]));
  const groups = new Map<string, { checks: string[]; upTo: number }>();
  for (const { check, status, reason = 'no reason was given', brief } of evidence) {
    const isOpen = status === 'not-checked';
    if (!isOpen && !points.has(check)) continue;
    const why = isOpen ? harmless(brief ?? reason, LONG) : 'answered only in part';
    const group = groups.get(why) ?? { checks: [], upTo: 0 };
    groups.set(why, { checks: [...group.checks, nameOf(check)], upTo: group.upTo + (points.get(check) ?? 0) });
  }
  return [...groups]
    .sort(([, a], [, b]) => b.upTo - a.upTo)
    .map(([why, { checks, upTo }]) => {
      const names = listed(checks, NAMED);
      const most = Math.min(100, upTo);
      const could = upTo > 0 ? ` (could add up to ${most} ${most === 1 ? 'point' : 'points'})` : '';
      return `${capitalized(names)}: ${why.replace(/\.$/, '')}${could}.`;
    });
}

/** `API server logs` of `api-server-logs`. */
const nameOf = (check: string): string =>
  harmless(check, 60)
    .replaceAll('-', ' ')
    .replace(/\bapi\b/, 'API');

/** The API server asks no rule about this group, so the record names none. */
export function needsNoGrant({ actor, outcome }: Finding): boolean {
  const { groups = [] } = actor.impersonated ?? actor;
  return outcome === 'created' && groups.includes('system:masters');
}

function missing(finding: Finding): string[] {
  const { namespace, actor, request, source } = finding;
  if (source.kind === 'coverage') return [];
  const created = finding.outcome === 'created';
  const fromIam = actor.kind === 'iam-role' || actor.kind === 'iam-user';
  const gaps: [string, boolean][] = [
    ['The cluster', clusterName(finding) === undefined],
    ["The namespace's name", namespaceName(finding) === undefined && namespace.name === undefined],
    ["The namespace's UID", created && namespace.uid === undefined],
    [
      "The namespace's labels and annotations",
      created && !namespace.labels && !namespace.annotations && !!source.truncated,
    ],
    ['The user name', actor.username === undefined],
    ['The IAM principal', fromIam && actor.principalArn === undefined],
    ['The time of the request', request.at === undefined],
    ['The address', (request.sourceIps ?? []).length === 0],
    ['What allowed it', created && request.grantedBy === undefined && !needsNoGrant(finding)],
  ];
  return gaps.filter(([, isMissing]) => isMissing).map(([what]) => what);
}

function leftOut({ cut = [] }: Alert): string[] {
  if (cut.length === 0) return [];
  const shown = cut.map((text) => harmless(text, 60));
  return [`The whole of what the investigation found, which was shortened: ${andMore(shown, MAX_CUTS)}.`];
}

function shortened({ cut = [] }: Finding): string[] {
  if (cut.length === 0) return [];
  const shown = cut.map(({ path, bytes }) => `${harmless(path, 60)} (${bytes} bytes)`);
  return [`The whole of what was too long to pass on: ${andMore(shown, MAX_CUTS)}.`];
}
