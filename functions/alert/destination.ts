/**
 * Reads the record that Lambda sends to the destination of *investigate*, for success and failure.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
import * as z from 'zod/mini';
import type { Alert } from '../contract/alert.ts';
import type { Finding } from '../contract/finding.ts';
import type { Investigation } from '../contract/investigation.ts';
import { SCHEMA_VERSION, SEVERITIES } from '../contract/vocabulary.ts';
import { defined } from '../kit/defined.ts';
import { FINDING_ID } from './grammar.ts';
import type { Look } from './look.ts';

/** A value of another type than expected is as good as absent: an alert with a gap is better than none. */
const maybe = <T extends z.core.$ZodType>(schema: T) => z.catch(z.optional(schema), undefined);
const text = maybe(z.string());
const number = maybe(z.number());
const texts = maybe(
  z.pipe(
    z.array(z.unknown()),
    z.transform((list) => list.filter((item) => typeof item === 'string')),
  ),
);
const pairs = maybe(
  z.pipe(
    z.record(z.string(), z.unknown()),
    z.transform((map) => Object.fromEntries(Object.entries(map).filter(([, value]) => typeof value === 'string'))),
  ),
);

const FindingSchema = z.looseObject({
  id: z.string().check(z.regex(FINDING_ID)),
  outcome: z.enum(['created', 'attempt-denied', 'rejected', 'already-exists', 'outcome-unknown']),
  cluster: z.looseObject({ name: text, region: text, account: text }),
  namespace: z.looseObject({ name: text, uid: text, createdAt: text, labels: pairs, annotations: pairs }),
  actor: z.looseObject({
    kind: z.enum(['iam-role', 'iam-user', 'service-account', 'node', 'system', 'anonymous', 'user']),
    username: text,
    groups: texts,
    principalArn: text,
    sessionName: text,
    accessKeyId: text,
    impersonated: maybe(z.looseObject({ username: text, groups: texts })),
  }),
  request: z.looseObject({
    auditId: text,
    verb: text,
    code: number,
    at: text,
    userAgent: text,
    sourceIps: texts,
    grantedBy: text,
  }),
  source: z.looseObject({
    kind: z.enum(['audit-log', 'coverage']),
    logGroup: text,
    logStream: text,
    eventId: text,
    truncated: maybe(z.boolean()),
  }),
  cut: maybe(z.array(z.object({ path: z.string(), bytes: z.number(), sha256: z.string() }))),
});

const InvestigationSchema = z.looseObject({
  findingId: z.string(),
  finishedAt: text,
  cut: maybe(z.array(z.object({ path: z.string(), bytes: z.number() }))),
  evidence: z.array(
    z.looseObject({
      check: z.string(),
      question: z.string(),
      status: z.enum(['found', 'clear', 'not-checked']),
      summary: z.string(),
      reason: text,
      completeUntil: text,
      details: maybe(z.record(z.string(), z.unknown())),
      link: text,
      command: maybe(z.array(z.string())),
      tookMs: number,
    }),
  ),
  assessment: z.object({
    score: z.number(),
    severity: z.enum(SEVERITIES),
    indicators: z.array(
      z.looseObject({ id: z.string(), weight: z.number(), reason: z.string(), technique: text, check: text }),
    ),
    couldChange: maybe(z.array(z.object({ check: z.string(), upTo: z.number() }))),
  }),
});

const RecordSchema = z.object({
  requestContext: z.object({ condition: z.string(), approximateInvokeCount: number }),
  requestPayload: z.object({
    finding: z.unknown(),
    look: maybe(z.int().check(z.minimum(1))),
    previous: z.optional(z.unknown()),
  }),
  responseContext: maybe(z.looseObject({ statusCode: number, functionError: text })),
  responsePayload: z.optional(z.unknown()),
});
type DestinationRecord = z.infer<typeof RecordSchema>;

/** The record holds no finding that an alert could be made of. */
export class UnreadableRecordError extends Error {
  override name = 'UnreadableRecordError';
}

