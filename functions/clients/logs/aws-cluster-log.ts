import {
  type CloudWatchLogsClient,
  DescribeSubscriptionFiltersCommand,
  FilterLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Cluster } from '../../contract/finding.ts';
import { defined } from '../../kit/defined.ts';
import { controlPlaneLogGroup } from '../../kubernetes/names/aws.ts';
import type { DeliveredEvent } from '../send/detector.ts';
import type { ClusterFilter, ClusterLog, LogPage } from './cluster-log.ts';

/** The log groups of clusters, in CloudWatch Logs. */
export class AwsClusterLog implements ClusterLog {
  readonly #logs: CloudWatchLogsClient;
  readonly #detect: string;
  readonly patterns: readonly string[];

  /** @param detect ARN of the function that our filters send to */
  constructor(logs: CloudWatchLogsClient, { detect, patterns }: { detect: string; patterns: readonly string[] }) {
    this.#logs = logs;
    this.#detect = detect;
    this.patterns = patterns;
  }

  async filters(cluster: Cluster, signal: AbortSignal): Promise<ClusterFilter[]> {
    const { subscriptionFilters = [] } = await this.#logs.send(
      new DescribeSubscriptionFiltersCommand({ logGroupName: controlPlaneLogGroup(cluster.name ?? '') }),
      { abortSignal: signal },
    );
    return subscriptionFilters
      .filter(({ destinationArn }) => destinationArn === this.#detect)
      .map(({ creationTime = 0, filterPattern = '' }) => ({ since: creationTime, pattern: filterPattern }));
  }

  async events(
    cluster: Cluster,
    { from, to, pattern, token }: LogPage,
    signal: AbortSignal,
  ): Promise<{ events: (DeliveredEvent & { logStream: string })[]; token?: string }> {
    const { events = [], nextToken } = await this.#logs.send(
      new FilterLogEventsCommand({
        logGroupName: controlPlaneLogGroup(cluster.name ?? ''),
        startTime: from,
        endTime: to,
        filterPattern: pattern,
        ...defined({ nextToken: token }),
      }),
      { abortSignal: signal },
    );
    return {
      events: events.map(({ eventId = '', timestamp = from, message = '', logStreamName = '' }) => ({
        id: eventId,
        timestamp,
        message,
        logStream: logStreamName,
      })),
      ...defined({ token: nextToken }),
    };
  }
}
