import { basename, dirname, resolve } from 'node:path';
import type { Cluster } from '../../functions/contract/finding.ts';
import { clusterOf } from '../../functions/detect/attribution.ts';
import type { LogRecord } from '../../functions/detect/record.ts';
import { defined } from '../../functions/kit/defined.ts';
import { isRecord } from '../../functions/kit/json.ts';

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
  region?: string | undefined;
  logGroup?: string | undefined;
  logStream?: string | undefined;
  eventId?: string | undefined;
}

/** A record of a log event. What the log event tells of its cluster goes above what the user said of the file. */
export function recordOf(text: string, said: Cluster, place: LogPlace): LogRecord {
  const { owner, region, logGroup, logStream, eventId } = place;
  return {
    text,
    cluster: logGroup || owner ? { ...said, ...clusterOf(logGroup, owner, region) } : said,
    ...defined({ logGroup: logGroup || undefined, logStream: logStream || undefined, eventId: eventId || undefined }),
  };
}

/** How tools name the fields of a log event's place. */
const NAMES: readonly [keyof LogPlace, RegExp, RegExp][] = [
  ['logGroup', /log[_.]?group(?:[_.]?name)?$/i, /^\S{1,512}$/],
  ['logStream', /log[_.]?stream(?:[_.]?name)?$/i, /^.{1,512}$/],
  ['owner', /^(?:owner|account|accountId|account_id|aws_account_id|recipientAccountId)$/, /^\d{12}$/],
  ['region', /^(?:aws_?)?region$/i, /^[a-z]{2}(?:-[a-z]+)+-\d$/],
  ['eventId', /^(?:eventId|event_id)$/, /^\S{1,128}$/],
];
/** Deep enough for `aws.cloudwatch.log_group`. */
const MAX_LEVELS = 3;
const MAX_FIELDS = 64;

/** What an object that carries log events tells of their place. */
export function placeIn(object: Record<string, unknown>, isLeftOut: (key: string) => boolean, level = 1): LogPlace {
  const place: LogPlace = {};
  for (const [key, value] of Object.entries(object).slice(0, MAX_FIELDS)) {
    if (typeof value === 'string') {
      const [, owner, logGroup] = key === '@log' ? (/^(\d{12}):(.+)$/.exec(value) ?? []) : [];
      if (logGroup) Object.assign(place, { owner, logGroup });
      for (const [field, name, form] of NAMES) if (name.test(key) && form.test(value)) place[field] ??= value;
    } else if (isRecord(value) && level < MAX_LEVELS && (key === 'labels' || key === 'stream' || !isLeftOut(key)))
      for (const [field, found] of Object.entries(placeIn(value, isLeftOut, level + 1)))
        place[field as keyof LogPlace] ??= found;
  }
  // The log events of a subscription have an id of their own.
  const { id, message, timestamp } = object;
  if (typeof id === 'string' && message !== undefined && timestamp !== undefined) place.eventId ??= id;
  return place;
}
