/**
 * A Detection Finding of the Open Cybersecurity Schema Framework, with the profile `cloud`.
 * https://schema.ocsf.io/1.6.0/classes/detection_finding
 */
import { isIP } from 'node:net';
import type { Alert } from '../../contract/alert.ts';
import type { Cluster, Finding } from '../../contract/finding.ts';
import { gradeOf } from '../../contract/grade.ts';
import type { Grade } from '../../contract/vocabulary.ts';
import { defined } from '../../kit/defined.ts';
import { ACCOUNT, epochOf, matching, REGION } from '../grammar.ts';
import { headline } from '../headline.ts';

const VERSION = '1.6.0';
const [FINDINGS, DETECTION_FINDING] = [2, 2004];
/** A type of account: AWS. */
const AWS_ACCOUNT = 10;
/** A type of analytic: rules. */
const RULES = 1;

/** By what happened to the finding. */
const ACTIVITIES = { create: 1, update: 2, close: 3 } as const;
const STATUSES = { new: 1, inProgress: 2, resolved: 4 } as const;
/** `Unknown` is 0; `Fatal`, 6, is not for us to say. */
const SEVERITY_IDS: Record<Grade, number> = { UNKNOWN: 0, LOW: 2, MEDIUM: 3, HIGH: 4, CRITICAL: 5 };

interface Basics {
  activity: keyof typeof ACTIVITIES;
  status: keyof typeof STATUSES;
  severity: Grade;
  /** Of the finding. */
  id: string;
  /** One sentence of our own words and of valid names. */
  title: string;
  cluster: Cluster;
  namespace: Partial<Finding['namespace']>;
  /** Epoch milliseconds. */
  time: number;
  /** What else is known of the finding. */
  info?: object;
  /** What OCSF has no place for. */
  unmapped: object;
}

/** What every event has. */
export const basics = (event: Basics) => ({
  activity_id: ACTIVITIES[event.activity],
  category_uid: FINDINGS,
  class_uid: DETECTION_FINDING,
  type_uid: DETECTION_FINDING * 100 + ACTIVITIES[event.activity],
  severity_id: SEVERITY_IDS[event.severity],
  status_id: STATUSES[event.status],
  time: event.time,
  message: event.title,
  metadata: {
    version: VERSION,
    profiles: ['cloud'],
    product: { name: 'Namespace Sentinel', vendor_name: 'Namespace Sentinel' },
  },
  cloud: cloudOf(event.cluster),
  finding_info: {
    uid: event.id,
    title: event.title,
    analytic: { name: 'Namespace Sentinel', type_id: RULES },
    ...event.info,
  },
  resources: resourcesOf(event.cluster, event.namespace),
  unmapped: event.unmapped,
});

/** @param now epoch milliseconds, for an alert that does not say when it was made */
export function findingEvent(alert: Alert, now: number): object {
  const { finding, assessment, update } = alert;
  const { cluster, namespace, outcome, request } = finding;
  const created = epochOf(namespace.createdAt ?? request.at);
  const reasons = assessment?.indicators.map(({ reason }) => reason) ?? [];
  const techniques = new Set(assessment?.indicators.flatMap(({ technique }) => technique ?? []));
  return {
    ...basics({
      activity: update ? 'update' : 'create',
      status: 'new',
      severity: gradeOf(alert),
      id: alert.id,
      title: headline(alert),
      cluster,
      namespace,
      time: epochOf(alert.investigatedAt) ?? epochOf(request.at) ?? now,
      info: {
        types: [outcome],
        ...(reasons.length > 0 && { desc: reasons.join('\n') }),
        ...(techniques.size > 0 && { attacks: [...techniques].map((uid) => ({ technique: { uid } })) }),
        ...defined({ created_time: created }),
      },
      unmapped: defined({
        outcome,
        source: finding.source.kind,
        drill: finding.drill === 'registered',
        archive: alert.archive,
        report: alert.report,
        investigation_failed: alert.investigationFailed,
        limits: assessment?.limits,
        update,
        cut: alert.cut,
      }),
    }),
    ...(assessment && { risk_score: Math.round(assessment.score) }),
    evidences: [
      requestOf(finding),
      ...(alert.evidence ?? []).map(({ check, ...answer }) => ({ name: check, data: answer })),
    ],
  };
}

/** Who asked for the namespace, and from where. */
function requestOf({ actor, request, source }: Finding): object {
  const { username, principalArn } = actor;
  const address = request.sourceIps?.at(-1);
  return {
    name: 'request',
    data: { auditId: request.auditId, logGroup: source.logGroup, eventId: source.eventId, kind: actor.kind },
    ...((username !== undefined || principalArn !== undefined) && {
      actor: { user: defined({ name: username, uid: principalArn, credential_uid: actor.accessKeyId }) },
    }),
    // One with a zone is not an address for OCSF.
    ...(address !== undefined && isIP(address) !== 0 && !address.includes('%') && { src_endpoint: { ip: address } }),
    api: {
      operation: request.verb ?? 'create',
      ...defined({
        request: request.auditId === undefined ? undefined : { uid: request.auditId },
        response: request.code === undefined ? undefined : { code: Math.round(request.code) },
      }),
    },
  };
}

function cloudOf({ account, region }: Cluster): object {
  const uid = matching(ACCOUNT, account);
  return {
    provider: 'AWS',
    ...defined({
      account: uid === undefined ? undefined : { uid, type_id: AWS_ACCOUNT },
      region: matching(REGION, region),
    }),
  };
}

const resourcesOf = (cluster: Cluster, { name, uid }: Basics['namespace']): object[] =>
  [
    { type: 'Kubernetes namespace', ...defined({ name, uid }) },
    { type: 'Amazon EKS cluster', ...defined({ name: cluster.name }) },
  ].filter((resource) => 'name' in resource || 'uid' in resource);
