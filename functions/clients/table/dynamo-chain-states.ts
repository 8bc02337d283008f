import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type ChainState, chainStateSchema } from '../../contract/chain-state.ts';
import type { Cluster } from '../../contract/finding.ts';
import { clusterKey, ITEM_KEYS } from '../../contract/item-keys.ts';
import { parseJson } from '../../kit/json.ts';
import type { ChainStates } from './chain-states.ts';
import { ItemTable } from './item-table.ts';

/** The states of the chains, in DynamoDB: JSON text in the attribute `chain`. */
export class DynamoChainStates implements ChainStates {
  readonly #table: ItemTable;

  constructor(db: DynamoDBClient, tableName: string) {
    this.#table = new ItemTable(db, tableName);
  }

  /** What cannot be read counts as not there: then all that is broken is told again. */
  async read(cluster: Cluster): Promise<ChainState | undefined> {
    const item = await this.#table.read(ITEM_KEYS.chain + clusterKey(cluster));
    return chainStateSchema.safeParse(parseJson(String(item?.['chain'] ?? ''))).data;
  }

  async write(cluster: Cluster, state: ChainState): Promise<void> {
    const values = { ':chain': JSON.stringify(state) };
    await this.#table.update(ITEM_KEYS.chain + clusterKey(cluster), 'SET chain = :chain', undefined, values);
  }
}
