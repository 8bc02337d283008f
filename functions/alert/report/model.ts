/** Everything that the report shows of an alert, in the words in which the template draws it. */

import { type Details, detailsOf } from '../../checks/index.ts';
import type { Alert } from '../../contract/alert.ts';
import { printCommand } from '../../contract/commands/print.ts';
import { DRILL_MARK, drillWords } from '../../contract/drill.ts';
import { homeRegion } from '../../contract/elsewhere.ts';
import { gradeOf } from '../../contract/grade.ts';
import type { Evidence } from '../../contract/investigation.ts';
import { checkSentence, count, duration, number, ownWords, say } from '../../kit/phrase.ts';
import { capitalized } from '../../kit/words.ts';
import { furtherSteps, mainSteps } from '../advice.ts';
import { answers } from '../answers.ts';
import { epochOf, matching, utc } from '../grammar.ts';
import { AUTO_START, gradeChange, limitedWords, MEANINGS, sentenceOf } from '../headline.ts';
import { consoleLink } from '../links.ts';
import { firstMessage, newsOf } from '../news.ts';
import { auditRecord } from '../see-more.ts';
import { unknowns } from '../unknowns.ts';
import { answerBadge, concerning, evidenceBadge } from './badge.ts';
import { chainOf } from './chain.ts';
import { evidenceBlocks } from './evidence.ts';
import { factsOf } from './facts.ts';
import { readersAdvice } from './readers.ts';
import { barOf, openQuestions, reasonsOf } from './score.ts';
import { LANE_NAMES, markClass, SHAPES, stripOf } from './strip.ts';
import { distanceOf, LANES, type Timeline, timelineOf } from './timeline.ts';
import { type ReportLimits, stepView, View } from './view.ts';

/** Checks and reasons with a place of their own; there are about 15 of each. */
const MAX_CHECKS = 40;
const MAX_REASONS = 40;
/** So many reasons and events are read at a glance; the others are folded. */
const FIRST_REASONS = 3;
const FIRST_NEWS = 3;
const FIRST_OTHER_REASONS = 2;
const FIRST_EVENTS = 5;
/** Characters of a value that is read at a glance. */
const GLANCE = 80;
/** Characters of a sentence that is read at a glance, where it has a short form. */
const GLANCE_SENTENCE = 110;

export type Model = ReturnType<typeof modelOf>;

/** What every part of the report is made from. */
interface Report {
  alert: Alert & { evidence: readonly Evidence[] };
  details: Details;
  /** The checks that a reason rests on. */
  concern: ReadonlySet<string>;
  view: View;
  /** For what is read at a glance; the evidence has the whole of it. */
  glance: View;
  limits: ReportLimits;
}

/** @param limits how much is shown of each value and list @param readers ARN of the policy of those who may read it */
export function modelOf(whole: Alert, limits: ReportLimits, readers?: string) {
  const evidence = (whole.evidence ?? []).slice(0, MAX_CHECKS);
  const alert = { ...whole, evidence };
  const report: Report = {
    alert,
    details: detailsOf(alert),
    concern: concerning(alert),
    view: new View(limits),
    glance: new View({ ...limits, text: Math.min(limits.text, GLANCE) }),
    limits,
  };
  return {
    ...headPart(report),
    ...reasonsPart(report),
    steps: mainSteps(alert).map((step) => ({ ...stepView(step), detail: step.detail })),
    furtherSteps: furtherSteps(alert).map(stepView),
    facts: factsOf(alert).map(({ title, rows }) => ({
      title,
      facts: rows.map(([label, cell]) => ({ label, cell: report.view.cell(cell) })),
    })),
    answers: answersPart(report),
    chain: chainPart(report),
    ...timelinePart(report),
    ...contactPart(report),
    ...unknownPart(report),
    evidence: evidence.map((item) => evidenceView(item, report)),
    checksLeft: (whole.evidence ?? []).length - evidence.length,
    id: alert.id,
    investigatedAt: utc(alert.investigatedAt),
    record: auditRecord(alert.finding).map(stepView),
    readers: readersAdvice(readers, homeRegion(alert.finding)).map(stepView),
  };
}

