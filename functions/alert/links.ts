/** Links into the AWS console, made of values that match their grammar only. */
import type { Finding } from '../finding.ts';
import { CLUSTER, epochOf, LOG_GROUP, LOG_STREAM, matching, REGION } from './grammar.ts';

/** The EKS console's page of the cluster. */
export function clusterLink({ cluster }: Finding): string | undefined {
  const region = matching(REGION, cluster.region);
  const name = matching(CLUSTER, cluster.name);
  if (!region || !name) return undefined;
  return `https://${consoleHost(region)}/eks/clusters/${encodeURIComponent(name)}?region=${region}`;
}

/** The CloudWatch console's page of the log stream, from a minute before the request to 15 minutes after. */
export function logLink({ cluster, source, request }: Finding): string | undefined {
  const region = matching(REGION, cluster.region);
  const group = matching(LOG_GROUP, source.logGroup);
  const stream = matching(LOG_STREAM, source.logStream);
  if (!region || !group || !stream) return undefined;
  const at = epochOf(request.at);
  const range = at === undefined ? '' : dollars(`?start=${at - 60_000}&end=${at + 900_000}`);
  const path = `log-groups/log-group/${dollars(encodeURIComponent(group))}/log-events/${dollars(encodeURIComponent(stream))}`;
  return `https://${consoleHost(region)}/cloudwatch/home?region=${region}#logsV2:${path}${range}`;
}

/** A check's own link, if it leads to the AWS console and nowhere else. */
export function consoleLink(link: string | undefined): string | undefined {
  if (link === undefined || !/^https:\/\/[\w:/?#=&$%.~+*!,;@()-]{1,1000}$/.test(link) || !URL.canParse(link))
    return undefined;
  const { hostname, username, port } = new URL(link);
  const ours = /^(?:[a-z0-9-]+\.)?console\.(?:aws\.amazon\.com|amazonaws\.cn|amazonaws-us-gov\.com)$/.test(hostname);
  return ours && username === '' && port === '' ? link : undefined;
}

/** AWS partitions have consoles of their own. */
function consoleHost(region: string): string {
  if (region.startsWith('cn-')) return `${region}.console.amazonaws.cn`;
  if (region.startsWith('us-gov-')) return `${region}.console.amazonaws-us-gov.com`;
  return `${region}.console.aws.amazon.com`;
}

/** The CloudWatch console takes `$` for `%` in what follows the `#`. */
const dollars = (text: string): string => encodeURIComponent(text).replace(/%/g, '$');
