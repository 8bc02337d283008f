import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ITEM_KEYS } from '../../contract/item-keys.ts';
import { ConditionalWrites } from './conditional-writes.ts';
import type { JobRuns } from './job-runs.ts';

/** The runs of the jobs of one *watch*, in DynamoDB. */
export class DynamoJobRuns implements JobRuns {
  readonly #writes: ConditionalWrites;
  readonly #network: string;

  /** @param network tells the *watch* of each network apart: each has its own runs */
  constructor(db: DynamoDBClient, { tableName, network }: { tableName: string; network: string }) {
    this.#writes = new ConditionalWrites(db, tableName);
    this.#network = network;
  }

  async begin(job: string, at: number, periodMs: number): Promise<boolean> {
    const condition = 'attribute_not_exists(begun) OR begun <= :before';
    const values = { ':at': at, ':before': at - periodMs };
    return (await this.#writes.update(this.#key(job), 'SET begun = :at', condition, values)).won;
  }

  async again(job: string): Promise<void> {
    await this.#writes.update(this.#key(job), 'REMOVE begun', undefined);
  }

  #key(job: string): string {
    return `${ITEM_KEYS.jobRun}${this.#network}#${job}`;
  }
}