/** The anchor of a check's evidence. */
const anchorOf = ({ alert: { evidence } }: Report, item: Evidence): string => `check-${evidence.indexOf(item) + 1}`;

function headPart({ alert, view }: Report) {
  const grade = gradeOf(alert);
  const sentence = sentenceOf(alert);
  const { assessment, update, finding } = alert;
  const first = firstMessage(alert);
  const news = newsOf(alert, GLANCE_SENTENCE);
  const change = update && gradeChange(grade, update.previous);
  const about = capitalized(sentence);
  const limited = limitedWords(alert);
  const drill = drillWords(finding.drill);
  const mark = finding.drill === 'registered' ? `${DRILL_MARK} ` : '';
  const notices = [
    ...(drill === undefined ? [] : [{ strong: drill, text: '' }]),
    ...(limited === undefined ? [] : [{ strong: limited, text: '' }]),
    ...(assessment === undefined
      ? [{ strong: FAILED, text: `Why: ${view.sentence(alert.investigationFailed ?? 'not known')}` }]
      : []),
    ...(alert.autoStart ? [{ strong: AUTO_START, text: '' }] : []),
  ];
  return {
    title: mark + (change === undefined ? `${grade}: ${sentence}` : `UPDATE: ${change}: ${sentence}`),
    accent: grade.toLowerCase(),
    kicker: `Namespace Sentinel incident report${update ? `, update ${update.look}` : ''}`,
    headline: change === undefined ? about : `Update, ${change}: ${sentence}`,
    grade: mark + (grade === 'UNKNOWN' ? 'SEVERITY UNKNOWN' : grade),
    points: assessment && `${number(assessment.score)} of 100 points`,
    meaning: MEANINGS[grade],
    instant: utc(finding.request.at ?? finding.namespace.createdAt),
    update: update && {
      since: `Since the last message${first === undefined ? '' : ` (${first})`}:`,
      news: news.slice(0, FIRST_NEWS),
      moreNews: news.slice(FIRST_NEWS),
    },
    notices,
  };
}

const FAILED =
  'The investigation failed. This report rests on the audit record alone. Treat it as serious until somebody has looked.';

function answersPart(report: Report) {
  const { alert, details, concern, view } = report;
  // Those for the work after the incident are in the evidence.
  const urgent = answers(alert, details).filter(({ later }) => !later);
  return urgent.map(({ question, evidence, lines, missing }) => ({
    question,
    badge: answerBadge(evidence, concern),
    lines: lines.map(({ whole }) => view.phrase(whole)),
    missing: missing.map((item) => ({
      id: anchorOf(report, item),
      question: view.sentence(item.question),
    })),
  }));
}

function reasonsPart(report: Report) {
  const { alert, view } = report;
  const weighty = reasonsOf(alert).filter(({ weight }) => weight !== 0);
  const shown = weighty.slice(0, MAX_REASONS);
  const bar = barOf(alert, shown);
  const reasons = shown.map(({ id, points, reason, brief = reason, technique, check }) => ({
    points,
    reason: view.sentence(reason),
    brief: view.sentence(reason.length > GLANCE_SENTENCE ? brief : reason),
    isNew: alert.update?.newIndicators.includes(id) ?? false,
    check: alert.evidence
      .filter((item) => item.check === check)
      .map((item) => ({ id: anchorOf(report, item), name: nameOf(item) }))[0],
    ...techniqueOf(technique),
  }));
  const left = weighty.length - shown.length;
  // What is new is told above.
  const first = alert.update
    ? reasons.filter(({ isNew }) => !isNew).slice(0, FIRST_OTHER_REASONS)
    : reasons.slice(0, FIRST_REASONS);
  return {
    bar,
    reasons: first,
    // Also what is told in short at first.
    moreReasons: reasons.filter((each) => !first.includes(each) || each.brief !== each.reason),
    weightless: reasonsOf(alert)
      .filter(({ weight }) => weight === 0)
      .slice(0, MAX_REASONS)
      .map(({ reason }) => view.sentence(reason)),
    scoreNotes: [
      ...(left > 0 ? [`${left} more reasons are in alert.json.`] : []),
      'Each reason adds its points; the sum is kept between 0 and 100.',
      ...(bar?.capped ? ['Here more than 100 were added up.'] : []),
      ...(bar && bar.down.length > 0 ? ['The dashed row takes points off.'] : []),
      ...(bar?.open ? ['The dotted part is open: checks without an answer count as neither good nor bad.'] : []),
    ].join(' '),
  };
}

