import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { parse } from 'yaml';
import { deployedDestinations } from '../../functions/alert/destinations/index.ts';
import { AGENDA_ATTRIBUTES, AGENDA_INDEX, SHORT_ID_INDEX } from '../../functions/clients/table/findings-table.ts';
import { addressName, audiencesFrom } from '../../functions/contract/digest-audiences.ts';
import { readSettings } from '../../functions/investigate/settings.ts';
import { Environment } from '../../functions/kit/environment.ts';
import { CUT_NAMESPACE_WRITES, NAMESPACE_WRITES } from '../../functions/kubernetes/filter-pattern.ts';
import { ConfigError, parseConfig } from '../../lib/config/config.ts';
import { MAX_SETTINGS_BYTES } from '../../lib/config/investigation-environment.ts';
import { SentinelStack } from '../../lib/sentinel-stack.ts';
import { app, fullStack, importedInto, plain, Resources, ROOT } from './stacks.ts';

/** A joined text as {@link plain}, with `.Arn` and the like behind what an attribute is of. */
const withAttributes = (value: unknown): string =>
  (value as { 'Fn::Join': [string, unknown[]] })['Fn::Join'][1]
    .map((part) => {
      const attribute = (part as { 'Fn::GetAtt'?: string[] })['Fn::GetAtt'];
      return attribute ? `<${plain(part).slice(1, -1)}.${attribute[1]}>` : plain(part);
    })
    .join('');

const ROOMS = ['Detect', 'Investigate', 'Alert', 'Watch'] as const;
/** Those through which a creation goes. */
const ON_THE_WAY = ['Detect', 'Investigate', 'Alert'] as const;
const NOBODY_WARNED = { clusters: [{ name: 'demo' }], emails: [{ address: 'oncall@example.com' }] };
let full: Resources;

beforeAll(() => {
  full = new Resources(fullStack());
});

/** What each role may do, and on what: `{ role: { action: [resources] } }`. */
function grants(resources: Resources): Record<string, Record<string, string[]>> {
  const all: Record<string, Record<string, string[]>> = {};
  for (const { Properties } of resources.of('IAM::Policy')) {
    const role = plain(Properties.Roles[0]).slice(1, -1);
    all[role] ??= {};
    for (const { Effect, Action, Resource } of Properties.PolicyDocument.Statement) {
      expect(Effect).toBe('Allow');
      for (const action of [Action].flat()) {
        const before = all[role][action] ?? [];
        all[role][action] = [...new Set([...before, ...[Resource].flat().map(plain)])].sort();
      }
    }
  }
  return all;
}

