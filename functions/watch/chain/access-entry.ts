import { command } from '../../contract/commands/command.ts';
import { GROUPS } from '../../kubernetes/quarantine.ts';
import type { DetectionLink } from './link.ts';

export const accessEntry: DetectionLink = {
  id: 'access-entry',
  what: 'the access entry of watch is missing or changed',
  needs: ['eks:DescribeAccessEntry'],
  async examine({ cluster, described, eks, settings, signal }) {
    // Where the cluster knows aws-auth only, whether it lets watch in shows by the canary.
    const mode = described?.accessConfig?.authenticationMode;
    if (!described || mode === undefined || mode === 'CONFIG_MAP') return undefined;
    const entry = await eks.describeAccessEntry(cluster.name, settings.role, signal);
    const groups = entry?.kubernetesGroups ?? [];
    if (groups.length === 1 && groups[0] === GROUPS.watch) return undefined;
    // It may be let in by aws-auth as well, where both are known.
    if (!entry && mode === 'API_AND_CONFIG_MAP' && settings.mappedClusters.includes(cluster.name)) return undefined;
    const options = {
      '--region': settings.region,
      '--cluster-name': cluster.name,
      '--principal-arn': settings.role,
      '--kubernetes-groups': GROUPS.watch,
    };
    return entry
      ? {
          says: `The access entry of watch in ${cluster.name} gives it ${groups.join(', ') || 'no group'} in place of ${GROUPS.watch} alone.`,
          todo: 'Put it back, and find out in CloudTrail (UpdateAccessEntry) who changed it.',
          fix: command('aws eks update-access-entry', [], options),
        }
      : {
          says: `${cluster.name} has no access entry for the role of watch, so that watch is not let in.`,
          todo: 'Make it again, and find out in CloudTrail (DeleteAccessEntry) who deleted it.',
          fix: command('aws eks create-access-entry', [], options),
        };
  },
};
