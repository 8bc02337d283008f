import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Finding } from '../../contract/finding.ts';
import { batchGet } from './batch-get.ts';
import type { Explanations } from './explanations.ts';
import { findingOf } from './read-finding-item.ts';

/** Findings have 64 KB at most, and an answer of DynamoDB 16 MB. */
const AT_ONCE = 100;

/** Findings, by their ids, in DynamoDB. */
export class DynamoExplanations implements Explanations {
  readonly #db: DynamoDBClient;
  readonly #tableName: string;

  constructor(db: DynamoDBClient, tableName: string) {
    this.#db = db;
    this.#tableName = tableName;
  }

  async findings(ids: readonly string[], signal: AbortSignal): Promise<Map<string, Finding | undefined>> {
    const found = new Map<string, Finding | undefined>();
    for (let start = 0; start < ids.length; start += AT_ONCE) {
      const items = await batchGet(this.#db, this.#tableName, ids.slice(start, start + AT_ONCE), { signal });
      for (const [id, item] of items) found.set(id, findingOf(item));
    }
    return found;
  }
}
