import { beforeAll, describe, expect, test } from '@jest/globals';
import aslValidator from 'asl-validator';
import { DESTINATIONS } from '../../functions/alert/destinations/index.ts';
import type { Definition } from '../../functions/contain/machines/states.ts';
import { STORED_ATTRIBUTES } from '../../functions/contract/item-keys.ts';
import { Environment } from '../../functions/kit/environment.ts';
import { groupByNetwork } from '../../lib/config/networks.ts';
import { MAX_PLAYBOOK_BYTES } from '../../lib/config/playbook-environment.ts';
import { fullStack, importedInto, plain, type Resource, Resources } from './stacks.ts';

const OPTIONS = { clusters: [{ name: 'demo' }], emails: [{ address: 'oncall@example.com' }] };
const STEPS = ['Contain', 'Probe', 'Release', 'Decide'] as const;

interface Statement {
  Effect: string;
  Action: string | string[];
  Resource: unknown;
  Condition?: Record<string, unknown>;
}

let full: Resources;
beforeAll(() => {
  full = new Resources(fullStack());
});

const statementsOf = (resources: Resources, role: string): Statement[] =>
  [...resources.of('IAM::Policy'), ...resources.of('IAM::ManagedPolicy')]
    .filter(({ Properties: { Roles = [] } }) => Roles.some((each: unknown) => plain(each) === `<${role}>`))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement);

/** `action on resources if condition`, each statement's actions apart. */
const rightsOf = (statements: readonly Statement[]): string[] =>
  statements
    .filter(({ Effect }) => Effect === 'Allow') // a denial takes rights away: that of a VPC is in networks.test.ts
    .flatMap(({ Action, Resource: resource, Condition }) => {
      const on = [resource].flat().map(plain).sort().join(' ');
      const via = JSON.stringify(Condition ?? {}, (_, value) => (value?.['Fn::Join'] ? plain(value) : value));
      return [Action].flat().map((action) => `${action} on ${on}${Condition ? ` if ${via}` : ''}`);
    })
    .sort();

/** An attribute within a condition as {@link plain} has it. */
const withoutGetAtt = (right: string): string =>
  right.replace(/\{"Fn::GetAtt":\["Sentinel(\w+?)[0-9A-F]{8}","Arn"\]\}/g, '"<$1>"');

/** Those that concern neither logs nor the key. */
const ownRightsOf = (role: string): string[] =>
  rightsOf(statementsOf(full, role)).filter((right) => !/^(kms|logs):/.test(right));

const eks = (resource: string, rest = '') =>
  ['blue', 'green'].map((name) => `arn:aws:eks:eu-west-1:111122223333:${resource}/${name}${rest}`).join(' ');
const states = (rest: string) => `arn:aws:states:eu-west-1:111122223333:${rest}`;
const keys = (condition: string, ...like: string[]) =>
  ` if ${JSON.stringify({ [`ForAllValues:${condition}`]: { 'dynamodb:LeadingKeys': like }, Null: { 'dynamodb:LeadingKeys': 'false' } })}`;
const pointers = ['asked-about#*', 'asked-in#*'];
const reads = (...keys: string[]) => keys.map((key) => `s3:GetObject on <EvidenceBucket>/${key}`);
const writes = (...keys: string[]) => keys.map((key) => `s3:PutObject on <EvidenceBucket>/${key}`);
const ofRun = (...files: string[]) => files.map((file) => `containment/*/runs/*/${file}`);

