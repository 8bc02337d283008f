/** The score drawn: what raised it side by side, what lowered it below, and what could still change it. */

import type { Alert } from '../../contract/alert.ts';
import type { Evidence, Indicator } from '../../contract/investigation.ts';
import { SEVERITY_THRESHOLDS, severityOf } from '../../contract/vocabulary.ts';
import { defined } from '../../kit/defined.ts';
import { count, number } from '../../kit/phrase.ts';

export interface Bar {
  /** Positions and widths in percent of the whole. */
  up: Segment[];
  down: Segment[];
  /** `pointer` points down at the score, without leaving the drawing at its ends. */
  score: { x: number; label: string; anchor: string; pointer: string };
  /** What no check has answered, drawn from the score to the end; absent where all gave an answer. */
  open?: { x: number; width: number };
  bands: { x: number; width: number; middle: number; name: string; className: string }[];
  /** More than 100 points were added up. */
  capped: boolean;
  height: number;
  description: string;
}

interface Segment {
  x: number;
  width: number;
  middle: number;
  label: string;
}

export interface Reason extends Indicator {
  /** `+40`: also its label in the drawing, which has the reasons in the same order. */
  points: string;
}

/** Checks without an answer, or with a part of it only: the gravest first, and by how many points at most (0: not told). */
export function openQuestions(
  { assessment }: Pick<Alert, 'assessment'>,
  evidence: readonly Evidence[],
): { item: Evidence; upTo: number }[] {
  const { couldChange = [] } = assessment ?? {};
  const points = new Map(couldChange.map(({ check, upTo }) => [check, upTo]));
  return evidence
    .filter(({ check, status }) => status === 'not-checked' || points.has(check))
    .map((item) => ({ item, upTo: points.get(item.check) ?? 0 }))
    .sort((a, b) => b.upTo - a.upTo);
}

const { MEDIUM, HIGH, CRITICAL } = SEVERITY_THRESHOLDS;
const BANDS = [
  { name: 'Low', from: 0, to: MEDIUM },
  { name: 'Medium', from: MEDIUM, to: HIGH },
  { name: 'High', from: HIGH, to: CRITICAL },
  { name: 'Critical', from: CRITICAL, to: 100 },
];
/** Percent, between segments. */
const GAP = 0.3;
/** A narrower segment has no label, in percent: it would stand on the next one on a phone. */
const LABEL_ROOM = 9;

/** The weightiest first. */
export const reasonsOf = ({ assessment }: Alert): Reason[] =>
  (assessment?.indicators ?? [])
    .toSorted((a, b) => Math.abs(b.weight) - Math.abs(a.weight))
    .map((indicator) => ({ ...indicator, points: signed(indicator.weight) }));

export function barOf({ assessment, evidence = [] }: Alert, reasons: readonly Reason[]): Bar | undefined {
  if (assessment === undefined) return undefined;
  const { score } = assessment;
  const raised = reasons.filter(({ weight }) => weight > 0);
  const lowered = reasons.filter(({ weight }) => weight < 0);
  const sum = raised.reduce((total, { weight }) => total + weight, 0);
  const less = lowered.reduce((total, { weight }) => total - weight, 0);
  const scale = 100 / Math.max(100, sum, less);
  const questions = openQuestions({ assessment }, evidence);
  // Without points told for each question, anything up to the end is possible.
  const upTo = questions.every((question) => question.upTo > 0)
    ? questions.reduce((total, question) => total + question.upTo, 0)
    : 100;
  const x = round(clamp(score) * scale);
  const width = round(Math.min(100, clamp(score + upTo) * scale) - x);
  return {
    up: segments(raised, scale),
    down: segments(lowered, scale),
    score: {
      x,
      label: `${number(score)} points`,
      anchor: x < 15 ? 'start' : x > 85 ? 'end' : 'middle',
      pointer: x < 2 ? 'M0 0H8L0 6Z' : x > 98 ? 'M-8 0H0V6Z' : 'M-4 0H4L0 6Z',
    },
    ...defined({ open: questions.length > 0 && width > 0 ? { x, width } : undefined }),
    // Other thresholds may be configured, and the alert does not hold them.
    bands: (severityOf(score) === (assessment.atLeast ?? assessment.severity) ? BANDS : []).map(
      ({ name, from, to }) => ({
        name,
        className: name.toLowerCase(),
        x: round(from * scale),
        width: round((to - from) * scale - GAP),
        middle: round(((from + to) / 2) * scale),
      }),
    ),
    capped: sum > 100,
    height: lowered.length > 0 ? 96 : 72,
    description:
      `${number(score)} of 100 points: ${[...raised, ...lowered].map(({ points }) => points).join(', ') || 'nothing raised it'}.` +
      `${questions.length > 0 ? ` ${count(questions.length, 'open question')} could change it.` : ''} The list of reasons holds the same.`,
  };
}

/** Side by side from the left end. */
function segments(reasons: readonly Reason[], scale: number): Segment[] {
  let from = 0;
  return reasons.map(({ weight, points }) => {
    const width = Math.abs(weight) * scale;
    const x = from;
    from += width;
    return {
      x: round(x),
      width: round(Math.max(0.5, width - GAP)),
      middle: round(x + width / 2),
      label: width >= LABEL_ROOM ? points : '',
    };
  });
}

const clamp = (score: number): number => Math.min(100, Math.max(0, score));
const signed = (weight: number): string => `${weight < 0 ? '−' : '+'}${number(Math.abs(weight))}`;
const round = (percent: number): number => Math.round(percent * 100) / 100;
