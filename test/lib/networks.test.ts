import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Environment } from '../../functions/kit/environment.ts';
import { parseConfig } from '../../lib/config/config.ts';
import { MAX_ROUTES_BYTES } from '../../lib/config/investigation-routes.ts';
import { MAX_NETWORKS } from '../../lib/config/network-schema.ts';
import { groupByNetwork, inNetwork, PUBLIC_NETWORK } from '../../lib/config/networks.ts';
import { SentinelStack } from '../../lib/sentinel-stack.ts';
import { app, plain, type Resource, Resources } from './stacks.ts';

const id = (prefix: string, digit: string) => `${prefix}-0123456789abcdef${digit}`;
const east = { vpc: id('vpc', '1'), subnets: [id('subnet', '1'), id('subnet', '2')], securityGroups: [id('sg', '1')] };
const west = { vpc: id('vpc', '2'), subnets: [id('subnet', '3')], securityGroups: [id('sg', '2'), id('sg', '3')] };
const idOf = (place: typeof east): string => groupByNetwork([place])[0].network.id;

describe('the networks of clusters', () => {
  test('those of one network are together, in whatever order its parts are named', () => {
    const clusters: (Partial<typeof east> & { name: string })[] = [
      { name: 'a', ...east },
      { name: 'b' },
      { name: 'c', ...east, subnets: east.subnets.toReversed() },
      { name: 'd', ...west },
      { name: 'e' },
    ];
    const groups = groupByNetwork(clusters).map(({ network, clusters: reached }) => [
      network.vpc?.id,
      reached.map(({ name }) => name).join(),
    ]);
    expect(groups).toEqual([
      [undefined, 'b,e'],
      [east.vpc, 'a,c'],
      [west.vpc, 'd'],
    ]);
  });

  test('a difference in any part makes another network', () => {
    const places = [
      east,
      { ...east, vpc: west.vpc },
      { ...east, subnets: east.subnets.slice(1) },
      { ...east, securityGroups: west.securityGroups },
      {},
    ];
    expect(groupByNetwork(places)).toHaveLength(places.length);
  });

  test('the names are those of before outside of a VPC, and do not depend on the order of clusters', () => {
    const place = fc.constantFrom<Partial<typeof east>>(east, west, {});
    fc.assert(
      fc.property(fc.array(place, { minLength: 1 }), (places) => {
        const names = (list: typeof places) => groupByNetwork(list).map(({ network }) => inNetwork('Contain', network));
        expect(names(places.toReversed()).toSorted()).toEqual(names(places).toSorted());
        if (places.some(({ vpc }) => !vpc)) expect(names(places)[0]).toBe('Contain');
        for (const name of names(places)) expect(name).toMatch(/^Contain(-[0-9a-f]{8})?$/);
      }),
    );
  });

  test('without clusters there is the public one, as for logs that are copied from other accounts', () => {
    expect(groupByNetwork([])).toEqual([{ network: PUBLIC_NETWORK, clusters: [] }]);
  });
});

const stackOf = (clusters: object[], options: object = {}): SentinelStack => {
  const config = parseConfig(
    JSON.stringify({
      account: '111122223333',
      region: 'eu-west-1',
      clusters,
      emails: [{ address: 'a@b.example' }],
      ...options,
    }),
    'networks',
  );
  return new SentinelStack(app(), 'NamespaceSentinel', { config });
};

