import type { Cluster } from '../finding.ts';

const REGION = /^[a-z]{2}(-[a-z]+)+-\d$/;

/** The EKS console's page of the cluster; undefined where its name or Region is not known, or closed to the world. */
export function eksConsole(cluster: Cluster, tab: 'cluster-overview-tab' | 'cluster-access-tab'): string | undefined {
  const { name, region } = cluster;
  if (!name || !region || !REGION.test(region) || region.includes('-iso')) return undefined;
  return `https://${consoleHost(region)}/eks/home?region=${region}#/clusters/${encodeURIComponent(name)}?selectedTab=${tab}`;
}

/** Consoles of China and GovCloud have domains of their own. */
function consoleHost(region: string): string {
  if (region.startsWith('cn-')) return `${region}.console.amazonaws.cn`;
  if (region.startsWith('us-gov-')) return `${region}.console.amazonaws-us-gov.com`;
  return `${region}.console.aws.amazon.com`;
}
