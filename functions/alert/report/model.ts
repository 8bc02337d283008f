/** Everything that the report shows of an alert, in the order and the words in which the template draws it. */

import { type Details, detailsOf } from '../../checks/index.ts';
import type { Alert } from '../../contract/alert.ts';
import { printCommand } from '../../contract/commands/print.ts';
import { gradeOf } from '../../contract/grade.ts';
import type { Evidence } from '../../contract/investigation.ts';
import { checkSentence, count, duration, number, ownWords, say } from '../../kit/phrase.ts';
import { advice } from '../advice.ts';
import { answers } from '../answers.ts';
import { epochOf, matching, utc } from '../grammar.ts';
import { AUTO_START, gradeChange, limitedWords, MEANINGS, sentenceOf } from '../headline.ts';
import { consoleLink } from '../links.ts';
import { firstMessage, newsOf } from '../news.ts';
import { auditRecord } from '../see-more.ts';
import { unknowns } from '../unknowns.ts';
import { chainOf } from './chain.ts';
import { evidenceBlocks } from './evidence.ts';
import { factsOf } from './facts.ts';
import { barOf, openQuestions, reasonsOf } from './score.ts';
import { LANE_NAMES, markClass, SHAPES, stripOf } from './strip.ts';
import { distanceOf, LANES, timelineOf } from './timeline.ts';
import { type ReportLimits, stepView, View } from './view.ts';

/** Checks and reasons with a place of their own; there are about 15 of each. */
const MAX_CHECKS = 40;
const MAX_REASONS = 40;

export type Model = ReturnType<typeof modelOf>;

/** What every part of the report is made from. */
interface Report {
  alert: Alert & { evidence: readonly Evidence[] };
  details: Details;
  view: View;
  limits: ReportLimits;
}

/** @param limits how much is shown of each value and list */
export function modelOf(whole: Alert, limits: ReportLimits) {
  const evidence = (whole.evidence ?? []).slice(0, MAX_CHECKS);
  const alert = { ...whole, evidence };
  const report: Report = { alert, details: detailsOf(alert), view: new View(limits), limits };
  const { answers } = answersPart(report);
  // Checks without an answer are named at the score, at the timeline and in the evidence.
  const unknown = unknowns({ ...alert, evidence: [] });
  return {
    ...headPart(report),
    sections: sectionsOf(alert, answers.length > 0, unknown.length > 0),
    answers,
    ...scorePart(report),
    ...timelinePart(report),
    ...chainPart(report),
    ...nextPart(report),
    unknowns: unknown,
    evidence: evidence.map((item) => evidenceView(item, report)),
    checksLeft: (whole.evidence ?? []).length - evidence.length,
    id: alert.id,
    investigatedAt: utc(alert.investigatedAt),
    record: auditRecord(alert.finding).map(stepView),
  };
}

/** The anchor of a check's evidence. */
const anchorOf = ({ alert: { evidence } }: Report, item: Evidence): string => `check-${evidence.indexOf(item) + 1}`;

function headPart({ alert, view }: Report) {
  const grade = gradeOf(alert);
  const sentence = sentenceOf(alert);
  const { assessment, update } = alert;
  return {
    title: `${grade}: ${sentence}`,
    accent: grade.toLowerCase(),
    grade: grade === 'UNKNOWN' ? 'SEVERITY UNKNOWN' : grade,
    headline: sentence.charAt(0).toUpperCase() + sentence.slice(1),
    points: assessment && `${number(assessment.score)} of 100 points`,
    meaning: MEANINGS[grade],
    update: update && {
      sentence: `This is an update after a later look: ${gradeChange(grade, update.previous)}. New since the last message:`,
      news: newsOf(alert),
      first: firstMessage(alert),
    },
    limited: limitedWords(alert),
    failed: assessment === undefined ? `Why: ${view.sentence(alert.investigationFailed ?? 'not known')}` : undefined,
    autoStart: alert.autoStart && AUTO_START,
    facts: factsOf(alert).map(([label, cell]) => ({ label, cell: view.cell(cell) })),
  };
}

