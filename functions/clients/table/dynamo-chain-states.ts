import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type ChainState, chainStateSchema } from '../../contract/chain-state.ts';
import { clusterKey, ITEM_KEYS } from '../../contract/item-keys.ts';
import { parseJson } from '../../kit/json.ts';
import type { ChainPlace, ChainStates } from './chain-states.ts';
import { ItemTable } from './item-table.ts';

const keyOf = ({ about, ...cluster }: ChainPlace): string =>
  ITEM_KEYS.chain + clusterKey(cluster) + (about ? `#${about}` : '');

/** The states of the chains, in DynamoDB: JSON text in the attribute `chain`. */
export class DynamoChainStates implements ChainStates {
  readonly #table: ItemTable;

  constructor(db: DynamoDBClient, tableName: string) {
    this.#table = new ItemTable(db, tableName);
  }

  /** What cannot be read counts as not there: then all that is broken is told again. */
  async read(place: ChainPlace): Promise<ChainState | undefined> {
    const item = await this.#table.read(keyOf(place));
    return chainStateSchema.safeParse(parseJson(String(item?.['chain'] ?? ''))).data;
  }

  async write(place: ChainPlace, state: ChainState): Promise<void> {
    const values = { ':chain': JSON.stringify(state) };
    await this.#table.update(keyOf(place), 'SET chain = :chain', undefined, values);
  }
}
