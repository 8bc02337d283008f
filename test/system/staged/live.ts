/** An incident that happens in the twin while the stack, as deployed, looks at it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { type AttributeValue, DynamoDBClient, ScanCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { Finding } from '../../../functions/contract/finding.ts';
import type { AssessmentSnapshot, Investigation } from '../../../functions/contract/investigation.ts';
import type { AgendaSummary } from '../../../functions/watch/jobs/agenda.ts';
import type { GroundTruth, Incident, Look } from '../../../tools/record/incidents/incident.ts';
import { stage } from '../../../tools/record/incidents/stage.ts';
import { ageBindings } from '../../../tools/twin/age.ts';
import type { Received } from '../../../tools/twin/alerts.ts';
import { clientSettings, LONG_AGO } from '../../../tools/twin/identities.ts';
import { kubeRequest } from '../../../tools/twin/kube.ts';
import type { Stack } from '../../../tools/twin/stack.ts';
import { auditLogGroup } from '../../../tools/twin/wire/wire.ts';

/** What came of an incident, each list in the order of the creations. */
export interface Outcome {
  /** With the creations that were reported on their own. */
  truth: GroundTruth;
  /** All creations. */
  creations: GroundTruth['creations'];
  /** The UIDs of those that are reported in the digest of the hour, because their actor made so many. */
  digested: string[];
  /** The first alerts. */
  first: Received[];
  /** The updates that the second look sent; none where it sent none. */
  updates: (Received | undefined)[];
  /** What the second look thought of it, whether it was sent or not. */
  latest: AssessmentSnapshot[];
  /** What else was alerted meanwhile. */
  others: Received[];
}

/** How long an alert may take, with room for a machine that does other things. */
const PATIENCE_MS = 60_000;

export class LiveStack {
  readonly stack: Stack;
  readonly #db: DynamoDBClient;
  readonly #lambda: LambdaClient;
  readonly #logs: CloudWatchLogsClient;
  readonly #received: Received[] = [];

  constructor(stack: Stack) {
    this.stack = stack;
    const settings = clientSettings(stack.emulator);
    this.#db = new DynamoDBClient(settings);
    this.#lambda = new LambdaClient(settings);
    this.#logs = new CloudWatchLogsClient(settings);
  }

