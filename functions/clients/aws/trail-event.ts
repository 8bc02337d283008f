import { defined } from '../../kit/defined.ts';
import { parseJson, record, text } from '../../kit/json.ts';
import type { TrailEvent } from './cloud-findings.ts';

/** An event in the answer of LookupEvents; its time as RFC 3339 text where it comes from a file. */
export interface LookedUp {
  EventId?: string | undefined;
  EventName?: string | undefined;
  EventSource?: string | undefined;
  EventTime?: Date | string | undefined;
  CloudTrailEvent?: string | undefined;
  Resources?: readonly { ResourceName?: string | undefined }[] | undefined;
}

/** Most of an event is in its JSON text; where that cannot be read, what CloudTrail itself says of it remains. */
export function trailEventOf(event: LookedUp): TrailEvent {
  const json = record(parseJson(event.CloudTrailEvent ?? ''));
  const identity = record(json['userIdentity']);
  // The role, not the session that was made of it.
  const actorArn = text(record(record(identity['sessionContext'])['sessionIssuer'])['arn']) ?? text(identity['arn']);
  const [sourceIp, userAgent, errorCode] = ['sourceIPAddress', 'userAgent', 'errorCode'].map((key) => text(json[key]));
  return {
    id: event.EventId ?? '',
    at: instant(event.EventTime) ?? instant(json['eventTime']) ?? '',
    name: event.EventName ?? '',
    source: event.EventSource ?? '',
    ...defined({
      actorArn,
      actorType: text(identity['type']),
      actorName: text(identity['userName']) ?? text(identity['invokedBy']),
      actorSession: text(identity['arn'])?.match(/:assumed-role\/[^/]+\/(.+)$/)?.[1],
      sourceIp: sourceIp || undefined,
      userAgent: userAgent || undefined,
      errorCode: errorCode || undefined,
    }),
    parameters: record(json['requestParameters']),
  };
}

function instant(value: unknown): string | undefined {
  const date = value instanceof Date ? value : new Date(String(value));
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
