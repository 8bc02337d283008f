/** The drawings, as SVG: positions are in percent of the width, so that letters keep their size on a phone. */

import { type Html, html, when } from './html.ts';
import type { Bar } from './score.ts';
import type { Strip } from './strip.ts';

/** The score: what raised it side by side, what lowered it below, and what could still change it. */
export const scoreBar = ({
  up,
  down,
  score,
  open,
  bands,
  height,
  description,
}: Bar): Html => html`<svg class="bar" height="${height}" role="img" aria-labelledby="bar-title bar-desc">
<title id="bar-title">The score by reasons</title><desc id="bar-desc">${description}</desc>
<text class="score" x="${score.x}%" y="11" text-anchor="${score.anchor}">${score.label}</text>
${when(open, ({ x, width }) => html`<rect class="open" x="${x}%" y="20" width="${width}%" height="24"/>`)}
${up.map(({ x, width, middle, label }) => html`<rect class="segment" x="${x}%" y="20" width="${width}%" height="24"/><text class="label" x="${middle}%" y="36" text-anchor="middle">${label}</text>\n`)}<svg class="here" x="${score.x}%" y="14"><path d="${score.pointer}"/></svg>
${down.map(({ x, width, middle, label }) => html`<rect class="down" x="${x}%" y="50" width="${width}%" height="18"/><text class="down-label" x="${middle}%" y="63" text-anchor="middle">${label}</text>\n`)}${bands.map(
  ({ x, width, middle, name, className }) =>
    html`<rect class="band ${className}" x="${x}%" y="${height - 20}" width="${width}%" height="4"/><text x="${middle}%" y="${height - 4}" text-anchor="middle">${name}</text>\n`,
)}</svg>
`;

/** The timeline: a lane for each kind of event. */
export const timelineStrip = ({
  height,
  request,
  requestAnchor,
  lanes,
  ticks,
  axisY,
  description,
}: Strip): Html => html`<svg class="strip" height="${height}" role="img" aria-labelledby="strip-title strip-desc">
<title id="strip-title">Events around the request</title><desc id="strip-desc">${description}</desc>
<line class="now" x1="${request}%" x2="${request}%" y1="16" y2="${axisY}"/>
<text x="${request}%" y="11" text-anchor="${requestAnchor}">request</text>
${lanes.map(lane)}${ticks.map(({ x, label, anchor }) => html`<text class="tick" x="${x}%" y="${axisY + 14}" text-anchor="${anchor}">${label}</text>\n`)}</svg>
`;

const lane = ({
  known,
  y,
  name,
  note,
  marks,
}: Strip['lanes'][number]): Html => html`<line class="guess" x1="${known}%" x2="100%" y1="${y}" y2="${y}"/>${when(
  known > 0 && known,
  (end) => html`<line class="rail" x1="0" x2="${end}%" y1="${y}" y2="${y}"/>`,
)}<text x="0" y="${y - 13}"><tspan class="name">${name}</tspan>${when(note, (words) => html`<tspan dx="6">${words}</tspan>`)}</text>
${marks.map(({ x, path, className }) => html`<svg x="${x}%" y="${y}"><path class="${className}" d="${path}"/></svg>\n`)}`;

/** From one box of a chain to the next. */
export const ARROW = html`<svg class="arrow" viewBox="0 0 20 12" aria-hidden="true"><path d="M1 6H17M12 1l6 5-6 5"/></svg>`;

/** The mark of an event in the list, on the line that joins it with the others. */
export const eventMark = (path: string, className: string): Html =>
  html`<svg class="rail" aria-hidden="true"><line x1="10" x2="10" y1="0" y2="100%"/><svg x="10" y="16"><path class="${className}" d="${path}"/></svg></svg>`;
