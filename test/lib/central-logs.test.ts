/** What the stack makes for clusters of other accounts, whose logs are copied into log groups here. */
import { expect, jest, test } from '@jest/globals';
import { parseConfig } from '../../lib/config/config.ts';
import { SentinelStack } from '../../lib/sentinel-stack.ts';
import { app, plain, Resources } from './stacks.ts';

jest.setTimeout(60_000);

const CENTRAL = '/central/aws/eks/prod/cluster';
const stackOf = (clusters: object[]) =>
  new Resources(
    new SentinelStack(app(), 'S', {
      config: parseConfig(
        JSON.stringify({
          stackName: 'S',
          account: '111122223333',
          region: 'eu-central-1',
          clusters,
          emails: [{ address: 'oncall@example.com' }],
          centralClusters: [
            { name: 'prod', account: '222233334444', region: 'eu-west-1', logGroup: CENTRAL, cutLines: false },
            { name: 'prod', account: '333344445555', region: 'us-east-1', logGroup: CENTRAL, cutLines: false },
            { name: 'dev', account: '222233334444', region: 'eu-west-1' },
          ],
        }),
        'test.yaml',
      ),
    }),
  );
const withOwn = stackOf([{ name: 'prod' }]);

test('each log group has one filter, and only those of other accounts tell account and Region of each event', () => {
  const filters = withOwn
    .of('Logs::SubscriptionFilter')
    .map(({ Properties }) => [Properties.LogGroupName, Properties.FilterName, Properties.EmitSystemFields]);
  const told = ['@aws.account', '@aws.region'];
  expect(filters.sort()).toEqual(
    [
      ['/aws/eks/dev/cluster', 'S-cut-lines', told],
      ['/aws/eks/dev/cluster', 'S-namespaces', told],
      ['/aws/eks/prod/cluster', 'S-namespaces', undefined],
      [CENTRAL, 'S-namespaces', told],
    ].sort(),
  );
});

test('detect knows whose logs each group has, and CloudWatch Logs may invoke it for groups with a prefix', () => {
  const { CENTRAL_LOGS } = withOwn.one('Lambda::Function', 'Detect').Properties.Environment.Variables;
  expect(JSON.parse(CENTRAL_LOGS)).toEqual({
    [CENTRAL]: ['222233334444/eu-west-1', '333344445555/us-east-1'],
    '/aws/eks/dev/cluster': ['222233334444/eu-west-1'],
  });
  const permission = withOwn.one('Lambda::Permission', 'DetectMayInvoke');
  expect(plain(permission.Properties.SourceArn)).toMatch(/:log-group:\*\/aws\/eks\/\*\/cluster:\*$/);
  expect(plain(permission.Properties.SourceAccount)).toBe('<AWS::AccountId>');
});

test('investigate may ask these groups, and watch look at their filters; neither gets anything of the clusters', () => {
  const resourcesOf = (role: string, action: string): string[] =>
    withOwn
      .of('IAM::Policy')
      .filter(({ Properties }) => plain(Properties.Roles[0]) === role)
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
      .filter(({ Action }) => [Action].flat().includes(action))
      .flatMap(({ Resource }) => [Resource].flat().map(plain))
      .map((arn) => arn.replace(/^arn:aws:\w+:eu-central-1:111122223333:/, ''));
  const groups = ['/aws/eks/prod/cluster', CENTRAL, '/aws/eks/dev/cluster'].map((name) => `log-group:${name}:*`);
  expect(resourcesOf('<InvestigateRole>', 'logs:StartQuery')).toEqual(expect.arrayContaining(groups));
  expect(resourcesOf('<WatchRole>', 'logs:DescribeSubscriptionFilters').sort()).toEqual(groups.sort());
  for (const role of ['<InvestigateRole>', '<WatchRole>'])
    expect(resourcesOf(role, 'eks:DescribeCluster')).toEqual(['cluster/prod']);
  expect(withOwn.of('EKS::AccessEntry').map(({ Properties }) => Properties.ClusterName)).not.toContain('dev');
});

test('an alarm rings where nothing is written to a group, and one where an account is not configured', () => {
  const alarms = withOwn.of('CloudWatch::Alarm').map(({ id, Properties }) => `${id}: ${Properties.AlarmDescription}`);
  expect(alarms.filter((alarm) => /sourcenotconfigured/.test(alarm))).toHaveLength(1);
  const silent = alarms.filter((alarm) => /central(prod|dev)\w{8}silent/.test(alarm));
  expect(silent).toEqual(
    expect.arrayContaining([
      expect.stringContaining(`Nothing was written to ${CENTRAL} for 30 minutes`),
      expect.stringContaining('in a cluster of 222233334444/eu-west-1 is not seen'),
    ]),
  );
  expect(silent).toHaveLength(2);
});

test('an account that has only central log groups has no subscription of its own, and all the rest', () => {
  const alone = stackOf([]);
  expect(alone.of('Logs::SubscriptionFilter').map(({ Properties }) => Properties.LogGroupName)).not.toContain(
    '/aws/eks/prod/cluster',
  );
  expect(alone.of('EKS::AccessEntry')).toEqual([]);
  for (const name of ['Detect', 'Investigate', 'Alert', 'Watch'])
    expect(alone.one('Lambda::Function', name)).toBeDefined();
});
