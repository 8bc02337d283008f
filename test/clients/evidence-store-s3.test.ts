import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  NotFound,
  PutObjectCommand,
  PutObjectTaggingCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { beforeEach, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { S3EvidenceStore } from '../../functions/clients/bucket/s3-evidence-store.ts';
import { evidenceStoreContract } from './evidence-store.contract.ts';

interface Stored {
  bytes: Uint8Array;
  Metadata: Record<string, string>;
}

const mock = mockClient(S3Client);
const store = new S3EvidenceStore(new S3Client({ region: 'eu-central-1' }), 'evidence');
const refused = (name: string, httpStatusCode: number) =>
  new S3ServiceException({ name, $fault: 'client', $metadata: { httpStatusCode }, message: name });
const missing = { message: '', $metadata: { httpStatusCode: 404 } };

/** Amazon S3 as far as the store rests on it: conditional writes, pages in the order of keys. */
function bucket(): Map<string, Stored> {
  const objects = new Map<string, Stored>();
  const found = (key: string, error: Error): Stored => {
    const object = objects.get(key);
    if (!object) throw error;
    return object;
  };
  mock.on(PutObjectCommand).callsFake(({ Key, Body, Metadata = {}, IfNoneMatch }) => {
    if (IfNoneMatch === '*' && objects.has(Key)) throw refused('PreconditionFailed', 412);
    objects.set(Key, { bytes: Buffer.from(Body), Metadata });
    return {};
  });
  mock.on(HeadObjectCommand).callsFake(({ Key }) => found(Key, new NotFound(missing)));
  mock.on(GetObjectCommand).callsFake(({ Key }) => {
    const { bytes } = found(Key, new NoSuchKey(missing));
    return { Body: { transformToByteArray: async () => bytes } };
  });
  mock.on(ListObjectsV2Command).callsFake(({ Prefix = '', ContinuationToken = '' }) => {
    const keys = [...objects.keys()].sort().filter((key) => key.startsWith(Prefix) && key > ContinuationToken);
    const page = keys.slice(0, 2).map((Key) => ({ Key }));
    return { Contents: page, ...(keys.length > 2 && { NextContinuationToken: page[1]?.Key }) };
  });
  return objects;
}

beforeEach(() => {
  mock.reset();
});

evidenceStoreContract(async () => {
  bucket();
  return store;
});

test('a person is told the bucket and the key', () => {
  expect(store.place('a/b')).toBe('s3://evidence/a/b');
});

test('a first write whose answer alone was lost is ours: the SDK repeats it, and meets its own object', async () => {
  const objects = bucket();
  mock.on(PutObjectCommand).callsFake(({ Key, Body, Metadata }) => {
    objects.set(Key, { bytes: Buffer.from(Body), Metadata });
    throw refused('PreconditionFailed', 412);
  });
  await expect(store.putFirst('k', 'x', 'text/plain')).resolves.toBe(true);
});

test('the same content that another has written is not ours', async () => {
  bucket();
  await store.putFirst('k', 'same', 'text/plain');
  await expect(store.putFirst('k', 'same', 'text/plain')).resolves.toBe(false);
});

test('an object that was in the way and is gone is not ours', async () => {
  bucket();
  mock.on(PutObjectCommand).rejects(refused('PreconditionFailed', 412));
  await expect(store.putFirst('k', 'x', 'text/plain')).resolves.toBe(false);
});

test('while another first write is under way, it is tried again', async () => {
  bucket();
  mock
    .on(PutObjectCommand)
    .rejectsOnce(refused('ConditionalRequestConflict', 409))
    .rejectsOnce(refused('ConditionalRequestConflict', 409))
    .resolves({});
  await expect(store.putFirst('k', 'x', 'text/plain')).resolves.toBe(true);
});

test('a conflict that does not end is an error: whether there is a first one is not known', async () => {
  mock.on(PutObjectCommand).rejects(refused('ConditionalRequestConflict', 409));
  await expect(store.putFirst('k', 'x', 'text/plain')).rejects.toThrow('ConditionalRequestConflict');
});

test('every other error passes: what cannot be read is not nothing', async () => {
  mock.onAnyCommand().rejects(refused('AccessDenied', 403));
  await expect(store.put('k', 'x', 'text/plain')).rejects.toThrow('AccessDenied');
  await expect(store.putFirst('k', 'x', 'text/plain')).rejects.toThrow('AccessDenied');
  await expect(store.get('k')).rejects.toThrow('AccessDenied');
  await expect(store.list('k')).rejects.toThrow('AccessDenied');
  mock.on(PutObjectCommand).rejects(refused('PreconditionFailed', 412));
  await expect(store.putFirst('k', 'x', 'text/plain')).rejects.toThrow('AccessDenied');
});

test('what is marked gets the tag by which the bucket may delete it', async () => {
  mock.on(PutObjectTaggingCommand).resolves({});
  await store.markReleased(['snapshots/a', 'configmaps/a']);
  expect(mock.commandCalls(PutObjectTaggingCommand).map(({ args: [{ input }] }) => input)).toEqual(
    ['snapshots/a', 'configmaps/a'].map((Key) => ({
      Bucket: 'evidence',
      Key,
      Tagging: { TagSet: [{ Key: 'released', Value: 'true' }] },
    })),
  );
});