describe('who may do what', () => {
  const executions = ['contain', 'release'].map((name) => states(`execution:NamespaceSentinel-${name}:*`)).join(' ');
  const looksUp = [
    `dynamodb:GetItem on <FindingsTable>${keys('StringNotLike', '*#*')}`,
    'dynamodb:Query on <FindingsTable>/index/short-id',
  ];
  const working = [
    ...looksUp,
    'lambda:InvokeFunction on <AlertFunction>',
    ...reads('alerts/*', 'snapshots/*'),
    's3:ListBucket on <EvidenceBucket>',
    `states:DescribeExecution on ${executions}`,
    `dynamodb:PutItem on <FindingsTable>${keys('StringLike', 'lease#*')}`,
    `dynamodb:UpdateItem on <FindingsTable>${keys('StringLike', 'lease#*')}`,
  ];

  const seeing = [
    `eks:ListPodIdentityAssociations on ${eks('cluster')}`,
    `eks:DescribePodIdentityAssociation on ${eks('podidentityassociation', '/*')}`,
  ];

  test.each([
    [
      'Contain',
      [
        ...working,
        `eks:DescribeCluster on ${eks('cluster')}`,
        ...reads('containment/*', 'configmaps/*'),
        ...writes('containment/*', 'snapshots/*', 'configmaps/*'),
        `dynamodb:UpdateItem on <FindingsTable>${keys('StringLike', 'snapshot#*', 'hash-list#*')}`,
        `dynamodb:PutItem on <FindingsTable>${keys('StringLike', 'question#*', ...pointers)}`,
        ...seeing,
        `eks:DeletePodIdentityAssociation on ${eks('podidentityassociation', '/*')}`,
        `eks:ListCapabilities on ${eks('cluster')}`,
        `eks:DescribeCapability on ${eks('capability', '/*')}`,
        'iam:GetRole on arn:aws:iam::111122223333:role/*',
      ],
    ],
    [
      'Probe',
      [
        ...reads('containment/*/runs/*/steps/*.json', 'snapshots/*'),
        's3:ListBucket on <EvidenceBucket>',
        ...writes(...ofRun('steps/verifyIsolation.json', 'steps/verifyRemoval.json', 'steps/verifySessions.json')),
        'cloudwatch:GetMetricStatistics on *',
        `eks:DescribeCluster on ${eks('cluster')}`,
        ...seeing,
      ],
    ],
    [
      'Release',
      [
        ...working,
        // Also one that was taken out of the configuration, as long as it lets the role in.
        'eks:DescribeCluster on arn:aws:eks:eu-west-1:111122223333:cluster/*',
        ...reads(...ofRun('steps/*.json', 'deletions/*.json', 'report.json'), 'releases/*'),
        ...writes(
          ...ofRun(
            ...['checkSnapshot', 'liftQuarantine', 'restoreIdentity', 'restoreNetwork', 'restoreWorkloads'].map(
              (step) => `steps/${step}.json`,
            ),
            'steps/verifyRelease.json',
            'steps/report.json',
            'manifests/*.yaml',
            'report.json',
            'hashes.txt',
          ),
          'releases/*',
        ),
        's3:PutObjectTagging on <EvidenceBucket>/snapshots/*',
        's3:PutObjectTagging on <EvidenceBucket>/configmaps/*',
        `dynamodb:GetItem on <FindingsTable>${keys('StringLike', 'snapshot#*')}`,
        `dynamodb:UpdateItem on <FindingsTable>${keys('StringLike', 'hash-list#*')}`,
      ],
    ],
    [
      'Decide',
      [
        'lambda:InvokeFunction on <AlertFunction>',
        's3:ListBucket on <EvidenceBucket>',
        ...writes(...ofRun('decision.json')),
        'states:SendTaskSuccess on <ContainmentContainPlaybookMachine>',
        `states:DescribeExecution on ${states('execution:NamespaceSentinel-contain:*')}`,
        ...['GetItem', 'UpdateItem'].map(
          (action) => `dynamodb:${action} on <FindingsTable>${keys('StringLike', 'question#*')}`,
        ),
        ...looksUp,
        `dynamodb:UpdateItem on <FindingsTable>${keys('StringNotLike', '*#*')}`,
        `dynamodb:GetItem on <FindingsTable>${keys('StringLike', ...pointers)}`,
        `dynamodb:PutItem on <FindingsTable>${keys('StringLike', 'baseline#*')}`,
      ],
    ],
  ])('%s has exactly the rights that its steps need', (step, expected) => {
    const distinct = (rights: string[]) => [...new Set(rights.flatMap(splitResources))].sort();
    expect(distinct(ownRightsOf(`Containment${step}Role`))).toEqual(distinct(expected));
  });

  /** CDK joins statements that differ in their resources alone. */
  function splitResources(right: string): string[] {
    const [, action = '', on = '', condition = ''] = /^(\S+) on (.*?)( if .*)?$/.exec(right) ?? [];
    return on.split(' ').map((resource) => `${action} on ${resource}${condition}`);
  }

  test.each([
    ['Contain', ['Contain', 'Probe']],
    ['Release', ['Release']],
    ['Decide', ['Decide']],
  ])('the machine %s invokes %j and nothing else, and only this machine takes its role', (playbook, functions) => {
    expect(ownRightsOf(`Containment${playbook}PlaybookRole`)).toEqual([
      `lambda:InvokeFunction on ${functions.map((name) => `<Containment${name}Function>`).join(' ')}`,
    ]);
    const { AssumeRolePolicyDocument } = full.one('IAM::Role', `${playbook}PlaybookRole`).Properties;
    expect(AssumeRolePolicyDocument.Statement).toEqual([
      {
        Action: 'sts:AssumeRole',
        Effect: 'Allow',
        Principal: { Service: 'states.amazonaws.com' },
        Condition: {
          StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
          ArnLike: { 'aws:SourceArn': states(`stateMachine:NamespaceSentinel-${playbook.toLowerCase()}`) },
        },
      },
    ]);
  });

  const holders = (pattern: RegExp): string[] =>
    [...full.of('IAM::Policy'), ...full.of('IAM::ManagedPolicy')]
      .filter(({ Properties }) =>
        (Properties.PolicyDocument.Statement as Statement[]).some(({ Action }) =>
          [Action].flat().some((action) => pattern.test(action) || action === '*' || action === 'states:*'),
        ),
      )
      .map(({ id, Properties: { Roles = [] } }) => (Roles.length > 0 ? Roles.map(plain).join() : plain({ Ref: id })));

  test('only decide may answer a question', () => {
    expect(holders(/^states:SendTask/)).toEqual(['<ContainmentDecideRole>']);
  });

  test('playbooks are started by people, and isolation by alert where it is configured', () => {
    expect(holders(/^states:Start/).toSorted()).toEqual([
      '<AlertRole>',
      '<ContainmentPoliciesApprover>',
      '<ContainmentPoliciesStarter>',
    ]);
    const never = new Resources(importedInto(OPTIONS));
    expect(JSON.stringify(statementsOf(never, 'AlertRole'))).not.toContain('states:');
    expect(variablesOf(never, 'Alert')).not.toHaveProperty('AUTO_START');
    expect(variablesOf(never, 'Alert')).toHaveProperty('PLAYBOOKS');
  });

  test('no function changes IAM, access entries or Secrets of AWS, or deletes evidence', () => {
    const all = [...full.of('IAM::Policy'), ...full.of('IAM::ManagedPolicy')].flatMap(({ Properties }) =>
      (Properties.PolicyDocument.Statement as Statement[]).flatMap(({ Action }) => Action),
    );
    // It reads who may assume a role, and what its own roles may do, and changes none.
    expect([...new Set(all.filter((action) => /^(iam|sts|secretsmanager|ssm):/.test(action)))].sort()).toEqual([
      'iam:GetPolicy',
      'iam:GetPolicyVersion',
      'iam:GetRole',
      'iam:GetRolePolicy',
      'iam:ListAttachedRolePolicies',
      'iam:ListRolePolicies',
    ]);
    expect([...new Set(all.filter((action) => /Delete|Bypass|PutObject\w|PutBucket/.test(action)))].sort()).toEqual([
      'eks:DeletePodIdentityAssociation',
      'logs:DeleteLogDelivery',
      // Sets the tag by which a snapshot may be deleted once it is old: release alone, of snapshots alone.
      's3:PutObjectTagging',
    ]);
  });
});

