import { randomUUID } from 'node:crypto';
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { Finding } from '../finding.ts';
import type { Channel, Claim, Delivery, FindingsTable } from './findings-table.ts';

type Item = Record<string, AttributeValue>;

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
 * | `delivered` | the channels that have had the alert |
 * | `finding` | the finding as JSON text |
 * | `outcome`, `clusterName`, `at` | of the finding, for people who read the table |
 * | `expires` | when DynamoDB may delete it (epoch seconds) |
 *
 * Every write is conditional, so two writers cannot both win. Errors of DynamoDB are thrown as they are, after the
 * SDK's retries.
 */
export class DynamoFindingsTable implements FindingsTable {
  readonly #db: DynamoDBClient;
  readonly #tableName: string;
  readonly #keepSeconds: number;

  constructor(db: DynamoDBClient, options: { tableName: string; keepDays: number }) {
    this.#db = db;
    this.#tableName = options.tableName;
    this.#keepSeconds = options.keepDays * DAY_S;
  }

  async claim(finding: Finding, leaseMs: number): Promise<Claim> {
    const token = randomUUID();
    const now = Date.now();
    const old = await this.#put(
      { ...this.#itemOf(finding, 'claimed'), token: { S: token }, leaseUntil: { N: String(now + leaseMs) } },
      'attribute_not_exists(id) OR (#state = :claimed AND leaseUntil <= :now)',
      { ':claimed': { S: 'claimed' }, ':now': { N: String(now) } },
    );
    // The token is ours where the SDK repeated a write of which only the answer was lost.
    if (!old || old['token']?.S === token) return { state: 'owned', token };
    return old['state']?.S === 'claimed' ? { state: 'held', until: Number(old['leaseUntil']?.N) } : { state: 'done' };
  }

  async releaseClaim(id: string, token: string): Promise<void> {
    await this.#update(id, 'SET leaseUntil = :zero', '#state = :claimed AND #token = :token', {
      ':zero': { N: '0' },
      ':claimed': { S: 'claimed' },
      ':token': { S: token },
    });
  }

  async handedOver(id: string, token: string): Promise<void> {
    await this.#update(id, 'SET #state = :handedOver, leaseUntil = :zero', '#state = :claimed AND #token = :token', {
      ':handedOver': { S: 'handed-over' },
      ':zero': { N: '0' },
      ':claimed': { S: 'claimed' },
      ':token': { S: token },
    });
  }

  async record(finding: Finding): Promise<void> {
    await this.#put(this.#itemOf(finding, 'recorded'), 'attribute_not_exists(id)');
  }

  async speaksFor(key: string, findingId: string): Promise<boolean> {
    const old = await this.#put(
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
    const { won, item } = await this.#update(
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
    if (won) return { state: 'owned', token, delivered: (item['delivered']?.SS ?? []) as Channel[] };
    return item['state']?.S === 'alerted' ? { state: 'done' } : { state: 'held', until: Number(item['leaseUntil']?.N) };
  }

  async delivered(findingId: string, channel: Channel): Promise<void> {
    await this.#update(findingId, 'ADD delivered :channel', undefined, { ':channel': { SS: [channel] } });
  }

  async alerted(findingId: string): Promise<void> {
    await this.#update(findingId, 'SET #state = :alerted', undefined, { ':alerted': { S: 'alerted' } });
  }

  async releaseDelivery(findingId: string, token: string): Promise<void> {
    await this.#update(findingId, 'SET leaseUntil = :zero', '#state = :handedOver AND #token = :token', {
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
      ...(cluster.name && { clusterName: { S: cluster.name } }),
      ...(request.at && { at: { S: request.at } }),
      finding: { S: JSON.stringify(finding) },
      leaseUntil: { N: '0' },
      expires: { N: String(epochSeconds() + this.#keepSeconds) },
    };
  }

  /** @returns the item that stood in the way; undefined when the write was done */
  async #put(item: Item, condition: string, values?: Item): Promise<Item | undefined> {
    try {
      await this.#db.send(
        new PutItemCommand({
          TableName: this.#tableName,
          Item: item,
          ConditionExpression: condition,
          ...(values && { ExpressionAttributeValues: values }),
          ...namesIn(condition),
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return undefined;
    } catch (error) {
      return itemInTheWay(error);
    }
  }

  async #update(
    id: string,
    update: string,
    condition: string | undefined,
    values: Item,
  ): Promise<{ won: boolean; item: Item }> {
    try {
      const { Attributes: item = {} } = await this.#db.send(
        new UpdateItemCommand({
          TableName: this.#tableName,
          Key: { id: { S: id } },
          UpdateExpression: update,
          ...(condition && { ConditionExpression: condition }),
          ExpressionAttributeValues: values,
          ...namesIn(`${update} ${condition}`),
          ReturnValues: 'ALL_NEW',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return { won: true, item };
    } catch (error) {
      return { won: false, item: itemInTheWay(error) };
    }
  }
}

/** @throws the error itself, if it is another than a condition that did not hold */
function itemInTheWay(error: unknown): Item {
  if (error instanceof ConditionalCheckFailedException) return error.Item ?? {};
  throw error;
}

const epochSeconds = (): number => Math.floor(Date.now() / 1000);

/** `state` and `token` are reserved words of DynamoDB's expressions. */
function namesIn(expression: string): Pick<UpdateItemCommandInput, 'ExpressionAttributeNames'> {
  const names = ['state', 'token'].filter((name) => expression.includes(`#${name}`));
  return names.length > 0
    ? { ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])) }
    : {};
}
