import {
  type Finding,
  GetDetectorCommand,
  type GetDetectorResponse,
  GetFindingsCommand,
  type GuardDutyClient,
  ListDetectorsCommand,
  ListFindingsCommand,
  type Sequence,
} from '@aws-sdk/client-guardduty';
import { defined } from '../../kit/defined.ts';
import type { ThreatAnswer, ThreatFinding, ThreatQuestion, Threats, ThreatWatch } from './cloud-findings.ts';

/** ListFindings and GetFindings: the most of one request; the newest. */
const MAX_FINDINGS = 50;

/**
 * What findings are asked for by: fields of FindingCriteria. An attack sequence has its cluster and its actors elsewhere
 * than a finding of one event, so that no field of the one family matches the other.
 */
export const FILTER_FIELDS = {
  sequenceCluster: 'service.detection.sequence.resources.data.eksCluster.arn',
  sequenceActor: 'service.detection.sequence.actors.user.name',
  sequenceKey: 'service.detection.sequence.resources.data.accessKey.userName',
  cluster: 'resource.eksClusterDetails.name',
  key: 'resource.accessKeyDetails.userName',
  archived: 'service.archived',
  updatedAt: 'updatedAt',
} as const;

/** Features of a detector (DetectorFeatureResult) that see what is done in a cluster. */
export const AUDIT_FEATURE = 'EKS_AUDIT_LOGS';
export const RUNTIME_FEATURES: readonly string[] = ['EKS_RUNTIME_MONITORING', 'RUNTIME_MONITORING'];

/** Asks Amazon GuardDuty in the client's Region. */
export class AwsThreats implements Threats {
  readonly #guardDuty: GuardDutyClient;

  constructor(guardDuty: GuardDutyClient) {
    this.#guardDuty = guardDuty;
  }

  async findings(question: ThreatQuestion, signal: AbortSignal): Promise<ThreatAnswer | undefined> {
    // An account has at most one detector a Region.
    const list = new ListDetectorsCommand({});
    const detectorId = (await this.#guardDuty.send(list, { abortSignal: signal })).DetectorIds?.[0];
    if (!detectorId) return undefined;
    const [watch, asked] = await Promise.all([
      this.#watch(detectorId, signal),
      Promise.all(
        criteriaOf(question).map(([field, value]) => this.#list(detectorId, field, value, question.since, signal)),
      ),
    ]);
    const ids = [...new Set(asked.flatMap(({ FindingIds }) => FindingIds ?? []))];
    const more = asked.some(({ NextToken }) => Boolean(NextToken));
    const pages = Array.from({ length: Math.ceil(ids.length / MAX_FINDINGS) }, (_, page) =>
      this.#get(detectorId, ids.slice(page * MAX_FINDINGS, (page + 1) * MAX_FINDINGS), signal),
    );
    const findings = (await Promise.all(pages)).flat().sort((a, b) => b.updatedAt.localeCompare(a.updatedAt));
    return { detectorId, findings, more, watch };
  }

  /** What the detector looks at; a failure is told, and takes nothing from what was found. */
  async #watch(DetectorId: string, signal: AbortSignal): Promise<ThreatWatch> {
    try {
      return watchOf(await this.#guardDuty.send(new GetDetectorCommand({ DetectorId }), { abortSignal: signal }));
    } catch (error) {
      signal.throwIfAborted();
      return { status: 'unknown', reason: error instanceof Error ? error.name : 'it could not be asked' };
    }
  }

  #list(DetectorId: string, field: string, value: string, since: number, signal: AbortSignal) {
    const Criterion = {
      [field]: { Equals: [value] },
      [FILTER_FIELDS.archived]: { Equals: ['false'] },
      [FILTER_FIELDS.updatedAt]: { GreaterThanOrEqual: since },
    };
    const SortCriteria = { AttributeName: 'updatedAt', OrderBy: 'DESC' } as const;
    return this.#guardDuty.send(
      new ListFindingsCommand({ DetectorId, FindingCriteria: { Criterion }, SortCriteria, MaxResults: MAX_FINDINGS }),
      { abortSignal: signal },
    );
  }

  async #get(DetectorId: string, FindingIds: string[], signal: AbortSignal): Promise<ThreatFinding[]> {
    const get = new GetFindingsCommand({ DetectorId, FindingIds });
    return ((await this.#guardDuty.send(get, { abortSignal: signal })).Findings ?? []).map(threatOf);
  }
}

function criteriaOf({ clusterName, clusterArn, principalName }: ThreatQuestion): [string, string][] {
  return [
    ...(clusterArn ? [[FILTER_FIELDS.sequenceCluster, clusterArn] as [string, string]] : []),
    [FILTER_FIELDS.cluster, clusterName],
    ...(principalName
      ? [FILTER_FIELDS.sequenceActor, FILTER_FIELDS.sequenceKey, FILTER_FIELDS.key].map((field): [string, string] => [
          field,
          principalName,
        ])
      : []),
  ];
}

/** A feature that was changed last at some time is known to have been on since then. */
function watchOf({ Status, CreatedAt, Features }: GetDetectorResponse): ThreatWatch {
  if (Status !== 'ENABLED') return { status: 'suspended' };
  if (!Features) return { status: 'unknown', reason: 'GuardDuty does not give its features' };
  const enabled = Features.filter((feature) => feature.Status === 'ENABLED');
  const audit = enabled.find(({ Name }) => Name === AUDIT_FEATURE);
  if (!audit) return { status: 'audit-off' };
  const since = Math.max(0, Date.parse(CreatedAt ?? '') || 0, audit.UpdatedAt?.getTime() ?? 0);
  const runtime = enabled.some(({ Name = '' }) => RUNTIME_FEATURES.includes(Name));
  return { status: 'on', since: new Date(since).toISOString(), runtime };
}

function threatOf({ Id, Type, Severity, Title, UpdatedAt, Resource, Service }: Finding): ThreatFinding {
  const { KubernetesWorkloadDetails: workload, KubernetesUserDetails: user } = Resource?.KubernetesDetails ?? {};
  // For a finding about a namespace itself, the workload is the namespace.
  const namespace = workload?.Namespace ?? (workload?.Type === 'namespaces' ? workload.Name : undefined);
  const sequence = Service?.Detection?.Sequence;
  return {
    id: Id ?? '',
    type: Type ?? '',
    severity: Severity ?? 0,
    title: Title ?? '',
    updatedAt: UpdatedAt ?? '',
    namespaces: named([namespace, ...namespacesOf(sequence)]),
    principals: named([Resource?.AccessKeyDetails?.UserName ?? user?.Username, ...principalsOf(sequence)]),
    ...defined({ sequence: sequence ? true : undefined }),
  };
}

const named = (names: readonly (string | undefined)[]): string[] => [
  ...new Set(names.filter((name): name is string => Boolean(name))),
];

const namespacesOf = (sequence: Sequence | undefined): (string | undefined)[] =>
  (sequence?.Resources ?? []).map(({ Data }) => Data?.KubernetesWorkload?.Namespace);

const principalsOf = (sequence: Sequence | undefined): (string | undefined)[] => [
  ...(sequence?.Actors ?? []).map(({ User }) => User?.Name),
  ...(sequence?.Resources ?? []).map(({ Data }) => Data?.AccessKey?.UserName),
];
