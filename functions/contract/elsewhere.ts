/** Clusters of other accounts or Regions, whose logs are copied into a log group of ours: nothing but that log is within reach. */
import type { Finding } from './finding.ts';

/** Whether the cluster of the finding is in another account or Region than the stack, or that is not known. */
export const isElsewhere = ({ source }: Pick<Finding, 'source'>): boolean =>
  source.account !== undefined || source.region !== undefined;

/** The Region of the stack, of its log groups and its bucket. */
export const homeRegion = ({
  cluster,
  source,
}: {
  cluster: Finding['cluster'];
  source?: Finding['source'];
}): string | undefined => source?.region ?? cluster.region;
