import { list, parseJson, record } from '../../kit/json.ts';
import { matches } from '../../kit/wildcard.ts';
import type { DetectionLink } from './link.ts';

const texts = (value: unknown): string[] => [value].flat().filter((each): each is string => typeof each === 'string');

/** Whether a statement of a function's policy lets CloudWatch Logs invoke it for a log group. */
function lets(statement: unknown, logGroup: string): boolean {
  const { Effect, Principal, Action, Condition } = record(statement);
  const services = texts(record(Principal)['Service']);
  if (Effect !== 'Allow' || !texts(Action).includes('lambda:InvokeFunction')) return false;
  if (!services.some((service) => /^logs\./.test(service))) return false;
  const arns = ['ArnLike', 'ArnEquals', 'StringLike'].flatMap((operator) =>
    texts(record(record(Condition)[operator])['AWS:SourceArn'] ?? record(record(Condition)[operator])['aws:SourceArn']),
  );
  return (
    arns.length === 0 || arns.some((arn) => matches(`:log-group:${logGroup}:*`, arn.slice(arn.indexOf(':log-group:'))))
  );
}

export const permission: DetectionLink = {
  id: 'permission',
  ofCentralGroups: true,
  what: 'CloudWatch Logs may not invoke detect',
  needs: ['lambda:GetPolicy'],
  async examine({ cluster, logGroup, chain, settings, signal }) {
    const policy = await chain.policy(settings.detectName, signal);
    const statements = list(record(parseJson(policy ?? '{}'))['Statement']);
    if (statements.some((statement) => lets(statement, logGroup))) return undefined;
    return {
      says: `The policy of the function ${settings.detectName} does not let CloudWatch Logs invoke it for ${logGroup}: what is created in ${cluster.name} does not come to it, and is skipped.`,
      todo: 'Give it back as the template of the stack has it (the resource with MayInvoke in its name), and find out in CloudTrail (RemovePermission) who took it.',
    };
  },
};
