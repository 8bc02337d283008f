/** The framework's contract: what a check is, what it is given, and what it may answer. */
import type { Eks } from '../clients/eks.ts';
import type { Finding } from '../finding.ts';

/** What checks may ask. */
export interface Clients {
  eks: Eks;
}

/** What a check is given. */
export interface Context {
  finding: Finding;
  clients: Clients;
  /** Aborts when the check's time is over: hand it to every call. The check is not waited for after that. */
  signal: AbortSignal;
  /** Epoch milliseconds. */
  now(): number;
}

/** Where a person can see the same. */
export interface Source {
  /** An https address: the AWS console's page. */
  link?: string;
  /** Argument vector; may hold attacker-chosen text, whoever prints it looks at each value. */
  command?: string[];
}

/** What a check found out. */
interface Result extends Source {
  /** One sentence for a person. */
  summary: string;
  /** Facts for machines, and for the indicators: anything that JSON can hold. */
  details?: Record<string, unknown>;
}

/**
 * A check's answer.
 * - `found`: there is something to know.
 * - `clear`: looked at everything, and nothing is of concern, by data that is complete until the instant given.
 * - `not-checked`: no answer, and why not. A check may also just throw.
 */
export type Answer =
  | (Result & { status: 'found'; completeUntil?: string })
  | (Result & { status: 'clear'; completeUntil: string })
  | (Source & { status: 'not-checked'; reason: string });

/** One question that the investigation asks: a file in `checks/`, and a row in its table. */
export interface Check {
  /** Unique; stands in evidence and metrics. */
  name: string;
  /** As a person would ask it. */
  question: string;
  /** How long it may take, in milliseconds, within the investigation's budget. */
  deadlineMs: number;
  run(context: Context): Promise<Answer>;
  /** Where a person can look, also when the check fails; an answer that names a better source goes before. */
  source?(finding: Finding): Source;
}

/** The answer of a check that cannot look, with the reason why. */
export const notChecked = (reason: string): Answer => ({ status: 'not-checked', reason });