describe('the policies for people', () => {
  const rights = (name: string): string[] => {
    const { Properties } = full.one('IAM::ManagedPolicy', name);
    expect(Properties).not.toHaveProperty('Roles');
    return rightsOf(Properties.PolicyDocument.Statement);
  };
  /** What the console calls, by the actions of AWS's own policy for reading (`AWSStepFunctionsReadOnlyAccess`). */
  const watching = (...names: string[]) => {
    const machines = names.map((name) => `<Containment${name}PlaybookMachine>`).join(' ');
    const executions = executionsOf(...names);
    return [
      'states:ListStateMachines on *',
      ...['DescribeExecution', 'DescribeStateMachineForExecution', 'GetExecutionHistory'].map(
        (action) => `states:${action} on ${executions}`,
      ),
      ...[
        'DescribeStateMachine',
        'ListExecutions',
        'ListStateMachineAliases',
        'ListStateMachineVersions',
        'ListTagsForResource',
        'StartExecution',
      ].map((action) => `states:${action} on ${machines}`),
    ];
  };
  const executionsOf = (...names: string[]) =>
    names
      .map((name) => states(`execution:NamespaceSentinel-${name.toLowerCase()}:*`))
      .sort()
      .join(' ');

  test('whoever starts does not approve, and the other way round', () => {
    const stop = `states:StopExecution on ${executionsOf('Contain', 'Release')}`;
    expect(rights('Starter')).toEqual([...watching('Contain', 'Release'), stop].toSorted());
    expect(rights('Approver')).toEqual(watching('Decide').toSorted());
  });

  test('a reader opens findings, alerts and reports, and no token, snapshot or evidence', () => {
    const context = JSON.stringify({
      StringEquals: { 'kms:ViaService': 's3.<AWS::Region>.<AWS::URLSuffix>' },
      StringLike: { 'kms:EncryptionContext:aws:s3:arn': ['<EvidenceBucket>', '<EvidenceBucket>/*'] },
    });
    const objects = ['alerts/*', ...ofRun('hashes.txt', 'report.json')]
      .map((key) => `<EvidenceBucket>/${key}`)
      .join(' ');
    expect(rights('Reader').map(withoutGetAtt)).toEqual(
      expect.arrayContaining([
        's3:ListAllMyBuckets on *',
        ...['GetBucketLocation', 'ListBucket', 'ListBucketVersions'].map(
          (action) => `s3:${action} on <EvidenceBucket>`,
        ),
        ...['GetObject', 'GetObjectVersion'].map((action) => `s3:${action} on ${objects}`),
        `kms:Decrypt on <Key> if ${context}`,
        // The tokens that answer questions are in another attribute.
        `dynamodb:Scan on <FindingsTable> if ${JSON.stringify({
          'ForAllValues:StringEquals': { 'dynamodb:Attributes': STORED_ATTRIBUTES },
          StringEquals: { 'dynamodb:Select': 'SPECIFIC_ATTRIBUTES' },
        })}`,
        expect.stringMatching(
          /^kms:Decrypt on <Key> if \{"StringEquals":\{"kms:ViaService":"dynamodb\.[^"]+","kms:EncryptionContext:aws:dynamodb:tableName":\{"Ref":"\w*FindingsTable\w*"\}\}\}$/,
        ),
        'cloudformation:DescribeStacks on arn:<AWS::Partition>:cloudformation:<AWS::Region>:<AWS::AccountId>:stack/<AWS::StackName>/*',
      ]),
    );
    expect(rights('Reader')).toHaveLength(10);
  });

  test('whoever holds a drill registers one, and follows it; without a token, a start or an alert of their own', () => {
    const held = rights('Drill').map(withoutGetAtt);
    expect(held.map((right) => right.split(' ', 1)[0])).toEqual([
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'eks:DescribeCluster',
      'kms:Decrypt',
      'kms:DescribeKey',
      'kms:Encrypt',
      'kms:GenerateDataKey',
      'logs:FilterLogEvents',
      'sns:GetSubscriptionAttributes',
      'sns:GetTopicAttributes',
      'sns:ListSubscriptionsByTopic',
    ]);
    const keys = (operator: string, pattern: string) =>
      JSON.stringify({
        [`ForAllValues:${operator}`]: { 'dynamodb:LeadingKeys': [pattern] },
        Null: { 'dynamodb:LeadingKeys': 'false' },
      });
    expect(held).toContain(`dynamodb:PutItem on <FindingsTable> if ${keys('StringLike', 'drill#*')}`);
    // Questions, with their tokens, are items with such a sign in their keys.
    expect(held).toContain(`dynamodb:GetItem on <FindingsTable> if ${keys('StringNotLike', '*#*')}`);
    for (const right of held.filter((each) => each.startsWith('kms:')))
      expect(right).toContain('"kms:ViaService":"dynamodb.');
    for (const right of held) expect(right).not.toMatch(/ on \*/);
  });

  test('are among the outputs, with every state machine', () => {
    const values = Object.fromEntries(Object.entries(full.outputs).map(([name, { Value }]) => [name, plain(Value)]));
    expect(values).toMatchObject({
      ReaderPolicyArn: '<Reader>',
      DrillPolicyArn: '<Drill>',
      StarterPolicyArn: '<ContainmentPoliciesStarter>',
      ApproverPolicyArn: '<ContainmentPoliciesApprover>',
      ContainPlaybookArn: '<ContainmentContainPlaybookMachine>',
      ReleasePlaybookArn: '<ContainmentReleasePlaybookMachine>',
      DecidePlaybookArn: '<ContainmentDecidePlaybookMachine>',
      ContainFunctionName: '<ContainmentContainFunction>',
      ProbeRoleArn: '<ContainmentProbeRole>',
      DecideRoleArn: '<ContainmentDecideRole>',
    });
  });
});

describe('the state machines', () => {
  const machine = (name: string): Resource => full.one('StepFunctions::StateMachine', `${name}Playbook`);
  const definitionOf = ({ Properties }: Resource): Definition => JSON.parse(plain(Properties.DefinitionString));

  test.each(['Contain', 'Release', 'Decide'])('%s is durable, named after the stack, and logs no data', (name) => {
    const { Properties } = machine(name);
    expect(Properties).toMatchObject({
      StateMachineName: `NamespaceSentinel-${name.toLowerCase()}`,
      StateMachineType: 'STANDARD',
      LoggingConfiguration: { IncludeExecutionData: false, Level: 'ALL' },
      TracingConfiguration: { Enabled: false },
    });
    const [destination] = Properties.LoggingConfiguration.Destinations;
    expect(plain(destination.CloudWatchLogsLogGroup.LogGroupArn)).toBe('<ContainmentTransitions>');
    expect(full.one('Logs::LogGroup', 'Transitions').Properties).toEqual({
      LogGroupName: '/aws/vendedlogs/states/NamespaceSentinel',
      RetentionInDays: 30,
    });
  });

  test.each([
    ['Contain', ['Contain', 'Probe']],
    ['Release', ['Release']],
    ['Decide', ['Decide']],
  ])('%s, as deployed, is valid and invokes what its role may', (name, functions) => {
    const definition = definitionOf(machine(name));
    const tasks = Object.values(definition.States).filter(({ Type }) => Type === 'Task');
    const arn = (step: string) => `arn:aws:lambda:eu-west-1:111122223333:function:<Containment${step}Function>`;
    const waiting = tasks.filter(({ Resource: resource }) => String(resource).includes(':states:'));
    expect(waiting.map(({ Resource: resource }) => resource)).toEqual(
      name === 'Contain' ? ['arn:aws:states:::lambda:invoke.waitForTaskToken'] : [],
    );
    const called = tasks.map(({ Resource: resource, Parameters }) =>
      String((Parameters as { FunctionName?: string }).FunctionName ?? resource),
    );
    expect([...new Set(called)].sort()).toEqual(functions.map(arn));
    // The names that only the deployment knows are not part of an ARN's grammar.
    const deployed = JSON.parse(plain(machine(name).Properties.DefinitionString).replaceAll(/<(\w+)>/g, '$1'));
    const { isValid, errorsText } = aslValidator(deployed, { checkArn: true, checkPaths: true });
    expect([isValid, errorsText()]).toEqual([true, '']);
  });

  test('the question waits as long as configured', () => {
    expect(definitionOf(machine('Contain')).States['Ask on-call']).toMatchObject({ TimeoutSeconds: 8 * 3600 });
    for (const step of STEPS) expect(variablesOf(full, step)['QUESTION_HOURS']).toBe('8');
  });

  test('in a stack of no account, the partition is that of the deployment', () => {
    const theirs = new Resources(importedInto(OPTIONS));
    const { Properties } = theirs.one('StepFunctions::StateMachine', 'ContainPlaybook');
    const { States } = JSON.parse(plain(Properties.DefinitionString)) as Definition;
    expect(States['Ask on-call']?.['Resource']).toBe('arn:<AWS::Partition>:states:::lambda:invoke.waitForTaskToken');
  });

  test('a step ends by itself before its function, and the function before its state', () => {
    const longest = Math.min(
      ...['Contain', 'Release', 'Decide'].flatMap((name) =>
        Object.values(definitionOf(machine(name)).States)
          .filter(({ Type }) => Type === 'Task')
          .map(({ TimeoutSeconds }) => Number(TimeoutSeconds)),
      ),
    );
    for (const step of STEPS) {
      const { Timeout } = functionOf(full, step).Properties;
      expect(Number(variablesOf(full, step)['STEP_BUDGET_SECONDS'])).toBeLessThan(Timeout);
      expect(Timeout).toBeLessThan(longest);
    }
  });
});

const functionOf = (resources: Resources, name: string): Resource => {
  const found = resources
    .of('Lambda::Function')
    .filter(({ id }) => new RegExp(`^<(Containment)?${name}Function>$`).test(plain({ Ref: id })));
  if (found.length !== 1 || !found[0]) throw new Error(`${found.length} functions ${name}`);
  return found[0];
};
const variablesOf = (resources: Resources, name: string): Record<string, unknown> =>
  functionOf(resources, name).Properties.Environment.Variables;

describe('the settings', () => {
  test.each(STEPS)('%s is told where everything is', (step) => {
    const variables = Object.fromEntries(
      Object.entries(variablesOf(full, step)).map(([name, value]) => [name, plain(value)]),
    );
    expect(variables).toMatchObject({
      FINDINGS_TABLE: '<FindingsTable>',
      EVIDENCE_BUCKET: '<EvidenceBucket>',
      ALERT_FUNCTION: '<AlertFunction>',
      STEP_BUDGET_SECONDS: '240',
    });
    expect(new Environment(variables).stringList('PROTECTED_NAMESPACES')).toEqual(['payments', 'team-*']);
    expect(functionOf(full, step).Properties.MemorySize).toBe(1024);
  });

  test('decide offers release', () => {
    const variables = variablesOf(full, 'Decide');
    expect(plain(variables['RELEASE_MACHINE'])).toBe('<ContainmentReleasePlaybookMachine>');
    expect(variables['RELEASE_MACHINES']).toBe('{}');
  });

  test('alert knows the playbooks by name, what may start by itself and what is protected', () => {
    const { PLAYBOOKS, AUTO_START, PROTECTED_NAMESPACES } = variablesOf(full, 'Alert');
    const arn = (name: string) => states(`stateMachine:NamespaceSentinel-${name}`);
    expect(JSON.parse(plain(PLAYBOOKS))).toEqual({
      default: { contain: arn('contain'), release: arn('release') },
      decide: arn('decide'),
    });
    expect(JSON.parse(plain(AUTO_START))).toEqual({ severity: 'HIGH', maxPerHour: 2 });
    expect(JSON.parse(plain(PROTECTED_NAMESPACES))).toEqual(['payments', 'team-*']);
  });

  test('leave room for what else is in the environment of alert, with four destinations', () => {
    const { PLAYBOOKS, PROTECTED_NAMESPACES, ...others } = variablesOf(full, 'Alert');
    expect(Object.keys(others).sort()).toEqual([
      'AUTO_START',
      'DESTINATIONS',
      'EVIDENCE_BUCKET',
      'FINDINGS_DAYS',
      'FINDINGS_TABLE',
      'READER_POLICY',
    ]);
    const topic = `arn:aws-us-gov:sns:ap-southeast-2:111122223333:${'x'.repeat(100)}`;
    const longest = {
      DESTINATIONS: JSON.stringify(Object.fromEntries(DESTINATIONS.slice(0, 4).map(({ id }) => [id, topic]))),
      EVIDENCE_BUCKET: 'x'.repeat(63),
      FINDINGS_TABLE: 'x'.repeat(255),
      READER_POLICY: `arn:aws-us-gov:iam::111122223333:policy/${'x'.repeat(128)}`,
    };
    expect(JSON.stringify({ ...others, ...longest }).length + MAX_PLAYBOOK_BYTES).toBeLessThanOrEqual(4096);
  });
});

describe('in several networks', () => {
  const place = { vpc: 'vpc-0123abcd', subnets: ['subnet-0123abcd'], securityGroups: ['sg-0123abcd'] };
  const { id } = groupByNetwork([place])[0].network;
  let resources: Resources;
  beforeAll(() => {
    resources = new Resources(
      importedInto({
        ...OPTIONS,
        clusters: [{ name: 'open' }, { name: 'hidden', ...place }],
        containment: { autoStart: { severity: 'CRITICAL' } },
      }),
    );
  });

  test('each has its own functions and machines, and there is one decide', () => {
    const names = resources.of('StepFunctions::StateMachine').map(({ Properties }) => Properties.StateMachineName);
    expect(names.toSorted()).toEqual(
      ['contain', 'release', 'decide', `contain-${id}`, `release-${id}`].map((name) => `Theirs-${name}`).toSorted(),
    );
    const invoked = rightsOf(statementsOf(resources, `ContainmentContainPlaybook${id}Role`));
    expect(invoked.filter((right) => right.startsWith('lambda:'))).toEqual([
      `lambda:InvokeFunction on <ContainmentContain${id}Function> <ContainmentProbe${id}Function>`,
    ]);
  });

  test.each([
    ['', 'open'],
    [id, 'hidden'],
  ])('contain%s reaches %s alone', (suffix, cluster) => {
    for (const step of ['Contain', 'Probe']) {
      const reached = rightsOf(statementsOf(resources, `Containment${step}${suffix}Role`)).filter((right) =>
        right.startsWith('eks:'),
      );
      expect(reached).not.toEqual([]);
      for (const right of reached) expect(right).toMatch(new RegExp(`/${cluster}(/\\*)?$`));
    }
  });

  test('decide answers both, and alert starts both and knows whose cluster is whose', () => {
    const arn = (name: string) => expect.stringMatching(new RegExp(`:stateMachine:Theirs-${name}$`)) as unknown;
    const { PLAYBOOKS } = variablesOf(resources, 'Alert');
    expect(JSON.parse(plain(PLAYBOOKS))).toEqual({
      default: { contain: arn('contain'), release: arn('release') },
      networks: [{ contain: arn(`contain-${id}`), release: arn(`release-${id}`), clusters: ['hidden'] }],
      decide: arn('decide'),
    });
    const resourcesOf = (role: string, action: string) =>
      rightsOf(statementsOf(resources, role)).filter((right) => right.startsWith(action));
    expect(resourcesOf('ContainmentDecideRole', 'states:')).toEqual([
      expect.stringMatching(
        new RegExp(
          String.raw`^states:DescribeExecution on \S+:execution:Theirs-contain-${id}:\* \S+:execution:Theirs-contain:\*$`,
        ),
      ),
      `states:SendTaskSuccess on <ContainmentContainPlaybook${id}Machine> <ContainmentContainPlaybookMachine>`,
    ]);
    const [started = '', ...more] = resourcesOf('AlertRole', 'states:');
    expect(more).toEqual([]);
    expect(started.match(/stateMachine:\S+/g)).toEqual([
      'stateMachine:Theirs-contain',
      `stateMachine:Theirs-contain-${id}`,
    ]);
    const { RELEASE_MACHINE, RELEASE_MACHINES } = variablesOf(resources, 'Decide');
    expect(plain(RELEASE_MACHINE)).toBe('<ContainmentReleasePlaybookMachine>');
    expect(new Environment({ L: plain(RELEASE_MACHINES) }).stringLists('L')).toEqual({
      [`<ContainmentReleasePlaybook${id}Machine>`]: ['hidden'],
    });
  });

  test('the end of any of them is told', () => {
    const { detail } = resources.one('Events::Rule', 'ContainmentEnds').Properties.EventPattern;
    expect(detail.stateMachineArn.map(plain).toSorted()).toEqual(
      resources
        .of('StepFunctions::StateMachine')
        .map(({ id: logicalId }) => plain({ Ref: logicalId }))
        .toSorted(),
    );
  });
});

test('switched off, nothing of it is deployed, and an alert knows no playbook', () => {
  const off = new Resources(importedInto({ ...OPTIONS, containment: { enabled: false } }));
  expect(off.of('StepFunctions::StateMachine')).toEqual([]);
  expect(off.of('Lambda::Function')).toHaveLength(4);
  expect(off.of('EKS::AccessEntry')).toHaveLength(2);
  for (const type of [
    'IAM::ManagedPolicy',
    'IAM::Policy',
    'IAM::Role',
    'Logs::LogGroup',
    'CloudWatch::Alarm',
    'Events::Rule',
  ])
    for (const { id } of off.of(type)) expect(id).not.toMatch(/Contain|playbook|step/i);
  const variables = variablesOf(off, 'Alert');
  for (const name of ['PLAYBOOKS', 'AUTO_START', 'PROTECTED_NAMESPACES']) expect(variables).not.toHaveProperty(name);
});
