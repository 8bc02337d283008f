import { EVENT_SOURCE } from '../../../functions/contract/event-source.ts';
import { defined } from '../../../functions/kit/defined.ts';
import { isRecord, parseJson, text } from '../../../functions/kit/json.ts';
import { parseArn } from '../../../functions/kubernetes/names/arn.ts';
import { harmlessJson, shortInTerminal } from '../harmless.ts';
import { EXIT, type ExitCode } from '../io.ts';
import type { Task } from '../task.ts';
import type { DeadLetter, DeadLetters } from './dead-letters.ts';

/** A queue that is filled as fast as it is read must not be read for ever. */
const MAX_LETTERS = 10_000;
const MAX_ERROR = 200;

interface Told {
  sentAt?: string;
  /** The function that failed at it; absent where the message is of another kind. */
  function?: string;
  /** The event that could not be delivered, by its detail type, and the target that did not take it. */
  event?: string;
  target?: string;
  /** What it failed with. Anybody's text. */
  error?: string;
  status: 'waits' | 'redriven' | 'not-redriven';
  /** Why it was not. */
  reason?: string;
}

/**
 * Lists what failed in all tries, and hands it to its function, or its event to its bus, again.
 *
 * @returns whether something waits
 * @throws what AWS answers when the queue cannot be read
 */
export async function redrive(
  letters: DeadLetters,
  { yes, json }: { yes: boolean; json: boolean },
  task: Task,
): Promise<ExitCode> {
  const counts = { waits: 0, redriven: 0, 'not-redriven': 0 };
  const seen = new Set<string>();
  const put = new Set<string>();
  for (let some = await letters.next(); some.length > 0 && seen.size < MAX_LETTERS; some = await letters.next())
    for (const letter of some) {
      // Listed for longer than it is hidden.
      if (seen.has(letter.id)) continue;
      seen.add(letter.id);
      const told = await handle(letter, letters, yes, put);
      counts[told.status]++;
      await task.print(`${json ? harmlessJson(told) : line(told)}\n`);
    }
  const { waits, redriven } = counts;
  const left = waits + counts['not-redriven'];
  const next = waits > 0 ? ' Fix the cause, then run it again with --yes.' : '';
  task.note(seen.size === 0 ? 'Nothing waits.' : `${redriven} handed over again, ${left} still in the queue.${next}`);
  return left > 0 ? EXIT.attention : EXIT.done;
}

/** @param put the events that were put on their bus already: of one, several targets may have failed */
async function handle(letter: DeadLetter, letters: DeadLetters, yes: boolean, put: Set<string>): Promise<Told> {
  const sentAt = letter.sentAt === undefined ? {} : { sentAt: new Date(letter.sentAt).toISOString() };
  const call = failedCall(letter.body);
  const event = call ? undefined : undelivered(letter);
  if (!call && !event)
    return {
      ...sentAt,
      status: 'not-redriven',
      reason: 'It is neither a call of a function that failed nor an event: read it yourself.',
    };
  const about: Omit<Told, 'status'> = {
    ...sentAt,
    ...(call && defined({ function: call.functionName, error: call.error })),
    ...(event && defined({ event: event.detailType, target: event.target, error: event.error })),
  };
  if (event && event.bus === undefined) return { ...about, status: 'not-redriven', reason: NOT_OURS };
  if (!yes) return { ...about, status: 'waits' };
  try {
    if (call) await letters.invoke(call.functionName, call.payload);
    else if (event?.bus !== undefined && !put.has(event.key)) {
      await letters.put(event.bus, event);
      put.add(event.key);
    }
    await letters.remove(letter);
    return { ...about, status: 'redriven' };
  } catch (refusal) {
    return { ...about, status: 'not-redriven', reason: (refusal as Error).message };
  }
}

const NOT_OURS =
  'It is an event of AWS, which nobody else may send: see what it tells, and why it was not taken, and remove it from the queue.';

interface Undelivered {
  /** Of a bus of ours; absent where the event is not ours, so that it cannot be put there again. */
  bus?: string;
  /** Tells events apart. */
  key: string;
  source: string;
  detailType: string;
  detail: unknown;
  target?: string;
  error?: string;
}

/**
 * What EventBridge leaves of an event that a target did not take: the event, and beside it the rule, the target and why.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
 */
function undelivered({ body, attributes }: DeadLetter): Undelivered | undefined {
  const event = parseJson(body);
  if (!isRecord(event)) return undefined;
  const [source, detailType] = [text(event['source']), text(event['detail-type'])];
  if (source === undefined || detailType === undefined) return undefined;
  // Of a rule on the bus of the account, the name of the bus is left out: nothing of ours is put there.
  const rule = parseArn(attributes.RULE_ARN ?? '')?.resource ?? '';
  const bus = source === EVENT_SOURCE ? /^rule\/([\w.-]+)\/[\w.-]+$/.exec(rule)?.[1] : undefined;
  const error = [attributes.ERROR_CODE, attributes.ERROR_MESSAGE].filter((part) => part !== undefined).join(': ');
  return {
    ...defined({ bus }),
    key: JSON.stringify([bus, event['id']]),
    source,
    detailType,
    detail: event['detail'],
    ...defined({
      target: parseArn(attributes.TARGET_ARN ?? '')?.resource,
      error: error === '' ? undefined : error,
    }),
  };
}

/**
 * What Lambda leaves of an asynchronous invocation that failed in all tries.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
function failedCall(body: string): { functionName: string; payload: unknown; error?: string } | undefined {
  const record = parseJson(body);
  if (!isRecord(record) || !isRecord(record['requestContext']) || record['requestPayload'] === undefined)
    return undefined;
  const { service, resource = '' } = parseArn(text(record['requestContext']['functionArn']) ?? '') ?? {};
  const functionName = /^function:([\w-]{1,64})(?::|$)/.exec(resource)?.[1];
  if (service !== 'lambda' || functionName === undefined) return undefined;
  const answer = record['responsePayload'];
  const error = isRecord(answer) ? text(answer['errorMessage']) : undefined;
  return { functionName, payload: record['requestPayload'], ...(error !== undefined && { error }) };
}

function line({ sentAt = '-', function: name, event, target, error, status, reason }: Told): string {
  const what = name ?? (event === undefined ? 'another message' : `${event} to ${target ?? 'a target not known'}`);
  const why = [error, reason].filter((part) => part !== undefined).join('; ');
  return [status, sentAt, shortInTerminal(what, MAX_ERROR), shortInTerminal(why, MAX_ERROR)].join('  ').trimEnd();
}
