/**
 * The top of a mail, for a phone at night: how grave, what, who, when, why, and the three things that can be done. In at
 * most {@link MAX_TOP} lines and one screen of a phone, whatever the alert.
 */
import type { Alert } from '../contract/alert.ts';
import { drillWords } from '../contract/drill.ts';
import type { Finding } from '../contract/finding.ts';
import { gradeOf } from '../contract/grade.ts';
import { defined } from '../kit/defined.ts';
import { actorWords } from './actor.ts';
import { headline, MEANINGS, namespaceName } from './headline.ts';
import { bullet, firstFitting, paragraph, within } from './layout.ts';
import { clusterLink, logLink } from './links.ts';
import { type Moment, whenWords, withoutDay } from './moment.ts';
import { firstMessage, newsTexts } from './news.ts';
import { type AdviceStep, stepLines } from './step.ts';
import { harmless } from './text.ts';
import { threeSteps } from './three-steps.ts';
import { type Told, toldIn } from './told.ts';

/** Lines. */
export const MAX_TOP = 25;
/** What a phone held upright shows at once. */
const PHONE = { columns: 60, rows: 42 } as const;

/** How many rows the lines take on a phone, which wraps them. */
export const rowsOnPhone = (lines: readonly string[]): number =>
  lines.reduce((rows, line) => rows + Math.max(1, Math.ceil(line.length / PHONE.columns)), 0);

/** Whether the lines can be the top of a mail. */
export const isTop = (lines: readonly string[]): boolean => lines.length <= MAX_TOP && rowsOnPhone(lines) <= PHONE.rows;

/** Lines, of names as long as can be. */
const MAX_WHO = 4;

/** Lines of a reason. Only one of an earlier version, without a short form, may need more. */
const MAX_REASON = 3;

/** How many of what is new and of the other reasons are shown, and how long one is in full, in characters: the first that fits. */
const CAPS = [
  { news: 3, reasons: 3, long: 210 },
  { news: 3, reasons: 3, long: 136 },
  { news: 3, reasons: 3, long: 0 },
  { news: 2, reasons: 3, long: 0 },
  { news: 1, reasons: 3, long: 0 },
  { news: 1, reasons: 2, long: 0 },
  { news: 1, reasons: 1, long: 0 },
  { news: 1, reasons: 0, long: 0 },
] as const;

export const topOf = (alert: Alert, moment: Moment): string[] =>
  firstFitting(CAPS, (caps) => [...matter(alert, moment), ...why(alert, caps), '', ...steps(alert)], isTop);

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

/** Whole, or without groups and the address, which stand in the report: never a part of a sentence. */
function who(finding: Finding): string[] {
  const [whole, inShort] = [false, true].map((short) => bullet(actorWords(finding, short), 'Who'));
  return [whole, inShort].find((lines) => lines && lines.length <= MAX_WHO) ?? within(inShort ?? [], MAX_WHO);
}

function why(alert: Alert, { news, reasons, long }: Caps): string[] {
  const { update, assessment, finding, investigationFailed = 'not known why' } = alert;
  const shown = withoutDay(finding.request.at ?? finding.namespace.createdAt);
  const lines = (told: Told): string[] => within(bullet(shown(toldIn(told, long))), MAX_REASON);
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
          ...within(bullet(harmless(investigationFailed)), MAX_REASON),
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
    .map(({ reason, brief, weight }) => ({ text: reason, brief, ...(weight < 0 && { mark: 'Lowers the score: ' }) }));

/** Only where nothing was found is there no sign of danger: what was found may be one, and weigh nothing. */
function nothingCounts({ evidence = [] }: Alert): string {
  const answered = evidence.filter(({ status }) => status !== 'not-checked');
  if (answered.length === 0) return 'The audit record itself holds no sign of danger.';
  return answered.every(({ status }) => status === 'clear')
    ? 'The checks that gave an answer found no sign of danger.'
    : 'Nothing that was found adds points. Read below what was found.';
}

function steps(alert: Alert): string[] {
  const { look, isolate, expected } = threeSteps(alert);
  const { console } = isolate;
  const inConsole =
    console?.link && 'line' in console.isolate ? [{ line: `Or in the console, with ${console.isolate.line}:` }] : [];
  return [
    look.atReport ?? withoutReport(alert),
    { ...isolate, commands: [...(isolate.commands ?? []), ...inConsole], ...defined({ link: console?.link }) },
    expected,
  ].flatMap((step, index) => stepLines(step, `${index + 1}`));
}

/** The first command that shows what is in the namespace. */
function withoutReport(alert: Alert): AdviceStep {
  const link = clusterLink(alert.finding) ?? logLink(alert.finding);
  const { commands = [] } = (namespaceName(alert.finding) && threeSteps(alert).look.inCluster) || {};
  return {
    text: 'Look: the report could not be stored.',
    commands: commands.filter((command) => 'line' in command && command.line.startsWith('kubectl')).slice(0, 1),
    ...defined({ link }),
  };
}
