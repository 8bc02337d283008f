import { command } from '../../contract/commands/command.ts';
import type { DetectionLink } from './link.ts';

export const auditLogging: DetectionLink = {
  id: 'audit-logging',
  what: 'the audit log is off',
  needs: ['eks:DescribeCluster'],
  async examine({ cluster, described, settings }) {
    if (!described) return undefined;
    const { clusterLogging = [] } = described.logging ?? {};
    if (clusterLogging.some(({ enabled, types }) => enabled && types?.includes('audit'))) return undefined;
    return {
      says: `EKS does not write the audit log of ${cluster.name}: nothing that happens there is seen.`,
      todo: 'Switch it on again, and find out in CloudTrail (UpdateClusterConfig) who switched it off.',
      fix: command('aws eks update-cluster-config', [], {
        '--region': settings.region,
        '--name': cluster.name,
        '--logging': JSON.stringify({ clusterLogging: [{ types: ['audit'], enabled: true }] }),
      }),
    };
  },
};