describe('who may do what', () => {
  const track = { 'dynamodb:PutItem': 1, 'dynamodb:UpdateItem': 1 };
  const key = { 'kms:Decrypt': 1, 'kms:GenerateDataKey': 1 };
  const tableKey = { ...key, 'kms:DescribeKey': 1, 'kms:Encrypt': 1, 'kms:ReEncryptFrom': 1, 'kms:ReEncryptTo': 1 };
  const on = (actions: object, ...resources: string[]) =>
    Object.fromEntries(Object.keys(actions).map((action) => [action, resources]));
  const logs = (room: string) => on({ 'logs:CreateLogStream': 1, 'logs:PutLogEvents': 1 }, `<${room}Logs>`);
  const eks = (resource: string, rest = '') =>
    ['blue', 'green'].map((name) => `arn:aws:eks:eu-west-1:111122223333:${resource}/${name}${rest}`);
  const entries = [...eks('access-entry', '/*'), ...eks('cluster')];
  const logGroup = (name: string) => `arn:aws:logs:eu-west-1:111122223333:log-group:${name}`;
  const asked = [
    ...['blue', 'green'].flatMap((name) => [
      `/aws/eks/${name}/cluster:*`,
      ...['application', 'dataplane', 'host'].map((group) => `/aws/containerinsights/${name}/${group}:*`),
    ]),
    '/vpc/flow-logs:*',
  ]
    .map(logGroup)
    .sort();
  const unconfined = {
    'logs:GetQueryResults': 1,
    'logs:StopQuery': 1,
    'cloudwatch:GetMetricStatistics': 1,
    'cloudtrail:LookupEvents': 1,
    'ec2:DescribeFlowLogs': 1,
    'ec2:DescribeVpcs': 1,
    'guardduty:ListDetectors': 1,
    'guardduty:ListFindings': 1,
    'guardduty:GetFindings': 1,
    'inspector2:ListCoverage': 1,
    'inspector2:ListFindings': 1,
  };
  const scans = { 'ecr:DescribeImageScanFindings': 1, 'ecr:StartImageScan': 1 };

  const auditLogs = ['blue', 'green'].map(
    (name) => `arn:aws:logs:eu-west-1:111122223333:log-group:/aws/eks/${name}/cluster:*`,
  );

  // Those of the playbooks are in containment.test.ts.
  test('each role has exactly the permissions that its function needs', () => {
    const { DetectRole, InvestigateRole, AlertRole, WatchRole, TamperingRole, ...others } = grants(full);
    // Of EventBridge, which hands what CloudTrail recorded to the health topic itself.
    expect(TamperingRole).toEqual({ 'sns:Publish': ['<TopicsHealth>'] });
    expect(Object.keys(others).filter((role) => !role.startsWith('Containment'))).toEqual([]);
    expect({ DetectRole, InvestigateRole, AlertRole, WatchRole }).toEqual({
      DetectRole: {
        ...logs('Detect'),
        ...on(track, '<FindingsTable>'),
        ...on(tableKey, '<Key>'),
        'lambda:InvokeFunction': ['<InvestigateFunction>'],
        'sqs:SendMessage': ['<QueuesDeadLetters>', '<QueuesRejectedRecords>'],
      },
      InvestigateRole: {
        ...logs('Investigate'),
        'lambda:InvokeFunction': ['<AlertFunction>'],
        ...on({ 'dynamodb:BatchGetItem': 1, 'dynamodb:UpdateItem': 1 }, '<FindingsTable>'),
        ...on(tableKey, '<Key>'),
        'logs:StartQuery': asked,
        ...on(unconfined, '*'),
        ...on(scans, 'arn:aws:ecr:*:111122223333:repository/*'),
        'guardduty:GetDetector': ['arn:aws:guardduty:eu-west-1:111122223333:detector/*'],
        'eks:DescribeCluster': eks('cluster'),
        'eks:ListAccessEntries': eks('cluster'),
        'eks:DescribeAccessEntry': entries,
        'eks:ListAssociatedAccessPolicies': entries,
      },
      AlertRole: {
        ...logs('Alert'),
        ...on(track, '<FindingsTable>'),
        ...on(tableKey, '<Key>'),
        's3:PutObject': ['<EvidenceBucket>/alerts/*'],
        'sns:Publish': ['<TopicsAlert>', '<TopicsChat>'],
        'states:StartExecution': ['arn:aws:states:eu-west-1:111122223333:stateMachine:NamespaceSentinel-contain'],
        'sqs:SendMessage': ['<QueuesDeadLetters>'],
      },
      WatchRole: {
        ...logs('Watch'),
        'dynamodb:Query': ['<FindingsTable>/index/agenda'],
        ...on(track, '<FindingsTable>'),
        ...on({ 'dynamodb:GetItem': 1, 'dynamodb:BatchGetItem': 1 }, '<FindingsTable>'),
        ...on(tableKey, '<Key>'),
        'lambda:InvokeFunction': ['<AlertFunction>', '<DetectFunction>', '<InvestigateFunction>'],
        'eks:DescribeCluster': eks('cluster'),
        // The chain that it examines, by its settings alone.
        'eks:DescribeAccessEntry': entries,
        'logs:DescribeLogGroups': ['*'],
        'cloudwatch:GetMetricStatistics': ['*'],
        ...on(
          { 'logs:DescribeSubscriptionFilters': 1, 'logs:FilterLogEvents': 1, 'logs:GetTransformer': 1 },
          ...auditLogs,
        ),
        ...on(
          { 'lambda:GetFunctionConfiguration': 1, 'lambda:GetFunctionConcurrency': 1, 'lambda:GetPolicy': 1 },
          '<DetectFunction>',
        ),
        // The roles of the stack, and what the deployment wrote down of them.
        ...on(
          { 'iam:GetRole': 1, 'iam:ListRolePolicies': 1, 'iam:GetRolePolicy': 1, 'iam:ListAttachedRolePolicies': 1 },
          ...full
            .of('IAM::Role')
            .map(({ id }) => plain({ Ref: id }))
            .sort(),
        ),
        ...on(
          { 'iam:GetPolicy': 1, 'iam:GetPolicyVersion': 1 },
          'arn:aws:iam::111122223333:policy/NamespaceSentinel-*',
        ),
        ...on({ 'cloudformation:DescribeStackResource': 1, 'cloudformation:DescribeStacks': 1 }, '<AWS::StackId>'),
        'sns:Publish': ['<TopicsHealth>'],
        ...on(
          { 'sns:ListSubscriptionsByTopic': 1, 'sns:GetSubscriptionAttributes': 1 },
          '<TopicsAlert>',
          '<TopicsChat>',
          '<TopicsHealth>',
        ),
      },
    });
  });

  const keys = (operator: string, ...patterns: string[]) => ({
    [`ForAllValues:${operator}`]: { 'dynamodb:LeadingKeys': patterns },
    Null: { 'dynamodb:LeadingKeys': 'false' },
  });
  const findings = keys('StringNotLike', '*#*');
  const counting = [
    ['dynamodb:UpdateItem', keys('StringLike', 'speaks#*', 'digest-row#*')],
    ['dynamodb:PutItem', keys('StringLike', 'digest#*')],
  ];
  test.each([
    [
      'Detect',
      [
        [['dynamodb:PutItem', 'dynamodb:UpdateItem'], findings],
        ['dynamodb:UpdateItem', keys('StringLike', 'canary#*', 'canary-state#*', 'drill#*')],
        ...counting,
      ],
    ],
    [
      'Investigate',
      [
        ['dynamodb:BatchGetItem', keys('StringLike', 'baseline#*', 'answer#*')],
        ['dynamodb:UpdateItem', keys('StringLike', 'log-budget#*', 'answer#*')],
      ],
    ],
    [
      'Alert',
      [
        ['dynamodb:UpdateItem', findings],
        ['dynamodb:UpdateItem', keys('StringLike', 'look#*', 'followup#*', 'digest#*', 'digest-message#*')],
        ...counting,
        ['dynamodb:UpdateItem', keys('StringLike', 'starts#*')],
      ],
    ],
    [
      'Watch',
      [
        ['dynamodb:UpdateItem', keys('StringLike', 'job-run#*')],
        ['dynamodb:PutItem', keys('StringLike', 'canary#*')],
        [['dynamodb:GetItem', 'dynamodb:UpdateItem'], keys('StringLike', 'canary-state#*', 'chain#*')],
        [['dynamodb:BatchGetItem', 'dynamodb:UpdateItem'], findings],
        [['dynamodb:BatchGetItem', 'dynamodb:UpdateItem'], keys('StringLike', 'stock#*')],
        [['dynamodb:GetItem', 'dynamodb:PutItem'], keys('StringLike', 'replay#*')],
        ['dynamodb:Query', undefined],
        ['dynamodb:UpdateItem', keys('StringLike', 'digest#*')],
        [['dynamodb:BatchGetItem', 'dynamodb:GetItem'], keys('StringLike', 'digest#*', 'digest-row#*')],
      ],
    ],
  ])('%s reaches the items of the table that are its own, and no other', (role, expected) => {
    const confined = full
      .one('IAM::Policy', role)
      .Properties.PolicyDocument.Statement.filter(({ Action }: { Action: string | string[] }) =>
        [Action].flat().some((action) => action.startsWith('dynamodb:')),
      )
      .map(({ Action, Condition }: { Action: string; Condition: unknown }) => [Action, Condition]);
    expect(confined).toEqual(expected);
  });

  test('no role writes to the table but by the keys of its items', () => {
    const open = full
      .of('IAM::Policy')
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
      .filter(
        ({ Action, Condition }) =>
          [Action].flat().some((action: string) => /^dynamodb:(?!Query$)/.test(action)) &&
          Condition?.Null?.['dynamodb:LeadingKeys'] !== 'false',
      );
    expect(open).toEqual([]);
  });

  test('a scan may be started, and flow logs be asked, only where configured', () => {
    const { InvestigateRole } = grants(new Resources(importedInto(NOBODY_WARNED)));
    expect(InvestigateRole).not.toHaveProperty('ecr:StartImageScan');
    expect(InvestigateRole?.['logs:StartQuery']).toHaveLength(4);
  });

  test('the key is used only through the services that hold the data', () => {
    const conditions = full
      .of('IAM::Policy')
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
      .filter(({ Action }) => [Action].flat().some((action: string) => action.startsWith('kms:')))
      // To see whether it is enabled uses nothing.
      .filter(({ Action }) => Action !== 'kms:DescribeKey')
      .map(({ Condition }) => plain(Condition.StringEquals['kms:ViaService'][0]).split('.')[0]);
    expect([...new Set(conditions)].toSorted()).toEqual(['dynamodb', 's3', 'sns']);
  });

  test('from outside, only log groups of clusters in this account may invoke detect, by one statement, and the schedule watch', () => {
    const permissions = full.of('Lambda::Permission').map(({ Properties }) => ({
      ...Properties,
      FunctionName: plain(Properties.FunctionName),
      SourceAccount: Properties.SourceAccount && plain(Properties.SourceAccount),
      SourceArn: plain(Properties.SourceArn),
    }));
    expect(permissions).toEqual([
      {
        Action: 'lambda:InvokeFunction',
        FunctionName: '<DetectFunction>',
        Principal: 'logs.amazonaws.com',
        SourceAccount: '<AWS::AccountId>',
        SourceArn: logGroup('/aws/eks/*/cluster:*'),
      },
      {
        Action: 'lambda:InvokeFunction',
        FunctionName: '<WatchFunction>',
        Principal: 'events.amazonaws.com',
        SourceArn: '<WatchScheduleRule>',
      },
    ]);
    expect(full.of('Lambda::Url')).toEqual([]);
  });

  test('no role takes an AWS-managed policy; the channel in chat is denied everything', () => {
    for (const { Properties } of full.of('IAM::Role')) expect(Properties.ManagedPolicyArns).toBeUndefined();
    const [channel] = full.of('Chatbot::SlackChannelConfiguration');
    expect(channel?.Properties.GuardrailPolicies.map(plain)).toEqual([
      'arn:<AWS::Partition>:iam::aws:policy/AWSDenyAll',
    ]);
    expect(channel?.Properties.SnsTopicArns.map(plain)).toEqual(['<TopicsChat>']);
  });
});

