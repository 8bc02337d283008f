import type { Cluster } from '../contract/finding.ts';
import { defined } from '../kit/defined.ts';

/** The cluster whose control plane writes to this log group: EKS names it `/aws/eks/<cluster>/cluster`. */
export const clusterOf = (logGroup: string | undefined, account?: string, region?: string): Cluster =>
  defined({ name: /^\/aws\/eks\/([^/]+)\/cluster$/.exec(logGroup ?? '')?.[1], region, account });
