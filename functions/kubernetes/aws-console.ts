/** An AWS Region: two to four letters for the partition or continent, as in `eu-west-1`, `us-gov-east-1`, `eusc-de-east-1`. */
export const REGION = /^[a-z]{2,4}(?:-[a-z]{2,12}){1,3}-\d{1,2}$/;

/**
 * The console of a Region; each AWS partition has a domain of its own.
 *
 * @returns `https://` and host; undefined where the text is no Region, or one whose console is closed to the world
 */
export function consoleOf(region: string | undefined): string | undefined {
  if (!region || !REGION.test(region) || region.includes('-iso')) return undefined;
  if (region.startsWith('cn-')) return `https://${region}.console.amazonaws.cn`;
  if (region.startsWith('us-gov-')) return `https://${region}.console.amazonaws-us-gov.com`;
  return `https://${region}.console.aws.amazon.com`;
}

export type ClusterTab = 'cluster-overview-tab' | 'cluster-access-tab' | 'cluster-resources-tab';

/** The EKS console's page of a cluster; undefined where its name or Region is not known. */
export function eksConsole(name: string | undefined, region: string | undefined, tab: ClusterTab): string | undefined {
  const console = consoleOf(region);
  if (!console || !name) return undefined;
  return `${console}/eks/home?region=${region}#/clusters/${encodeURIComponent(name)}?selectedTab=${tab}`;
}
