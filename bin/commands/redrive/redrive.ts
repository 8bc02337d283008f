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
  /** What it failed with. Anybody's text. */
  error?: string;
  status: 'waits' | 'redriven' | 'not-redriven';
  /** Why it was not. */
  reason?: string;
}

/**
 * Lists what failed in all tries, and hands it to its function again.
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
  for (let some = await letters.next(); some.length > 0 && seen.size < MAX_LETTERS; some = await letters.next())
    for (const letter of some) {
      // Listed for longer than it is hidden.
      if (seen.has(letter.body)) continue;
      seen.add(letter.body);
      const told = await handle(letter, letters, yes);
      counts[told.status]++;
      await task.print(`${json ? harmlessJson(told) : line(told)}\n`);
    }
  const { waits, redriven } = counts;
  const left = waits + counts['not-redriven'];
  const next = waits > 0 ? ' Fix the cause, then run it again with --yes.' : '';
  task.note(seen.size === 0 ? 'Nothing waits.' : `${redriven} handed over again, ${left} still in the queue.${next}`);
  return left > 0 ? EXIT.attention : EXIT.done;
}

async function handle(letter: DeadLetter, letters: DeadLetters, yes: boolean): Promise<Told> {
  const sentAt = letter.sentAt === undefined ? {} : { sentAt: new Date(letter.sentAt).toISOString() };
  const failed = failedCall(letter.body);
  if (!failed)
    return {
      ...sentAt,
      status: 'not-redriven',
      reason: 'It is not a call of a function that failed: read it yourself.',
    };
  const { functionName, payload, error } = failed;
  const about = { ...sentAt, function: functionName, ...(error !== undefined && { error }) };
  if (!yes) return { ...about, status: 'waits' };
  try {
    await letters.invoke(functionName, payload);
    await letters.remove(letter);
    return { ...about, status: 'redriven' };
  } catch (refusal) {
    return { ...about, status: 'not-redriven', reason: (refusal as Error).message };
  }
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

const line = ({ sentAt = '-', function: name = 'another message', error, status, reason }: Told): string =>
  [status, sentAt, name, shortInTerminal(reason ?? error ?? '', MAX_ERROR)].join('  ').trimEnd();
