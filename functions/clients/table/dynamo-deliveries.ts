import { randomUUID } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Contents } from '../../contract/contents.ts';
import type { LastingEnd } from '../../contract/follow-up.ts';
import { ConditionalWrites, type TableItem } from './conditional-writes.ts';
import { expiryIn } from './finding-item.ts';
import {
  type Deliveries,
  type DeliveryLease,
  type NextLook,
  type Receipt,
  rankOf,
  type Seen,
} from './findings-table.ts';

/** The deliveries of alerts, in DynamoDB: in the items of their findings, and in items of their own for what follows. */
export class DynamoDeliveries implements Deliveries {
  readonly #writes: ConditionalWrites;
  readonly #keepDays: number;

  /** @param keepDays how long a delivery is remembered whose finding the table does not hold */
  constructor(db: DynamoDBClient, { tableName, keepDays }: { tableName: string; keepDays: number }) {
    this.#writes = new ConditionalWrites(db, tableName);
    this.#keepDays = keepDays;
  }

  async leaseDelivery(key: string, leaseMs: number): Promise<DeliveryLease> {
    const token = randomUUID();
    const now = Date.now();
    // Whoever delivers has been handed the finding, even if detect died before it could write that down.
    const { won, item } = await this.#writes.update(
      key,
      'SET #state = :handedOver, #token = :token, leaseUntil = :until, expires = if_not_exists(expires, :expires)',
      'attribute_not_exists(id) OR #state = :claimed OR (#state <> :alerted AND leaseUntil <= :now) OR #token = :token',
      {
        ':handedOver': 'handed-over',
        ':claimed': 'claimed',
        ':alerted': 'alerted',
        ':token': token,
        ':until': now + leaseMs,
        ':now': now,
        ':expires': expiryIn(this.#keepDays),
      },
    );
    if (won) return { state: 'owned', token, delivered: [...(item['delivered'] ?? [])] };
    return item['state'] === 'alerted' ? { state: 'done' } : { state: 'held', until: item['leaseUntil'] };
  }

  async delivered(key: string, destination: string, receipt?: Receipt): Promise<void> {
    const values = {
      ':destination': new Set([destination]),
      ...(receipt && { ':receipt': new Set([[destination, receipt.at, receipt.messageId].join(' ')]) }),
    };
    await this.#writes.update(
      key,
      `ADD delivered :destination${receipt ? ', receipts :receipt' : ''}`,
      undefined,
      values,
    );
  }

  async alerted(key: string, seen?: Seen, next?: NextLook): Promise<void> {
    const plan = planOf(next);
    const { contents, ...told } = seen ?? { indicators: {} };
    const kept = keptOf(contents);
    await this.#writes.update(
      key,
      `SET #state = :alerted, look = :look${seen ? ', told = :verdict, latest = :verdict, shareRank = :rank' : ''}${kept.update}${plan.update}`,
      undefined,
      {
        ':alerted': 'alerted',
        ':look': 1,
        ':verdict': seen && JSON.stringify(told),
        ':rank': seen && rankOf(told),
        ...kept.values,
        ...plan.values,
      },
    );
  }

  async playbookEnded(findingId: string, end: LastingEnd): Promise<void> {
    await this.#writes.update(
      findingId,
      'SET playbookEnd = :end, playbookEndedAt = :at',
      'attribute_exists(id) AND (attribute_not_exists(playbookEndedAt) OR playbookEndedAt < :at)',
      { ':end': JSON.stringify(end), ':at': end.at },
    );
  }

  async releaseDelivery(key: string, token: string): Promise<void> {
    const values = { ':zero': 0, ':handedOver': 'handed-over', ':token': token };
    await this.#writes.update(key, 'SET leaseUntil = :zero', '#state = :handedOver AND #token = :token', values);
  }

  async looked(
    findingId: string,
    look: number,
    { contents, ...verdict }: Seen,
    isTold: boolean,
    next?: NextLook,
  ): Promise<void> {
    const plan = planOf(next);
    const kept = keptOf(contents);
    await this.#writes.update(
      findingId,
      `SET look = :next, latest = :verdict, shareRank = :rank${isTold ? ', told = :verdict' : ''}${kept.update}${plan.update}`,
      'look = :look',
      {
        ':look': look,
        ':next': look + 1,
        ':verdict': JSON.stringify(verdict),
        ':rank': rankOf(verdict),
        ...kept.values,
        ...plan.values,
      },
    );
  }
}

/** The part of an update that keeps what a look has seen: each half where it has seen it. */
function keptOf({ objects, made }: Contents = {}): { update: string; values: TableItem } {
  return {
    update: `${objects ? ', objects = :objects' : ''}${made ? ', made = :made' : ''}`,
    values: {
      ...(objects && { ':objects': JSON.stringify(objects) }),
      ...(made && { ':made': JSON.stringify(made) }),
    },
  };
}

/** The end of an update that puts the next look on the agenda, or nothing. */
function planOf(next: NextLook | undefined): { update: string; values: TableItem } {
  if (!next) return { update: ' REMOVE agenda, due, tries', values: {} };
  return {
    update: ', agenda = :agenda, due = if_not_exists(claimedAt, :now) + :after, tries = :zero',
    values: { ':agenda': 'look', ':now': Date.now(), ':after': next.afterMinutes * 60_000, ':zero': 0 },
  };
}
