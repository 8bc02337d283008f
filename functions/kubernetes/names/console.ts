import { REGION } from './aws.ts';
import { partitionOf } from './partition.ts';

/**
 * The console's domain in each partition. The SDK's table has none: these are from the endpoints that AWS documents for
 * the commercial Regions, China, GovCloud and the European Sovereign Cloud. The others publish none.
 */
const CONSOLES: Readonly<Record<string, string>> = {
  aws: 'console.aws.amazon.com',
  'aws-cn': 'console.amazonaws.cn',
  'aws-eusc': 'console.amazonaws-eusc.eu',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
};

/** @returns `https://` and host; undefined where the text is not a Region, or its partition's console is not known */
export function consoleOf(region: string | undefined): string | undefined {
  if (!region || !REGION.test(region)) return undefined;
  const domain = CONSOLES[partitionOf(region)];
  return domain && `https://${region}.${domain}`;
}

/** Whether it is the host of a console, of one Region or of all. */
export const isConsoleHost = (host: string): boolean =>
  Object.values(CONSOLES).some((domain) => {
    if (host === domain) return true;
    return host.endsWith(`.${domain}`) && /^[a-z0-9-]+$/.test(host.slice(0, -domain.length - 1));
  });

export type ClusterTab = 'cluster-overview-tab' | 'cluster-access-tab' | 'cluster-resources-tab';

/** The EKS console's page of a cluster; undefined where its name or Region is not known. */
export function eksConsole(name: string | undefined, region: string | undefined, tab: ClusterTab): string | undefined {
  const console = consoleOf(region);
  if (!console || !name) return undefined;
  return `${console}/eks/home?region=${region}#/clusters/${encodeURIComponent(name)}?selectedTab=${tab}`;
}
