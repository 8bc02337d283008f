/** The contract of an indicator: a file in this folder, and a row in its table. */
import type { CheckName, DetailsByCheck } from '../../checks/index.ts';
import type { Finding } from '../../contract/finding.ts';
import type { Evidence } from '../../contract/investigation.ts';

/** All that may move the score. */
export interface Facts {
  finding: Finding;
  evidence: readonly Evidence[];
  /** Usernames and IAM principals of GitOps and CI; see `automation.ts`. */
  knownAutomation: readonly string[];
}

/** What a rule found. */
export interface Judgement {
  /** In one sentence. May hold attacker-chosen text. */
  reason: string;
  /** MITRE ATT&CK technique. */
  technique?: string;
  /** The check whose evidence shows it; absent where the record itself does. */
  check?: string;
  /** How much of the rule's weight it carries, where there are degrees: above 0, at most 1. */
  share?: number;
}

/**
 * Decides, from the facts alone, whether something moves the score, and why.
 * - `threat` raises it.
 * - `commonplace` is found in ordinary work as well, and tells something only beside a threat: it raises the score in
 *   full there. Without a threat all of them together raise it so little that it stays `LOW`.
 * - `novelty` raises it as well: something not seen before. Capped in sum.
 * - `mitigation` lowers it, and is asked only where there is nothing but novelty.
 */
export interface Rule {
  id: string;
  kind: 'threat' | 'commonplace' | 'novelty' | 'mitigation';
  /** Points, unless the configuration says otherwise; below 0 for a mitigation. */
  weight: number;
  /** The checks that could show it; what they do not answer could change the picture. */
  checks?: readonly string[];
  judge(facts: Facts): Judgement | undefined;
}

/** A check's answer; undefined where it has none. */
export const answerOf = ({ evidence }: Facts, check: string): Evidence | undefined =>
  evidence.find((answer) => answer.check === check && answer.status !== 'not-checked');

/** The details that a check gave; undefined where it has no answer. */
export const detailsOf = <K extends CheckName>(facts: Facts, check: K): Partial<DetailsByCheck[K]> | undefined => {
  const answer = answerOf(facts, check);
  return answer && ((answer.details ?? {}) as Partial<DetailsByCheck[K]>);
};

/** When the request was made, in epoch milliseconds; NaN where it is not known. */
export const requestedAt = ({ finding: { request, namespace } }: Facts): number =>
  Date.parse(request.at ?? namespace.createdAt ?? '');

/** `3 minutes before`, for an instant that is not NaN. */
export function distance(at: number, requested: number): string {
  const minutes = Math.round(Math.abs(at - requested) / 60_000);
  const hours = Math.round(minutes / 60);
  const few = minutes === 0 ? 'less than a minute' : `${minutes} minute${minutes === 1 ? '' : 's'}`;
  const amount = minutes < 120 ? few : `${hours} hours`;
  return `${amount} ${at <= requested ? 'before' : 'after'}`;
}
