import { gunzipSync } from 'node:zlib';
import { inMiB, MAX_PAYLOAD_BYTES } from './input.ts';

export type Unpacked = { text: string } | { problem: string };

/** gzip, by how its first bytes look in base64, and anything else. */
const BASE64_OF_GZIP = /^\s*H4sI[\w+/-]{20,}={0,2}\s*$/;
const BASE64 = /^\s*[\w+/-]{60,}={0,2}\s*$/;

export const isPacked = (text: string): boolean => BASE64.test(text);

/** What a text holds that is base64, as CloudWatch Logs, Firehose and Kinesis hand it on; undefined for any other text. */
export function unpacked(text: string): Unpacked | undefined {
  if (BASE64_OF_GZIP.test(text)) return unpackedGzip(text);
  if (!BASE64.test(text)) return undefined;
  const plain = Buffer.from(text, 'base64').toString();
  return plain.includes('{') ? { text: plain } : undefined;
}

export function unpackedGzip(base64: string): Unpacked {
  let bytes = Buffer.from(base64, 'base64');
  try {
    do bytes = gunzipSync(bytes, { maxOutputLength: MAX_PAYLOAD_BYTES });
    while (bytes[0] === 0x1f && bytes[1] === 0x8b);
  } catch (error) {
    const isLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    return {
      problem: isLarge ? `payload unpacks to more than ${inMiB(MAX_PAYLOAD_BYTES)}` : 'payload is not base64 of gzip',
    };
  }
  return { text: bytes.toString() };
}
