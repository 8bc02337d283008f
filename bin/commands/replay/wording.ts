import type { Actor, Finding } from '../../../functions/contract/finding.ts';
import type { Outcome } from '../../../functions/contract/vocabulary.ts';
import { counted } from '../../../functions/kit/words.ts';
import type { Place } from '../../input/input.ts';
import { harmlessInTerminal, shortInTerminal } from '../harmless.ts';

/** A column of the list: its head, least width, and most width of a value. */
type Column = [head: string, width: number, most: number, value: (finding: Finding) => string | undefined];

const COLUMNS: readonly Column[] = [
  ['TIME', 27, 40, ({ request }) => request.at],
  ['OUTCOME', 15, 15, ({ outcome }) => outcome],
  ['NAMESPACE', 24, 64, ({ namespace }) => namespace.name],
  ['ACTOR', 36, 160, ({ actor }) => actorText(actor)],
  ['VIA', 21, 40, ({ request }) => request.userAgent?.split(' ', 1)[0]],
  // All addresses but the last one can be set by the client.
  ['FROM', 15, 45, ({ request }) => request.sourceIps?.at(-1)],
  ['', 0, 20, ({ source }) => (source.truncated ? '(cut line)' : '')],
];

const row = (values: string[]): string =>
  `${values
    .map((value, index) => value.padEnd(COLUMNS[index]?.[1] ?? 0))
    .join('  ')
    .trimEnd()}\n`;

export const HEADER = row(COLUMNS.map(([head]) => head));

/** A finding on one line. `-` stands for what is not known. */
export const findingLine = (finding: Finding): string =>
  row(COLUMNS.map(([, , most, value]) => shortInTerminal(value(finding) ?? '-', most)));

function actorText({ kind, principalArn, username, sessionName, impersonated }: Actor): string {
  const who = principalArn ?? username ?? kind;
  const session = sessionName === undefined ? '' : ` (session ${sessionName})`;
  return `${who}${session}${impersonated ? ` as ${impersonated.username ?? 'unknown'}` : ''}`;
}

/** Where something stands, as compilers write it. */
export const placeText = ({ file, line, item }: Place): string =>
  harmlessInTerminal(`${file}${line === undefined ? '' : `:${line}`}${item === undefined ? '' : ` (item ${item})`}`);

/** What was read, in numbers. */
export interface Tally {
  /** Audit events. */
  events: number;
  findings: Map<Outcome, number>;
  /** Lines of other logs of the control plane. */
  others: number;
  problems: number;
}

export function summary({ events, findings, others, problems }: Tally): string[] {
  const total = [...findings.values()].reduce((sum, number) => sum + number, 0);
  const outcomes = [...findings].map(([outcome, number]) => `${number} ${outcome}`).join(', ');
  return [
    `${counted(events, 'audit event')} read, ${counted(total, 'finding')}${total > 0 ? `: ${outcomes}` : ''}.`,
    ...(others > 0 ? [`${counted(others, 'line')} of other control plane logs passed over.`] : []),
    ...(problems > 0 ? [`${counted(problems, 'problem')}: part of the input was not read, see above.`] : []),
  ];
}

export const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
