/** The stack with a minute of less than a second, whose alarms are judged, and what is looked at of it. */
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { EKSClient } from '@aws-sdk/client-eks';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { KMSClient } from '@aws-sdk/client-kms';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { chainStateSchema } from '../../../functions/contract/chain-state.ts';
import { type Finding, findingSchema } from '../../../functions/contract/finding.ts';
import { clusterKey, ITEM_KEYS } from '../../../functions/contract/item-keys.ts';
import { AlarmJudge } from '../../../tools/twin/alarms/judge.ts';
import { AlertQueue } from '../../../tools/twin/alerts.ts';
import { run } from '../../../tools/twin/commands.ts';
import { type Deployment, deploy } from '../../../tools/twin/deployment.ts';
import { clientSettings } from '../../../tools/twin/identities.ts';
import { type KubeRequest, kubeRequest } from '../../../tools/twin/kube.ts';
import type { Report } from '../../../tools/twin/report.ts';
import type { Stack } from '../../../tools/twin/stack.ts';
import { startTwin, type Twin } from '../../../tools/twin/twin.ts';
import { startWire } from '../../../tools/twin/wire/wire.ts';
import { until } from '../until.ts';
import { Gate } from './gate.ts';
import { HEALTH, type Said, saidSince } from './said.ts';

/** Half an hour is six seconds; a run of *watch*, which takes half a second, two minutes and a half. */
const MINUTE_SECONDS = Number(process.env['TWIN_MINUTE_SECONDS'] ?? 0.2);
/** What this machine may take beside that, in milliseconds: on AWS it is the same, and far less than a minute. */
const ROOM_MS = 10_000;

export class Scene {
  readonly stack: Stack;
  readonly judge: AlarmJudge;
  /** The cluster's endpoint leads through it. */
  readonly gate: Gate;
  readonly logs: CloudWatchLogsClient;
  readonly eks: EKSClient;
  readonly iam: IAMClient;
  readonly kms: KMSClient;
  readonly lambda: LambdaClient;
  readonly events: EventBridgeClient;
  readonly db: DynamoDBClient;
  #planted: Record<string, object>;

  private constructor(stack: Stack, gate: Gate, planted: Record<string, object>) {
    const settings = clientSettings(stack.emulator);
    this.stack = stack;
    this.gate = gate;
    this.judge = new AlarmJudge(stack.emulator);
    this.logs = new CloudWatchLogsClient(settings);
    this.eks = new EKSClient(settings);
    this.iam = new IAMClient(settings);
    this.kms = new KMSClient(settings);
    this.lambda = new LambdaClient(settings);
    this.events = new EventBridgeClient(settings);
    this.db = new DynamoDBClient(settings);
    this.#planted = planted;
  }

