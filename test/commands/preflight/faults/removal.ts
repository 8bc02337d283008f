import { type Account, type Answer, CONFIG, noCluster, noStack, snapshotOf, UIDS } from '../account.ts';
import type { Fault } from './fault.ts';

const EXECUTION = 'arn:aws:states:eu-west-1:444455556666:execution:NamespaceSentinel-contain:run-1';
const stackOf = (account: Account) => account['cloudformation:DescribeStacks'].Stacks[0];
const runningOf = (playbook: string) => (account: Account) => {
  account['states:ListExecutions'] = ({ stateMachineArn }: Answer) => ({
    executions: stateMachineArn.endsWith(`-${playbook}`)
      ? [{ executionArn: EXECUTION.replace('contain', playbook), name: 'run-1', startDate: new Date(0) }]
      : [],
  });
};
const asking = (account: Account) => {
  runningOf('contain')(account);
  account['states:GetExecutionHistory'] = {
    events: [{ type: 'TaskSubmitted' }, { stateEnteredEventDetails: { name: 'Ask on-call' } }],
  };
};
/** What stays of a stack that was deleted. */
export const deleted = (account: Account) => {
  const { StackResourceSummaries } = account['cloudformation:ListStackResources'];
  account['cloudformation:DescribeStacks'] = noStack;
  const at = (day: string) => new Date(`2026-05-${day}T00:00:00Z`);
  account['cloudformation:ListStacks'] = {
    StackSummaries: [
      { StackName: 'NamespaceSentinel', StackId: 'first', DeletionTime: at('01') },
      { StackName: 'NamespaceSentinel', StackId: 'last', DeletionTime: at('03') },
      { StackName: 'Another', StackId: 'other', DeletionTime: at('04') },
    ],
  };
  account['cloudformation:ListStackResources'] = ({ StackName }: Answer) => {
    if (StackName !== 'last') throw new Error(`asked for ${StackName}`);
    return {
      StackResourceSummaries: StackResourceSummaries.map((each: Answer) => ({
        ...each,
        ResourceStatus:
          /S3|DynamoDB|KMS/.test(each.ResourceType) || each.LogicalResourceId.includes('Accessrelease')
            ? 'DELETE_SKIPPED'
            : 'DELETE_COMPLETE',
      })),
    };
  };
};
const attached = (kind: string, who: object) => (account: Account) => {
  account['iam:ListEntitiesForPolicy'] = ({ PolicyArn }: Answer) =>
    PolicyArn.includes('Starter') ? { [kind]: [who] } : {};
};
const containedIn = (cluster: string) => (account: Account) => {
  const usual = account['s3:ListBucket'];
  account['s3:ListBucket'] = (input: Answer) =>
    input.Prefix === 'snapshots/' ? { Contents: [snapshotOf(cluster, UIDS[1], 'snapshot.json.gz')] } : usual(input);
};

