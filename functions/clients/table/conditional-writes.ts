import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, type NativeAttributeValue, unmarshall } from '@aws-sdk/util-dynamodb';

/** An item, or the values of an expression, as plain values: a number is a number, a set a set of texts. */
export type TableItem = Record<string, NativeAttributeValue>;

/** Attributes without a value are left out. */
export const attributesOf = (item: TableItem) => marshall(item, { removeUndefinedValues: true });

/** Writes to a table of DynamoDB that are done only under a condition. Keys are strings named `id`. */
export class ConditionalWrites {
  readonly #db: DynamoDBClient;
  readonly #tableName: string;

  constructor(db: DynamoDBClient, tableName: string) {
    this.#db = db;
    this.#tableName = tableName;
  }

  /** @returns the item that stood in the way; undefined when the write was done */
  async put(item: TableItem, condition?: string, values: TableItem = {}): Promise<TableItem | undefined> {
    try {
      await this.#db.send(
        new PutItemCommand({
          TableName: this.#tableName,
          Item: attributesOf(item),
          ...expression(values, condition),
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return undefined;
    } catch (error) {
      return itemInTheWay(error);
    }
  }

  async update(
    id: string,
    update: string,
    condition: string | undefined,
    values: TableItem = {},
  ): Promise<{ won: boolean; item: TableItem }> {
    try {
      const { Attributes: attributes = {} } = await this.#db.send(
        new UpdateItemCommand({
          TableName: this.#tableName,
          Key: { id: { S: id } },
          UpdateExpression: update,
          ...expression(values, condition, update),
          ReturnValues: 'ALL_NEW',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return { won: true, item: unmarshall(attributes) };
    } catch (error) {
      return { won: false, item: itemInTheWay(error) };
    }
  }
}

/** @throws the error itself, if it is another than a condition that did not hold */
function itemInTheWay(error: unknown): TableItem {
  if (error instanceof ConditionalCheckFailedException) return unmarshall(error.Item ?? {});
  throw error;
}

/** `state` and `token` are reserved words of DynamoDB's expressions: there they stand as `#state` and `#token`. */
function expression(values: TableItem, ConditionExpression: string | undefined, update = '') {
  const names = ['state', 'token'].filter((name) => `${update} ${ConditionExpression}`.includes(`#${name}`));
  const attributes = attributesOf(values);
  // DynamoDB takes neither list empty.
  return {
    ConditionExpression,
    ExpressionAttributeValues: Object.keys(attributes).length > 0 ? attributes : undefined,
    ExpressionAttributeNames:
      names.length > 0 ? Object.fromEntries(names.map((name) => [`#${name}`, name])) : undefined,
  };
}
