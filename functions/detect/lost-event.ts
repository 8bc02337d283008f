import type { AuditEvent } from '../kubernetes/audit-event.ts';

/** The fields of such an entry, in their order; each is written as `key="value"`, one blank apart. */
const KEYS = [
  'id',
  'stage',
  'ip',
  'method',
  'user',
  'groups',
  'as',
  'asgroups',
  'user-agent',
  'namespace',
  'uri',
  'response',
] as const;
const MARK = ' AUDIT:';
const START = `${MARK} ${KEYS[0]}="`;

/** Escapes of Go's `%q` that are one letter. */
const LETTERS: Record<string, string> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };
const HEX = /^[0-9a-f]+$/i;
const LAST_CODE_POINT = 0x10ffff;

const unquoted = (text: string): string =>
  text.replace(/\\(?:x(..)|u(.{4})|U(.{8})|(.))/g, (_, x?: string, u?: string, U?: string, letter = '') => {
    const hex = x ?? u ?? U;
    if (hex === undefined) return LETTERS[letter] ?? letter;
    const code = HEX.test(hex) ? Number.parseInt(hex, 16) : LAST_CODE_POINT + 1;
    return code > LAST_CODE_POINT ? '\ufffd' : String.fromCodePoint(code);
  });

/**
 * Where a quoted value ends, as the index of its closing quote; -1 where nothing closes it. An escape is a backslash and
 * the character after it.
 *
 * @param from the index after the opening quote
 */
function closingQuote(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const letter = text[at];
    if (letter === '"') return at;
    if (letter === '\\') at++;
  }
  return -1;
}

/** The items of a list of quoted values, as Go writes it. */
function list(text: string): string[] {
  const items: string[] = [];
  for (let open = text.indexOf('"'); open >= 0; ) {
    const close = closingQuote(text, open + 1);
    if (close < 0) break;
    items.push(unquoted(text.slice(open + 1, close)));
    open = text.indexOf('"', close + 1);
  }
  return items;
}

interface Entry {
  /** When the request was received, as written. */
  at: string;
  values: Record<(typeof KEYS)[number], string>;
}

/**
 * The entries in a text. The work is linear in its length, whatever the text is: no character is read by more than a
 * fixed number of entries, as the quote of a next start closes each value that is still open.
 */
function entriesIn(text: string): Entry[] {
  const entries: Entry[] = [];
  let done = 0;
  for (let start = text.indexOf(START); start >= 0; ) {
    const found = fieldsAt(text, start + MARK.length);
    const at = found && wordBefore(text, start, done);
    if (at) {
      entries.push({ at, values: found.values });
      done = found.end;
    }
    start = text.indexOf(START, at ? done : start + 1);
  }
  return entries;
}

function fieldsAt(text: string, from: number): { values: Entry['values']; end: number } | undefined {
  const values: Partial<Entry['values']> = {};
  let end = from;
  for (const key of KEYS) {
    const opening = ` ${key}="`;
    if (!text.startsWith(opening, end)) return undefined;
    const begin = end + opening.length;
    const close = closingQuote(text, begin);
    if (close < 0) return undefined;
    values[key] = unquoted(text.slice(begin, close));
    end = close + 1;
  }
  return { values: values as Entry['values'], end };
}

/** The characters before an index, back to a blank or to the limit. */
function wordBefore(text: string, end: number, limit: number): string {
  let begin = end;
  while (begin > limit && !/\s/.test(text.charAt(begin - 1))) begin--;
  return text.slice(begin, end);
}

/**
 * Reads what the API server writes into its own log about audit events that it could not encode (`EventString` in
 * `k8s.io/apiserver/pkg/audit/format.go`). The body of a server-side apply that is YAML and not JSON makes such an event
 * (kubernetes/kubernetes#139419; so in 1.36.3): without these lines, a namespace made so would leave no trace in the log.
 */
export function readLostEvents(text: string): AuditEvent[] {
  return entriesIn(text).map(({ at, values }) => {
    const { id, stage, ip, method, user, groups = '', as, uri, response } = values;
    const nobodyElse = !as || as === '<self>';
    const code = Number(response);
    return {
      auditId: id,
      stage,
      verb: method,
      requestUri: uri,
      user: { username: user || undefined, uid: undefined, groups: list(groups), extra: {} },
      impersonatedUser: nobodyElse ? undefined : { username: as, uid: undefined, groups: undefined, extra: {} },
      sourceIps: ip ? [ip] : undefined,
      userAgent: values['user-agent'] || undefined,
      objectRef: undefined,
      code: Number.isInteger(code) && code > 0 ? code : undefined,
      message: undefined,
      requestObject: undefined,
      responseObject: undefined,
      requestReceivedTimestamp: Number.isNaN(Date.parse(at)) ? undefined : at,
      stageTimestamp: undefined,
      annotations: {},
      truncated: true,
    };
  });
}
