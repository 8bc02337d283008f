/** What a drill came to, for people. */
import { harmlessInTerminal, shortInTerminal } from '../harmless.ts';
import type { DrillReport } from './course.ts';
import type { DrillLink, LinkState } from './link.ts';
import type { SubscriberRow, SubscriberState } from './subscribers.ts';

const STATES: Record<LinkState, string> = {
  answered: 'ok',
  failed: 'FAILED',
  silent: 'SILENT',
  'not-seen': 'not seen',
};
const RECEIPTS: Record<SubscriberState, string> = {
  taken: 'taken',
  'handed-over': 'handed over',
  'not-taken': 'NOT TAKEN',
  'not-for-it': 'not for it',
  unconfirmed: 'UNCONFIRMED',
  'not-seen': 'not seen',
};
const MAX_TEXT = 400;

/** `ok        +12.3 s  2026-11-30T10:00:12.300Z  finding in the table: …` */
export function linkLine({ state, after, at = '', name, says }: DrillLink): string {
  const time = after === undefined ? '' : `+${after.toFixed(1)} s`;
  return `${STATES[state].padEnd(9)} ${time.padStart(9)}  ${at.padEnd(24)}  ${name}: ${shortInTerminal(says, MAX_TEXT)}`;
}

const subscriberLine = ({ topic, protocol, endpoint, state, at = '', says }: SubscriberRow): string =>
  shortInTerminal(
    `  ${RECEIPTS[state].padEnd(11)}  ${at.padEnd(24)}  ${topic}, ${protocol} ${endpoint}: ${says}`,
    MAX_TEXT,
  );

/** What is wrong, with what to do. */
const wrongLinks = ({ links }: Pick<DrillReport, 'links'>): DrillLink[] =>
  links.filter(({ state }) => state === 'failed' || state === 'silent');
const wrongSubscribers = ({ subscribers }: Pick<DrillReport, 'subscribers'>): SubscriberRow[] =>
  subscribers.filter(({ state }) => state === 'not-taken' || state === 'unconfirmed');

/** Whether everything that could be seen answered, and nothing is left. */
export const isWell = (report: DrillReport): boolean =>
  !report.stopped &&
  report.remains.length === 0 &&
  wrongLinks(report).length === 0 &&
  wrongSubscribers(report).length === 0;

export function reportText(report: DrillReport): string {
  const { links, subscribers, remains, stopped } = report;
  const wrong = [...wrongLinks(report), ...wrongSubscribers(report)];
  const unseen = links.filter(({ state }) => state === 'not-seen');
  const fixes = [
    ...wrongLinks(report).map(({ name, fix }) => [name, fix] as const),
    ...subscribers.filter(({ state }) => state !== 'taken').map(({ endpoint, fix }) => [endpoint, fix] as const),
    ...unseen.map(({ name, fix }) => [name, fix] as const),
  ].flatMap(([name, fix]) => (fix === undefined ? [] : [`  ${name}: ${shortInTerminal(fix, MAX_TEXT)}`]));
  return [
    ...links.map(linkLine),
    ...(subscribers.length > 0 ? ['', 'Who is told:', ...subscribers.map(subscriberLine)] : []),
    ...(fixes.length > 0 ? ['', 'To do:', ...new Set(fixes)] : []),
    ...(remains.length > 0
      ? ['', 'STILL THERE:', ...remains.map((each) => `  ${shortInTerminal(each, MAX_TEXT)}`)]
      : []),
    '',
    stopped
      ? 'The drill was stopped.'
      : wrong.length === 0
        ? `Everything that was looked at answered${unseen.length > 0 ? `; not seen: ${unseen.map(({ name }) => name).join(', ')}` : ''}.`
        : `What did not answer: ${wrong.map((each) => ('name' in each ? each.name : each.endpoint)).join(', ')}.`,
    '',
  ]
    .map(harmlessInTerminal)
    .join('\n');
}
