/** What CloudTrail would hold of the calls that a script really made. Simulated: the emulator has no CloudTrail. */
import { createHash } from 'node:crypto';
import type { Identity } from '../exchange.ts';

export interface AwsCall {
  eventName: string;
  requestParameters: Record<string, unknown>;
  readOnly: boolean;
  /** RFC 3339. */
  at: string;
  by: Identity & { accessKeyId: string; principalId: string };
  /** What the emulator answered. */
  answer: object;
}

/** The user agent and address of a person who works from outside; documentation addresses (RFC 5737). */
const OUTSIDE = { sourceIPAddress: '198.51.100.23', userAgent: 'aws-cli/2.31.0 md/awscrt#0.27.6 ua/2.1 os/linux' };

/** A UUID that follows from what it names, so that a recording's ids do not differ for no reason. */
function uuidOf(...parts: string[]): string {
  const hex = createHash('sha256').update(JSON.stringify(parts)).digest('hex');
  return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-4$3-8$4-$5');
}

/** In the shape of LookupEvents: times as RFC 3339 text, the whole event as JSON text. */
export function lookupEvent(call: AwsCall, place: { cluster: string; account: string; region: string }) {
  const { at, by, eventName, readOnly, requestParameters, answer } = call;
  const { account, region, cluster } = place;
  const userName = by.principalArn?.split('/').pop() ?? '';
  const eventTime = `${at.slice(0, 19)}Z`;
  const eventID = uuidOf('event', at, eventName);
  const event = {
    eventVersion: '1.11',
    userIdentity: {
      type: 'IAMUser',
      principalId: by.principalId,
      arn: by.principalArn,
      accountId: account,
      accessKeyId: by.accessKeyId,
      userName,
    },
    eventTime,
    eventSource: 'eks.amazonaws.com',
    eventName,
    awsRegion: region,
    ...OUTSIDE,
    requestParameters: { name: cluster, ...requestParameters },
    responseElements: readOnly ? null : answer,
    requestID: uuidOf('request', at, eventName),
    eventID,
    readOnly,
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: account,
    eventCategory: 'Management',
  };
  return {
    EventId: eventID,
    EventName: eventName,
    ReadOnly: String(readOnly),
    AccessKeyId: by.accessKeyId,
    EventTime: eventTime,
    EventSource: event.eventSource,
    Username: userName,
    Resources: [{ ResourceType: 'AWS::EKS::Cluster', ResourceName: cluster }],
    CloudTrailEvent: JSON.stringify(event),
  };
}
