import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { defined } from '../../kit/defined.ts';

export type Item = Record<string, AttributeValue>;

/** Writes to a table of DynamoDB that are done only under a condition. Keys are strings named `id`. */
export class ConditionalWrites {
  readonly #db: DynamoDBClient;
  readonly #tableName: string;

  constructor(db: DynamoDBClient, tableName: string) {
    this.#db = db;
    this.#tableName = tableName;
  }

  /** @returns the item that stood in the way; undefined when the write was done */
  async put(item: Item, condition: string, values?: Item): Promise<Item | undefined> {
    try {
      await this.#db.send(
        new PutItemCommand({
          TableName: this.#tableName,
          Item: item,
          ConditionExpression: condition,
          ...defined({ ExpressionAttributeValues: values }),
          ...namesIn(condition),
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
    values: Item,
  ): Promise<{ won: boolean; item: Item }> {
    try {
      const { Attributes: item = {} } = await this.#db.send(
        new UpdateItemCommand({
          TableName: this.#tableName,
          Key: { id: { S: id } },
          UpdateExpression: update,
          ...defined({
            ConditionExpression: condition || undefined,
            ExpressionAttributeValues: Object.keys(values).length > 0 ? values : undefined,
          }),
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

/** `state` and `token` are reserved words of DynamoDB's expressions. */
function namesIn(expression: string): Pick<UpdateItemCommandInput, 'ExpressionAttributeNames'> {
  const names = ['state', 'token'].filter((name) => expression.includes(`#${name}`));
  return names.length > 0
    ? { ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])) }
    : {};
}
