/** A link of the way that a drill follows, and how it is waited for: each has an end of its own, so that nothing stalls. */
import { messageOf } from '../../../functions/kit/words.ts';
import { awsFailure } from '../failure/aws.ts';
import { kubernetesFailure } from '../failure/kubernetes.ts';

/**
 * - `answered`: it was seen to work.
 * - `failed`: it answered, and not as it should.
 * - `silent`: nothing was seen of it in its time.
 * - `not-seen`: it could not be looked at, or nothing here shows it.
 */
export type LinkState = 'answered' | 'failed' | 'silent' | 'not-seen';

export interface DrillLink {
  id: string;
  /** What is waited for, in a few words. */
  name: string;
  state: LinkState;
  /** When it answered, by the clock of the service where that tells it (RFC 3339). */
  at?: string;
  /** Seconds after the namespace was made. */
  after?: number;
  /** A sentence. */
  says: string;
  /** What to do about it. */
  fix?: string;
}

export interface LinkAnswer {
  /** Epoch milliseconds. @default now */
  at?: number;
  /** @default answered */
  state?: LinkState;
  says: string;
  fix?: string;
}

/** How a link is looked at. */
export interface Wait {
  id: string;
  name: string;
  /** How long it is waited for, in milliseconds. */
  limitMs: number;
  /** What to do where it stays silent. */
  fix: string;
  /** @returns undefined where nothing is seen yet @throws what the service answers: it is asked again, unless it denies */
  ask(signal: AbortSignal): Promise<LinkAnswer | undefined>;
}

export interface DrillClock {
  now(): number;
  /** @throws when the signal aborts */
  pause(ms: number, signal: AbortSignal): Promise<void>;
}

/** Between two looks, in milliseconds. */
const POLL_MS = 2_000;

/** A right is missing: to ask again helps nobody. */
const DENIED = /^(?:AccessDenied|Unauthorized|Forbidden|NotAuthorized|KMSAccessDenied)|^AuthorizationError/;
const isDenied = (error: unknown): boolean => DENIED.test(Object(error).name ?? '') || Object(error).code === 403;

/**
 * Waits for a link.
 *
 * @param madeAt when the namespace was made, in epoch milliseconds
 * @throws when the signal aborts, and never because of the link
 */
export async function waitFor(
  wait: Wait,
  {
    clock,
    signal,
    madeAt,
    pollMs = POLL_MS,
  }: { clock: DrillClock; signal: AbortSignal; madeAt: number; pollMs?: number },
): Promise<DrillLink> {
  const { id, name, limitMs, fix } = wait;
  const end = clock.now() + limitMs;
  let problem: string | undefined;
  for (;;) {
    signal.throwIfAborted();
    const left = Math.max(1, end - clock.now());
    try {
      const answer = await wait.ask(AbortSignal.any([signal, AbortSignal.timeout(left)]));
      if (answer) return linkOf({ id, name }, answer, clock.now(), madeAt);
      problem = undefined;
    } catch (error) {
      signal.throwIfAborted();
      problem = whatFailed(error);
      if (isDenied(error))
        return { id, name, state: 'not-seen', says: `It could not be looked at: ${problem}`, fix: RIGHTS };
    }
    if (clock.now() >= end) {
      const seconds = Math.round(limitMs / 1_000);
      return {
        id,
        name,
        state: 'silent',
        says: `Nothing was seen within ${seconds} s${problem === undefined ? '.' : `; the last question failed: ${problem}`}`,
        fix,
      };
    }
    await clock.pause(Math.min(pollMs, Math.max(1, end - clock.now())), signal);
  }
}

const RIGHTS = 'give whoever holds the drill the rights that docs/drill.md lists';

/** What a service answers may hold anybody's text: it is printed as any other. */
export const whatFailed = (error: unknown): string =>
  (awsFailure(error) ?? kubernetesFailure(error))?.what ?? messageOf(error);

export function linkOf(
  { id, name }: Pick<DrillLink, 'id' | 'name'>,
  { at, state = 'answered', says, fix }: LinkAnswer,
  now: number,
  madeAt: number,
): DrillLink {
  const seen = at ?? now;
  const time =
    state === 'answered' || at !== undefined
      ? { at: new Date(seen).toISOString(), after: Math.round((seen - madeAt) / 100) / 10 }
      : {};
  return { id, name, state, ...time, says, ...(fix !== undefined && { fix }) };
}

/** One that was not waited for, because what comes before it did not answer. */
export const notReached = (id: string, name: string, before: string): DrillLink => ({
  id,
  name,
  state: 'not-seen',
  says: `It was not waited for, because this did not answer: ${before}.`,
});
