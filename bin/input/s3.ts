/** Objects in Amazon S3, with the credentials of whoever runs the command. Loads the SDK: only where there are such objects. */
import { setTimeout as sleep } from 'node:timers/promises';
import { GetObjectCommand, paginateListObjectsV2, S3Client, type S3ServiceException } from '@aws-sdk/client-s3';
import { messageOf } from '../../functions/kit/words.ts';
import { InputError } from './input.ts';
import type { S3Place } from './s3-place.ts';

/** Only to ask where a bucket is: S3 says so, and it is asked there. */
const ANY_REGION = 'us-east-1';
/** Of one object, how often reading goes on after it has broken off without any byte in between. */
const MAX_BREAKS = 5;
const PAUSE_MS = 500;
const OPTIONS = {
  followRegionRedirects: true,
  maxAttempts: 6,
  // gzip and the connection have checksums of their own.
  responseChecksumValidation: 'WHEN_REQUIRED',
  requestHandler: { connectionTimeout: 15_000, socketTimeout: 60_000 },
} as const;

let opened: Promise<S3Client> | undefined;

async function open(): Promise<S3Client> {
  const client = new S3Client(OPTIONS);
  const region = await client.config.region().catch(() => undefined);
  return region === undefined ? new S3Client({ ...OPTIONS, region: ANY_REGION }) : client;
}

function client(): Promise<S3Client> {
  opened ??= open();
  return opened;
}

/** An object as a listing names it. */
export interface S3Object {
  key: string;
  bytes: number;
  etag: string;
  /** Absent for the standard one. */
  storageClass?: string;
}

/** The objects whose keys begin so, in the order of their keys. @throws what AWS answers */
export async function* listObjects({ bucket, key }: S3Place): AsyncGenerator<S3Object> {
  // A key may hold characters that no XML can have, which would make the listing unreadable.
  const input = { Bucket: bucket, Prefix: key, EncodingType: 'url' } as const;
  for await (const { Contents = [] } of paginateListObjectsV2({ client: await client() }, input))
    for (const { Key = '', Size = 0, ETag = '', StorageClass } of Contents)
      yield { key: decoded(Key), bytes: Size, etag: ETag, ...(StorageClass && { storageClass: StorageClass }) };
}

/** As forms are: the AWS CLI reads it so (`unquote_plus` in `botocore/compat.py`). */
function decoded(key: string): string {
  try {
    return decodeURIComponent(key.replaceAll('+', ' '));
  } catch {
    return key;
  }
}

/**
 * The bytes of an object. Where the connection breaks, reading goes on behind the last byte.
 *
 * @throws {InputError} where this object cannot be read; what AWS answers, where that is not about the object alone
 */
export async function* readObject({ bucket, key }: S3Place): AsyncGenerator<Buffer> {
  const s3 = await client();
  let at = 0;
  let etag: string | undefined;
  let length = Number.POSITIVE_INFINITY;
  for (let breaks = 0; at < length; ) {
    try {
      const rest = at > 0 && { Range: `bytes=${at}-`, IfMatch: etag };
      const {
        Body,
        ETag,
        ContentLength = 0,
      } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key, ...rest }));
      etag = ETag;
      length = at + ContentLength;
      for await (const chunk of Body as AsyncIterable<Buffer>) {
        at += chunk.length;
        breaks = 0;
        yield chunk;
      }
      if (at >= length) return;
      throw new Error('the connection was closed early');
    } catch (error) {
      if (isAnswer(error)) throw ofObject(error);
      breaks += 1;
      if (breaks > MAX_BREAKS)
        throw new InputError(`cannot be read from S3: ${messageOf(error)}; run the command again`);
      await sleep(PAUSE_MS * breaks);
    }
  }
}

/** Whether AWS has answered, or cannot be asked at all; else the connection has broken. */
const isAnswer = (error: unknown): error is S3ServiceException =>
  error instanceof Error && (/^(?:Credentials|Token)Provider/.test(error.name) || statusOf(error) !== undefined);

const statusOf = (error: Error): number | undefined => (error as Partial<S3ServiceException>).$metadata?.httpStatusCode;

/** What a refusal means for one object, by the names in "Error responses" of the Amazon S3 API reference. */
const OF_OBJECT: readonly [name: RegExp, problem: string][] = [
  [
    /^AccessDenied/,
    'may not be read: it takes "s3:GetObject" on it, and "kms:Decrypt" on the key where it is encrypted with KMS',
  ],
  [/^InvalidObjectState$/, 'is archived: restore it first ("aws s3api restore-object")'],
  [/^NoSuchKey$/, 'is not there any more'],
  [/^PreconditionFailed$/, 'was written again while it was read: run the command again'],
  [/^KMS\./, 'cannot be decrypted: look at the state of its KMS key'],
];

/** An error about one object is one of the input; any other would come again with each. */
function ofObject(error: S3ServiceException): Error {
  const [, problem] = OF_OBJECT.find(([name]) => name.test(error.name)) ?? [];
  if (problem !== undefined) return new InputError(`${problem} (${error.name}: ${error.message})`);
  const isLater = (statusOf(error) ?? 0) >= 500;
  return isLater
    ? new InputError(`cannot be read from S3 now (${error.name}: ${error.message}); run the command again`)
    : error;
}
