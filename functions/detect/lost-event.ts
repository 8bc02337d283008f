import type { AuditEvent } from './audit-event.ts';

const QUOTED = '"((?:[^"\\\\]|\\\\.)*)"';
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
];
const LINE = new RegExp(`(\\S+) AUDIT: ${KEYS.map((key) => `${key}=${QUOTED}`).join(' ')}`, 'g');

/** Escapes of Go's `%q` that are one letter. */
const LETTERS: Record<string, string> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

const unquoted = (text: string): string =>
  text.replace(/\\(?:x(..)|u(.{4})|U(.{8})|(.))/g, (_, x?: string, u?: string, U?: string, letter = '') => {
    const code = x ?? u ?? U;
    return code === undefined ? (LETTERS[letter] ?? letter) : String.fromCodePoint(Number.parseInt(code, 16) || 0xfffd);
  });

const list = (text: string): string[] =>
  [...text.matchAll(new RegExp(QUOTED, 'g'))].map(([, item = '']) => unquoted(item));

/**
 * Reads what the API server writes into its own log about audit events that it could not encode (`EventString` in
 * `k8s.io/apiserver/pkg/audit/format.go`). The body of a server-side apply that is YAML and no JSON makes such an event
 * (kubernetes/kubernetes#139419; so in 1.36.3): without these lines, a namespace made so would leave no trace in the log.
 */
export function readLostEvents(text: string): AuditEvent[] {
  return [...text.matchAll(LINE)].map(([, at = '', ...quoted]) => {
    const values = Object.fromEntries(KEYS.map((key, index) => [key, unquoted(quoted[index] ?? '')]));
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
