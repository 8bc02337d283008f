/** Everything that the report shows of an alert, in the order and the words in which the template draws it. */

import { detailsOf } from '../../checks/index.ts';
import type { Alert } from '../../contract/alert.ts';
import { printCommand } from '../../contract/commands/print.ts';
import type { Evidence } from '../../contract/investigation.ts';
import { advice } from '../advice.ts';
import { answers } from '../answers.ts';
import { epochOf, matching, utc } from '../grammar.ts';
import { AUTO_START, gradeOf, MEANINGS, sentenceOf } from '../headline.ts';
import { consoleLink } from '../links.ts';
import { count, duration, number, ours, say, told } from '../say.ts';
import { auditRecord } from '../see-more.ts';
import { unknowns } from '../unknowns.ts';
import { chainOf } from './chain.ts';
import { evidenceBlocks } from './evidence.ts';
import { factsOf } from './facts.ts';
import { barOf, openQuestions, reasonsOf } from './score.ts';
import { LANE_NAMES, markClass, SHAPES, stripOf } from './strip.ts';
import { distanceOf, LANES, timelineOf } from './timeline.ts';
import { type Limits, stepView, View } from './view.ts';

/** Checks and reasons with a place of their own; there are about 15 of each. */
const MAX_CHECKS = 40;
const MAX_REASONS = 40;

export type Model = ReturnType<typeof modelOf>;

/** @param limits how much is shown of each value and list */
export function modelOf(whole: Alert, limits: Limits) {
  const evidence = (whole.evidence ?? []).slice(0, MAX_CHECKS);
  const alert = { ...whole, evidence };
  const view = new View(limits);
  const details = detailsOf(alert);
  const grade = gradeOf(alert);
  const idOf = (item: Evidence) => `check-${evidence.indexOf(item) + 1}`;
  const open = openQuestions(alert, evidence).map(({ item, upTo }) => ({
    id: idOf(item),
    question: view.sentence(item.question),
    reason: view.sentence(
      item.status === 'not-checked' ? `Not checked: ${item.reason ?? 'no reason given'}` : 'Answered in part only.',
    ),
    upTo: upTo > 0 && count(upTo, 'point'),
  }));
  const timeline = timelineOf(alert, details);
  const reasons = reasonsOf(alert).slice(0, MAX_REASONS);
  const bar = barOf(alert, reasons);
  const sentence = sentenceOf(alert);
  const answered = answers(alert, details);
  // Checks without an answer are named at the score, at the timeline and in the evidence.
  const unknown = unknowns({ ...alert, evidence: [] });
  const contacts = (details.owner?.contacts ?? []).slice(0, 5);
  const message = details.owner?.message?.split(/\r\n?|\n/).slice(0, 60);
  return {
    title: `${grade}: ${sentence}`,
    accent: grade.toLowerCase(),
    grade: grade === 'UNKNOWN' ? 'SEVERITY UNKNOWN' : grade,
    headline: sentence.charAt(0).toUpperCase() + sentence.slice(1),
    points: alert.assessment && `${number(alert.assessment.score)} of 100 points`,
    meaning: MEANINGS[grade],
    update:
      alert.update && `This is an update after a later look: now ${grade}, was ${alert.update.previous ?? 'UNKNOWN'}.`,
    failed:
      alert.assessment === undefined ? `Why: ${view.sentence(alert.investigationFailed ?? 'not known')}` : undefined,
    autoStart: alert.autoStart && AUTO_START,
    facts: factsOf(alert).map(([label, cell]) => ({ label, cell: view.cell(cell) })),
    sections: sectionsOf(alert, answered.length > 0, unknown.length > 0),
    answers: answered.map(({ question, status, lines, missing }) => ({
      question,
      status,
      word: missing.length > 0 && status !== 'not-checked' ? `${WORDS[status]}, incomplete` : WORDS[status],
      lines: lines.map((line) => view.phrase(line)),
      missing: missing.map((item) => ({ id: idOf(item), question: view.sentence(item.question) })),
    })),
    bar,
    scoreNote: scoreNote(
      bar?.capped ?? false,
      reasons.some(({ weight }) => weight < 0),
      bar?.open !== undefined,
    ),
    reasons: reasons.map(({ id, mark, points, reason, technique, check }) => ({
      mark,
      points,
      reason: view.sentence(reason),
      isNew: alert.update?.newIndicators.includes(id),
      check: evidence.filter((item) => item.check === check).map(idOf)[0],
      ...techniqueOf(technique),
    })),
    open,
    strip: stripOf(timeline),
    events: timeline.events.map((event) => ({
      time: new Date(event.at).toISOString().slice(0, 19).replace('T', ' '),
      distance: distanceOf(event, timeline.request),
      lane: event.request ? 'The request' : LANE_NAMES[event.lane],
      what: view.phrase(event.what),
      request: event.request,
      grave: event.grave,
      path: SHAPES[event.request ? 'request' : event.lane],
      className: markClass(event.lane, event.request, event.grave),
    })),
    eventsLeft: timeline.left,
    timelineGaps: LANES.flatMap((lane) =>
      timeline.lanes[lane].missing.map(
        ({ question, reason }) =>
          `${LANE_NAMES[lane]}: ${view.sentence(question)} Not checked: ${view.sentence(reason)}`,
      ),
    ).concat(LANES.flatMap((lane) => (timeline.lanes[lane].asked ? [] : [`${LANE_NAMES[lane]}: not looked at.`]))),
    chain: chainOf(alert, details).map(({ title, lines, state }) => ({
      title,
      state,
      flag: state === 'new' ? 'New' : state === 'refused' ? 'Refused' : undefined,
      lines: lines.map((line) => view.phrase(line)),
    })),
    steps: advice(alert, true).map(stepView),
    message,
    contacts: contacts.map(({ contact, why }) =>
      view.phrase(say`${contact ?? ours('somebody not named')}${why === undefined ? [] : [': ', ...told(why)]}`),
    ),
    unknowns: unknown,
    evidence: evidence.map((item) => evidenceView(item, idOf(item), view, limits, details)),
    reasonsLeft: (alert.assessment?.indicators.length ?? 0) - reasons.length,
    checksLeft: (whole.evidence ?? []).length - evidence.length,
    id: alert.id,
    investigatedAt: utc(alert.investigatedAt),
    record: auditRecord(alert.finding).map(stepView),
  };
}

