/** The IAM actions of each port are those of the commands that its adapter sends. */

import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { BatchGetItemCommand, DynamoDBClient, GetItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { EC2Client } from '@aws-sdk/client-ec2';
import { ECRClient } from '@aws-sdk/client-ecr';
import { EKSClient } from '@aws-sdk/client-eks';
import { GuardDutyClient } from '@aws-sdk/client-guardduty';
import { IAMClient } from '@aws-sdk/client-iam';
import { KMSClient } from '@aws-sdk/client-kms';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { PutObjectCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { marshall } from '@aws-sdk/util-dynamodb';
import { expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { ACTIONS } from '../../functions/clients/aws/actions.ts';
import { AwsCapabilities } from '../../functions/clients/aws/aws-capabilities.ts';
import { AwsChain } from '../../functions/clients/aws/aws-chain.ts';
import { AwsDeployments } from '../../functions/clients/aws/aws-deployments.ts';
import { AwsEks } from '../../functions/clients/aws/aws-eks.ts';
import { AwsFlowLogs } from '../../functions/clients/aws/aws-flow-logs.ts';
import { AwsImageScans } from '../../functions/clients/aws/aws-image-scans.ts';
import { AwsLogVolumes } from '../../functions/clients/aws/aws-log-volumes.ts';
import { AwsPodIdentity } from '../../functions/clients/aws/aws-pod-identity.ts';
import { AwsRoleTrust } from '../../functions/clients/aws/aws-role-trust.ts';
import { AwsRoles } from '../../functions/clients/aws/aws-roles.ts';
import { AwsStackKey } from '../../functions/clients/aws/aws-stack-key.ts';
import { AwsThreats } from '../../functions/clients/aws/aws-threats.ts';
import { AwsTopicSubscriptions } from '../../functions/clients/aws/aws-topic-subscriptions.ts';
import { AwsTrail } from '../../functions/clients/aws/aws-trail.ts';
import { SharedTrail } from '../../functions/clients/aws/shared-trail.ts';
import { S3EvidenceStore } from '../../functions/clients/bucket/s3-evidence-store.ts';
import { S3FindingRecords } from '../../functions/clients/bucket/s3-finding-records.ts';
import { EksKubernetes } from '../../functions/clients/kubernetes/eks-kubernetes.ts';
import { AwsClusterLog } from '../../functions/clients/logs/aws-cluster-log.ts';
import { InsightsLogSearch } from '../../functions/clients/logs/insights-log-search.ts';
import { RememberingLogSearch } from '../../functions/clients/logs/remembering-log-search.ts';
import { LambdaDetector } from '../../functions/clients/send/lambda-detector.ts';
import { LambdaDigestMessages } from '../../functions/clients/send/lambda-digest-messages.ts';
import { LambdaFollowUps } from '../../functions/clients/send/lambda-follow-ups.ts';
import { LambdaInvestigator } from '../../functions/clients/send/lambda-investigator.ts';
import { SfnPlaybooks } from '../../functions/clients/send/sfn-playbooks.ts';
import { SnsHealthMessages } from '../../functions/clients/send/sns-health-messages.ts';
import { StoredDigests } from '../../functions/clients/table/digests.ts';
import { DynamoAgenda } from '../../functions/clients/table/dynamo-agenda.ts';
import { DynamoAnswerMemory } from '../../functions/clients/table/dynamo-answer-memory.ts';
import { DynamoBaseline } from '../../functions/clients/table/dynamo-baseline.ts';
import { DynamoCanaries } from '../../functions/clients/table/dynamo-canaries.ts';
import { DynamoChainStates } from '../../functions/clients/table/dynamo-chain-states.ts';
import { DynamoClosures } from '../../functions/clients/table/dynamo-closures.ts';
import { DynamoContainmentRegister } from '../../functions/clients/table/dynamo-containment-register.ts';
import { DynamoDigestStore } from '../../functions/clients/table/dynamo-digest-store.ts';
import { DynamoExplanations } from '../../functions/clients/table/dynamo-explanations.ts';
import { DynamoFindingLookup } from '../../functions/clients/table/dynamo-finding-lookup.ts';
import { DynamoGaps } from '../../functions/clients/table/dynamo-gaps.ts';
import { DynamoJobRuns } from '../../functions/clients/table/dynamo-job-runs.ts';
import { DynamoLogBudget } from '../../functions/clients/table/dynamo-log-budget.ts';
import { DynamoStock } from '../../functions/clients/table/dynamo-stock.ts';
import { budgetOfEach } from '../../functions/clients/table/log-budget.ts';
import { alertFolder } from '../../functions/contract/alert-key.ts';
import { someQuestion } from './containment-register.contract.ts';
import { someFinding } from './findings-table.contract.ts';

const CLUSTER = { name: 'prod', region: 'eu-central-1', account: '111122223333' };
const LOG_GROUP = '/aws/eks/prod/cluster';
const FINDING_ID = 'nsf-0123456789abcdef0123456789abcdef';
const ALERT_KEY = `${alertFolder(CLUSTER, FINDING_ID)}alert.json`;
const IMAGE = {
  registryId: '111122223333',
  region: 'eu-central-1',
  repository: 'r',
  digest: `sha256:${'0'.repeat(64)}`,
};

/** Each service by its prefix in IAM, with one answer that holds what any of its commands needs to go on. */
const SERVICES = {
  eks: [
    EKSClient,
    {
      cluster: {
        arn: 'arn:aws:eks:eu-central-1:111122223333:cluster/prod',
        endpoint: 'https://example.com',
        certificateAuthority: { data: 'Y2E=' },
      },
      associations: [{ associationId: 'a-1' }],
      capabilities: [{ capabilityName: 'argo' }],
      capability: { type: 'ARGOCD', status: 'ACTIVE' },
    },
  ],
  logs: [
    CloudWatchLogsClient,
    { logGroups: [{ logGroupName: LOG_GROUP, storedBytes: 10 }], queryId: 'q', status: 'Running', statistics: {} },
  ],
  dynamodb: [DynamoDBClient, { Items: [{ id: { S: FINDING_ID } }] }],
  cloudtrail: [CloudTrailClient, {}],
  cloudwatch: [CloudWatchClient, {}],
  ec2: [EC2Client, {}],
  ecr: [ECRClient, { imageScanStatus: { status: 'COMPLETE' }, imageScanFindings: {} }],
  cloudformation: [CloudFormationClient, {}],
  iam: [
    IAMClient,
    {
      Role: { AssumeRolePolicyDocument: '%7B%22Version%22%3A%222012-10-17%22%7D' },
      PolicyNames: ['p'],
      PolicyDocument: '%7B%7D',
      AttachedPolicies: [{ PolicyArn: 'arn' }],
      PolicyVersion: { Document: '%7B%7D' },
    },
  ],
  kms: [KMSClient, {}],
  lambda: [LambdaClient, { StatusCode: 202 }],
  s3: [S3Client, { Contents: [{ Key: ALERT_KEY }] }],
  sns: [SNSClient, {}],
  states: [SFNClient, { status: 'RUNNING' }],
  guardduty: [GuardDutyClient, { DetectorIds: ['d'], FindingIds: ['f'], Findings: [] }],
} as const;

const mocks = Object.entries(SERVICES).map(([prefix, [client, answer]]) => {
  const mock = mockClient(client as typeof EKSClient);
  mock.onAnyCommand().resolves(answer as object);
  return { prefix, mock };
});

const dbMock = mocks.find(({ prefix }) => prefix === 'dynamodb')?.mock as (typeof mocks)[number]['mock'];
const s3Mock = mocks.find(({ prefix }) => prefix === 's3')?.mock as (typeof mocks)[number]['mock'];

/** Where IAM names an action otherwise than the SDK its command. https://docs.aws.amazon.com/service-authorization/ */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  's3:HeadObject': 's3:GetObject',
  's3:ListObjectsV2': 's3:ListBucket',
  'lambda:Invoke': 'lambda:InvokeFunction',
};

/** What was sent, as IAM names it. */
const sent = (): string[] => {
  const all = mocks.flatMap(({ prefix, mock }) =>
    mock.calls().map(({ args: [command] }) => {
      const name = `${prefix}:${command.constructor.name.replace(/Command$/, '')}`;
      return OTHER_NAMES[name] ?? name;
    }),
  );
  for (const { mock } of mocks) mock.resetHistory();
  return [...new Set(all)].sort();
};

const eks = new AwsEks(new EKSClient({}));
const db = new DynamoDBClient({});
const threats = new AwsThreats(new GuardDutyClient({}));
const flowLogs = new AwsFlowLogs(new EC2Client({}));
const scans = new AwsImageScans(() => new ECRClient({}));
const podIdentity = new AwsPodIdentity(new EKSClient({}), eks);
const s3 = new S3Client({});
const store = new S3EvidenceStore(s3, 'b');
const register = new DynamoContainmentRegister(db, 't');
const playbooks = new SfnPlaybooks(new SFNClient({}), 'arn');
const question = someQuestion({ findingId: FINDING_ID });
const digests = new StoredDigests(new DynamoDigestStore(db, 't'));
const stock = new DynamoStock(db, 't');
const clusterLog = new AwsClusterLog(new CloudWatchLogsClient({}), { detect: 'arn', patterns: [] });
const detector = new LambdaDetector(new LambdaClient({}), 'detect');
const runs = new DynamoJobRuns(db, { tableName: 't', network: '' });
const canaries = new DynamoCanaries(db, 't');
const chain = new AwsChain({
  logs: new CloudWatchLogsClient({}),
  lambda: new LambdaClient({}),
  iam: new IAMClient({}),
  cloudWatch: new CloudWatchClient({}),
});
const aCanary = { nonce: 'n', cluster: CLUSTER, principal: 'arn', sentAt: 1 };
const finding = someFinding();
const credentials = async () => ({ accessKeyId: 'a', secretAccessKey: 's' });

const AUDIT = { cluster: CLUSTER, source: 'audit' as const, from: 0, to: 60_000 };
const insightsAlone = () =>
  new InsightsLogSearch(
    new CloudWatchLogsClient({}),
    { budget: budgetOfEach(1), volumes: new AwsLogVolumes(new CloudWatchClient({})) },
    { pollMs: 1 },
  );

/** Given up while the query runs, so that it is stopped as well. */
async function givenUp(ask: (signal: AbortSignal) => Promise<unknown>, signal: AbortSignal): Promise<void> {
  await expect(ask(AbortSignal.any([signal, AbortSignal.timeout(300)]))).rejects.toThrow();
  const stopped = () => mocks.some(({ mock }) => mock.calls().some(({ args: [c] }) => /Stop/.test(c.constructor.name)));
  while (!stopped()) await new Promise((resolve) => setTimeout(resolve, 5));
}

type Call = (signal: AbortSignal) => Promise<unknown>;
const CALLS: { [Port in keyof typeof ACTIONS]: { [Method in keyof (typeof ACTIONS)[Port]]: Call } } = {
  eks: {
    describeCluster: (signal) => eks.describeCluster('prod', signal),
    describeAccessEntry: (signal) => eks.describeAccessEntry('prod', 'arn', signal),
    listAccessEntries: (signal) => eks.listAccessEntries('prod', signal),
    listAssociatedAccessPolicies: (signal) => eks.listAssociatedAccessPolicies('prod', 'arn', signal),
  },
  kubernetes: {
    connect: (signal) => new EksKubernetes({ eks, credentials, api: () => ({}) as never }).connect(CLUSTER, signal),
  },
  logs: {
    async ask(signal) {
      const budget = new DynamoLogBudget(db, { tableName: 't', rule: { volumes: 12 } });
      const volumes = new AwsLogVolumes(new CloudWatchClient({}));
      const insights = new InsightsLogSearch(new CloudWatchLogsClient({}), { budget, volumes }, { pollMs: 1 });
      const search = new RememberingLogSearch(insights, new DynamoAnswerMemory(db, 't'), () => {});
      const question = { ...AUDIT, where: { field: 'verb', is: 'get' }, limit: 1 };
      await givenUp((late) => search.ask(question, late), signal);
    },
  },
  auditLog: {
    ask: async (signal) => {
      const question = { ...AUDIT, where: { field: 'verb', is: 'get' }, limit: 1 };
      await givenUp((late) => insightsAlone().ask(question, late), signal);
    },
    newest: (signal) => givenUp((late) => insightsAlone().newest(AUDIT, late), signal),
  },
  trail: {
    lookUp: (signal) =>
      new SharedTrail(new AwsTrail(new CloudTrailClient({}), 0), new DynamoAnswerMemory(db, 't')).lookUp(
        { eventSource: 'eks.amazonaws.com', names: ['CreateAccessEntry'], from: 0, to: 1, max: 1 },
        signal,
      ),
  },
  imageScans: {
    findings: (signal) => scans.findings(IMAGE, signal),
    startScan: (signal) => scans.startScan(IMAGE, signal),
  },
  threats: { findings: (signal) => threats.findings({ clusterName: 'prod', since: 0 }, signal) },
  flowLogs: {
    destinations: (signal) => flowLogs.destinations('vpc-1', signal),
    cidrs: (signal) => flowLogs.cidrs('vpc-1', signal),
  },
  baseline: {
    lookUp: (signal) =>
      new DynamoBaseline(db, 't').lookUp({ cluster: CLUSTER, principal: 'arn', name: 'shop' }, 0, signal),
    put: () =>
      new DynamoBaseline(db, 't').put({
        cluster: CLUSTER,
        principal: 'arn',
        namePattern: 'shop',
        decidedBy: 'alice',
        decidedAt: '2026-11-23T07:00:00Z',
        expiresAt: '2026-12-23T07:00:00Z',
        origin: 'decision',
      }),
    assessed: () => new DynamoBaseline(db, 't').assessed(FINDING_ID),
  },
  table: {
    read: () => new DynamoClosures(db, 't').read(FINDING_ID),
    close: () => new DynamoClosures(db, 't').close(FINDING_ID, { reason: '', decidedBy: '', decidedAt: '' }),
  },
  lookup: { find: () => new DynamoFindingLookup(db, 't').find(FINDING_ID.slice(0, 16)) },
  podIdentity: {
    associations: (signal) => podIdentity.associations(CLUSTER, 'shop', signal),
    dissociate: (signal) => podIdentity.dissociate(CLUSTER, 'a-1', signal),
  },
  capabilities: { of: (signal) => new AwsCapabilities(new EKSClient({}), eks).of(CLUSTER, signal) },
  roleTrust: {
    of: (signal) => new AwsRoleTrust(new IAMClient({}), eks).of('arn:aws:iam::111122223333:role/r', CLUSTER, signal),
  },
  store: {
    place: async () => store.place('k'),
    put: () => store.put('k', '', 'text/plain'),
    async putFirst() {
      const there = { httpStatusCode: 412 };
      const taken = new S3ServiceException({ name: 'x', $fault: 'client', $metadata: there, message: '' });
      s3Mock.on(PutObjectCommand as never, { IfNoneMatch: '*' } as never).rejects(taken);
      await store.putFirst('k', '', 'text/plain');
    },
    get: () => store.get('k'),
    markReleased: () => store.markReleased(['k']),
    list: () => store.list('k'),
  },
  findings: {
    // What is kept is not an alert here: it is read all the same.
    alert: () => new S3FindingRecords(s3, 'b').alert(FINDING_ID, CLUSTER).catch(() => undefined),
  },
  register: {
    lease: () => register.lease('uid', 'arn', 1, 0),
    giveBack: () => register.giveBack('uid', 'arn'),
    ask: () => register.ask(question),
    question: () => register.question('q'),
    answer: () => register.answer('q', 'arn'),
    reopen: () => register.reopen('q', 'arn'),
    countStart: () => register.countStart(1, 0),
    noteHash: () => register.noteHash('snapshot', 'k', 'h'),
    hashes: () => register.hashes('snapshot', 'k'),
  },
  playbooks: {
    start: () => playbooks.start('n', {}),
    ended: () => playbooks.ended('arn'),
    answer: () => playbooks.answer('token', { decision: 'refuse' } as never),
  },
  agenda: {
    due: () => new DynamoAgenda(db, 't').due('alert', 1),
    take: () => new DynamoAgenda(db, 't').take(FINDING_ID, 0),
    letGo: () => new DynamoAgenda(db, 't').letGo(FINDING_ID),
  },
  digests: {
    due: () => digests.due(1),
    take: () => digests.take('d', 0),
    async read() {
      const window = { account: '111122223333', from: '2026-11-23T07:00:00Z', to: '2026-11-23T08:00:00Z' };
      dbMock
        .on(GetItemCommand as never)
        .resolves({ Item: marshall({ id: 'd', window: JSON.stringify(window) }) } as never);
      dbMock.on(QueryCommand as never).resolves({ Items: [marshall({ id: 'r' })] } as never);
      // The rows that are named are gone again.
      dbMock.on(BatchGetItemCommand as never).resolves({ Responses: {} } as never);
      await digests.read('d').catch(() => undefined);
      for (const command of [GetItemCommand, QueryCommand, BatchGetItemCommand])
        dbMock.on(command as never).resolves({});
    },
    close: () => digests.close('d'),
  },
  canaries: {
    keep: () => canaries.keep(aCanary),
    sent: () => canaries.sent(aCanary, 'uid'),
    state: () => canaries.state(CLUSTER),
    know: () => canaries.know(CLUSTER, 'uid'),
  },
  chain: {
    logGroup: (signal) => chain.logGroup(LOG_GROUP, signal),
    hasTransformer: (signal) => chain.hasTransformer(LOG_GROUP, signal),
    filter: (signal) => chain.filter(LOG_GROUP, 'f', signal),
    function: (signal) => chain.function('f', signal),
    concurrency: (signal) => chain.concurrency('f', signal),
    policy: (signal) => chain.policy('f', signal),
    hasRole: (signal) => chain.hasRole('arn:aws:iam::111122223333:role/r', signal),
    sum: (signal) => chain.sum({ namespace: 'n', metric: 'm', dimensions: {}, minutes: 5, until: 0 }, signal),
  },
  deployments: {
    async read(signal) {
      await expect(
        new AwsDeployments(new CloudFormationClient({}), { stack: 's', resource: 'r' }).read(signal),
      ).rejects.toThrow('does not say what was deployed');
    },
  },
  roles: {
    async describe(signal) {
      const role = await new AwsRoles(new IAMClient({})).describe('r', ['arn', 'other'], signal);
      expect(role).toEqual({
        name: 'r',
        trust: { Version: '2012-10-17' },
        inline: { p: {} },
        attached: ['arn'],
        managed: [{ arn: 'arn', document: {} }],
      });
    },
  },
  stackKey: { describe: (signal) => new AwsStackKey(new KMSClient({}), 'arn').describe(signal) },
  topicSubscriptions: {
    list: (signal) => new AwsTopicSubscriptions(new SNSClient({})).list('arn', signal),
    filterPolicy: (signal) => new AwsTopicSubscriptions(new SNSClient({})).filterPolicy('arn', signal),
  },
  chainStates: {
    read: () => new DynamoChainStates(db, 't').read(CLUSTER),
    write: () => new DynamoChainStates(db, 't').write(CLUSTER, { watchedSince: 0, broken: {} }),
  },
  health: { tell: () => new SnsHealthMessages(new SNSClient({}), 'arn').tell('s', 't') },
  stock: {
    read: () => stock.read(CLUSTER),
    try: () => stock.try(CLUSTER, 0),
    begin: () => stock.begin(CLUSTER, 0),
    add: () => stock.add(CLUSTER, ['0a']),
    remove: () => stock.remove(CLUSTER, ['0a']),
    count: () => stock.count(CLUSTER, 1),
  },
  explanations: { findings: (signal) => new DynamoExplanations(db, 't').findings([FINDING_ID], signal) },
  gaps: {
    read: () => new DynamoGaps(db, 't').read(CLUSTER),
    write: () => new DynamoGaps(db, 't').write(CLUSTER, { seenUntil: 0 }),
  },
  clusterLog: {
    filters: (signal) => clusterLog.filters(CLUSTER, signal),
    events: (signal) => clusterLog.events(CLUSTER, { from: 0, to: 1, pattern: 'p' }, signal),
  },
  detector: {
    deliver: () => detector.deliver({ owner: '', logGroup: 'g', logStream: 's', logEvents: [] }),
    explain: () => detector.explain({ cluster: { name: 'prod' }, namespaces: [{ name: 'a', uid: 'u' }] }),
  },
  jobRuns: { begin: () => runs.begin('j', 1, 1), again: () => runs.again('j') },
  investigator: {
    start: () => new LambdaInvestigator(new LambdaClient({}), { byDefault: 'f', clusters: {} }).start({ finding }),
  },
  digestMessages: { send: () => new LambdaDigestMessages(new LambdaClient({}), 'f').send({} as never) },
  followUps: { tell: () => new LambdaFollowUps(new LambdaClient({}), 'f').tell({} as never) },
};

/** Asked by a service in the caller's name: no command of ours. */
const IN_OUR_NAME: readonly string[] = ['inspector2:ListCoverage', 'inspector2:ListFindings'];

const rows = Object.entries(ACTIONS).flatMap(([port, methods]) =>
  Object.entries(methods as Record<string, readonly string[]>).map(([method, actions]) => ({
    name: `${port}.${method}`,
    call: (CALLS as unknown as Record<string, Record<string, Call>>)[port]?.[method],
    actions,
  })),
);

test.each(rows)('$name sends the commands of its actions, and no other', async ({ call, actions }) => {
  sent();
  await call?.(AbortSignal.timeout(5_000));
  expect(sent()).toEqual(actions.filter((action) => !IN_OUR_NAME.includes(action)).sort());
});
