/** What lines of containers and nodes give away. The lines themselves may hold secrets, and stay where they are. */
import type { Condition } from '../../clients/logs/log-search.ts';
import { FETCHED_SCRIPT } from './workload-signs/commands.ts';

interface LogSignEntry<Name extends string = string> {
  sign: Name;
  /** For people. */
  words: string;
  /** Texts one of which stands in every line that shows the sign: the log is asked for them. */
  terms: readonly string[];
  /** Takes linear time: the text is an attacker's, and can be long. */
  pattern: RegExp;
}

const defineLogSign = <const Name extends string>(sign: LogSignEntry<Name>): LogSignEntry<Name> => sign;

export const LOG_SIGNS = [
  defineLogSign({
    sign: 'shell-session',
    words: 'a shell without a terminal began',
    // What bash and dash say when they are to be interactive and have no terminal, as at the end of a connection.
    terms: ['no job control in this shell', 'cannot set terminal process group', 'job control turned off', '/dev/tcp/'],
    pattern:
      /\bno job control in this shell\b|\bcannot set terminal process group\b|\bjob control turned off\b|\/dev\/tcp\/\d/,
  }),
  defineLogSign({
    sign: 'mining-protocol',
    words: 'what miners write, or the protocol of mining pools',
    terms: [
      'mining.subscribe',
      'mining.authorize',
      'mining.notify',
      'mining.submit',
      'stratum+',
      'new job from',
      'xmrig',
    ],
    pattern:
      /\bmining\.(?:subscribe|authorize|notify|submit)\b|\bstratum\+(?:tcp|ssl|tls):|\bnew job from\b[^\n]{0,80}\bdiff\b|\bxmrig\/\d/i,
  }),
  defineLogSign({
    sign: 'download-and-run',
    words: 'a script that is fetched or decoded, and run',
    terms: ['curl ', 'wget ', 'base64 -'],
    pattern: FETCHED_SCRIPT,
  }),
  defineLogSign({
    sign: 'metadata-access',
    words: "the node's credentials were asked for",
    terms: ['meta-data/iam/', 'latest/api/token'],
    pattern: /\bmeta-data\/iam\/|\blatest\/api\/token\b/,
  }),
] as const;

export type LogSign = (typeof LOG_SIGNS)[number]['sign'];

/** What the log is asked for, so that no number of other lines pushes these out. */
export const MAY_SHOW_SIGNS: Condition = {
  any: LOG_SIGNS.flatMap(({ terms }) => terms.map((has) => ({ field: '@message', has }))),
};

/** The signs that the text of a line shows. */
export const logSignsIn = (text: string): LogSign[] =>
  LOG_SIGNS.flatMap(({ sign, pattern }) => (pattern.test(text) ? [sign] : []));

const WORDS: ReadonlyMap<string, string> = new Map(LOG_SIGNS.map(({ sign, words }) => [sign, words]));

/** For people; the sign itself where it is not known here. */
export const logSignWords = (sign: string): string => WORDS.get(sign) ?? 'unknown';
