import { type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { defined } from '../../kit/defined.ts';
import { attributesOf, ConditionalWrites } from './conditional-writes.ts';
import { AGENDA_INDEX, type Agenda, type Due, type Taken } from './findings-table.ts';
import { findingOf, toldOf } from './read-finding-item.ts';

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
        ExpressionAttributeValues: attributesOf({ ':agenda': agenda, ':now': Date.now() }),
        Limit: limit,
      }),
    );
    return Items.map((item) => unmarshall(item)).map(({ id, tries = 0 }) => ({ id, tries }));
  }

  async take(id: string, until: number): Promise<Taken | undefined> {
    // The index lags behind the table, so the condition decides.
    const { won, item } = await this.#writes.update(
      id,
      'SET due = :until ADD tries :one',
      'agenda IN (:alert, :look) AND due <= :now',
      { ':until': until, ':one': 1, ':alert': 'alert', ':look': 'look', ':now': Date.now() },
    );
    if (!won) return undefined;
    const look = item['state'] === 'alerted' ? Number(item['look'] ?? 1) : 0;
    return defined({ finding: findingOf(item), look, told: toldOf(item) });
  }

  async letGo(id: string): Promise<void> {
    await this.#writes.update(id, 'REMOVE agenda, due', 'attribute_exists(id)');
  }
}