describe('a stack with private and public clusters', () => {
  let resources: Resources;
  const inEast = `Investigate${idOf(east)}`;

  beforeAll(() => {
    resources = new Resources(
      stackOf([
        { name: 'blue', ...east },
        { name: 'green' },
        { name: 'red', ...east, accessEntries: false },
        { name: 'grey', ...east },
      ]),
    );
  });

  const functionsOf = (room: string): Resource[] =>
    resources.of('Lambda::Function').filter(({ id: logicalId }) => logicalId.includes(room));
  const statementsOf = (role: string) =>
    resources
      .of('IAM::Policy')
      .filter(({ Properties }) => plain(Properties.Roles[0]) === `<${role}>`)
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement);

  test('only the functions of the private network are in the VPC, and say so', () => {
    const attached = resources
      .of('Lambda::Function')
      .filter(({ Properties }) => Properties.VpcConfig)
      .map((resource) => [plain({ Ref: resource.id }), resource.Properties.VpcConfig, resource.Properties.Description]);
    expect(attached).toEqual(
      ['Investigate', 'Watch', 'ContainmentContain', 'ContainmentProbe', 'ContainmentRelease'].map((name) => [
        `<${name}${idOf(east)}Function>`,
        { SubnetIds: east.subnets, SecurityGroupIds: east.securityGroups },
        expect.stringContaining(`(${east.vpc})`),
      ]),
    );
    expect(functionsOf('Investigate').map((resource) => plain({ Ref: resource.id }))).toEqual(
      expect.arrayContaining(['<InvestigateFunction>', `<${inEast}Function>`]),
    );
  });

  test('Lambda may make interfaces there and nowhere else; the code of the function may not', () => {
    const arn = (rest: string, account = '*') => `arn:aws:ec2:eu-west-1:${account}:${rest}`;
    const own = '111122223333';
    const inVpc = { ArnLike: { 'ec2:Vpc': arn(`vpc/${east.vpc}`) } };
    const addresses = ['ec2:AssignPrivateIpAddresses', 'ec2:UnassignPrivateIpAddresses'];
    const describes = ['ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets'];
    const about = (statement: { Action: string | string[] }) =>
      [statement.Action].flat().some((action) => /Interface|PrivateIp|Subnets/.test(action));
    expect(statementsOf(`${inEast}Role`).filter(about)).toEqual([
      {
        Effect: 'Allow',
        Action: 'ec2:CreateNetworkInterface',
        Resource: [
          ...east.securityGroups.map((name) => arn(`security-group/${name}`)),
          ...east.subnets.map((name) => arn(`subnet/${name}`)),
        ],
        Condition: inVpc,
      },
      { Effect: 'Allow', Action: 'ec2:CreateNetworkInterface', Resource: arn('network-interface/*', own) },
      { Effect: 'Allow', Action: addresses, Resource: arn('network-interface/*', own), Condition: inVpc },
      { Effect: 'Allow', Action: 'ec2:DeleteNetworkInterface', Resource: arn('*/*', own) },
      { Effect: 'Allow', Action: expect.arrayContaining(describes), Resource: '*' },
      {
        Effect: 'Deny',
        Action: ['ec2:CreateNetworkInterface', 'ec2:DeleteNetworkInterface', ...addresses, ...describes].toSorted(),
        Resource: '*',
        Condition: { Null: { 'lambda:SourceFunctionArn': 'false' } },
      },
    ]);
    for (const role of ['InvestigateRole', 'DetectRole', 'AlertRole', 'WatchRole'])
      expect(statementsOf(role).filter(about)).toEqual([]);
  });

  test('the function waits for these rights', () => {
    expect(resources.one('Lambda::Function', inEast).DependsOn).toContainEqual(
      expect.stringMatching(new RegExp(`${inEast}Role.*Policy`)),
    );
  });

  test.each([
    ['InvestigateRole', ['green']],
    [`${inEast}Role`, ['blue', 'grey', 'red']],
  ])('%s may look at its clusters alone: %j', (role, expected) => {
    const described = statementsOf(role)
      .filter(({ Action }) => [Action].flat().includes('eks:DescribeCluster'))
      .flatMap(({ Resource: resource }) => resource);
    expect(described.map((arn) => arn.replace(/^.*\//, '')).toSorted()).toEqual(expected);
  });

  test('each cluster lets in the role of its own network', () => {
    const entries = resources
      .of('EKS::AccessEntry')
      .map(({ Properties }) => [Properties.ClusterName, plain(Properties.PrincipalArn)]);
    const all = (suffix: string) =>
      ['Investigate', 'Watch', 'ContainmentContain', 'ContainmentProbe', 'ContainmentRelease'].map(
        (name) => `<${name}${suffix}Role>`,
      );
    const byCluster = Map.groupBy(entries, ([cluster]) => cluster);
    expect([...byCluster].map(([cluster, list]) => [cluster, list.map(([, role]) => role)])).toEqual([
      ['blue', all(idOf(east))],
      ['green', all('')],
      ['grey', all(idOf(east))],
    ]);
  });

  test.each(['Detect', 'Watch'])('%s invokes exactly these functions, each for its clusters', (room) => {
    const { INVESTIGATE_FUNCTION, INVESTIGATE_FUNCTIONS } = resources.one('Lambda::Function', `${room}Function`)
      .Properties.Environment.Variables;
    expect(plain(INVESTIGATE_FUNCTION)).toBe('<InvestigateFunction>');
    const clusters = new Environment({ L: plain(INVESTIGATE_FUNCTIONS) }).stringLists('L');
    expect(clusters).toEqual({ [`<${inEast}Function>`]: ['blue', 'red', 'grey'] });
    const invoked = statementsOf(`${room}Role`)
      .filter(({ Action }) => Action === 'lambda:InvokeFunction')
      .flatMap(({ Resource: resource }) => [resource].flat().map(plain));
    const besides = room === 'Watch' ? ['<AlertFunction>'] : [];
    expect(invoked.toSorted()).toEqual(['<InvestigateFunction>', `<${inEast}Function>`, ...besides].toSorted());
  });

  test('nothing comes in before both functions are in place', () => {
    for (const [type, part] of [
      ['Logs::SubscriptionFilter', ''],
      ['Events::Rule', 'Schedule'],
    ] as const)
      for (const { DependsOn } of resources.of(type).filter(({ id: logicalId }) => logicalId.includes(part)))
        for (const name of ['Investigate', inEast])
          expect(DependsOn).toContainEqual(expect.stringContaining(`${name}FunctionEventInvokeConfig`));
  });

  test('each function has its alarms, its place on the dashboard and its outputs', () => {
    const [handedOn] = resources
      .of('CloudWatch::Alarm')
      .filter(({ id: logicalId }) => logicalId.includes('resultslost'));
    const watched = handedOn?.Properties.Metrics.flatMap(({ MetricStat }: { MetricStat?: Resource['Properties'] }) =>
      (MetricStat?.Metric.Dimensions ?? []).map(({ Value }: { Value: unknown }) => plain(Value)),
    );
    expect(watched).toEqual(['<DetectFunction>', '<AlertFunction>', '<InvestigateFunction>', `<${inEast}Function>`]);
    const failures = resources.of('Logs::MetricFilter').map(({ Properties }) => plain(Properties.LogGroupName));
    expect(failures).toEqual(expect.arrayContaining(['<InvestigateLogs>', `<${inEast}Logs>`]));
    const dashboard = plain(resources.of('CloudWatch::Dashboard')[0]?.Properties.DashboardBody);
    expect(dashboard).toContain(`"label":"investigate-${idOf(east)}"`);
    const { outputs } = resources;
    expect(plain(outputs['InvestigateFunctionName']?.Value)).toBe('<InvestigateFunction>');
    expect(outputs['InvestigateFunctionName']?.Description).toBe('The function investigate');
    expect(plain(outputs[`${inEast}FunctionName`]?.Value)).toBe(`<${inEast}Function>`);
    expect(outputs[`${inEast}FunctionName`]?.Description).toContain(`in ${east.vpc}: ${east.subnets.join(', ')}`);
    expect(plain(outputs[`${inEast}RoleArn`]?.Value)).toBe(`<${inEast}Role>`);
  });
});

test('where all clusters are private, the first network serves what is of no known cluster', () => {
  const resources = new Resources(
    stackOf([
      { name: 'blue', ...west },
      { name: 'green', ...east },
    ]),
  );
  const { Variables } = resources.one('Lambda::Function', 'Detect').Properties.Environment;
  expect(plain(Variables.INVESTIGATE_FUNCTION)).toBe(`<Investigate${idOf(west)}Function>`);
  expect(JSON.parse(plain(Variables.INVESTIGATE_FUNCTIONS))).toEqual({
    [`<Investigate${idOf(east)}Function>`]: ['green'],
  });
  expect(plain(resources.outputs['InvestigateRoleArn']?.Value)).toBe(`<Investigate${idOf(west)}Role>`);
});

describe('a configuration of forty clusters in as many networks as there may be', () => {
  const places = Array.from({ length: MAX_NETWORKS - 1 }, (_, index) => ({ ...east, vpc: id('vpc', String(index)) }));
  const clusters = Array.from({ length: 40 }, (_, index) => ({
    name: `cluster-${String(index).padEnd(32, 'x')}`,
    cutLines: true,
    ...[{}, ...places][index % MAX_NETWORKS],
  }));
  let resources: Resources;

  beforeAll(() => {
    resources = new Resources(stackOf(clusters, { chat: {} }));
  }, 60_000);

  test('fits into a stack', () => {
    expect(resources.of('EKS::AccessEntry')).toHaveLength(5 * 40);
    expect(resources.count).toBeLessThanOrEqual(500);
  });

  test('leaves room for what else is in the environment of detect', () => {
    const { Variables } = resources.one('Lambda::Function', 'Detect').Properties.Environment;
    const { INVESTIGATE_FUNCTIONS: routes, ...others } = Variables;
    expect(Object.keys(others).sort()).toEqual([
      'FINDINGS_DAYS',
      'FINDINGS_TABLE',
      'INVESTIGATE_FUNCTION',
      'MAX_UNZIPPED_BYTES',
      'REJECTED_QUEUE_URL',
    ]);
    const queue = `https://sqs.ap-southeast-2.amazonaws.com/111122223333/${'x'.repeat(80)}`;
    const longest = {
      FINDINGS_TABLE: 'x'.repeat(255),
      INVESTIGATE_FUNCTION: 'x'.repeat(64),
      REJECTED_QUEUE_URL: queue,
    };
    const bytes = JSON.stringify({ ...others, ...longest, INVESTIGATE_FUNCTIONS: '' }).length;
    expect(bytes + MAX_ROUTES_BYTES).toBeLessThanOrEqual(4096);
    expect(JSON.stringify(plain(routes)).length).toBeLessThanOrEqual(MAX_ROUTES_BYTES);
  });
});
