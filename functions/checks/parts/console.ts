import type { Cluster } from '../../contract/finding.ts';
import { type ClusterTab, eksConsole as clusterPage, consoleOf } from '../../kubernetes/names/console.ts';

/** The EKS console's page of the cluster; undefined where its name or Region is not known, or closed to the world. */
export const eksConsole = ({ name, region }: Cluster, tab: ClusterTab): string | undefined =>
  clusterPage(name, region, tab);

/** The CloudWatch console's page of a log group. It takes `$` for `%` in what follows the `#`. */
export function logGroupConsole({ region }: Cluster, logGroup: string): string | undefined {
  const console = consoleOf(region);
  if (!console) return undefined;
  const group = encodeURIComponent(encodeURIComponent(logGroup)).replace(/%/g, '$');
  return `${console}/cloudwatch/home?region=${region}#logsV2:log-groups/log-group/${group}`;
}

/** The page of a service with a home of its own: GuardDuty's findings, ECR's repositories. */
export function serviceConsole({ region }: Cluster, page: 'guardduty' | 'ecr'): string | undefined {
  const console = consoleOf(region);
  if (!console) return undefined;
  return page === 'guardduty'
    ? `${console}/guardduty/home?region=${region}#/findings`
    : `${console}/ecr/private-registry/repositories?region=${region}`;
}
