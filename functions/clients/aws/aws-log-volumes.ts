import { type CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { LogVolume, type LogVolumes } from '../logs/log-volume.ts';

const HOUR_S = 3_600;
const DAYS = 7;
/** Longer would take the time of the questions themselves. */
const LIMIT_MS = 3_000;
/** How long an answer is good: it is about days. */
const KNOWN_MS = 600_000;

/**
 * Reads the metric `IncomingBytes` of log groups: "the volume of log events in uncompressed bytes uploaded to CloudWatch
 * Logs" (CloudWatch Logs user guide). Whether `storedBytes` of a group is compressed is not documented.
 */
export class AwsLogVolumes implements LogVolumes {
  readonly #cloudWatch: CloudWatchClient;
  readonly #now: () => number;
  readonly #known = new Map<string, { volume: Promise<LogVolume>; until: number }>();

  constructor(cloudWatch: CloudWatchClient, now: () => number = Date.now) {
    this.#cloudWatch = cloudWatch;
    this.#now = now;
  }

  async of(logGroup: string, signal: AbortSignal): Promise<LogVolume> {
    const known = this.#known.get(logGroup);
    if (known && known.until > this.#now()) return known.volume;
    const volume = this.#read(logGroup, AbortSignal.any([signal, AbortSignal.timeout(LIMIT_MS)]));
    this.#known.set(logGroup, { volume, until: this.#now() + KNOWN_MS });
    volume.catch(() => this.#known.delete(logGroup));
    return volume;
  }

  async #read(logGroup: string, signal: AbortSignal): Promise<LogVolume> {
    const to = this.#now();
    const from = (Math.floor(to / 1000 / HOUR_S) - DAYS * 24) * HOUR_S * 1000;
    const { Datapoints = [] } = await this.#cloudWatch.send(
      new GetMetricStatisticsCommand({
        Namespace: 'AWS/Logs',
        MetricName: 'IncomingBytes',
        Dimensions: [{ Name: 'LogGroupName', Value: logGroup }],
        StartTime: new Date(from),
        EndTime: new Date(to),
        Period: HOUR_S,
        Statistics: ['Sum'],
      }),
      { abortSignal: signal },
    );
    const hours = Datapoints.flatMap(({ Timestamp, Sum }) =>
      Timestamp && Sum !== undefined ? [[Timestamp.getTime(), Sum] as const] : [],
    );
    return new LogVolume(new Map(hours), { from, to });
  }
}
