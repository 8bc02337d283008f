/**
 * The top of the mail about a follow-up, for a phone at night: the state, of what, by whom, how long ago; what to do, with
 * one command each; what is open. As short as {@link isTop} wants it.
 */
import type { FollowUp } from '../../contract/follow-up.ts';
import { defined } from '../../kit/defined.ts';
import { duration } from '../../kit/phrase.ts';
import type { Places } from '../destinations/destination.ts';
import { EXECUTION, epochOf, matching } from '../grammar.ts';
import { bullet, firstFitting, paragraph, sizeOf } from '../layout.ts';
import { executionLink, objectLink } from '../links.ts';
import { type Moment, whenWords, withoutDay } from '../moment.ts';
import { wholeRecord } from '../see-more.ts';
import { type AdviceStep, stepLines } from '../step.ts';
import { harmless, quoted } from '../text.ts';
import { isTop } from '../top.ts';
import { creatorAccess, followUpHeadline, matterOf, meaningOf } from './words.ts';

/** UTF-8: what is below has its place as well. */
const MAX_BYTES = 3_300;
/** Actions in the top, after the look. */
export const TOP_ACTIONS = 2;

/** How many entries of the list are shown, and in how many characters each, the result in how many: the first that fits. */
const CAPS = [
  { entries: 6, long: 300 },
  { entries: 4, long: 210 },
  { entries: 3, long: 150 },
  { entries: 2, long: 150 },
  { entries: 1, long: 150 },
  { entries: 1, long: 72 },
  { entries: 0, long: 72 },
] as const;

/** A list of the top: what is open, or what would be removed. */
export interface TopList {
  /** `What is open`. */
  title: string;
  /** What is to be known of all of them. */
  note?: string;
  /** As they are, with the characters that each may take. */
  entries: readonly ((long: number) => string)[];
  /** How many there are in all. */
  total: number;
}

export interface Top {
  lines: string[];
  /** How many entries of the list are in it. */
  shown: number;
}

/** @param result what the playbook says of itself, where it says more than the rest */
export function followUpTop(
  followUp: FollowUp,
  { actions, list, result }: { actions: readonly AdviceStep[]; list: TopList; result: string | undefined },
  places: Places,
  moment: Moment,
): Top {
  const day = withoutDay(followUp.at);
  const topWith = ({ entries, long }: (typeof CAPS)[number]): Top => {
    const shown = list.entries.slice(0, entries);
    const lines = [
      ...paragraph(`${followUpHeadline(followUp)} ${meaningOf(followUp)}`),
      ...facts(followUp, moment),
      ...(result === undefined ? [] : bullet(day(harmless(result, long * 2)), 'Result')),
      '',
      ...stepsOf(followUp, actions, places).flatMap((step, index) => stepLines(step, `${index + 1}`)),
      ...(list.total > 0 ? ['', ...paragraph(titleOf(list, shown.length, places))] : []),
      ...shown.flatMap((entry) => bullet(day(entry(long)))),
    ];
    return { lines, shown: shown.length };
  };
  return firstFitting(CAPS, topWith, ({ lines }) => isTop(lines) && sizeOf(lines).bytes <= MAX_BYTES);
}

/** The look comes first, but for access that is still open. */
function stepsOf(followUp: FollowUp, actions: readonly AdviceStep[], places: Places): AdviceStep[] {
  const steps = actions.slice(0, TOP_ACTIONS);
  const urgent = creatorAccess(followUp) ? steps.splice(0, 1) : [];
  return [...urgent, look(followUp, places), ...steps];
}

function titleOf({ title, note, entries, total }: TopList, shown: number, places: Places): string {
  const others = shown < entries.length ? 'the others below' : `the others ${whereRest(places)}`;
  const notes = [...(note ? [note] : []), ...(shown < total ? [`${shown} of ${total}`, others] : [])];
  return `${title}${notes.length > 0 ? ` (${notes.join(', ')})` : ''}:`;
}

/** Where everything is that a mail has no room for. */
export const whereRest = ({ report }: Places): string =>
  report === undefined ? 'in the JSON message' : 'in the report';

function facts(followUp: FollowUp, moment: Moment): string[] {
  const { at, question } = followUp;
  const until = question && (whenWords(question.expiresAt, moment) ?? 'a time not known');
  return [
    ...bullet(byWhom(followUp), 'By'),
    ...bullet(whenWords(at, moment) ?? 'not known', 'When'),
    ...(until
      ? bullet(`${until}; without an answer nothing is removed, and the namespace stays isolated`, 'Until')
      : []),
  ];
}

/** How long it took, from a second on. */
function tookWords({ startedAt, at, playbook, notStarted }: FollowUp): string {
  const [from, to] = [epochOf(startedAt), epochOf(at)];
  if (from === undefined || to === undefined || to - from < 1_000 || playbook === 'decide' || notStarted) return '';
  return `, took ${duration(to - from)}`;
}

/** Who has decided; of a playbook how it was started, and as what. */
function byWhom(followUp: FollowUp): string {
  const { playbook, decision, mode, scope, execution, notStarted } = followUp;
  if (decision)
    return `${quoted(decision.decidedBy, 60)} (as they call themselves), reason: ${quoted(decision.reason, 120)}`;
  const name = matching(EXECUTION, execution)?.split(':').at(-1) ?? execution;
  const isAutomatic = name.startsWith('auto-') || notStarted === true;
  const how = playbook === 'decide' ? '' : isAutomatic ? ', started automatically' : ', started by a person';
  const as = [...(mode ? [`mode ${mode}`] : []), ...(scope ? [`scope ${scope}`] : [])].join(', ');
  return `playbook ${playbook}${as === '' ? '' : `, ${as}`}${how}${tookWords(followUp)}`;
}

/** Where the whole of it is. */
function look(followUp: FollowUp, { report }: Places): AdviceStep {
  const isAsked = matterOf(followUp) === 'question';
  const what = isAsked ? 'Look at the whole plan in the report' : 'Look at the report';
  if (report === undefined) {
    const link = executionLink(followUp.execution);
    return {
      text: `The report could not be stored.${link ? ' Look at the execution:' : ''}`,
      ...defined({ link: link || undefined }),
    };
  }
  const link = objectLink(report, followUp.target);
  return link
    ? { text: `${what} ("Open" on this page):`, link }
    : { text: `${what}:`, commands: [wholeRecord(report)] };
}
