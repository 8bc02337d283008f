/**
 * Questions in CloudWatch Logs Insights QL.
 *
 * The query is a sieve that lets too much through rather than too little; {@link judge} decides on what comes. So
 * nothing depends on how the service compares or escapes: a string literal holds only characters that mean nothing to
 * any part of the language, and a value with other characters is asked for by its harmless pieces.
 *
 * Insights discovers at most 200 fields of a JSON line, and none of a line that was cut ("Supported logs and discovered
 * fields"). Where a field was not discovered, its value is looked for in the text.
 */
import { SYSTEM_FIELDS } from '../../kubernetes/names/aws.ts';
import type { Condition } from './log-search.ts';

/** Longest part of a line that is fetched, in characters: what decides stands at the beginning of an audit event. */
export const MAX_LINE = 8_192;

/** The column that holds it; no name that a log's own field would have. */
export const LINE_COLUMN = 'namespaceSentinelLine';

/** StartQuery's limit, in characters. */
const MAX_QUERY = 10_000;

/** Log fields with other characters would need backticks; none of ours has any. */
const FIELD = /^@(?:message|logStream|aws\.account|aws\.region)$|^[A-Za-z]\w*(?:\.\w+)*$/;

/** What a literal may hold: no quote, backslash, line break, pipe, hash, bracket or backtick. */
const PIECE = /[\w .:/@=,+-]+/g;
/** Limits so small that no value makes a query too long. */
const MAX_PIECES = 2;
const MAX_PIECE = 100;

/** An expression, or what it always is. */
type Ql = string | boolean;

/**
 * The query for the newest lines that meet the condition; undefined where no line can.
 *
 * @param options.ofEachStream only the newest line of each log stream
 * @param options.withOrigin also tells the account and the Region of each line
 * @throws RangeError when the query would be too long, TypeError when a field is none
 */
export function insightsQuery(
  where: Condition,
  limit: number,
  { ofEachStream = false, withOrigin = false } = {},
): string | undefined {
  const filter = compile(where, true);
  if (filter === false) return undefined;
  const query = [
    `fields @timestamp, @logStream, ${withOrigin ? `${SYSTEM_FIELDS.join(', ')}, ` : ''}substr(@message, 0, ${MAX_LINE}) as ${LINE_COLUMN}`,
    ...(filter === true ? [] : [`filter ${filter}`]),
    'sort @timestamp desc',
    ...(ofEachStream ? ['dedup @logStream'] : []),
    `limit ${limit}`,
  ].join(' | ');
  if (query.length > MAX_QUERY) throw new RangeError(`the question makes a query of ${query.length} characters`);
  return query;
}

/** @param wide whether to err on the side of letting through; turned round by each `not` */
function compile(condition: Condition, wide: boolean): Ql {
  if ('all' in condition) return conjunction(condition.all.map((each) => compile(each, wide)));
  if ('any' in condition) return disjunction(condition.any.map((each) => compile(each, wide)));
  if ('not' in condition) return negation(compile(condition.not, !wide));
  const { field } = condition;
  if (!FIELD.test(field)) throw new TypeError(`no field of a log: ${JSON.stringify(field)}`);
  if ('has' in condition) return leaf(field, 'like', condition.has, wide);
  if ('is' in condition) return leaf(field, '=', condition.is, wide);
  return disjunction(condition.in.map((value) => leaf(field, '=', value, wide)));
}

function leaf(field: string, operator: '=' | 'like', value: string | number, wide: boolean): Ql {
  const text = String(value);
  const pieces = piecesOf(text);
  // Whether there is such a field.
  if (text === '' && operator === 'like') return wide || `ispresent(${field})`;
  const contains = (where: string): Ql => conjunction(pieces.map((piece) => `${where} like "${piece}"`));
  let exact: string | undefined;
  if (typeof value === 'number' && Number.isFinite(value)) exact = `${field} ${operator} ${value}`;
  if (typeof value === 'string' && pieces[0] === value) exact = `${field} ${operator} "${value}"`;
  if (!wide) return exact === undefined ? false : `(ispresent(${field}) and ${exact})`;
  const direct = exact ?? contains(field);
  if (field.startsWith('@')) return direct;
  return disjunction([direct, conjunction([`not ispresent(${field})`, contains('@message')])]);
}

const piecesOf = (text: string): string[] =>
  (text.match(PIECE) ?? [])
    .filter((piece) => /\w/.test(piece))
    .sort((a, b) => b.length - a.length)
    .slice(0, MAX_PIECES)
    .map((piece) => piece.slice(0, MAX_PIECE));

function conjunction(parts: readonly Ql[]): Ql {
  if (parts.includes(false)) return false;
  return joined(parts, 'and') ?? true;
}

function disjunction(parts: readonly Ql[]): Ql {
  if (parts.includes(true)) return true;
  return joined(parts, 'or') ?? false;
}

function joined(parts: readonly Ql[], operator: string): string | undefined {
  const texts = parts.filter((part) => typeof part === 'string');
  return texts.length > 1 ? `(${texts.join(` ${operator} `)})` : texts[0];
}

const negation = (part: Ql): Ql => (typeof part === 'boolean' ? !part : `not (${part})`);
