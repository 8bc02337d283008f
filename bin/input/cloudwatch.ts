import { basename, dirname, resolve } from 'node:path';
import type { Cluster } from '../../functions/contract/finding.ts';
import { clusterOf } from '../../functions/detect/cluster.ts';
import type { LogRecord } from '../../functions/detect/record.ts';
import { defined } from '../../functions/kit/defined.ts';

/** The streams of an EKS control plane's log group (Amazon EKS user guide, "Send control plane logs to CloudWatch Logs"). */
const CONTROL_PLANE_STREAM =
  /^(kube-apiserver|authenticator|kube-controller-manager|cloud-controller-manager|kube-scheduler)-/;

/** Whether the stream is known to hold other lines than audit events. */
export const isOtherStream = (stream: string | undefined): boolean =>
  stream !== undefined && CONTROL_PLANE_STREAM.test(stream) && !stream.startsWith('kube-apiserver-audit-');

/** The stream that an export to S3 put into the file's path: `<prefix>/<task>/<stream>/000000.gz`. */
export function streamOfPath(file: string): string | undefined {
  const folder = basename(dirname(resolve(file)));
  return CONTROL_PLANE_STREAM.test(folder) ? folder : undefined;
}

/** Where a log event was in CloudWatch Logs, as far as its source tells. */
export interface LogPlace {
  owner?: string | undefined;
  logGroup?: string | undefined;
  logStream?: string | undefined;
  eventId?: string | undefined;
}

/** A record of a log event. What the log event tells of its cluster goes above what the user said of the file. */
export function recordOf(text: string, said: Cluster, { owner, logGroup, logStream, eventId }: LogPlace): LogRecord {
  return {
    text,
    cluster: logGroup || owner ? { ...said, ...clusterOf(logGroup, owner) } : said,
    ...defined({ logGroup: logGroup || undefined, logStream: logStream || undefined, eventId: eventId || undefined }),
  };
}
