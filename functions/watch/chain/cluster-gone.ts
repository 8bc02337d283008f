import type { DetectionLink } from './link.ts';

export const clusterGone: DetectionLink = {
  id: 'cluster',
  what: 'the cluster is gone',
  needs: ['eks:DescribeCluster'],
  async examine({ cluster, described }) {
    if (described) return undefined;
    return {
      says: `EKS does not know a cluster ${cluster.name} in this account and Region.`,
      todo: 'If it was deleted on purpose, take it out of the configuration and deploy; else find out in CloudTrail (DeleteCluster) who did it.',
    };
  },
};