const WORDS: Record<Evidence['status'], string> = {
  found: 'found',
  clear: 'nothing of concern',
  'not-checked': 'not checked',
};

function evidenceView(item: Evidence, id: string, view: View, { rows }: Limits, details: ReturnType<typeof detailsOf>) {
  const { check, question, status, summary, completeUntil, link, command, tookMs } = item;
  const blocks = evidenceBlocks(item, details);
  const line = command && printCommand(command, { medium: 'page' });
  return {
    id,
    name: check.slice(0, 60),
    question: view.sentence(question),
    status,
    word: WORDS[status],
    summary: view.sentence(summary),
    blocks: rows === 0 ? [] : blocks.flatMap((block) => view.block(block)),
    leftOut: rows === 0 && blocks.length > 0,
    fresh: epochOf(completeUntil) === undefined ? undefined : utc(completeUntil),
    took: tookMs === undefined ? undefined : duration(tookMs),
    link: consoleLink(link),
    command: line && 'line' in line ? line.line : undefined,
    commandNote: line && 'leftOut' in line ? `A command is left out here: ${line.leftOut}.` : undefined,
  };
}

/** Links for those that are there. */
function sectionsOf(
  { assessment, evidence = [] }: Alert,
  answered: boolean,
  unknown: boolean,
): [id: string, name: string][] {
  const all: [string, string, boolean][] = [
    ['summary', 'Summary', answered],
    ['score', 'Score', assessment !== undefined],
    ['timeline', 'Timeline', true],
    ['right', 'How it came to the right', true],
    ['next', 'What to do now', true],
    ['unknown', 'What else is not known', unknown],
    ['evidence', 'Evidence', evidence.length > 0],
  ];
  return all.flatMap(([id, name, there]) => (there ? [[id, name]] : []));
}

function scoreNote(capped: boolean, lowered: boolean, open: boolean): string {
  return [
    'Each reason adds its points; the sum is kept between 0 and 100.',
    ...(capped ? ['Here more than 100 were added up.'] : []),
    ...(lowered ? ['The dashed row takes points off.'] : []),
    ...(open ? ['The dotted part is open: checks without an answer count as neither good nor bad.'] : []),
  ].join(' ');
}

function techniqueOf(technique: string | undefined): { technique?: string; techniqueLink?: string } {
  const known = matching(/^T\d{4}(\.\d{3})?$/, technique);
  if (known === undefined) return {};
  return { technique: known, techniqueLink: `https://attack.mitre.org/techniques/${known.replace('.', '/')}/` };
}