describe('the functions', () => {
  test.each(ROOMS)('%s: runtime, logs and settings', (room) => {
    const { Properties } = full.one('Lambda::Function', room);
    expect(Properties).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'] });
    expect(Properties.LoggingConfig).toMatchObject({ LogFormat: 'JSON', ApplicationLogLevel: 'INFO' });
    expect(plain(Properties.LoggingConfig.LogGroup)).toBe(`<${room}Logs>`);
    expect(full.one('Logs::LogGroup', `${room}Logs`).Properties.RetentionInDays).toBe(30);
    const folder = join(ROOT, 'functions', room.toLowerCase());
    const source = ['lambda.ts', 'settings.ts']
      .filter((name) => readdirSync(folder).includes(name))
      .map((name) => readFileSync(join(folder, name), 'utf8'))
      .join('');
    const read = [...source.matchAll(/environment\s*\.(?:required|positiveInteger|stringList)\(\s*'(\w+)'/g)];
    const wanted = read.map((match) => String(match[1])).filter((name) => !name.startsWith('AWS_'));
    expect(wanted).not.toEqual([]);
    for (const name of wanted) expect(Properties.Environment.Variables).toHaveProperty(name);
  });

  test.each([
    ['Detect', 2, 21_600, undefined, '<QueuesDeadLetters>'],
    ['Investigate', 0, 60, '<AlertFunction>', '<AlertFunction>'],
    ['Alert', 2, 21_600, undefined, '<QueuesDeadLetters>'],
  ])('%s: %d retries, %d s, then where it goes', (room, retries, age, success, failure) => {
    const { Properties } = full.one('Lambda::EventInvokeConfig', room);
    expect(Properties).toMatchObject({ MaximumRetryAttempts: retries, MaximumEventAgeInSeconds: age });
    const { OnSuccess, OnFailure } = Properties.DestinationConfig;
    expect(OnSuccess && plain(OnSuccess.Destination)).toBe(success);
    expect(plain(OnFailure.Destination)).toBe(failure);
  });

  test('an alert goes out within two minutes of the claim, even with the longest investigation', () => {
    const waits = full.one('Lambda::EventInvokeConfig', 'Investigate').Properties.MaximumEventAgeInSeconds;
    const runs = full.one('Lambda::Function', 'Investigate').Properties.Timeout;
    expect(runs).toBe(55);
    expect(waits + runs).toBeLessThan(120);
  });

  test('memory follows the largest delivery; concurrency is reserved only where asked for', () => {
    const { Properties } = full.one('Lambda::Function', 'Detect');
    expect(Properties).toMatchObject({ MemorySize: 1024, ReservedConcurrentExecutions: 7 });
    expect(Properties.Environment.Variables).toMatchObject({ MAX_UNZIPPED_BYTES: String(128 * 1024 * 1024) });
    expect(full.one('Lambda::Function', 'Alert').Properties).not.toHaveProperty('ReservedConcurrentExecutions');
  });
});

describe('the second look', () => {
  test('watch runs every five minutes, when all that it starts is in place; a run is not repeated', () => {
    const { Properties, DependsOn } = full.one('Events::Rule', 'WatchSchedule');
    expect(Properties).toMatchObject({ ScheduleExpression: 'rate(5 minutes)', State: 'ENABLED' });
    expect(Properties.Targets).toMatchObject([{ RetryPolicy: { MaximumRetryAttempts: 0 } }]);
    expect(plain(Properties.Targets[0].Arn)).toBe('<WatchFunction>');
    for (const room of ['Watch', 'Investigate', 'Alert'])
      expect(DependsOn).toContainEqual(expect.stringContaining(`${room}FunctionEventInvokeConfig`));
    const invoke = full.one('Lambda::EventInvokeConfig', 'Watch').Properties;
    expect(invoke).toMatchObject({ MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 });
    expect(invoke).not.toHaveProperty('DestinationConfig');
  });

  test('the indexes hold what is due, and find a finding by its short id', () => {
    const [table] = full.of('DynamoDB::Table');
    expect(table?.Properties.GlobalSecondaryIndexes).toEqual([
      {
        IndexName: AGENDA_INDEX,
        KeySchema: [
          { AttributeName: 'agenda', KeyType: 'HASH' },
          { AttributeName: 'due', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: [...AGENDA_ATTRIBUTES] },
      },
      {
        IndexName: SHORT_ID_INDEX,
        KeySchema: [{ AttributeName: 'shortId', KeyType: 'HASH' }],
        Projection: { ProjectionType: 'KEYS_ONLY' },
      },
    ]);
    expect(table?.Properties.AttributeDefinitions).toContainEqual({ AttributeName: 'due', AttributeType: 'N' });
  });
});

describe('the settings of an investigation', () => {
  const variablesOf = (resources: Resources): Record<string, unknown> =>
    resources.one('Lambda::Function', 'Investigate').Properties.Environment.Variables;
  const settingsOf = (variables: Record<string, unknown>) =>
    readSettings(new Environment({ ...variables, FINDINGS_TABLE: 'x' } as NodeJS.ProcessEnv));

  test('are read by the function as configured', () => {
    const variables = variablesOf(full);
    expect(variables['LOG_BUDGET_GIB']).toBe('5');
    expect(variables['LOG_BUDGET_VOLUMES']).toBe('3');
    expect(settingsOf(variables)).toMatchObject({
      budgetMs: 45_000,
      knownAutomation: ['arn:aws:iam::111122223333:role/deploy'],
      scale: { weights: { exec: 7 }, thresholds: { CRITICAL: 80 } },
      checks: {
        windowHours: 48,
        startScans: true,
        usualRegistries: ['602401143452.dkr.ecr.*'],
        contacts: [{ pattern: 'arn:aws:iam::111122223333:role/deploy', contact: 'platform@example.com' }],
      },
    });
  });

  test("are the function's own defaults where nothing is configured", () => {
    const variables = variablesOf(new Resources(importedInto(NOBODY_WARNED)));
    expect(variables['LOG_BUDGET_GIB']).toBeUndefined();
    expect(variables['LOG_BUDGET_VOLUMES']).toBe('12');
    expect(settingsOf(variables)).toEqual(readSettings(new Environment({})));
  });

  test('leave room for what else is in the environment', () => {
    const variables = Object.fromEntries(
      Object.entries(variablesOf(full)).map(([name, value]) => [
        name,
        name === 'FINDINGS_TABLE' ? 'x'.repeat(255) : value,
      ]),
    );
    const settings = ['BUDGET', 'AUTOMATION', 'SETTINGS', 'WEIGHTS', 'SEVERITIES'];
    const others = Object.fromEntries(
      Object.entries(variables).filter(([name]) => !settings.some((part) => name.includes(part))),
    );
    expect(Object.keys(others).sort()).toEqual(['FINDINGS_TABLE']);
    expect(JSON.stringify(others).length + MAX_SETTINGS_BYTES).toBeLessThanOrEqual(4096);
  });
});

describe('what is kept, and how', () => {
  test('findings, evidence and alerts are encrypted under our key, which rotates; what says that it is disabled is not', () => {
    const [table] = full.of('DynamoDB::Table');
    const [bucket] = full.of('S3::Bucket');
    const rule = bucket?.Properties.BucketEncryption.ServerSideEncryptionConfiguration[0];
    expect(plain(table?.Properties.SSESpecification.KMSMasterKeyId)).toBe('<Key>');
    expect(plain(rule.ServerSideEncryptionByDefault.KMSMasterKeyID)).toBe('<Key>');
    expect(full.of('SNS::Topic')).toHaveLength(3);
    for (const { id, Properties } of full.of('SNS::Topic')) {
      const key = Properties.KmsMasterKeyId;
      expect([id, key && plain(key)]).toEqual([id, id.includes('Health') ? undefined : '<Key>']);
    }
    for (const { Properties } of full.of('SQS::Queue')) expect(Properties.SqsManagedSseEnabled).toBe(true);
    expect(full.one('KMS::Key', 'Key').Properties.EnableKeyRotation).toBe(true);
  });

  test('no service may use the key by itself; CloudWatch alarms of this account may publish to the health topic, and no one else', () => {
    const services = (statements: { Principal: { Service?: string } }[]) =>
      statements.filter(({ Principal }) => Principal.Service);
    expect(services(full.one('KMS::Key', 'Key').Properties.KeyPolicy.Statement)).toEqual([]);
    const publishers = full
      .of('SNS::TopicPolicy')
      .flatMap(({ Properties }) => services(Properties.PolicyDocument.Statement));
    expect(publishers).toMatchObject([
      {
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      },
    ]);
    expect(plain((publishers[0] as unknown as { Resource: unknown }).Resource)).toBe('<TopicsHealth>');
  });

  test('topics, queues and bucket refuse requests without TLS', () => {
    const policies = ['SNS::TopicPolicy', 'SQS::QueuePolicy', 'S3::BucketPolicy'].flatMap((type) => full.of(type));
    expect(policies).toHaveLength(6);
    for (const { Properties } of policies)
      expect(Properties.PolicyDocument.Statement).toContainEqual(
        expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
      );
  });

  test('a version of the evidence is locked for as long as asked, and not at all where not asked', () => {
    const lock = (resources: Resources) => resources.of('S3::Bucket')[0]?.Properties.ObjectLockConfiguration;
    expect(lock(full)).toEqual({
      ObjectLockEnabled: 'Enabled',
      Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 60 } },
    });
    expect(full.of('S3::Bucket')[0]?.Properties.ObjectLockEnabled).toBe(true);
    const plainBucket = new Resources(importedInto(NOBODY_WARNED)).of('S3::Bucket')[0];
    expect(plainBucket?.Properties).not.toHaveProperty('ObjectLockEnabled');
    expect(plainBucket?.Properties).not.toHaveProperty('ObjectLockConfiguration');
  });

  test('table, bucket and key outlive the stack and have no fixed name', () => {
    for (const type of ['DynamoDB::Table', 'S3::Bucket', 'KMS::Key'])
      for (const resource of full.of(type)) {
        // A first deployment that fails takes them away again: they hold nothing yet, and a key costs every month.
        expect([resource.DeletionPolicy, resource.UpdateReplacePolicy]).toEqual(['RetainExceptOnCreate', 'Retain']);
        expect(Object.keys(resource.Properties)).not.toEqual(expect.arrayContaining([expect.stringMatching(/Name$/)]));
      }
    for (const type of ['SQS::Queue', 'Logs::LogGroup'])
      for (const resource of full.of(type)) expect(resource.DeletionPolicy).toBe('Delete');
  });

  test('the table expires its items, can be restored, and is not deleted by accident', () => {
    expect(full.of('DynamoDB::Table')[0]?.Properties).toMatchObject({
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
      DeletionProtectionEnabled: true, // as configured: before the first deployment it would keep a rollback from its end
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
    });
    for (const room of ['Detect', 'Alert'])
      expect(full.one('Lambda::Function', room).Properties.Environment.Variables.FINDINGS_DAYS).toBe('200');
    const unprotected = new Resources(importedInto(NOBODY_WARNED)).of('DynamoDB::Table')[0];
    expect(unprotected?.Properties.DeletionProtectionEnabled).toBe(false);
  });

  test('the bucket keeps every version for as long as asked, and nothing of it is public', () => {
    expect(full.of('S3::Bucket')[0]?.Properties).toMatchObject({
      VersioningConfiguration: { Status: 'Enabled' },
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, RestrictPublicBuckets: true },
    });
  });

  test('what is old is deleted, but a snapshot only once its namespace was released', () => {
    const released = [{ Key: 'released', Value: 'true' }];
    expect(full.of('S3::Bucket')[0]?.Properties.LifecycleConfiguration.Rules).toEqual([
      {
        NoncurrentVersionExpiration: { NoncurrentDays: 300 },
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
        Status: 'Enabled',
      },
      { Prefix: 'alerts/', ExpirationInDays: 300, Status: 'Enabled' },
      { Prefix: 'containment/', ExpirationInDays: 300, Status: 'Enabled' },
      { Prefix: 'snapshots/', TagFilters: released, ExpirationInDays: 300, Status: 'Enabled' },
      { Prefix: 'configmaps/', TagFilters: released, ExpirationInDays: 300, Status: 'Enabled' },
    ]);
  });

  test('nobody writes over a snapshot, or over the note that a namespace was released', () => {
    const [once] = full
      .of('S3::BucketPolicy')
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
      .filter(({ Sid }) => Sid === 'WrittenOnce');
    expect(once).toMatchObject({
      Effect: 'Deny',
      Principal: { AWS: '*' },
      Action: 's3:PutObject',
      Condition: { Null: { 's3:if-none-match': 'true' } },
    });
    expect(once.Resource.map((resource: unknown) => plain(resource)).sort()).toEqual(
      ['configmaps', 'releases', 'snapshots'].map((kind) => `<EvidenceBucket>/${kind}/*`),
    );
  });
});

