import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { defined } from '../../kit/defined.ts';
import { queryAgenda } from './agenda-query.ts';
import { ConditionalWrites } from './conditional-writes.ts';
import { type Agenda, type AgendaKind, DEFERRED_FOR_MS, type Due, type Taken } from './findings-table.ts';
import { deletionOf, findingOf, toldOf } from './read-finding-item.ts';

/** The agenda of *watch*, in DynamoDB. */
export class DynamoAgenda implements Agenda {
  readonly #db: DynamoDBClient;
  readonly #tableName: string;
  readonly #writes: ConditionalWrites;

  constructor(db: DynamoDBClient, tableName: string) {
    this.#db = db;
    this.#tableName = tableName;
    this.#writes = new ConditionalWrites(db, tableName);
  }

  async due(kind: AgendaKind, limit: number): Promise<Due[]> {
    const now = Date.now();
    const from = kind === 'deferred' ? now - DEFERRED_FOR_MS : 0;
    const query = { agenda: kind, from, to: now, newestFirst: true, most: limit };
    const items = await queryAgenda(this.#db, this.#tableName, query);
    return items.map(({ id, tries = 0, shareCluster: cluster = '', shareActor: actor = '', shareRank: rank = 0 }) => ({
      id,
      tries,
      cluster,
      actor,
      rank,
    }));
  }

  async take(id: string, until: number): Promise<Taken | undefined> {
    // The index lags behind the table, so the condition decides.
    const { won, item } = await this.#writes.update(
      id,
      'SET due = :until ADD tries :one',
      'agenda IN (:alert, :look, :deferred) AND due <= :now',
      {
        ':until': until,
        ':one': 1,
        ':alert': 'alert',
        ':look': 'look',
        ':deferred': 'deferred',
        ':now': Date.now(),
      },
    );
    if (!won) return undefined;
    const look = item['agenda'] === 'alert' ? 0 : Number(item['look'] ?? 1);
    return defined({ finding: findingOf(item), look, told: toldOf(item), deleted: deletionOf(item) });
  }

  async letGo(id: string): Promise<void> {
    await this.#writes.update(id, 'REMOVE agenda, due', 'attribute_exists(id)');
  }
}
