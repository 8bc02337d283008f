import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ITEM_KEYS } from '../../contract/item-keys.ts';
import { sha256 } from '../../kit/sha256.ts';
import type { AnswerMemory } from './answer-memory.ts';
import { batchGet } from './batch-get.ts';
import { ConditionalWrites } from './conditional-writes.ts';

/** An item of DynamoDB has at most 400 KB; each KB is paid. */
const MAX_BYTES = 300 * 1024;
/** What an item may hold when it is unpacked: nothing larger was packed. */
const MAX_UNPACKED = 32 * 1024 * 1024;
/** Longer than any look at a finding refers to. */
const KEEP_SECONDS = 2 * 86_400;

/**
 * What was read before, in the findings table: `answer#<hash of the key>`, with the attribute `answer` (JSON text, packed by
 * gzip), and `turnUntil` (epoch milliseconds) while somebody reads it.
 */
export class DynamoAnswerMemory implements AnswerMemory {
  readonly #db: DynamoDBClient;
  readonly #tableName: string;
  readonly #writes: ConditionalWrites;
  readonly #now: () => number;

  constructor(db: DynamoDBClient, tableName: string, now: () => number = Date.now) {
    this.#db = db;
    this.#tableName = tableName;
    this.#writes = new ConditionalWrites(db, tableName);
    this.#now = now;
  }

  async recall(key: string, signal: AbortSignal): Promise<string | undefined> {
    const id = idOf(key);
    const items = await batchGet(this.#db, this.#tableName, [id], { signal, consistent: true });
    const answer = items.get(id)?.['answer'];
    return answer && String(await promisify(gunzip)(answer, { maxOutputLength: MAX_UNPACKED }));
  }

  async keep(key: string, json: string): Promise<boolean> {
    if (Buffer.byteLength(json) > MAX_UNPACKED) return false;
    const packed = await promisify(gzip)(json);
    if (packed.byteLength > MAX_BYTES) return false;
    await this.#writes.update(idOf(key), 'SET answer = :answer, expires = :expires', undefined, {
      ':answer': packed,
      ':expires': this.#expires(),
    });
    return true;
  }

  async takeTurn(key: string, forMs: number): Promise<boolean> {
    const now = this.#now();
    const { won } = await this.#writes.update(
      idOf(key),
      'SET turnUntil = :until, expires = :expires',
      'attribute_not_exists(turnUntil) OR turnUntil <= :now',
      { ':until': now + forMs, ':now': now, ':expires': this.#expires() },
    );
    return won;
  }

  async giveTurnBack(key: string): Promise<void> {
    await this.#writes.update(idOf(key), 'REMOVE turnUntil', 'attribute_exists(turnUntil)');
  }

  #expires(): number {
    return Math.floor(this.#now() / 1000) + KEEP_SECONDS;
  }
}

const idOf = (key: string): string => ITEM_KEYS.answer + sha256(key).slice(0, 32);
