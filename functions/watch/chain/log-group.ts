import { capitalized } from '../../kit/words.ts';
import type { DetectionLink } from './link.ts';

/** Fewer days, and what happened over a weekend cannot be looked up or replayed any more. */
const LEAST_DAYS = 3;

export const logGroup: DetectionLink = {
  id: 'log-group',
  ofCentralGroups: true,
  what: 'the log group of the cluster has changed',
  needs: ['logs:DescribeLogGroups'],
  async examine({ isCentral, logGroup: name, chain, signal }) {
    const maker = isCentral ? 'the centralization rule' : 'EKS';
    const group = await chain.logGroup(name, signal);
    if (!group)
      return {
        says: `There is no log group ${name}: it was deleted, and our filters with it.`,
        todo: `${capitalized(maker)} makes it again with the next line; then put the subscription filters back (sentinel preflight prints the commands), and find out in CloudTrail (DeleteLogGroup) who deleted it.`,
      };
    const { logGroupClass = 'STANDARD', retentionInDays } = group;
    if (logGroupClass !== 'STANDARD')
      return {
        says: `${name} is of the class ${logGroupClass}, which takes no subscription filters.`,
        todo: `The class of a group cannot be changed: delete the group, let ${maker} make it again, and put the subscription filters back (sentinel preflight prints the commands).`,
      };
    if (retentionInDays !== undefined && retentionInDays < LEAST_DAYS)
      return {
        says: `${name} keeps its lines for ${retentionInDays} days only: what was missed cannot be looked up afterwards.`,
        todo: 'Set a longer retention, and find out in CloudTrail (PutRetentionPolicy) who shortened it.',
      };
    return undefined;
  },
};
