import { command } from '../../contract/commands/command.ts';
import { CUT_NAMESPACE_WRITES, NAMESPACE_WRITES } from '../../kubernetes/filter-pattern.ts';
import { asksForSystemFields, SYSTEM_FIELDS } from '../../kubernetes/names/aws.ts';
import type { DetectionLink } from './link.ts';

export const filter: DetectionLink = {
  id: 'filter',
  ofCentralGroups: true,
  what: 'the subscription filter is missing or changed',
  needs: ['logs:DescribeSubscriptionFilters'],
  async examine({ cluster, isCentral, logGroup, chain, settings, signal }) {
    const { stackName, detectArn, region, cutLineClusters, centralGroups } = settings;
    const hasCutLines = isCentral
      ? centralGroups.some(({ name, cutLines }) => cutLines && name === logGroup)
      : cutLineClusters.includes(cluster.name);
    const wanted = [
      { name: `${stackName}-namespaces`, pattern: NAMESPACE_WRITES },
      ...(hasCutLines ? [{ name: `${stackName}-cut-lines`, pattern: CUT_NAMESPACE_WRITES }] : []),
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
              : isCentral && !asksForSystemFields(live.emitSystemFields)
                ? 'does not tell the account and the Region of each line'
                : undefined;
      if (wrong === undefined) continue;
      return {
        says: `The subscription filter ${name} of ${logGroup} ${wrong}: what is created in ${isCentral ? 'the clusters of that group' : cluster.name} does not come to detect${isCentral ? ' as it should' : ''}.`,
        todo: 'Put it back, and find out in CloudTrail (DeleteSubscriptionFilter, PutSubscriptionFilter) who changed it.',
        fix: command('aws logs put-subscription-filter', [], {
          '--region': region,
          '--log-group-name': logGroup,
          '--filter-name': name,
          '--filter-pattern': pattern,
          '--destination-arn': detectArn,
          '--emit-system-fields': isCentral ? JSON.stringify(SYSTEM_FIELDS) : undefined,
        }),
      };
    }
    return undefined;
  },
};
