/**
 * The top of a mail, for a phone at night: how grave, what, who, when, why, and the three things that can be done. In at
 * most {@link MAX_TOP} lines and one screen of a phone, whatever the alert.
 */
import type { Alert } from '../contract/alert.ts';
import { drillWords } from '../contract/drill.ts';
import type { Finding } from '../contract/finding.ts';
import { gradeOf } from '../contract/grade.ts';
import { ALERTING_OUTCOMES } from '../contract/vocabulary.ts';
import { withPlainTimes } from '../kit/phrase.ts';
import { actorWords } from './actor.ts';
import { brief } from './brief.ts';
import { headline, MEANINGS } from './headline.ts';
import { bullet, paragraph, within } from './layout.ts';
import { type Moment, whenWords, withoutDay } from './moment.ts';
import { firstMessage, newsTexts } from './news.ts';
import { harmless } from './text.ts';
import { stepLines, threeSteps } from './three-steps.ts';

/** Lines. */
export const MAX_TOP = 25;
/** What a phone held upright shows at once. */
const PHONE = { columns: 60, rows: 42 } as const;

/** How many rows the lines take on a phone, which wraps them. */
export const rowsOnPhone = (lines: readonly string[]): number =>
  lines.reduce((rows, line) => rows + Math.max(1, Math.ceil(line.length / PHONE.columns)), 0);

/** Lines, of names as long as can be. */
const MAX_WHO = 4;

/** How many of what is new and of the other reasons are shown, and in how many characters each: the first that fits. */
const CAPS = [
  { news: 3, reasons: 3, long: 210 },
  { news: 3, reasons: 3, long: 136 },
  { news: 3, reasons: 3, long: 110 },
  { news: 3, reasons: 3, long: 72 },
  { news: 2, reasons: 3, long: 72 },
  { news: 1, reasons: 3, long: 72 },
  { news: 1, reasons: 2, long: 72 },
  { news: 1, reasons: 1, long: 72 },
  { news: 1, reasons: 0, long: 72 },
] as const;

export function topOf(alert: Alert, moment: Moment): string[] {
  const tops = CAPS.map((caps) => [...matter(alert, moment), ...why(alert, caps), '', ...steps(alert)]);
  return tops.find((top) => top.length <= MAX_TOP && rowsOnPhone(top) <= PHONE.rows) ?? tops.at(-1) ?? [];
}

function matter(alert: Alert, moment: Moment): string[] {
  const { finding } = alert;
  const instant = finding.request.at ?? finding.namespace.createdAt;
  return [
    ...paragraph(`${headline(alert, '')} ${MEANINGS[gradeOf(alert)]}`),
    ...(finding.drill === 'registered' ? paragraph(drillWords(finding.drill) ?? '') : []),
    ...who(finding),
    ...bullet(whenWords(instant, moment) ?? 'not known', 'When'),
  ];
}

type Caps = (typeof CAPS)[number];

/** One sentence. */
interface Told {
  /** Our own words before it. */
  mark: string;
  text: string;
}

/** Whole, or without groups and the address, which stand in the report: never a part of a sentence. */
function who(finding: Finding): string[] {
  const [whole, inShort] = [false, true].map((short) => bullet(actorWords(finding, short), 'Who'));
  return [whole, inShort].find((lines) => lines && lines.length <= MAX_WHO) ?? within(inShort ?? [], MAX_WHO);
}

function why(alert: Alert, { news, reasons, long }: Caps): string[] {
  const { update, assessment, finding, investigationFailed = 'not known why' } = alert;
  const shown = withoutDay(finding.request.at ?? finding.namespace.createdAt);
  const lines = ({ mark, text }: Told): string[] =>
    bullet(shown(`${mark}${brief(withPlainTimes(text), long, finding.actor)}`));
  const told = update ? newsTexts(alert) : [];
  const first = told.slice(0, news);
  const isIn = (list: readonly Told[], { text }: Told) => list.some((each) => each.text === text);
  const all = reasonsOf(alert);
  const heaviest = all.slice(0, reasons).filter((reason) => !isIn(first, reason));
  const others = all.filter((reason) => !isIn(first, reason));
  const before = firstMessage(alert);
  const firstWords = before === undefined ? '' : ` (${before})`;
  const title = shown(`New since the last mail${firstWords}${countOf(told.length, first.length)}:`);
  return [
    '',
    ...(update
      ? [...paragraph(title), ...(told.length > 0 ? first.flatMap(lines) : bullet('An answer that was missing then.'))]
      : []),
    ...(assessment
      ? [
          ...paragraph(`Why (${assessment.score} of 100 points${countOf(others.length, heaviest.length)}):`),
          ...heaviest.flatMap(lines),
          ...(all.length === 0 && !update ? bullet(nothingCounts(alert)) : []),
        ]
      : [
          ...paragraph('THE INVESTIGATION FAILED: this rests on the audit record alone. Treat it as serious.'),
          ...bullet(harmless(investigationFailed, long)),
        ]),
  ];
}

/** Where not all are shown. */
const countOf = (all: number, shown: number): string => (all > shown ? `; ${shown} of ${all}` : '');

/** The reasons that count, the weightiest first; also those that speak for it. */
const reasonsOf = ({ assessment }: Alert): Told[] =>
  (assessment?.indicators ?? [])
    .filter(({ weight }) => weight !== 0)
    .toSorted((a, b) => Math.abs(b.weight) - Math.abs(a.weight))
    .map(({ reason, weight }) => ({ mark: weight < 0 ? 'Lowers it: ' : '', text: reason }));

/** Only where nothing was found is there no sign of danger: what was found may be one, and weigh nothing. */
function nothingCounts({ evidence = [] }: Alert): string {
  const answered = evidence.filter(({ status }) => status !== 'not-checked');
  if (answered.length === 0) return 'The audit record itself holds no sign of danger.';
  return answered.every(({ status }) => status === 'clear')
    ? 'The checks that gave an answer found no sign of danger.'
    : 'Nothing that was found adds points. Read below what was found.';
}

const steps = (alert: Alert): string[] =>
  threeSteps(alert, ALERTING_OUTCOMES.includes(alert.finding.outcome)).flatMap((step, index) =>
    stepLines(step, `${index + 1}`),
  );
