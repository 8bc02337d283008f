import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { AlertArchive } from './alert-archive.ts';

/** The evidence bucket in Amazon S3; its default encryption applies. */
export class S3AlertArchive implements AlertArchive {
  readonly #s3: S3Client;
  readonly #bucket: string;

  constructor(s3: S3Client, bucket: string) {
    this.#s3 = s3;
    this.#bucket = bucket;
  }

  async store(key: string, body: string, contentType: string): Promise<string> {
    await this.#s3.send(new PutObjectCommand({ Bucket: this.#bucket, Key: key, Body: body, ContentType: contentType }));
    return `s3://${this.#bucket}/${key}`;
  }
}
