import type { Cluster } from '../../../functions/contract/finding.ts';
import { type LogsPayload, PayloadError, readPayload, unpack } from '../../../functions/detect/payload.ts';
import type { LogRecord } from '../../../functions/detect/record.ts';
import { record } from '../../../functions/kit/json.ts';
import { recordOf } from '../cloudwatch.ts';
import { type InputForm, MAX_PAYLOAD_BYTES } from '../input.ts';
import { itemsOf } from '../pieces.ts';
import { parse } from '../values.ts';

/**
 * What a CloudWatch Logs subscription delivers: the packed event that Lambda is invoked with, or the unpacked one that
 * Firehose and Kinesis store, one or many, with or without newlines between them.
 */
export const subscription: InputForm = {
  name: 'CloudWatch Logs subscription payload',
  matches: ({ keys }) => ['awslogs', 'messageType', 'logEvents'].some((key) => keys.has(key)),
  read: (chunks, origin) =>
    itemsOf(chunks, origin, { maxBytes: MAX_PAYLOAD_BYTES }, ({ text }) => recordsOf(text, origin.cluster)),
};

async function recordsOf(text: string, said: Cluster): Promise<LogRecord[] | string> {
  const json = parse(text);
  let payload: LogsPayload;
  try {
    payload = record(json)['awslogs'] === undefined ? readPayload(json) : await unpack(json, MAX_PAYLOAD_BYTES);
  } catch (error) {
    if (error instanceof PayloadError) return error.message;
    throw error;
  }
  if (payload.messageType === 'CONTROL_MESSAGE') return [];
  const { owner, logGroup, logStream, logEvents } = payload;
  return logEvents.map(({ id, message }) => recordOf(message, said, { owner, logGroup, logStream, eventId: id }));
}
