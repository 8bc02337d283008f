/**
 * Reads the record that Lambda sends to the destination of *investigate*, for success and failure.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
import * as z from 'zod/mini';
import type { Alert } from '../contract/alert.ts';
import { Unreadable } from '../contract/errors.ts';
import { findingSchema } from '../contract/finding.ts';
import { investigationSchema, lookSchema } from '../contract/investigation.ts';
import { number, object, part, type Read, read, text } from '../contract/read.ts';
import { SCHEMA_VERSION } from '../contract/vocabulary.ts';
import { defined } from '../kit/defined.ts';
import type { LaterLook } from './later-look.ts';

const recordSchema = object({
  requestContext: object({ condition: z.string(), approximateInvokeCount: number }),
  /** An `InvestigationRequest`. */
  requestPayload: object({ finding: z.optional(z.unknown()), ...lookSchema }),
  responseContext: part({ statusCode: number, functionError: text }),
  responsePayload: z.optional(z.unknown()),
});
type DestinationRecord = Read<typeof recordSchema>;

/**
 * The alert to send: with evidence and assessment when *investigate* succeeded and its answer can be read, else on the
 * finding alone, with the reason.
 *
 * @throws {Unreadable} when there is no valid finding in it
 */
export function alertFrom(event: unknown): Alert {
  const record = read(recordSchema, event, 'record of an invocation');
  const finding = read(findingSchema, record.requestPayload.finding, 'finding in the record of an invocation');
  const alert: Alert = { schemaVersion: SCHEMA_VERSION, id: finding.id, finding };
  if (record.requestContext.condition !== 'Success') return { ...alert, investigationFailed: failure(record) };
  try {
    const answer = read(investigationSchema, record.responsePayload, 'investigation');
    if (answer.findingId !== finding.id)
      return { ...alert, investigationFailed: 'Its answer was about another finding.' };
    const { evidence, assessment, finishedAt: investigatedAt, cut } = answer;
    return {
      ...alert,
      ...defined({ evidence, assessment, investigatedAt }),
      ...defined({ cut: cut?.map(({ path, bytes }) => `${path} (${bytes} bytes)`) }),
    };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return { ...alert, investigationFailed: `Its answer could not be read: ${error.places.join(', ')}.` };
  }
}

/** Which further look the record is about; undefined for the first one. What cannot be read was not known. */
export function lookFrom(event: unknown): LaterLook | undefined {
  const { look, previous = { indicators: {} } } = recordSchema.safeParse(event).data?.requestPayload ?? {};
  return look === undefined ? undefined : { number: look, previous };
}

/** Why *investigate* failed, in plain words. Without its error message, which may hold anybody's text. */
function failure({ requestContext, responseContext, responsePayload }: DestinationRecord): string {
  const { condition, approximateInvokeCount: tries = 0 } = requestContext;
  const times = tries > 1 ? ` It was tried ${tries} times.` : '';
  if (condition === 'EventAgeExceeded')
    return `It could not be started in time, because Lambda was throttled or had no capacity.${times}`;
  const { errorType = '', errorMessage = '' } = errorSchema.safeParse(responsePayload).data ?? {};
  const seconds = /Task timed out after (\d+(?:\.\d+)?) seconds/.exec(errorMessage)?.[1];
  if (seconds !== undefined || errorType === 'Sandbox.Timedout')
    return `It did not finish${seconds ? ` within ${seconds} seconds` : ' in time'}.${times}`;
  if (errorType === 'Runtime.OutOfMemory' || /signal: killed/.test(errorMessage))
    return `It ran out of memory.${times}`;
  if (/^[A-Za-z][\w.]{0,79}$/.test(errorType)) return `It crashed (${errorType}).${times}`;
  if (responseContext?.functionError !== undefined) return `It crashed.${times}`;
  return `Lambda could not run it${condition === 'RetriesExhausted' ? ', for example because it was throttled' : ''}.${times}`;
}

/** What Lambda answers for a function that failed. */
const errorSchema = object({ errorType: text, errorMessage: text });
