/** What cuts the chain from the cluster to *detect*, link by link: how it is cut and fixed, and what is said of it. */
import {
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  DeleteRetentionPolicyCommand,
  DeleteSubscriptionFilterCommand,
  PutRetentionPolicyCommand,
  PutSubscriptionFilterCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import {
  CreateAccessEntryCommand,
  DeleteAccessEntryCommand,
  UpdateAccessEntryCommand,
  UpdateClusterConfigCommand,
} from '@aws-sdk/client-eks';
import { DisableRuleCommand, EnableRuleCommand, ListRuleNamesByTargetCommand } from '@aws-sdk/client-eventbridge';
import { DisableKeyCommand, EnableKeyCommand } from '@aws-sdk/client-kms';
import {
  AddPermissionCommand,
  DeleteFunctionCommand,
  DeleteFunctionConcurrencyCommand,
  GetFunctionCommand,
  GetPolicyCommand,
  PutFunctionConcurrencyCommand,
  RemovePermissionCommand,
} from '@aws-sdk/client-lambda';
import { clusterKey, ITEM_KEYS } from '../../../functions/contract/item-keys.ts';
import { NAMESPACE_WRITES } from '../../../functions/kubernetes/filter-pattern.ts';
import { GROUPS } from '../../../functions/kubernetes/quarantine.ts';
import { auditLogGroup, startWire, stopWire } from '../../../tools/twin/wire/wire.ts';
import { Role } from './role.ts';
import type { Scene } from './scene.ts';

export interface Cut {
  /** What is said of it: links of the chain, `key`, or alarms. */
  told: readonly string[];
  /** Within so many minutes. @default 15: the chain is examined every ten, by a run that comes every five */
  within?: number;
  /** What may be said as well, as it follows from the cut. */
  follows?: readonly string[];
  cut(scene: Scene): Promise<unknown>;
  fix?(scene: Scene): Promise<unknown>;
}

const group = ({ stack }: Scene) => ({ logGroupName: auditLogGroup(stack) });

async function putFilter(scene: Scene, filterPattern: string = NAMESPACE_WRITES): Promise<void> {
  const { Configuration } = await scene.lambda.send(
    new GetFunctionCommand({ FunctionName: scene.output('DetectFunctionName') }),
  );
  const filterName = 'NamespaceSentinel-namespaces';
  const destinationArn = Configuration?.FunctionArn;
  await scene.logs.send(
    new PutSubscriptionFilterCommand({ ...group(scene), filterName, filterPattern, destinationArn }),
  );
}

/** EKS makes the group again with the next line; what it has not written meanwhile, it never writes. */
async function deleteGroup(scene: Scene): Promise<void> {
  await stopWire(scene.stack);
  await scene.logs.send(new DeleteLogGroupCommand(group(scene)));
}

const log = (scene: Scene, enabled: boolean) =>
  scene.eks.send(
    new UpdateClusterConfigCommand({
      name: scene.stack.emulator.cluster,
      logging: { clusterLogging: [{ types: ['audit'], enabled }] },
    }),
  );

const detect = (scene: Scene) => ({ FunctionName: scene.output('DetectFunctionName') });
const entry = (scene: Scene) => ({
  clusterName: scene.stack.emulator.cluster,
  principalArn: scene.output('WatchRoleArn'),
});

/** What lets CloudWatch Logs invoke *detect*. */
const MAY_INVOKE = { Action: 'lambda:InvokeFunction', Principal: 'logs.amazonaws.com' };

/** The ids of the statements in the policy of *detect*. */
async function statements(scene: Scene): Promise<string[]> {
  const { Policy = '{}' } = await scene.lambda.send(new GetPolicyCommand(detect(scene)));
  return (JSON.parse(Policy) as { Statement: { Sid: string }[] }).Statement.map(({ Sid }) => Sid);
}

let detectRole: Role | undefined;

/** The rule that runs *watch*. */
async function schedule(scene: Scene): Promise<{ Name: string }> {
  const watch = { FunctionName: scene.output('WatchFunctionName') };
  const { Configuration } = await scene.lambda.send(new GetFunctionCommand(watch));
  const { RuleNames: [Name] = [] } = await scene.events.send(
    new ListRuleNamesByTargetCommand({ TargetArn: Configuration?.FunctionArn }),
  );
  if (!Name) throw new Error('watch has no schedule');
  return { Name };
}

/** After so many minutes without a canary its alarm rings. */
const CANARY_ALARM = 30;
/** What follows where nothing is delivered for long. */
const NOTHING_COMES = ['canary', 'delivery', 'alarm:twin-silent'];
const NOT_LET_IN = ['reach', 'alarm:twin-silent'];

export const CUTS = {
  'audit logging off': {
    told: ['audit-logging'],
    follows: NOTHING_COMES,
    cut: async (scene) => {
      await log(scene, false);
      await stopWire(scene.stack);
    },
    fix: async (scene) => {
      await log(scene, true);
      await startWire(scene.stack, { fromNow: true });
    },
  },
  'log group deleted': {
    told: ['log-group', 'filter'],
    follows: NOTHING_COMES,
    cut: deleteGroup,
    fix: async (scene) => {
      await startWire(scene.stack, { fromNow: true });
      await putFilter(scene);
    },
  },
  'log group of another class': {
    told: ['log-group', 'filter'],
    follows: NOTHING_COMES,
    cut: async (scene) => {
      await deleteGroup(scene);
      await scene.logs.send(new CreateLogGroupCommand({ ...group(scene), logGroupClass: 'INFREQUENT_ACCESS' }));
    },
    fix: async (scene) => {
      await scene.logs.send(new DeleteLogGroupCommand(group(scene)));
      await startWire(scene.stack, { fromNow: true });
      await putFilter(scene);
    },
  },
  'retention of a day': {
    told: ['log-group'],
    cut: (scene) => scene.logs.send(new PutRetentionPolicyCommand({ ...group(scene), retentionInDays: 1 })),
    fix: (scene) => scene.logs.send(new DeleteRetentionPolicyCommand(group(scene))),
  },
  /** SIMULATED: the emulator has no transformers; its answer says that there is one. */
  transformer: {
    told: ['transformer'],
    cut: (scene) => scene.plant('logs:GetTransformer', { merge: { transformerConfig: [{ parseToOCSF: {} }] } }),
    fix: (scene) => scene.plant('logs:GetTransformer', undefined),
  },
  'filter gone': {
    told: ['filter'],
    follows: NOTHING_COMES,
    cut: (scene) =>
      scene.logs.send(
        new DeleteSubscriptionFilterCommand({ ...group(scene), filterName: 'NamespaceSentinel-namespaces' }),
      ),
    fix: (scene) => putFilter(scene),
  },
  'filter changed': {
    told: ['filter'],
    follows: NOTHING_COMES,
    cut: (scene) => putFilter(scene, '{ $.verb = "nothing" }'),
    fix: (scene) => putFilter(scene),
  },
  'permission lost': {
    told: ['permission'],
    follows: NOTHING_COMES,
    cut: async (scene) => {
      for (const StatementId of await statements(scene))
        await scene.lambda.send(new RemovePermissionCommand({ ...detect(scene), StatementId }));
    },
    fix: (scene) =>
      scene.lambda.send(new AddPermissionCommand({ ...detect(scene), ...MAY_INVOKE, StatementId: 'MayInvoke' })),
  },
  'detect throttled': {
    told: ['detect', 'throttles'],
    // Lambda counts the throttled ones of a quarter of an hour.
    within: 35,
    follows: NOTHING_COMES,
    cut: (scene) =>
      scene.lambda.send(new PutFunctionConcurrencyCommand({ ...detect(scene), ReservedConcurrentExecutions: 0 })),
    fix: (scene) => scene.lambda.send(new DeleteFunctionConcurrencyCommand(detect(scene))),
  },
  'detect without its role': {
    told: ['detect'],
    follows: NOTHING_COMES,
    cut: async (scene) => {
      detectRole = new Role(scene.output('DetectRoleArn'));
      await detectRole.delete(scene);
    },
    fix: async (scene) => detectRole?.make(scene),
  },
  'access entry removed': {
    told: ['access-entry'],
    follows: NOT_LET_IN,
    cut: (scene) => scene.eks.send(new DeleteAccessEntryCommand(entry(scene))),
    fix: (scene) => scene.eks.send(new CreateAccessEntryCommand({ ...entry(scene), kubernetesGroups: [GROUPS.watch] })),
  },
  'access entry changed': {
    told: ['access-entry'],
    follows: NOT_LET_IN,
    cut: (scene) => scene.eks.send(new UpdateAccessEntryCommand({ ...entry(scene), kubernetesGroups: ['viewers'] })),
    fix: (scene) => scene.eks.send(new UpdateAccessEntryCommand({ ...entry(scene), kubernetesGroups: [GROUPS.watch] })),
  },
  'cluster unreachable': {
    told: ['reach'],
    // Three canaries, and the run that examines it.
    within: 45,
    follows: ['alarm:twin-silent'],
    cut: ({ gate }) => gate.close(),
    fix: ({ gate }) => gate.open(),
  },
  /** SIMULATED: the cluster is the same, and watch has seen another one before. */
  'cluster made again': {
    told: ['same-cluster'],
    cut: async (scene) => {
      const { cluster: name, account, region } = scene.stack.emulator;
      await scene.db.send(
        new UpdateItemCommand({
          TableName: scene.output('FindingsTableName'),
          Key: { id: { S: ITEM_KEYS.canaryState + clusterKey({ name, account, region }) } },
          UpdateExpression: 'SET clusterUid = :other',
          ExpressionAttributeValues: { ':other': { S: '11111111-2222-4333-8444-555555555555' } },
        }),
      );
    },
  },
  /** SIMULATED: EKS's answer says that it is gone, while the API server is still there. */
  'cluster deleted': {
    told: ['cluster'],
    cut: (scene) =>
      scene.plant('eks:DescribeCluster', {
        answer: { __type: 'ResourceNotFoundException', message: 'No cluster found for name: twin.' },
        status: 404,
      }),
    fix: (scene) => scene.plant('eks:DescribeCluster', { merge: { cluster: { endpoint: scene.gate.url } } }),
  },
  'key disabled': {
    told: ['key'],
    within: 5,
    cut: (scene) => scene.kms.send(new DisableKeyCommand({ KeyId: scene.output('KeyArn') })),
    fix: (scene) => scene.kms.send(new EnableKeyCommand({ KeyId: scene.output('KeyArn') })),
  },
  'watch killed': {
    told: ['alarm:watch-silent', 'alarm:twin-silent'],
    within: CANARY_ALARM + 10,
    cut: async (scene) => scene.events.send(new DisableRuleCommand(await schedule(scene))),
    fix: async (scene) => scene.events.send(new EnableRuleCommand(await schedule(scene))),
  },
  'detect killed': {
    told: ['detect'],
    follows: NOTHING_COMES,
    cut: (scene) => scene.lambda.send(new DeleteFunctionCommand(detect(scene))),
  },
} satisfies Record<string, Cut>;

export type CutName = keyof typeof CUTS;
