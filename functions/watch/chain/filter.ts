import { command } from '../../contract/commands/command.ts';
import { CUT_NAMESPACE_WRITES, NAMESPACE_WRITES } from '../../kubernetes/filter-pattern.ts';
import type { DetectionLink } from './link.ts';

export const filter: DetectionLink = {
  id: 'filter',
  what: 'the subscription filter is missing or changed',
  needs: ['logs:DescribeSubscriptionFilters'],
  async examine({ cluster, logGroup, chain, settings, signal }) {
    const { stackName, detectArn, region, cutLineClusters } = settings;
    const wanted = [
      { name: `${stackName}-namespaces`, pattern: NAMESPACE_WRITES },
      ...(cutLineClusters.includes(cluster.name)
        ? [{ name: `${stackName}-cut-lines`, pattern: CUT_NAMESPACE_WRITES }]
        : []),
    ];
    for (const { name, pattern } of wanted) {
      const live = await chain.filter(logGroup, name, signal);
      const wrong = !live
        ? 'is missing'
        : live.filterPattern !== pattern
          ? 'has another pattern'
          : live.destinationArn !== detectArn
            ? 'sends the lines elsewhere'
            : live.applyOnTransformedLogs || live.fieldSelectionCriteria
              ? 'takes other lines than those that EKS writes'
              : undefined;
      if (wrong === undefined) continue;
      return {
        says: `The subscription filter ${name} of ${logGroup} ${wrong}: what is created in ${cluster.name} does not come to detect.`,
        todo: 'Put it back, and find out in CloudTrail (DeleteSubscriptionFilter, PutSubscriptionFilter) who changed it.',
        fix: command('aws logs put-subscription-filter', [], {
          '--region': region,
          '--log-group-name': logGroup,
          '--filter-name': name,
          '--filter-pattern': pattern,
          '--destination-arn': detectArn,
        }),
      };
    }
    return undefined;
  },
};