  /**
   * Stages it: the script waits until the first alerts are there, and later until *watch* has looked again.
   *
   * @throws when the cluster answers otherwise than the story says, or an alert does not come
   */
  async run(incident: Incident): Promise<Outcome> {
    const began = this.#received.length;
    let [findings, looked]: [string[], Item[]] = [[], []];
    let digested: string[] = [];
    const { truth } = await stage(incident, this.stack, {
      begin: async () => {
        await ageBindings(this.stack, Date.now() + 1_000, LONG_AGO);
        await this.#untilLogged();
        await this.#untilItems('what stood before is alerted', (items) => items.every(isAlerted));
      },
      look: async (which: Look, { creations }) => {
        const uids = creations.map(({ uid }) => uid);
        if (which === 'first') ({ findings, digested } = await this.#toldOf(uids));
        else looked = await this.#lookAgain(findings);
      },
    });
    await this.#take();
    const since = this.#received.slice(began);
    const about = (id: string) => since.filter(({ alert }) => alert.id === id);
    return {
      truth: { ...truth, creations: truth.creations.filter(({ uid }) => !digested.includes(uid)) },
      creations: truth.creations,
      digested,
      first: findings.flatMap((id) => about(id).filter(({ alert }) => !alert.update)),
      updates: findings.map((id) => about(id).find(({ alert }) => alert.update)),
      latest: findings.map((id) => JSON.parse(looked.find((item) => item['id']?.S === id)?.['latest']?.S ?? '{}')),
      others: since.filter(({ alert }) => !findings.includes(alert.id)),
    };
  }

  /** How each creation is told, as soon as all of them are: the ids of those with an alert, the UIDs of those in the digest. */
  async #toldOf(uids: readonly string[]): Promise<{ findings: string[]; digested: string[] }> {
    const about = (items: Item[]): Item[] =>
      items
        .filter((item) => uids.includes(uidOf(item) ?? ''))
        .toSorted((a, b) => uids.indexOf(uidOf(a) ?? '') - uids.indexOf(uidOf(b) ?? ''));
    const items = about(
      await this.#untilItems('all creations are told', (all) => {
        const found = about(all);
        return found.length === uids.length && found.every((item) => isAlerted(item) && item['told'] !== undefined);
      }),
    );
    const isDigested = ({ told }: Item): boolean => JSON.parse(told?.S ?? '{}').digested === true;
    const findings = items.filter((item) => !isDigested(item)).map(({ id }) => id?.S ?? '');
    await until('the alerts are delivered', async () => {
      await this.#take();
      return findings.every((id) => this.#received.some(({ alert }) => alert.id === id));
    });
    return { findings, digested: items.filter(isDigested).flatMap((item) => uidOf(item) ?? []) };
  }

  async #take(): Promise<void> {
    this.#received.push(...(await this.stack.alerts.receive()));
  }

  /** The second look: due in five minutes, and so made due now. Runs *watch*, as its schedule does. */
  async #lookAgain(ids: readonly string[]): Promise<Item[]> {
    await this.#untilLogged();
    await this.#untilItems('the look is on the agenda', (items) =>
      ids.every((id) => items.some((item) => item['id']?.S === id && item['agenda']?.S === 'look')),
    );
    for (const id of ids)
      await this.#db.send(
        new UpdateItemCommand({
          TableName: this.#output('FindingsTableName'),
          Key: { id: { S: id } },
          UpdateExpression: 'SET due = :now',
          ExpressionAttributeValues: { ':now': { N: '0' } },
        }),
      );
    const { agenda } = await this.#call<{ agenda: AgendaSummary }>('Watch', {});
    const { looks } = agenda;
    if (looks !== ids.length) throw new Error(`watch began ${looks} looks of ${ids.length}`);
    const items = await this.#untilItems('the second look is taken', (all) =>
      ids.every((id) => all.some((item) => item['id']?.S === id && item['look']?.N === '2')),
    );
    return items.filter((item) => ids.includes(item['id']?.S ?? ''));
  }

  /** An investigation as *watch* would start it, without an alert of it. */
  async investigate(finding: Finding): Promise<Investigation> {
    return this.#call<Investigation>('Investigate', { finding, look: 1 });
  }

  /** An investigation whose alert goes out, as *detect* starts it. */
  async start(finding: Finding): Promise<void> {
    const FunctionName = this.#output('InvestigateFunctionName');
    const Payload = JSON.stringify({ finding });
    await this.#lambda.send(new InvokeCommand({ FunctionName, InvocationType: 'Event', Payload }));
  }

  async #call<Answer>(room: string, event: object): Promise<Answer> {
    const FunctionName = this.#output(`${room}FunctionName`);
    const answer = await this.#lambda.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify(event) }));
    const text = Buffer.from(answer.Payload ?? []).toString();
    if (answer.FunctionError) throw new Error(`${room}: ${text}`);
    return JSON.parse(text) as Answer;
  }

  /** All that the API server has done until now is in the log group. */
  async #untilLogged(): Promise<void> {
    const { endpoint, admin } = this.stack;
    const { headers } = await kubeRequest(endpoint, admin, { path: '/api/v1/namespaces/default' });
    const filterPattern = `{ $.auditID = "${headers['audit-id']}" }`;
    const ask = new FilterLogEventsCommand({ logGroupName: auditLogGroup(this.stack), filterPattern });
    await until('the audit log is forwarded', async () => ((await this.#logs.send(ask)).events ?? []).length > 0);
  }

  async #untilItems(what: string, done: (items: Item[]) => boolean): Promise<Item[]> {
    let items: Item[] = [];
    await until(what, async () => {
      const { Items = [] } = await this.#db.send(new ScanCommand({ TableName: this.#output('FindingsTableName') }));
      items = Items;
      return done(items);
    });
    return items;
  }

  #output(name: string): string {
    return this.stack.deployment.outputs[name] ?? '';
  }
}

type Item = Record<string, AttributeValue>;

const uidOf = ({ finding }: Item): string | undefined => JSON.parse(finding?.S ?? '{}').namespace?.uid;

/** Or never to be. */
const isAlerted = ({ state }: Item): boolean => state?.S !== 'claimed' && state?.S !== 'handed-over';

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const start = performance.now();
  while (!(await isSo())) {
    if (performance.now() - start > PATIENCE_MS) throw new Error(`in vain: until ${what}`);
    await sleep(100);
  }
}