/** What may stand in the way of taking everything down, or stay. */
export const REMOVAL_FAULTS: readonly Fault[] = [
  {
    name: 'a stack at work',
    check: 'stack',
    breaks: (account) => {
      stackOf(account).StackStatus = 'UPDATE_IN_PROGRESS';
    },
    says: /UPDATE_IN_PROGRESS/,
    fix: /wait/,
  },
  {
    name: 'a stack that is protected',
    check: 'stack',
    breaks: (account) => {
      stackOf(account).EnableTerminationProtection = true;
    },
    says: /protected against its deletion/,
    fix: /aws cloudformation update-termination-protection --region eu-west-1 --stack-name NamespaceSentinel --no-enable/,
  },
  {
    name: 'no stack',
    check: 'stack',
    breaks: (account) => {
      account['cloudformation:DescribeStacks'] = noStack;
    },
    status: 'note',
    says: /no stack NamespaceSentinel, .* 90 days, knows of none that was deleted/,
    fix: /check stackName/,
  },
  {
    name: 'an open question',
    check: 'questions',
    breaks: asking,
    says: /run-1 has asked on-call what to remove, since it began at 1970/,
    fix: /answer it with decide[\s\S]*aws stepfunctions stop-execution --region eu-west-1 --execution-arn arn:.*:execution:NamespaceSentinel-contain:run-1/,
  },
  {
    name: 'a containment at work',
    check: 'executions',
    breaks: runningOf('contain'),
    says: /run-1 of contain runs since 1970.*holds the lease/,
    fix: /wait for its end[\s\S]*aws stepfunctions stop-execution/,
  },
  {
    name: 'a release at work',
    check: 'executions',
    breaks: runningOf('release'),
    says: /run-1 of release runs/,
    fix: /stop-execution .*NamespaceSentinel-release:run-1/,
  },
  {
    name: 'isolations that start by themselves',
    check: 'executions',
    breaks: () => {},
    config: `${CONFIG}containment:\n  autoStart: { severity: HIGH }\n`,
    status: 'note',
    says: /may start by itself at any time, from HIGH on/,
    fix: /set containment\.autoStart\.severity to never/,
  },
  {
    name: 'a namespace that was not released',
    check: 'contained',
    breaks: () => {},
    says: /prod: evil \(UID 2222.* is contained/,
    fix: /look at it before[\s\S]*aws stepfunctions start-execution .*stateMachine:NamespaceSentinel-release --input .*"mode":"release"/,
  },
  {
    name: 'a namespace that was not released before the stack was deleted',
    check: 'contained',
    breaks: deleted,
    says: /prod: evil .* is contained/,
    fix: /from your own machine/,
  },
  {
    name: 'a namespace of a cluster that is gone',
    check: 'contained',
    breaks: (account) => {
      containedIn('old')(account);
      account['eks:DescribeCluster'] = noCluster();
    },
    status: 'note',
    says: /old: evil .* the cluster is gone/,
    fix: /tag the snapshot/,
  },
  ...(
    [
      ['PolicyRoles', 'RoleName', 'role'],
      ['PolicyUsers', 'UserName', 'user'],
      ['PolicyGroups', 'GroupName', 'group'],
    ] as const
  ).map(
    ([kind, field, word]): Fault => ({
      name: `a ${word} with a policy for people`,
      check: 'people',
      breaks: attached(kind, { [field]: 'OnCall' }),
      says: new RegExp(`the ${word} OnCall has the policy Starter`),
      fix: new RegExp(
        `aws iam detach-${word}-policy --${word}-name OnCall --policy-arn arn:aws:iam::444455556666:policy/Starter-1`,
      ),
    }),
  ),
  {
    name: 'the stack',
    check: 'destroy',
    breaks: () => {},
    status: 'note',
    says: /our subscription filters in the logs of prod/,
    fix: /when nothing above has failed[\s\S]*npx cdk destroy -c config=test\.yaml/,
  },
  ...[() => {}, deleted].map(
    (breaks, index): Fault => ({
      name: `an access entry, ${index === 0 ? 'before' : 'after'} the stack is deleted`,
      check: 'access-entries',
      breaks,
      status: 'note',
      says: /prod: the access entry of .*NamespaceSentinel-Release stays/,
      fix: /aws eks delete-access-entry --region eu-west-1 --cluster-name prod --principal-arn .*NamespaceSentinel-Release/,
    }),
  ),
  {
    name: 'the bucket, after the stack is deleted',
    check: 'bucket',
    breaks: deleted,
    status: 'note',
    says: /evidence bucket evidence stays.* 3\.00 GB, \$0\.069 a month/,
    fix: /Empty[\s\S]*aws s3api delete-bucket --region eu-west-1 --bucket evidence/,
  },
  {
    name: 'a bucket that nobody has measured',
    check: 'bucket',
    breaks: (account) => {
      account['cloudwatch:GetMetricStatistics'] = {};
    },
    status: 'note',
    says: /CloudWatch does not say yet; a GB is \$0\.023 a month/,
    fix: /delete-bucket/,
  },
  {
    name: 'the table',
    check: 'table',
    breaks: () => {},
    status: 'note',
    says: /findings table findings stays: 1\.00 GB with its backup, \$0\.45 a month/,
    fix: /after the bucket[\s\S]*aws dynamodb delete-table --region eu-west-1 --table-name findings/,
  },
  {
    name: 'a table that is protected',
    check: 'table',
    breaks: (account) => {
      account['dynamodb:DescribeTable'].Table.DeletionProtectionEnabled = true;
    },
    status: 'note',
    says: /findings stays/,
    fix: /aws dynamodb update-table .*--no-deletion-protection-enabled\n.*delete-table/,
  },
  {
    name: 'the key',
    check: 'key',
    breaks: deleted,
    status: 'note',
    says: /The key 1111.* stays: \$1\.00 a month/,
    fix: /delete it last[\s\S]*aws kms schedule-key-deletion --region eu-west-1 --key-id 1111.* --pending-window-in-days 30/,
  },
];
