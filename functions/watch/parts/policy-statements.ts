/** The statements of policies of IAM, compared by what they mean and told in short. */
import type { PolicyDocument } from '../../contract/deployment.ts';
import { isRecord, records } from '../../kit/json.ts';
import { andMore } from '../../kit/words.ts';

type Statement = Record<string, unknown>;

/**
 * The same for two statements that differ in the order of keys and values alone, or in that one value stands in a list or by
 * itself: IAM takes them for the same ("Grammar of the IAM JSON policy language").
 */
function canonical(value: unknown): unknown {
  if (isRecord(value))
    return Object.fromEntries(
      Object.entries(value)
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, each]) => [key, canonical(each)]),
    );
  const values = (Array.isArray(value) ? value : [value]).map((each) =>
    isRecord(each) ? JSON.stringify(canonical(each)) : String(each),
  );
  return [...new Set(values)].sort();
}

const keyOf = (statement: Statement): string => JSON.stringify(canonical(statement));

/** A document with one statement has it without a list. */
const statementsOf = ({ Statement: statements }: PolicyDocument): Statement[] =>
  statements === undefined ? [] : records(Array.isArray(statements) ? statements : [statements]);

/** What of the statements of a policy is not in another one. */
export function statementsBeyond(policy: PolicyDocument, other: PolicyDocument): Statement[] {
  const known = new Set(statementsOf(other).map(keyOf));
  return statementsOf(policy).filter((statement) => !known.has(keyOf(statement)));
}

const MOST = 3;
const texts = (value: unknown): string[] => (Array.isArray(value) ? value : [value]).map(String);

/** `Allow s3:GetObject, s3:PutObject on arn:…, with conditions`. What the conditions are, is not told: they may hold a shared secret. */
export function statementWords(statement: Statement): string {
  const part = (word: string, value: unknown): string[] =>
    value === undefined ? [] : [`${word}${andMore(texts(value), MOST)}`];
  const principals = (word: string, value: unknown): string[] =>
    isRecord(value) ? part(word, Object.values(value).flatMap(texts)) : part(word, value);
  const { Effect, Action, NotAction, Resource, NotResource, Principal, NotPrincipal, Condition } = statement;
  return [
    String(Effect),
    ...part('', Action),
    ...part('all but ', NotAction),
    ...part('on ', Resource),
    ...part('on all but ', NotResource),
    ...principals('to ', Principal),
    ...principals('to all but ', NotPrincipal),
    ...(Condition === undefined ? [] : ['under conditions']),
  ].join(' ');
}