describe('the clusters', () => {
  test('each log group gets the filter, and the second one only where asked for', () => {
    const filters = full
      .of('Logs::SubscriptionFilter')
      .map(({ Properties }) => [
        Properties.LogGroupName,
        Properties.FilterName,
        Properties.FilterPattern,
        plain(Properties.DestinationArn),
      ]);
    expect(filters).toEqual([
      ['/aws/eks/blue/cluster', 'NamespaceSentinel-namespaces', NAMESPACE_WRITES, '<DetectFunction>'],
      ['/aws/eks/blue/cluster', 'NamespaceSentinel-cut-lines', CUT_NAMESPACE_WRITES, '<DetectFunction>'],
      ['/aws/eks/green/cluster', 'NamespaceSentinel-namespaces', NAMESPACE_WRITES, '<DetectFunction>'],
    ]);
  });

  test('a filter opens when its permission and all that follows it are there', () => {
    for (const { DependsOn = [] } of full.of('Logs::SubscriptionFilter')) {
      const cluster = DependsOn.find((id) => id.includes('MayInvoke'));
      expect(cluster).toBeDefined();
      for (const room of ON_THE_WAY)
        expect(DependsOn).toContainEqual(expect.stringContaining(`${room}FunctionEventInvokeConfig`));
    }
  });

  test('each role gets in by a group of its own, without any access policy', () => {
    const entries = full.of('EKS::AccessEntry').map(({ Properties }) => Properties);
    for (const entry of entries) {
      expect(entry).toMatchObject({ ClusterName: 'blue', Type: 'STANDARD' }); // green refuses access entries
      expect(entry).not.toHaveProperty('AccessPolicies');
    }
    expect(entries.map(({ KubernetesGroups, PrincipalArn }) => [plain(PrincipalArn), ...KubernetesGroups])).toEqual([
      ['<InvestigateRole>', 'namespace-sentinel:observer'],
      ['<WatchRole>', 'namespace-sentinel:watch'],
      ['<ContainmentContainRole>', 'namespace-sentinel:contain'],
      ['<ContainmentProbeRole>', 'namespace-sentinel:probe'],
      ['<ContainmentReleaseRole>', 'namespace-sentinel:release'],
    ]);
  });
});

