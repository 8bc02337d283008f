/** Links into the AWS console, made of values that match their grammar only. */

import { homeRegion } from '../contract/elsewhere.ts';
import type { Finding } from '../contract/finding.ts';
import { S3_OBJECT } from '../kubernetes/names/aws.ts';
import { consoleOf, eksConsole, isConsoleHost } from '../kubernetes/names/console.ts';
import { CLUSTER, EXECUTION, epochOf, LOG_GROUP, LOG_STREAM, matching, STATE_MACHINE } from './grammar.ts';

/** The EKS console's page of the cluster. */
export const clusterLink = ({ cluster: { name, region } }: Finding): string | undefined =>
  eksConsole(matching(CLUSTER, name), region, 'cluster-overview-tab');

/** The CloudWatch console's page of the log stream, from a minute before the request to 15 minutes after. */
export function logLink(finding: Finding): string | undefined {
  const { source, request } = finding;
  const region = homeRegion(finding);
  const console = consoleOf(region);
  const group = matching(LOG_GROUP, source.logGroup);
  const stream = matching(LOG_STREAM, source.logStream);
  if (!console || !group || !stream) return undefined;
  const at = epochOf(request.at);
  const range = at === undefined ? '' : dollars(`?start=${at - 60_000}&end=${at + 900_000}`);
  const path = `log-groups/log-group/${dollars(encodeURIComponent(group))}/log-events/${dollars(encodeURIComponent(stream))}`;
  return `${console}/cloudwatch/home?region=${region}#logsV2:${path}${range}`;
}

/** A check's own link, if it leads to the AWS console and nowhere else. */
export function consoleLink(link: string | undefined): string | undefined {
  if (link === undefined || !/^https:\/\/[\w:/?#=&$%.~+*!,;@()-]{1,1000}$/.test(link) || !URL.canParse(link))
    return undefined;
  const { hostname, username, port } = new URL(link);
  return isConsoleHost(hostname) && username === '' && port === '' ? link : undefined;
}

/** The S3 console's page of an object: who may read it by IAM opens it from there. @param place `s3://bucket/key` */
export function objectLink(
  place: string | undefined,
  stored: Pick<Finding, 'cluster'> & Partial<Pick<Finding, 'source'>>,
): string | undefined {
  const region = homeRegion(stored);
  const console = consoleOf(region);
  const [, bucket, key] = S3_OBJECT.exec(place ?? '') ?? [];
  if (!console || !bucket || !key) return undefined;
  return `${console}/s3/object/${bucket}?region=${region}&prefix=${key}`;
}

/** The Step Functions console's page of a state machine, where "Start execution" is. */
export const stateMachineLink = (arn: string): string | undefined =>
  statesLink(STATE_MACHINE, arn, 'statemachines/view');

/** The page on which an execution is followed. */
export const executionLink = (arn: string): string | undefined => statesLink(EXECUTION, arn, 'v2/executions/details');

function statesLink(grammar: RegExp, arn: string, page: string): string | undefined {
  const region = matching(grammar, arn)?.split(':')[3];
  const console = consoleOf(region);
  return console && `${console}/states/home?region=${region}#/${page}/${arn}`;
}

/** The CloudWatch console takes `$` for `%` in what follows the `#`. */
const dollars = (text: string): string => encodeURIComponent(text).replace(/%/g, '$');
