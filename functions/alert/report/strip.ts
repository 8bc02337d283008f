/**
 * The timeline drawn to scale: a lane for each kind of event, and the request in the middle of a logarithmic axis, so
 * that both the seconds about it and the day before can be seen. Positions are in percent of the width, so that the
 * drawing fills a phone as well as a page without scaling its letters.
 */
import { duration } from '../../kit/phrase.ts';
import { LANES, type Lane, type Timeline } from './timeline.ts';

export interface Strip {
  height: number;
  /** Of the request, in percent of the width. */
  request: number;
  requestAnchor: string;
  lanes: {
    name: string;
    y: number;
    /** The part of the lane that is known for sure, in percent of the width: it is drawn as a whole line. */
    known: number;
    note: string;
    marks: { x: number; path: string; className: string }[];
  }[];
  ticks: { x: number; label: string; anchor: string }[];
  axisY: number;
  description: string;
}

export const LANE_NAMES: Record<Lane, string> = {
  access: 'Rights changed',
  actor: 'Creator active',
  refused: 'Creator refused',
  namespace: 'Namespace',
};

/** Shapes about their middle: lanes differ not only by colour. */
export const SHAPES: Record<Lane | 'request', string> = {
  access: 'M0-6 6 0 0 6-6 0Z',
  actor: 'M-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0Z',
  refused: 'M-4.5-4.5 4.5 4.5M-4.5 4.5 4.5-4.5',
  namespace: 'M-5-5H5V5H-5Z',
  request: 'M0-9 2.6-3.2 9-2.8 4.1 1.4 5.6 7.6 0 4.2-5.6 7.6-4.1 1.4-9-2.8-2.6-3.2Z',
};

const LANE_HEIGHT = 38;
const TOP = 22;
const MARGIN = 3;
const STEPS_MS = [100, 1_000, 10_000, 60_000, 600_000, 3_600_000, 6 * 3_600_000, 24 * 3_600_000];
/** Labels nearer than this, in percent, would touch on a phone. */
const LABEL_ROOM = 14;

/** Undefined where there is no instant to draw about. */
export function stripOf({ events, lanes, request }: Timeline): Strip | undefined {
  if (request === undefined) return undefined;
  const distances = events.map(({ at }) => at - request);
  const nearest = Math.min(60_000, ...distances.map(Math.abs).filter((distance) => distance > 0));
  const unit = Math.max(50, nearest / 2);
  const scale = (distance: number) => Math.sign(distance) * Math.log1p(Math.abs(distance) / unit);
  const low = Math.min(scale(-60_000), ...distances.map(scale));
  const high = Math.max(scale(60_000), ...distances.map(scale));
  const x = (distance: number) => round(MARGIN + ((scale(distance) - low) / (high - low)) * (100 - 2 * MARGIN));
  const inside = (distance: number) => scale(distance) >= low && scale(distance) <= high;
  const axisY = TOP + LANES.length * LANE_HEIGHT + 4;
  return {
    height: axisY + 20,
    request: x(0),
    requestAnchor: anchorAt(x(0)),
    lanes: LANES.map((lane, index) => {
      const { completeUntil, known } = lanes[lane];
      const until = completeUntil === undefined ? 100 : Math.min(100, Math.max(0, x(completeUntil - request)));
      return {
        name: LANE_NAMES[lane],
        y: TOP + index * LANE_HEIGHT + 28,
        known: known ? until : 0,
        note: known ? (until < 100 - MARGIN ? 'later data had not arrived' : '') : 'not checked',
        marks: events
          .filter((event) => event.lane === lane)
          .map(({ at, request: isRequest, grave }) => ({
            x: x(at - request),
            path: SHAPES[isRequest ? 'request' : lane],
            className: markClass(lane, isRequest, grave),
          })),
      };
    }),
    ticks: ticks(x, inside),
    axisY,
    description: describe(events.length, Math.min(0, ...distances), Math.max(0, ...distances)),
  };
}

export const markClass = (lane: Lane, request = false, grave = false): string =>
  ['mark', lane, ...(request ? ['request'] : []), ...(grave ? ['grave'] : [])].join(' ');

/** Every label has its room; those nearest to the request come first. */
function ticks(x: (distance: number) => number, inside: (distance: number) => boolean): Strip['ticks'] {
  const placed: Strip['ticks'] = [{ x: x(0), label: '0', anchor: anchorAt(x(0)) }];
  for (const step of STEPS_MS)
    for (const distance of [-step, step]) {
      const at = x(distance);
      if (!inside(distance) || placed.some((tick) => Math.abs(tick.x - at) < LABEL_ROOM)) continue;
      placed.push({ x: at, label: `${distance < 0 ? '−' : '+'}${duration(step)}`, anchor: anchorAt(at) });
    }
  return placed;
}

/** Letters at the edges stay within the drawing. */
const anchorAt = (x: number): string => (x < 12 ? 'start' : x > 88 ? 'end' : 'middle');
const round = (percent: number): number => Math.round(percent * 100) / 100;

const describe = (events: number, first: number, last: number): string =>
  `${events} events in ${LANES.length} lanes, from ${duration(first)} before the request to ${duration(last)} after it, ` +
  'on a logarithmic scale. The list below holds the same.';
