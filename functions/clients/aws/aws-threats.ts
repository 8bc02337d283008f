import {
  type Finding,
  GetFindingsCommand,
  type GuardDutyClient,
  ListDetectorsCommand,
  ListFindingsCommand,
} from '@aws-sdk/client-guardduty';
import { defined } from '../../kit/defined.ts';
import type { ThreatFinding, ThreatQuestion, Threats } from './cloud-findings.ts';

/** ListFindings and GetFindings: the most of one request; the newest. */
const MAX_FINDINGS = 50;

/** Asks Amazon GuardDuty in the client's Region. */
export class AwsThreats implements Threats {
  readonly #guardDuty: GuardDutyClient;

  constructor(guardDuty: GuardDutyClient) {
    this.#guardDuty = guardDuty;
  }

  async findings({ clusterName, principalName, since }: ThreatQuestion, signal: AbortSignal) {
    // An account has at most one detector a Region.
    const list = new ListDetectorsCommand({});
    const detectorId = (await this.#guardDuty.send(list, { abortSignal: signal })).DetectorIds?.[0];
    if (!detectorId) return undefined;
    const asked = await Promise.all([
      this.#list(detectorId, 'resource.eksClusterDetails.name', clusterName, since, signal),
      ...(principalName
        ? [this.#list(detectorId, 'resource.accessKeyDetails.userName', principalName, since, signal)]
        : []),
    ]);
    const ids = [...new Set(asked.flatMap(({ FindingIds }) => FindingIds ?? []))];
    const more = ids.length > MAX_FINDINGS || asked.some(({ NextToken }) => Boolean(NextToken));
    if (ids.length === 0) return { detectorId, findings: [], more };
    const get = new GetFindingsCommand({ DetectorId: detectorId, FindingIds: ids.slice(0, MAX_FINDINGS) });
    const { Findings = [] } = await this.#guardDuty.send(get, { abortSignal: signal });
    const findings = Findings.map(threatOf).sort((a, b) => b.updatedAt.localeCompare(a.updatedAt));
    return { detectorId, findings, more };
  }

  #list(DetectorId: string, field: string, value: string, since: number, signal: AbortSignal) {
    const Criterion = {
      [field]: { Equals: [value] },
      'service.archived': { Equals: ['false'] },
      updatedAt: { GreaterThanOrEqual: since },
    };
    const SortCriteria = { AttributeName: 'updatedAt', OrderBy: 'DESC' } as const;
    return this.#guardDuty.send(
      new ListFindingsCommand({ DetectorId, FindingCriteria: { Criterion }, SortCriteria, MaxResults: MAX_FINDINGS }),
      { abortSignal: signal },
    );
  }
}

function threatOf({ Id, Type, Severity, Title, UpdatedAt, Resource }: Finding): ThreatFinding {
  const { KubernetesWorkloadDetails: workload, KubernetesUserDetails: user } = Resource?.KubernetesDetails ?? {};
  // For a finding about a namespace itself, the workload is the namespace.
  const namespace = workload?.Namespace ?? (workload?.Type === 'namespaces' ? workload.Name : undefined);
  const principal = Resource?.AccessKeyDetails?.UserName ?? user?.Username;
  return {
    id: Id ?? '',
    type: Type ?? '',
    severity: Severity ?? 0,
    title: Title ?? '',
    updatedAt: UpdatedAt ?? '',
    ...defined({ namespace: namespace || undefined, principal: principal || undefined }),
  };
}