function timelinePart({ alert, details, glance }: Report) {
  const all = timelineOf(alert, details);
  const first = timelineOf(alert, details, FIRST_EVENTS);
  const drawn = ({ events, request }: Timeline) =>
    events.map((event) => ({
      time: timeOf(event.at, request),
      distance: distanceOf(event, request),
      lane: event.request ? 'The request' : LANE_NAMES[event.lane],
      what: glance.phrase(event.what),
      role: event.request ? 'request' : 'other',
      grave: event.grave ?? false,
      path: SHAPES[event.request ? 'request' : event.lane],
      className: markClass(event.lane, event.request, event.grave),
    }));
  const gaps = LANES.filter((lane) => !all.lanes[lane].known || all.lanes[lane].missing.length > 0).map((lane) => {
    const { asked, known } = all.lanes[lane];
    return `${LANE_NAMES[lane].toLowerCase()} (${known ? 'in part only' : asked ? 'not checked' : 'not looked at'})`;
  });
  return {
    strip: stripOf(all),
    events: drawn(first),
    allEvents: first.left > 0 ? drawn(all) : [],
    eventsLeft: all.left,
    timelineGaps: gaps.length > 0 ? `Not covered: ${gaps.join(', ')}.` : undefined,
  };
}

/** Without the date where it is the request's. */
function timeOf(at: number, request = at): string {
  const [day = '', time = ''] = new Date(at).toISOString().slice(0, 19).split('T');
  return new Date(request).toISOString().startsWith(day) ? time : `${day} ${time}`;
}

const chainPart = ({ alert, details, glance }: Report) =>
  chainOf(alert, details).map(({ title, lines, state }) => ({
    title,
    state,
    flag: state === 'new' ? 'New' : state === 'refused' ? 'Refused' : undefined,
    lines: lines.map((line) => glance.phrase(line)),
  }));

function contactPart({ details: { owner = {} }, view }: Report) {
  return {
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

function unknownPart(report: Report) {
  const { alert, view } = report;
  return {
    open: openQuestions(alert, alert.evidence).map(({ item, upTo }) => ({
      id: anchorOf(report, item),
      question: view.sentence(item.question),
      reason: view.sentence(
        item.status === 'not-checked' ? `Not checked: ${item.reason ?? 'no reason given'}` : 'Answered in part only.',
      ),
      upTo: upTo > 0 && count(upTo, 'point'),
    })),
    // Checks without an answer are those above.
    unknowns: unknowns({ ...alert, evidence: [] }),
  };
}

const nameOf = ({ check }: Evidence): string => check.slice(0, 60);

function evidenceView(item: Evidence, report: Report) {
  const { details, concern, view, limits } = report;
  const { question, summary, completeUntil, link, command, tookMs } = item;
  const blocks = evidenceBlocks(item, details);
  const isShown = limits.rows > 0;
  const line = command && printCommand(command, { medium: 'page' });
  return {
    id: anchorOf(report, item),
    name: nameOf(item),
    question: view.sentence(question),
    badge: evidenceBadge(item, concern),
    summary: view.sentence(summary),
    blocks: isShown ? blocks.flatMap((block) => view.block(block)) : [],
    leftOut:
      !isShown && blocks.length > 0 ? 'The details are left out here for want of room. They are in alert.json.' : '',
    fresh: epochOf(completeUntil) === undefined ? undefined : utc(completeUntil),
    took: tookMs === undefined ? undefined : duration(tookMs),
    link: consoleLink(link),
    command: line && 'line' in line ? line.line : undefined,
    commandNote: line && 'leftOut' in line ? `A command is left out here: ${line.leftOut}.` : undefined,
  };
}

function techniqueOf(technique: string | undefined): { technique?: string; techniqueLink?: string } {
  const known = matching(/^T\d{4}(\.\d{3})?$/, technique);
  if (known === undefined) return {};
  return { technique: known, techniqueLink: `https://attack.mitre.org/techniques/${known.replace('.', '/')}/` };
}
