import { randomUUID } from 'node:crypto';
import { type DynamoDBClient, GetItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import type { Finding } from '../../contract/finding.ts';
import type { Verdict } from '../../contract/investigation.ts';
import { defined } from '../../kit/defined.ts';
import { ConditionalWrites, type Item } from './conditional-writes.ts';
import {
  AGENDA_INDEX,
  type Claim,
  type Closure,
  type Delivery,
  type Due,
  type FindingsTable,
  type NextLook,
  type Recorded,
  TAKE_UP_AFTER_MS,
  type Taken,
} from './findings-table.ts';

const DAY_S = 86_400;

/** How long an hour's speaker is remembered: longer than CloudWatch Logs and Lambda retry a delivery. */
const SPEAKER_DAYS = 3;

/**
 * The findings table in DynamoDB, one item a finding:
 *
 * | attribute | meaning |
 * | --- | --- |
 * | `id` | the finding's id; `speaks#…` for the items of {@link speaksFor} |
 * | `state` | `claimed`, `handed-over`, `alerted`, or `recorded` |
 * | `token`, `leaseUntil` | who is at it, and until when (epoch milliseconds) |
 * | `delivered` | the ids of the destinations that have had the alert |
 * | `finding` | the finding as JSON text |
 * | `agenda`, `due` | what *watch* has to do (`alert`, `look`), and from when on (epoch milliseconds); absent when nothing |
 * | `tries` | how often *watch* has taken it to no end |
 * | `claimedAt` | epoch milliseconds |
 * | `look` | the number of the further look that is awaited |
 * | `told`, `latest` | the verdict that on-call was told, and the last one, as JSON text |
 * | `closed` | a person's decision that it was legitimate, as JSON text |
 * | `outcome`, `clusterName`, `at` | of the finding, for people who read the table |
 * | `expires` | when DynamoDB may delete it (epoch seconds) |
 *
 * Every write is conditional, so two writers cannot both win. Errors of DynamoDB are thrown as they are, after the
 * SDK's retries. The index `agenda` (partition key `agenda`, sort key `due`, with `tries`) holds only what *watch* has to
 * do, and what the baseline knows: it is small and cheap however large the table is.
 */
export class DynamoFindingsTable implements FindingsTable {
  readonly #db: DynamoDBClient;
  readonly #tableName: string;
  readonly #writes: ConditionalWrites;
  readonly #keepSeconds: number;

  constructor(db: DynamoDBClient, options: { tableName: string; keepDays: number }) {
    this.#db = db;
    this.#tableName = options.tableName;
    this.#writes = new ConditionalWrites(db, options.tableName);
    this.#keepSeconds = options.keepDays * DAY_S;
  }

  async claim(finding: Finding, leaseMs: number): Promise<Claim> {
    const token = randomUUID();
    const now = Date.now();
    const old = await this.#writes.put(
      {
        ...this.#itemOf(finding, 'claimed'),
        token: { S: token },
        leaseUntil: { N: String(now + leaseMs) },
        claimedAt: { N: String(now) },
        agenda: { S: 'alert' },
        due: { N: String(now + TAKE_UP_AFTER_MS) },
        tries: { N: '0' },
      },
      'attribute_not_exists(id) OR (#state = :claimed AND leaseUntil <= :now)',
      { ':claimed': { S: 'claimed' }, ':now': { N: String(now) } },
    );
    // The token is ours where the SDK repeated a write of which only the answer was lost.
    if (!old || old['token']?.S === token) return { state: 'owned', token };
    return old['state']?.S === 'claimed' ? { state: 'held', until: Number(old['leaseUntil']?.N) } : { state: 'done' };
  }

  async releaseClaim(id: string, token: string): Promise<void> {
    await this.#writes.update(id, 'SET leaseUntil = :zero', '#state = :claimed AND #token = :token', {
      ':zero': { N: '0' },
      ':claimed': { S: 'claimed' },
      ':token': { S: token },
    });
  }

  async handedOver(id: string, token: string): Promise<void> {
    await this.#writes.update(
      id,
      'SET #state = :handedOver, leaseUntil = :zero',
      '#state = :claimed AND #token = :token',
      {
        ':handedOver': { S: 'handed-over' },
        ':zero': { N: '0' },
        ':claimed': { S: 'claimed' },
        ':token': { S: token },
      },
    );
  }

  async record(finding: Finding): Promise<void> {
    await this.#writes.put(this.#itemOf(finding, 'recorded'), 'attribute_not_exists(id)');
  }

  async speaksFor(key: string, findingId: string): Promise<boolean> {
    const old = await this.#writes.put(
      {
        id: { S: `speaks#${key}` },
        findingId: { S: findingId },
        expires: { N: String(epochSeconds() + SPEAKER_DAYS * DAY_S) },
      },
      'attribute_not_exists(id)',
    );
    return !old || old['findingId']?.S === findingId;
  }

  async leaseDelivery(findingId: string, leaseMs: number): Promise<Delivery> {
    const token = randomUUID();
    const now = Date.now();
    // Whoever delivers has been handed the finding, even if detect died before it could write that down.
    const { won, item } = await this.#writes.update(
      findingId,
      'SET #state = :handedOver, #token = :token, leaseUntil = :until, expires = if_not_exists(expires, :expires)',
      'attribute_not_exists(id) OR #state = :claimed OR (#state <> :alerted AND leaseUntil <= :now) OR #token = :token',
      {
        ':handedOver': { S: 'handed-over' },
        ':claimed': { S: 'claimed' },
        ':alerted': { S: 'alerted' },
        ':token': { S: token },
        ':until': { N: String(now + leaseMs) },
        ':now': { N: String(now) },
        ':expires': { N: String(epochSeconds() + this.#keepSeconds) },
      },
    );
    if (won) return { state: 'owned', token, delivered: item['delivered']?.SS ?? [] };
    return item['state']?.S === 'alerted' ? { state: 'done' } : { state: 'held', until: Number(item['leaseUntil']?.N) };
  }

  async delivered(findingId: string, destination: string): Promise<void> {
    await this.#writes.update(findingId, 'ADD delivered :destination', undefined, {
      ':destination': { SS: [destination] },
    });
  }

  async alerted(findingId: string, told?: Verdict, next?: NextLook): Promise<void> {
    const verdict = told && { ':verdict': { S: JSON.stringify(told) } };
    const plan = planOf(next);
    await this.#writes.update(
      findingId,
      `SET #state = :alerted, look = :look${verdict ? ', told = :verdict, latest = :verdict' : ''}${plan.update}`,
      undefined,
      { ':alerted': { S: 'alerted' }, ':look': { N: '1' }, ...verdict, ...plan.values },
    );
  }

  async looked(findingId: string, look: number, verdict: Verdict, isTold: boolean, next?: NextLook): Promise<void> {
    const plan = planOf(next);
    await this.#writes.update(
      findingId,
      `SET look = :next, latest = :verdict${isTold ? ', told = :verdict' : ''}${plan.update}`,
      'look = :look',
      {
        ':look': { N: String(look) },
        ':next': { N: String(look + 1) },
        ':verdict': { S: JSON.stringify(verdict) },
        ...plan.values,
      },
    );
  }

  async due(limit: number): Promise<Due[]> {
    const alerts = await this.#dueOf('alert', limit);
    return alerts.length < limit ? [...alerts, ...(await this.#dueOf('look', limit - alerts.length))] : alerts;
  }

  async #dueOf(agenda: 'alert' | 'look', limit: number): Promise<Due[]> {
    const { Items = [] } = await this.#db.send(
      new QueryCommand({
        TableName: this.#tableName,
        IndexName: AGENDA_INDEX,
        KeyConditionExpression: 'agenda = :agenda AND due <= :now',
        ExpressionAttributeValues: { ':agenda': { S: agenda }, ':now': { N: String(Date.now()) } },
        Limit: limit,
      }),
    );
    return Items.flatMap(({ id, tries }) => (id?.S === undefined ? [] : [{ id: id.S, tries: Number(tries?.N ?? 0) }]));
  }

  async take(id: string, until: number): Promise<Taken | undefined> {
    // The index lags behind the table, so the condition decides.
    const { won, item } = await this.#writes.update(
      id,
      'SET due = :until ADD tries :one',
      'agenda IN (:alert, :look) AND due <= :now',
      {
        ':until': { N: String(until) },
        ':one': { N: '1' },
        ':alert': { S: 'alert' },
        ':look': { S: 'look' },
        ':now': { N: String(Date.now()) },
      },
    );
    if (!won) return undefined;
    const finding = item['finding']?.S;
    const told = item['told']?.S;
    return defined({
      finding: finding === undefined ? undefined : (JSON.parse(finding) as Finding),
      look: item['state']?.S === 'alerted' ? Number(item['look']?.N ?? 1) : 0,
      told: told === undefined ? undefined : (JSON.parse(told) as Verdict),
    });
  }

  async letGo(id: string): Promise<void> {
    await this.#writes.update(id, 'REMOVE agenda, due', 'attribute_exists(id)', {});
  }

  async read(id: string): Promise<Recorded | undefined> {
    const { Item: item } = await this.#db.send(
      new GetItemCommand({ TableName: this.#tableName, Key: { id: { S: id } }, ConsistentRead: true }),
    );
    const state = item?.['state']?.S;
    if (!item || state === undefined) return undefined;
    const [finding, closed] = [item['finding']?.S, item['closed']?.S];
    return defined({
      finding: finding === undefined ? undefined : (JSON.parse(finding) as Finding),
      settled: state === 'alerted' || state === 'recorded',
      closed: closed === undefined ? undefined : (JSON.parse(closed) as Closure),
    });
  }

  async close(id: string, closure: Closure): Promise<boolean> {
    // Without the number of the look that is awaited, one that is under way puts no other on the agenda.
    const { won } = await this.#writes.update(
      id,
      'SET closed = :closed REMOVE agenda, due, look',
      '#state IN (:alerted, :recorded)',
      { ':closed': { S: JSON.stringify(closure) }, ':alerted': { S: 'alerted' }, ':recorded': { S: 'recorded' } },
    );
    return won;
  }

  async releaseDelivery(findingId: string, token: string): Promise<void> {
    await this.#writes.update(findingId, 'SET leaseUntil = :zero', '#state = :handedOver AND #token = :token', {
      ':zero': { N: '0' },
      ':handedOver': { S: 'handed-over' },
      ':token': { S: token },
    });
  }

  #itemOf(finding: Finding, state: 'claimed' | 'recorded'): Item {
    const { cluster, request } = finding;
    return {
      id: { S: finding.id },
      state: { S: state },
      outcome: { S: finding.outcome },
      ...defined({
        clusterName: cluster.name ? { S: cluster.name } : undefined,
        at: request.at ? { S: request.at } : undefined,
      }),
      finding: { S: JSON.stringify(finding) },
      leaseUntil: { N: '0' },
      expires: { N: String(epochSeconds() + this.#keepSeconds) },
    };
  }
}

/** The end of an update that puts the next look on the agenda, or nothing. */
function planOf(next: NextLook | undefined): { update: string; values: Item } {
  if (!next) return { update: ' REMOVE agenda, due, tries', values: {} };
  return {
    update: ', agenda = :agenda, due = if_not_exists(claimedAt, :now) + :after, tries = :zero',
    values: {
      ':agenda': { S: 'look' },
      ':now': { N: String(Date.now()) },
      ':after': { N: String(next.afterMinutes * 60_000) },
      ':zero': { N: '0' },
    },
  };
}

const epochSeconds = (): number => Math.floor(Date.now() / 1000);
