/** What an indicator is: a file in `indicators/`, and a row in its table. */

import type { CheckName, DetailsByCheck } from '../checks/index.ts';
import type { Finding } from '../contract/finding.ts';
import type { Evidence } from '../contract/investigation.ts';
import { defined } from '../kit/defined.ts';
import { counted } from '../kit/words.ts';

/** All that may move the score. */
export interface RuleFacts {
  finding: Finding;
  evidence: readonly Evidence[];
  /** Usernames and IAM principals of GitOps and CI; see `checks/parts/automation.ts`. */
  knownAutomation: readonly string[];
  /** Proxies whose word is believed, in the same form. @default none */
  proxies?: readonly string[];
  /** Roles for emergencies, in the same form. @default none */
  breakGlass?: readonly string[];
}

/** The details that checks gave, by name; none of a check without an answer. What a check leaves out is absent. */
export type DetailsOf<Name extends CheckName> = { [K in Name]?: Partial<DetailsByCheck[K]> };

/** What a rule found. */
export interface Indication<Name extends CheckName = CheckName> {
  /** In one sentence. May hold attacker-chosen text. */
  reason: string;
  /**
   * The same in at most `MAX_BRIEF` characters, for a mail and chat: a sentence that can be read alone. It names the first of
   * what the reason lists, by a short name. May hold attacker-chosen text.
   */
  brief: string;
  /** In place of the rule's own. */
  technique?: string;
  /** The check whose evidence shows it; absent where the record itself does. */
  check?: Name;
  /** How much of the rule's weight it carries, where there are degrees: above 0, at most 1. */
  share?: number;
  /** A threat of a degree that is found in ordinary work as well: it does not make commonplace things count in full. */
  isMild?: boolean;
}

/**
 * Decides, from the facts alone, whether something moves the score, and why.
 * - `threat` raises it.
 * - `commonplace` is found in ordinary work as well, and tells something only beside a threat: there all of them together raise
 *   the score by less than another threat. Without a threat, or beside mild ones only, they raise it so little that they alone
 *   stay `LOW`.
 * - `novelty` raises it as well: something not seen before. Capped in sum without a threat, or beside mild ones only.
 * - `mitigation` lowers it, and is asked only where there is nothing but novelty.
 */
export interface Rule<Name extends CheckName = CheckName> {
  id: string;
  kind: 'threat' | 'commonplace' | 'novelty' | 'mitigation';
  /** Points, unless the configuration says otherwise; below 0 for a mitigation. */
  weight: number;
  /** Why so many, in one sentence for people: the last column of docs/indicators.md. */
  why: string;
  /** Of MITRE ATT&CK, where it has one for this. */
  technique?: string;
  /** The checks whose details could show it; what they do not answer could change the picture. */
  shownBy?: readonly Name[];
  /** The checks whose details can only rule it out. */
  ruledOutBy?: readonly Name[];
  /** @param details of the checks that the rule names, and of no others */
  judge(facts: RuleFacts, details: DetailsOf<Name>): Indication<Name> | undefined;
}

/** A rule as it is written, so that it is given the details of the checks that it names. */
export const defineRule = <const Name extends CheckName = never>(rule: Rule<Name>): Rule<Name> => rule;

/** A sentence that is short enough to be its own short form. */
export const inBrief = (reason: string): Pick<Indication, 'reason' | 'brief'> => ({ reason, brief: reason });

/** What the rule makes of the facts; undefined where it does not apply. */
export function judgementOf(rule: Rule, facts: RuleFacts): Indication | undefined {
  const names = [...(rule.shownBy ?? []), ...(rule.ruledOutBy ?? [])];
  const details = Object.fromEntries(
    names.flatMap((name) => {
      const answer = answerOf(facts, name);
      return answer ? [[name, answer.details ?? {}]] : [];
    }),
  );
  const judgement = rule.judge(facts, details);
  if (!judgement) return undefined;
  const { reason, brief, technique = rule.technique, check, share, isMild } = judgement;
  return defined({ reason, brief, technique, check, share, isMild });
}

/** A check's answer; undefined where it has none. */
export const answerOf = ({ evidence }: RuleFacts, check: CheckName): Evidence | undefined =>
  evidence.find((answer) => answer.check === check && answer.status !== 'not-checked');

/** When the request was made, in epoch milliseconds; NaN where it is not known. */
export const requestedAt = ({ finding: { request, namespace } }: RuleFacts): number =>
  Date.parse(request.at ?? namespace.createdAt ?? '');

/** `3 minutes before`, for an instant that is not NaN. */
export function distance(at: number, requested: number): string {
  const minutes = Math.round(Math.abs(at - requested) / 60_000);
  const hours = Math.round(minutes / 60);
  const few = minutes === 0 ? 'less than a minute' : counted(minutes, 'minute');
  const amount = minutes < 120 ? few : `${hours} hours`;
  return `${amount} ${at <= requested ? 'before' : 'after'}`;
}
