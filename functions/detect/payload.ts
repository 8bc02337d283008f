import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import * as z from 'zod/mini';

/** One log event of a subscription payload. */
const logEvent = z.object({
  id: z.string(),
  timestamp: z.number(),
  message: z.string(),
  /** System fields, where the filter asks for them; whatever they hold, the event is read. */
  extractedFields: z.optional(z.unknown()),
});

/** The document that CloudWatch Logs sends to a subscription, as the Lambda developer guide gives it. */
const document = z.discriminatedUnion('messageType', [
  z.object({
    messageType: z.literal('DATA_MESSAGE'),
    owner: z.string(),
    logGroup: z.string(),
    logStream: z.string(),
    subscriptionFilters: z.optional(z.array(z.string())),
    logEvents: z.array(logEvent),
  }),
  z.object({ messageType: z.literal('CONTROL_MESSAGE') }),
]);

const envelope = z.object({ awslogs: z.object({ data: z.string() }) });

export type LogsPayload = z.infer<typeof document>;

/** A subscription payload that cannot be read. */
export class PayloadError extends Error {
  override readonly name = 'PayloadError';
}

/**
 * Unpacks what CloudWatch Logs sends to Lambda: `{"awslogs": {"data": base64(gzip(JSON))}}`.
 *
 * @param maxBytes cap on the unpacked size: a small payload can unpack to very much
 * @throws {PayloadError} when it is anything else, or larger
 */
export async function unpack(event: unknown, maxBytes: number): Promise<LogsPayload> {
  const { success, data: parsed } = envelope.safeParse(event);
  if (!success) throw new PayloadError('no subscription payload: awslogs.data is missing');
  let text: string;
  try {
    text = (
      await promisify(gunzip)(Buffer.from(parsed.awslogs.data, 'base64'), { maxOutputLength: maxBytes })
    ).toString();
  } catch (error) {
    const tooLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    throw new PayloadError(
      tooLarge ? `payload unpacks to more than ${maxBytes} bytes` : 'payload is not base64 of gzip',
    );
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new PayloadError('unpacked payload is not JSON');
  }
  return readPayload(json);
}

/**
 * The unpacked document, checked.
 *
 * @throws {PayloadError} naming the field that is wrong
 */
function readPayload(json: unknown): LogsPayload {
  const result = document.safeParse(json);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new PayloadError(`no subscription payload: ${issue?.path.join('.') || 'document'}: ${issue?.message}`);
}