describe('a cluster that refuses access entries', () => {
  const mapped = (resources: Resources) =>
    Object.entries(resources.outputs)
      .filter(([name]) => name.startsWith('AwsAuthMapRoles'))
      .map(([, { Value }]) => plain(Value));

  test('has in the outputs what aws-auth must map, with the user names of access entries', () => {
    const [text = '', ...more] = mapped(full);
    expect(more).toEqual([]);
    expect(text).toMatch(/^# in green\n/);
    const member = (role: string, group: string) => ({
      rolearn: `<${role}.Arn>`,
      username: `arn:aws:sts::111122223333:assumed-role/<${role}>/{{SessionName}}`,
      groups: [`namespace-sentinel:${group}`],
    });
    expect(parse(withAttributes(full.outputs['AwsAuthMapRoles']?.Value))).toEqual([
      member('InvestigateRole', 'observer'),
      member('WatchRole', 'watch'),
      member('ContainmentContainRole', 'contain'),
      member('ContainmentProbeRole', 'probe'),
      member('ContainmentReleaseRole', 'release'),
    ]);
  });

  test('names the roles of its own network', () => {
    const place = { vpc: 'vpc-0123abcd', subnets: ['subnet-0123abcd'], securityGroups: ['sg-0123abcd'] };
    const clusters = [{ name: 'open' }, { name: 'hidden', accessEntries: false, ...place }];
    const config = parseConfig(JSON.stringify({ clusters, emails: [{ address: 'a@b.example' }] }), 'aws-auth');
    const [text = '', ...more] = mapped(new Resources(new SentinelStack(app(), 'NamespaceSentinel', { config })));
    expect(more).toEqual([]);
    expect(text).toMatch(/^# in hidden\n- rolearn: <Investigate[0-9a-f]{8}Role>\n/);
  });
});

describe('who is told', () => {
  test.each([
    ['LOW', undefined],
    ['MEDIUM', ['MEDIUM', 'HIGH', 'CRITICAL', 'UNKNOWN']],
    ['HIGH', ['HIGH', 'CRITICAL', 'UNKNOWN']],
    ['CRITICAL', ['CRITICAL', 'UNKNOWN']],
  ] as const)('from %s on: %j', (minSeverity, expected) => {
    const [topic] = deployedDestinations({ emails: [{ address: 'a@example.com', minSeverity, digest: 'hourly' }] });
    const severities = expected && { severities: expected };
    expect(topic?.subscriptions).toEqual([{ to: 'email', address: 'a@example.com', digest: 'hourly', ...severities }]);
  });

  test('alerts go to each address from its severity on, health messages to theirs', () => {
    const subscriptions = full
      .of('SNS::Subscription')
      .map(({ Properties }) => [
        plain(Properties.TopicArn),
        Properties.Endpoint,
        Properties.FilterPolicy,
        Properties.FilterPolicyScope,
      ]);
    expect(subscriptions).toEqual([
      [
        '<TopicsAlert>',
        'all@example.com',
        { severity: [{ exists: true }], digest: [{ exists: false }, addressName('all@example.com')] },
        'MessageAttributes',
      ],
      [
        '<TopicsAlert>',
        'some@example.com',
        {
          severity: ['HIGH', 'CRITICAL', 'UNKNOWN'],
          digest: [{ exists: false }, addressName('some@example.com')],
        },
        'MessageAttributes',
      ],
      ['<TopicsHealth>', 'platform@example.com', undefined, undefined],
    ]);
  });
});

describe('how often somebody gets a digest', () => {
  const made = (digests: readonly (string | undefined)[], chat?: string) => {
    const emails = digests.map((digest, index) => ({ address: `${index}@example.com`, ...(digest && { digest }) }));
    const config = { clusters: [{ name: 'demo' }], emails, ...(chat && { chat: { digest: chat } }) };
    return new Resources(
      new SentinelStack(app(), 'NamespaceSentinel', { config: parseConfig(JSON.stringify(config), 'digest') }),
    );
  };
  const variables = (resources: Resources, name: string) =>
    resources.one('Lambda::Function', name).Properties.Environment.Variables;
  const policies = (resources: Resources) =>
    resources.of('SNS::Subscription').map(({ Properties }) => [Properties.Endpoint, Properties.FilterPolicy]);

  test('changes no filter policy, which SNS would apply late', () => {
    const usual = policies(made([undefined, undefined]));
    expect(policies(made(['daily', 'weekly']))).toEqual(usual);
    expect(policies(made(['hourly', 'hourly']))).toEqual(usual);
  });

  test('is told to the functions that count, and to nobody where all get that of the hour', () => {
    const usual = made([undefined, 'hourly'], 'hourly');
    const chosen = made([undefined, 'weekly'], 'daily');
    const [a, b] = ['0@example.com', '1@example.com'].map(addressName);
    for (const name of ['Detect', 'Alert']) {
      expect(variables(usual, name)).not.toHaveProperty('DIGEST_AUDIENCES');
      expect(audiencesFrom(new Environment(variables(chosen, name)).stringLists('DIGEST_AUDIENCES'))).toEqual({
        hourly: ['topic', a],
        weekly: ['topic', b],
        daily: ['chat'],
      });
    }
  });
});

describe('in a stack of somebody else', () => {
  test('needs nothing but clusters, and warns that nobody is told', () => {
    const warned = jest.spyOn(console, 'error').mockReturnValue();
    const resources = new Resources(importedInto({ clusters: [{ name: 'demo' }] }));
    expect(warned).toHaveBeenCalledWith(expect.stringContaining('nobody is told'));
    warned.mockRestore();
    expect(resources.of('SNS::Topic')).toHaveLength(2);
    expect(resources.of('SNS::Subscription')).toEqual([]);
    expect(resources.one('Lambda::Function', 'Investigate').Properties.Timeout).toBe(35);
    const { DESTINATIONS } = resources.one('Lambda::Function', 'Alert').Properties.Environment.Variables;
    expect(JSON.parse(plain(DESTINATIONS))).toEqual({ topic: '<TopicsAlert>' });
  });

  test('health messages go to the addresses of the alerts unless others are named', () => {
    const resources = new Resources(
      importedInto({ clusters: [{ name: 'demo' }], emails: [{ address: 'oncall@example.com', minSeverity: 'HIGH' }] }),
    );
    const told = resources
      .of('SNS::Subscription')
      .map(({ Properties }) => [plain(Properties.TopicArn), Properties.Endpoint]);
    expect(told).toContainEqual(['<TopicsHealth>', 'oncall@example.com']);
  });

  test('mistakes in the properties are told all at once', () => {
    const make = () => importedInto({ clusters: [{ name: '-' }], limits: { maxUnzippedMiB: 0 } });
    expect(make).toThrow(ConfigError);
    expect(make).toThrow(
      /2 mistakes:\n.*clusters\[0\]\.name.*\n.*limits\.maxUnzippedMiB: 0 is too small\. Fix: use at least 1\./,
    );
  });
});
