import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  GetObjectCommand,
  HeadObjectCommand,
  NoSuchKey,
  NotFound,
  PutObjectCommand,
  PutObjectTaggingCommand,
  paginateListObjectsV2,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { RELEASED_TAG } from '../../contract/evidence-keys.ts';
import type { EvidenceStore } from './evidence-store.ts';

/** The metadata by which a first write knows its own object again. */
const WRITE = 'write';
/** While another conditional write to the same key is under way, S3 takes none (409). */
const CONFLICTS = 5;
const CONFLICT_PAUSE_MS = 200;

/**
 * The evidence bucket in Amazon S3; its default encryption and retention apply. Whoever uses it needs `s3:ListBucket`:
 * without that, S3 answers 403 for a key that is not there, and {@link get} throws.
 */
export class S3EvidenceStore implements EvidenceStore {
  readonly #s3: S3Client;
  readonly #bucket: string;

  constructor(s3: S3Client, bucket: string) {
    this.#s3 = s3;
    this.#bucket = bucket;
  }

  place(key: string): string {
    return `s3://${this.#bucket}/${key}`;
  }

  async put(key: string, body: string | Uint8Array, contentType: string): Promise<void> {
    await this.#s3.send(new PutObjectCommand({ ...this.#at(key), Body: body, ContentType: contentType }));
  }

  async putFirst(key: string, body: string | Uint8Array, contentType: string): Promise<boolean> {
    const write = randomUUID();
    const input = { ...this.#at(key), Body: body, ContentType: contentType, Metadata: { [WRITE]: write } };
    for (let conflicts = 0; ; conflicts++) {
      try {
        await this.#s3.send(new PutObjectCommand({ ...input, IfNoneMatch: '*' }));
        return true;
      } catch (error) {
        const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
        // Ours, where the SDK repeated a write whose answer alone was lost.
        if (status === 412) return (await this.#writeOf(key)) === write;
        if (status !== 409 || conflicts === CONFLICTS) throw error;
        await sleep(CONFLICT_PAUSE_MS);
      }
    }
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    try {
      const { Body: body } = await this.#s3.send(new GetObjectCommand(this.#at(key)));
      return await body?.transformToByteArray();
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  }

  /** The bucket deletes them by this tag, once they are old enough. */
  async markReleased(keys: readonly string[]): Promise<void> {
    for (const key of keys)
      await this.#s3.send(new PutObjectTaggingCommand({ ...this.#at(key), Tagging: { TagSet: [RELEASED_TAG] } }));
  }

  async list(prefix: string): Promise<string[]> {
    const keys: string[] = [];
    for await (const { Contents = [] } of paginateListObjectsV2(
      { client: this.#s3 },
      { Bucket: this.#bucket, Prefix: prefix },
    ))
      keys.push(...Contents.flatMap(({ Key }) => Key ?? []));
    return keys;
  }

  async #writeOf(key: string): Promise<string | undefined> {
    try {
      return (await this.#s3.send(new HeadObjectCommand(this.#at(key)))).Metadata?.[WRITE];
    } catch (error) {
      if (error instanceof NotFound) return undefined;
      throw error;
    }
  }

  #at(key: string): { Bucket: string; Key: string } {
    return { Bucket: this.#bucket, Key: key };
  }
}
