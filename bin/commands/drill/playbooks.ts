/** The playbooks as a drill runs them: the deployed state machines, or the same ones on this computer. */
import type { Proof } from '../../../functions/contract/containment.ts';
import type { ContainmentReport } from '../../../functions/contract/containment-report.ts';
import { defined } from '../../../functions/kit/defined.ts';
import { counted } from '../../../functions/kit/words.ts';
import { epochOf } from './epoch.ts';
import type { LinkAnswer } from './link.ts';

/** How a run ended. */
export interface RunEnd {
  outcome: string;
  /** One sentence. */
  summary: string;
  open: readonly string[];
  proofs: readonly Proof[];
  /** Epoch milliseconds. */
  at?: number;
}

export interface DrillPlaybooks {
  /** Where they run, for people. */
  readonly where: string;
  /** Whether open sessions can be seen: without an audit log nobody can. */
  readonly seesSessions: boolean;
  /** Whether a run was started that writes: then the namespace has to be released. */
  readonly hasIsolated: boolean;
  /**
   * Starts one, and waits for its end.
   *
   * @param signal ends the waiting, not the run
   * @throws what starting it, or asking about it, answers
   */
  run(start: RunStart, signal: AbortSignal): Promise<RunEnd>;
  /** Waits for a run that was started and whose end nobody has seen; one must not change what another is changing. */
  settled(signal: AbortSignal): Promise<void>;
  /** Answers what the run asks on-call with "refuse"; absent where nobody is asked. */
  refuse?(signal: AbortSignal): Promise<LinkAnswer | undefined>;
  /** Takes away what was kept for the drill alone, where it is not needed any more. @returns where it is kept otherwise */
  forget(needed: boolean): Promise<string | undefined>;
}

export interface RunStart {
  playbook: 'contain' | 'release';
  mode: 'plan' | 'isolate' | 'remove' | 'release';
  target: { namespace: string; uid: string };
  findingId?: string;
}

const SESSIONS = 'sessions-ended';

/** What a run came to, as an answer. @param wanted the outcome that it should have */
export function answerOf(end: RunEnd, wanted: string, seesSessions = true): LinkAnswer {
  const time = end.at === undefined ? {} : { at: end.at };
  if (end.outcome === wanted) return { ...time, says: end.summary };
  const unproven = missing(end.proofs);
  if (
    !seesSessions &&
    end.outcome === 'partly-contained' &&
    unproven.every(({ id }) => id === SESSIONS) &&
    unproven.length > 0
  )
    return { ...time, says: 'Isolated. Whether a session was open in a pod is not known without --audit-log.' };
  return {
    ...time,
    state: 'failed',
    says: `It ended as ${end.outcome}: ${end.summary}`,
    fix: end.open[0] ?? 'read the report of the run',
  };
}

const missing = (proofs: readonly Proof[]): Proof[] =>
  proofs.filter(({ decisive, verdict }) => decisive && verdict === 'not-proven');

/** What was proven of the isolation. */
export function proofsAnswer({ proofs, at }: RunEnd, seesSessions: boolean): LinkAnswer {
  const time = at === undefined ? {} : { at };
  const proven = proofs.filter(({ verdict }) => verdict === 'proven').length;
  const unproven = missing(proofs);
  const count = `${proven} of ${counted(proofs.length, 'claim')} proven`;
  if (proofs.length === 0)
    return { ...time, state: 'failed', says: 'Nothing was proven.', fix: 'read the report of the run' };
  const [first] = unproven.filter(({ id }) => seesSessions || id !== SESSIONS);
  if (first === undefined) return { ...time, says: `${count}.` };
  return {
    ...time,
    state: 'failed',
    says: `${count}. Not proven: ${first.claim} ${first.how}`,
    fix: 'docs/playbooks.md says what each proof needs',
  };
}

/** What the report of a run says of its end. */
export function endOf({ outcome, summary, open, proofs, at }: ContainmentReport): RunEnd {
  return { outcome, summary, open, proofs, ...defined({ at: epochOf(at) }) };
}

/** The work, or the abort: the work itself goes on. */
export function within<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = new Promise<never>((_, reject) => {
    const end = (): void => reject(signal.reason);
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
  return Promise.race([work, aborted]);
}