/**
 * The alert to send: with evidence and assessment when *investigate* succeeded and its answer can be read, else on the
 * finding alone, with the reason.
 *
 * @throws {UnreadableRecordError} when there is no valid finding in it
 */
export function alertFrom(event: unknown): Alert {
  const record = RecordSchema.safeParse(event);
  if (!record.success) throw new UnreadableRecordError(`no record of an invocation: ${problems(record.error)}`);
  const parsed = FindingSchema.safeParse(record.data.requestPayload.finding);
  if (!parsed.success) throw new UnreadableRecordError(`no valid finding in the record: ${problems(parsed.error)}`);
  const finding = known<Finding>({ ...parsed.data, schemaVersion: SCHEMA_VERSION });
  const alert: Alert = { schemaVersion: SCHEMA_VERSION, id: finding.id, finding };
  if (record.data.requestContext.condition !== 'Success')
    return { ...alert, investigationFailed: failure(record.data) };
  const answer = InvestigationSchema.safeParse(record.data.responsePayload);
  if (!answer.success)
    return { ...alert, investigationFailed: `Its answer could not be read: ${problems(answer.error)}.` };
  if (answer.data.findingId !== finding.id)
    return { ...alert, investigationFailed: 'Its answer was about another finding.' };
  const { evidence, assessment, finishedAt, cut } = known<
    Pick<Investigation, 'evidence' | 'assessment' | 'cut'> & { finishedAt?: string }
  >(answer.data);
  return {
    ...alert,
    evidence,
    assessment,
    ...defined({ investigatedAt: finishedAt, cut: cut?.map(({ path, bytes }) => `${path} (${bytes} bytes)`) }),
  };
}

const VerdictSchema = z.object({
  severity: maybe(z.enum(SEVERITIES)),
  score: number,
  indicators: z.record(z.string(), z.number()),
});

/** Which further look the record is about; undefined for the first one. What cannot be read was not known. */
export function lookFrom(event: unknown): Look | undefined {
  const { look, previous } = RecordSchema.safeParse(event).data?.requestPayload ?? {};
  const verdict = VerdictSchema.safeParse(previous);
  return look === undefined
    ? undefined
    : { number: look, previous: verdict.success ? known(verdict.data) : { indicators: {} } };
}

/** Why *investigate* failed, in plain words. Without its error message, which may hold anybody's text. */
function failure({ requestContext, responseContext, responsePayload }: DestinationRecord): string {
  const { condition, approximateInvokeCount: tries = 0 } = requestContext;
  const times = tries > 1 ? ` It was tried ${tries} times.` : '';
  if (condition === 'EventAgeExceeded')
    return `It could not be started in time, because Lambda was throttled or had no capacity.${times}`;
  const error = ErrorSchema.safeParse(responsePayload);
  const { errorType = '', errorMessage = '' } = error.success ? error.data : {};
  const seconds = /Task timed out after (\d+(?:\.\d+)?) seconds/.exec(errorMessage)?.[1];
  if (seconds !== undefined || errorType === 'Sandbox.Timedout')
    return `It did not finish${seconds ? ` within ${seconds} seconds` : ' in time'}.${times}`;
  if (errorType === 'Runtime.OutOfMemory' || /signal: killed/.test(errorMessage))
    return `It ran out of memory.${times}`;
  if (/^[A-Za-z][\w.]{0,79}$/.test(errorType)) return `It crashed (${errorType}).${times}`;
  if (responseContext?.functionError !== undefined) return `It crashed.${times}`;
  return `Lambda could not run it${condition === 'RetriesExhausted' ? ', for example because it was throttled' : ''}.${times}`;
}

const ErrorSchema = z.object({ errorType: text, errorMessage: text });

/** Where and what, without the values, which may be anybody's. */
function problems(error: z.core.$ZodError): string {
  const list = error.issues.slice(0, 3).map(({ path, code }) => `${path.join(' ') || 'the whole'} (${code})`);
  return list.join(', ');
}

/** Drops the keys that {@link maybe} left undefined. */
const known = <T>(value: unknown): T => JSON.parse(JSON.stringify(value)) as T;
