/** What a person types to start *decide*. */

import * as z from 'zod/mini';
import { defined } from '../kit/defined.ts';
import { isRecord } from '../kit/json.ts';
import { UNFILLED } from './fill-in.ts';
import type { Cluster } from './finding.ts';
import { DECISIONS, type DecisionKind } from './follow-up.ts';
import { ID } from './ids.ts';
import { clusterInput, filledIn, findingIdInput, knownParts, matching, mistake, wrong } from './playbook-input.ts';

/** A decision, validated. */
export interface DecisionInput {
  decision: DecisionKind;
  /** Id of the question, or of the finding; one of them. */
  question?: string;
  findingId?: string;
  /** At least the first 12 hex digits of the plan that is approved, in lower case. */
  planHash?: string;
  /** The cluster of a finding, where its record does not name it. */
  cluster?: Cluster;
  /** What the baseline is to learn: the namespace's name where absent. */
  namePattern?: string;
  /** Ids of grave indicators that belong to what is accepted; what is not grave belongs to it by itself. */
  indicators?: string[];
  reason: string;
  /** Who decides, as they call themselves. */
  by: string;
}

const sentence = (hint: string) => matching(/\S/, hint).check(z.maxLength(1_000, 'must be at most 1,000 characters'));

/** An approval names so many digits of the plan's hash at least: nobody makes another plan that begins with them. */
const PLAN_DIGITS = 12;
const PLAN_HASH = new RegExp(`^[0-9a-f]{${PLAN_DIGITS},64}$`, 'i');

/** What of the hash of a plan a command line has. */
export const shortPlanHash = (hash: string): string => hash.slice(0, PLAN_DIGITS);

/** Whether an approval, which has at least {@link PLAN_DIGITS} digits, names the plan of this hash. */
export const namesPlan = (approved: string, hash: string): boolean =>
  PLAN_HASH.test(approved) && hash.toLowerCase().startsWith(approved.toLowerCase());

const schema = z.strictObject(
  {
    decision: z.enum(DECISIONS, 'must be "approve", "refuse" or "legitimate"'),
    question: z.optional(matching(ID, 'must be the id of the question, as in the message that asked it')),
    findingId: z.optional(findingIdInput),
    planHash: z.optional(
      matching(PLAN_HASH, 'must be the hash of the plan, as in the message that asked, or its first 12 digits'),
    ),
    cluster: z.optional(clusterInput),
    namePattern: z.optional(sentence('must be a name of namespaces, or the beginning of one, as "team-*"')),
    indicators: z.optional(
      z
        .array(matching(/^[a-z][a-z0-9-]{1,60}$/, 'must be the id of an indicator, as in the alert: "lookalike-name"'))
        .check(z.maxLength(40, 'must be at most 40')),
    ),
    reason: filledIn('must say why', UNFILLED.reason),
    by: filledIn('must say who decides', UNFILLED.by),
  },
  'must be an object, as {"findingId": "nsf-…", "decision": "refuse", "reason": "…", "by": "…"}',
);

/** @throws {PlaybookInputError} with every mistake */
export function decisionOf(input: unknown): DecisionInput {
  const { data, error } = schema.safeParse(input);
  const mistakes = [...(error?.issues.map(mistake) ?? []), ...(isRecord(input) ? together(input) : [])];
  if (!data || mistakes.length > 0) throw wrong(mistakes.join('; '));
  const { cluster, planHash, ...rest } = data;
  return defined({ ...rest, planHash: planHash?.toLowerCase(), cluster: cluster && knownParts(cluster) });
}

/** What the fields do not tell each by itself. */
function together(input: Partial<Record<keyof DecisionInput, unknown>>): string[] {
  const { decision, question, findingId, planHash, cluster, namePattern, indicators } = input;
  const legitimate = decision === 'legitimate';
  const rules: readonly (readonly [applies: boolean, text: string])[] = [
    [question === undefined && findingId === undefined, 'it names neither a "question" nor a "findingId"'],
    [question !== undefined && findingId !== undefined, 'it names both a "question" and a "findingId": one is enough'],
    [decision === 'approve' && planHash === undefined, 'an approval names the plan that it approves: "planHash"'],
    [legitimate && planHash !== undefined, '"planHash" belongs to "approve"'],
    [!legitimate && cluster !== undefined, '"cluster" belongs to "legitimate"'],
    [!legitimate && namePattern !== undefined, '"namePattern" belongs to "legitimate"'],
    [!legitimate && indicators !== undefined, '"indicators" belongs to "legitimate"'],
  ];
  return rules.flatMap(([applies, text]) => (applies ? [text] : []));
}