function answersPart(report: Report) {
  const { alert, details, view } = report;
  return {
    answers: answers(alert, details).map(({ question, status, lines, missing }) => ({
      question,
      status,
      word: missing.length > 0 && status !== 'not-checked' ? `${WORDS[status]}, incomplete` : WORDS[status],
      lines: lines.map((line) => view.phrase(line)),
      missing: missing.map((item) => ({ id: anchorOf(report, item), question: view.sentence(item.question) })),
    })),
  };
}

function scorePart(report: Report) {
  const { alert, view } = report;
  const reasons = reasonsOf(alert).slice(0, MAX_REASONS);
  const bar = barOf(alert, reasons);
  const lowered = reasons.some(({ weight }) => weight < 0);
  return {
    bar,
    scoreNote: scoreNote(bar?.capped ?? false, lowered, bar?.open !== undefined),
    reasons: reasons.map(({ id, mark, points, reason, technique, check }) => ({
      mark,
      points,
      reason: view.sentence(reason),
      isNew: alert.update?.newIndicators.includes(id),
      check: alert.evidence.filter((item) => item.check === check).map((item) => anchorOf(report, item))[0],
      ...techniqueOf(technique),
    })),
    reasonsLeft: (alert.assessment?.indicators.length ?? 0) - reasons.length,
    open: openQuestions(alert, alert.evidence).map(({ item, upTo }) => ({
      id: anchorOf(report, item),
      question: view.sentence(item.question),
      reason: view.sentence(
        item.status === 'not-checked' ? `Not checked: ${item.reason ?? 'no reason given'}` : 'Answered in part only.',
      ),
      upTo: upTo > 0 && count(upTo, 'point'),
    })),
  };
}

function timelinePart({ alert, details, view }: Report) {
  const timeline = timelineOf(alert, details);
  const gaps = LANES.flatMap((lane) =>
    timeline.lanes[lane].missing.map(
      ({ question, reason }) => `${LANE_NAMES[lane]}: ${view.sentence(question)} Not checked: ${view.sentence(reason)}`,
    ),
  );
  const notAsked = LANES.filter((lane) => !timeline.lanes[lane].asked);
  return {
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
    timelineGaps: [...gaps, ...notAsked.map((lane) => `${LANE_NAMES[lane]}: not looked at.`)],
  };
}

const chainPart = ({ alert, details, view }: Report) => ({
  chain: chainOf(alert, details).map(({ title, lines, state }) => ({
    title,
    state,
    flag: state === 'new' ? 'New' : state === 'refused' ? 'Refused' : undefined,
    lines: lines.map((line) => view.phrase(line)),
  })),
});

function nextPart({ alert, details: { owner = {} }, view }: Report) {
  return {
    steps: advice(alert, true).map(stepView),
    message: owner.message?.split(/\r\n?|\n/).slice(0, 60),
    contacts: (owner.contacts ?? [])
      .slice(0, 5)
      .map(({ contact, why }) =>
        view.phrase(
          say`${contact ?? ownWords('somebody not named')}${why === undefined ? [] : [': ', ...checkSentence(why)]}`,
        ),
      ),
  };
}

const WORDS: Record<Evidence['status'], string> = {
  found: 'found',
  clear: 'nothing of concern',
  'not-checked': 'not checked',
};

function evidenceView(item: Evidence, report: Report) {
  const { details, view, limits } = report;
  const { check, question, status, summary, completeUntil, link, command, tookMs } = item;
  const blocks = evidenceBlocks(item, details);
  const line = command && printCommand(command, { medium: 'page' });
  return {
    id: anchorOf(report, item),
    name: check.slice(0, 60),
    question: view.sentence(question),
    status,
    word: WORDS[status],
    summary: view.sentence(summary),
    blocks: limits.rows === 0 ? [] : blocks.flatMap((block) => view.block(block)),
    leftOut: limits.rows === 0 && blocks.length > 0,
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
