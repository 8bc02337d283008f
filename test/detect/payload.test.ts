import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { PayloadError, unpack } from '../../functions/detect/payload.ts';
import { delivery, packed } from './events.ts';

const MAX = 1024 * 1024;
const data = (bytes: Buffer | string) => ({ awslogs: { data: Buffer.from(bytes).toString('base64') } });

test('a DATA_MESSAGE is unpacked', async () => {
  await expect(unpack(delivery(['a', 'b']), MAX)).resolves.toMatchObject({
    messageType: 'DATA_MESSAGE',
    owner: '111122223333',
    logGroup: '/aws/eks/prod/cluster',
    logEvents: [{ message: 'a' }, { message: 'b' }],
  });
});
test('a CONTROL_MESSAGE is told apart', async () => {
  const control = packed({ messageType: 'CONTROL_MESSAGE', logEvents: [{ message: 'CWL CONTROL MESSAGE' }] });
  await expect(unpack(control, MAX)).resolves.toEqual({ messageType: 'CONTROL_MESSAGE' });
});

const cases: [string, unknown, RegExp][] = [
  ['nothing', undefined, /awslogs.data is missing/],
  ['another event', { Records: [] }, /awslogs.data is missing/],
  ['no base64', { awslogs: { data: '%%%' } }, /not base64 of gzip/],
  ['base64 of no gzip', data('hello'), /not base64 of gzip/],
  ['gzip cut short', data(gzipSync(randomBytes(500)).subarray(0, 200)), /not base64 of gzip/],
  ['gzip of no JSON', data(gzipSync('hello')), /not JSON/],
  ['another document', packed({ messageType: 'NEW_MESSAGE' }), /messageType/],
  ['a field of another type', delivery([], { logEvents: [{ id: 1 }] }), /logEvents\.0/],
  ['a gzip bomb', data(gzipSync(Buffer.alloc(MAX + 1))), /more than 1048576 bytes/],
];
test.each(cases)('refused with the reason: %s', async (_, event, reason) => {
  await expect(unpack(event, MAX)).rejects.toThrow(reason);
  await expect(unpack(event, MAX)).rejects.toBeInstanceOf(PayloadError);
});

test('any value is unpacked or refused, nothing else', async () => {
  const bytes = fc.uint8Array().map((b) => data(Buffer.from(b)));
  const zipped = fc.jsonValue().map(packed);
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.anything(), bytes, zipped), async (event) => {
      await unpack(event, MAX).catch((error) => expect(error).toBeInstanceOf(PayloadError));
    }),
  );
});
