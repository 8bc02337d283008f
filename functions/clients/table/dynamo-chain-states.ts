import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type ChainState, chainStateSchema } from '../../contract/chain-state.ts';
import type { Cluster } from '../../contract/finding.ts';
import { ITEM_KEYS } from '../../contract/item-keys.ts';
import { parseJson } from '../../kit/json.ts';
import type { ChainStates } from './chain-states.ts';
import { ConditionalWrites } from './conditional-writes.ts';
import { placeOf } from './dynamo-canary-arrivals.ts';
import { readItem } from './read-item.ts';

/** The states of the chains, in DynamoDB: JSON text in the attribute `chain`. */
export class DynamoChainStates implements ChainStates {
  readonly #db: DynamoDBClient;
  readonly #tableName: string;

  constructor(db: DynamoDBClient, tableName: string) {
    this.#db = db;
    this.#tableName = tableName;
  }

  /** What cannot be read counts as not there: then all that is broken is told again. */
  async read(cluster: Cluster): Promise<ChainState | undefined> {
    const item = await readItem(this.#db, this.#tableName, ITEM_KEYS.chain + placeOf(cluster));
    return chainStateSchema.safeParse(parseJson(String(item?.['chain'] ?? ''))).data;
  }

  async write(cluster: Cluster, state: ChainState): Promise<void> {
    const values = { ':chain': JSON.stringify(state) };
    const writes = new ConditionalWrites(this.#db, this.#tableName);
    await writes.update(ITEM_KEYS.chain + placeOf(cluster), 'SET chain = :chain', undefined, values);
  }
}
