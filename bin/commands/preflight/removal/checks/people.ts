import { paginateListEntitiesForPolicy } from '@aws-sdk/client-iam';
import { command } from '../../../../../functions/contract/commands/command.ts';
import type { Answer, AwsCheck } from '../../aws/check.ts';

const POLICY = /^(Reader|Starter|Approver)PolicyArn$/;

/** Who has the policies for people: IAM deletes no policy that is attached to anybody, and so the stack would stay. */
export const people: AwsCheck = {
  id: 'people',
  question: 'Has nobody the policies for people any more?',
  needs: ['cloudformation:DescribeStacks', 'iam:ListEntitiesForPolicy'],
  when: 'both',
  stopsDeployment: false,
  fix: 'detach the policy: CloudFormation cannot delete one that is attached',
  async run({ view, signal }) {
    const answers: Answer[] = [];
    for (const [output, PolicyArn] of (await view.outputs()) ?? []) {
      const [match, policy = ''] = POLICY.exec(output) ?? [];
      if (match === undefined) continue;
      const pages = paginateListEntitiesForPolicy({ client: view.clients.iam }, { PolicyArn }, { abortSignal: signal });
      const arn = { '--policy-arn': PolicyArn };
      for await (const { PolicyRoles = [], PolicyUsers = [], PolicyGroups = [] } of pages)
        answers.push(
          ...PolicyRoles.map(({ RoleName: name = '' }) => ({
            ...has(policy, `the role ${name}`),
            fix: [command('aws iam detach-role-policy', [], { '--role-name': name, ...arn })],
          })),
          ...PolicyUsers.map(({ UserName: name = '' }) => ({
            ...has(policy, `the user ${name}`),
            fix: [command('aws iam detach-user-policy', [], { '--user-name': name, ...arn })],
          })),
          ...PolicyGroups.map(({ GroupName: name = '' }) => ({
            ...has(policy, `the group ${name}`),
            fix: [command('aws iam detach-group-policy', [], { '--group-name': name, ...arn })],
          })),
        );
    }
    return answers.length > 0 ? answers : [{ status: 'ok', says: 'They are attached to nobody.' }];
  },
};

const has = (policy: string, who: string) => ({ status: 'failed' as const, says: `${who} has the policy ${policy}.` });