  /** Without Logs Insights, as in `pipeline.test.ts`: it would be busy with the questions of investigations. */
  static async start(report: Report): Promise<Scene> {
    const twin = await startTwin(report, { minuteSeconds: MINUTE_SECONDS });
    try {
      await run(twin.binaries.kubectl, [`--kubeconfig=${twin.adminKubeconfig}`, 'apply', '-k', 'cluster/']);
      const gate = new Gate(twin.endpoint.url);
      await gate.open();
      const planted = { 'eks:DescribeCluster': { merge: { cluster: { endpoint: gate.url } } } };
      await plant(twin.emulator.url, planted);
      await startWire(twin, { fromNow: true });
      const deployment = await deploy(twin, report, { healthEmails: [HEALTH] });
      await denyInsights(twin, deployment);
      const alerts = await AlertQueue.subscribe(twin, deployment.outputs['AlertTopicArn'] ?? '');
      const close = async () => {
        await gate.close();
        await twin.close();
      };
      const scene = new Scene({ ...twin, deployment, alerts, close }, gate, planted);
      scene.judge.start();
      return scene;
    } catch (error) {
      await twin.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.judge.stop();
    await this.stack.close();
  }

  output(name: string): string {
    return this.stack.deployment.outputs[name] ?? '';
  }

  /** So many minutes in milliseconds, and what this machine may take. */
  within(minutes: number): number {
    return minutes * this.stack.emulator.minuteMs + ROOM_MS;
  }

  /** Has the emulator answer an action otherwise (`answers.py`), beside what is planted; undefined takes it back. */
  async plant(action: string, answer: object | undefined): Promise<void> {
    const { [action]: _, ...others } = this.#planted;
    this.#planted = answer ? { ...others, [action]: answer } : others;
    await plant(this.stack.emulator.url, this.#planted);
  }

  said(since: number): Said[] {
    return saidSince(this.stack, since);
  }

  /** @throws when it is not said of all of them within so many minutes; @returns when it was said of each */
  async untilSaid(about: readonly string[], since: number, minutes: number): Promise<Record<string, number>> {
    const when = (each: string): number | undefined => this.said(since).find((said) => said.about.includes(each))?.at;
    await until(
      `it is said of ${about.join(' and ')}`,
      async () => about.every((each) => when(each) !== undefined),
      this.within(minutes),
    ).catch((error) => {
      throw new Error(`${error}; said was: ${JSON.stringify(this.said(since))}`);
    });
    return Object.fromEntries(about.map((each) => [each, when(each) ?? 0]));
  }

  /** The links that *watch* holds for broken. */
  async broken(): Promise<string[]> {
    const { cluster: name, account, region } = this.stack.emulator;
    const id = ITEM_KEYS.chain + clusterKey({ name, account, region });
    const item = (await this.items()).find((each) => each['id']?.S === id);
    const { data } = chainStateSchema.safeParse(JSON.parse(item?.['chain']?.S ?? '{}'));
    return Object.keys(data?.broken ?? {});
  }

  async untilWhole(links?: readonly string[]): Promise<void> {
    const isWhole = async () => !(await this.broken()).some((id) => links === undefined || links.includes(id));
    await until('the chain holds again', isWhole, this.within(60));
  }

  /** What is in the findings table. */
  async findings(): Promise<Finding[]> {
    return (await this.items()).flatMap(({ finding }) => {
      const { data } = findingSchema.safeParse(JSON.parse(finding?.S ?? 'null'));
      return data ? [data] : [];
    });
  }

  /** @throws when there is no finding of the namespace within so many minutes */
  async untilFound(uid: string, minutes: number): Promise<Finding> {
    let found: Finding | undefined;
    await until(
      `a finding of ${uid}`,
      async () => {
        found = (await this.findings()).find(({ namespace }) => namespace.uid === uid);
        return found !== undefined;
      },
      this.within(minutes),
    );
    return found as Finding;
  }

  async items() {
    const items = [];
    let ExclusiveStartKey: Awaited<ReturnType<typeof this.page>>['LastEvaluatedKey'];
    do {
      const page = await this.page(ExclusiveStartKey);
      items.push(...(page.Items ?? []));
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey);
    return items;
  }

  page(ExclusiveStartKey: ScanCommand['input']['ExclusiveStartKey']) {
    return this.db.send(new ScanCommand({ TableName: this.output('FindingsTableName'), ExclusiveStartKey }));
  }

  /** Asks the API server past the gate, as its administrator. */
  async ask(request: KubeRequest) {
    return kubeRequest(this.stack.endpoint, this.stack.admin, request);
  }

  /** Makes a namespace as somebody. @returns its UID */
  async create(name: string, role: 'Dev' | 'CI' | 'Admin'): Promise<string> {
    const token = await this.stack.identities.roleToken(role, 'alice@example.com');
    const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
    const { code, json } = await kubeRequest(this.stack.endpoint, token, {
      method: 'POST',
      path: '/api/v1/namespaces',
      body,
    });
    if (code !== 201) throw new Error(`${name}: ${code}`);
    return (json as { metadata: { uid: string } }).metadata.uid;
  }
}

async function denyInsights({ emulator }: Twin, { outputs }: Deployment): Promise<void> {
  const statement = { Effect: 'Deny', Action: ['logs:DescribeLogGroups', 'logs:StartQuery'], Resource: '*' };
  await new IAMClient(clientSettings(emulator)).send(
    new PutRolePolicyCommand({
      RoleName: outputs['InvestigateRoleArn']?.split('/').pop(),
      PolicyName: 'no-insights',
      PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }),
    }),
  );
}

async function plant(url: string, answers: object): Promise<void> {
  await fetch(`${url}/_twin/answers`, { method: 'PUT', body: JSON.stringify(answers) });
}
