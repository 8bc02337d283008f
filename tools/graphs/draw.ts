/** Draws a state machine as SVG: its states in one column; transitions that skip states run in lanes beside the column. */
import type { Definition, State } from '../../functions/contain/machines/states.ts';
import { type Transition, transitionsOf } from './transitions.ts';

const WIDTH = 220;
const HEIGHT = 30;
const GAP = 20;
const LANE = 14;
const MARGIN = 12;

/** Readable on a light and on a dark page. */
const STYLE = `text{font:13px system-ui,sans-serif;fill:#1b1f24}rect,polygon{fill:#fff;stroke:#57606a}path{fill:none;stroke:#57606a}
.succeed{fill:#dafbe1}.fail{fill:#ffebe9}.wait{stroke-dasharray:4 3}.choice{fill:#ddf4ff}.otherwise{stroke-dasharray:1 3}.error{stroke:#cf222e}
.page{fill:#fff;stroke:none}`;

interface Lane {
  transition: Transition;
  top: number;
  bottom: number;
  lane: number;
}

/** @param name of the machine, for the title */
export function drawMachine(name: string, definition: Definition): string {
  const transitions = transitionsOf(definition);
  const names = inOrder(definition, transitions);
  const place = new Map(names.map((state, index) => [state, index]));
  const at = (state: string): number => place.get(state) ?? 0;
  const straight = transitions.filter(({ from, to }) => at(to) === at(from) + 1);
  const forward = lanesOf(
    transitions.filter(({ from, to }) => at(to) > at(from) + 1),
    at,
  );
  const back = lanesOf(
    transitions.filter(({ from, to }) => at(to) <= at(from)),
    at,
  );
  const left = MARGIN + (lanes(back) + 1) * LANE;
  const width = left + WIDTH + (lanes(forward) + 1) * LANE + MARGIN;
  const height = MARGIN * 2 + names.length * (HEIGHT + GAP) - GAP;
  const middle = (index: number): number => MARGIN + index * (HEIGHT + GAP) + HEIGHT / 2;
  const parts = [
    ...straight.map((transition) => {
      const y = middle(at(transition.from)) + HEIGHT / 2;
      return edge(transition, `M${left + WIDTH / 2} ${y}V${y + GAP - 1}`);
    }),
    ...forward.map(({ transition, lane }) => {
      const [from, to] = [middle(at(transition.from)) + 6, middle(at(transition.to)) - 6];
      return edge(transition, `M${left + WIDTH} ${from}H${left + WIDTH + (lane + 1) * LANE}V${to}H${left + WIDTH + 1}`);
    }),
    ...back.map(({ transition, lane }) => {
      const [from, to] = [middle(at(transition.from)) - 6, middle(at(transition.to)) + 6];
      return edge(transition, `M${left} ${from}H${left - (lane + 1) * LANE}V${to}H${left - 1}`);
    }),
    ...names.map((state, index) => node(state, definition.States[state] as State, left, middle(index))),
  ];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>The state machine ${text(name)}, drawn from its definition</title>`,
    `<style>${STYLE}</style>`,
    '<defs><marker id="a" viewBox="0 0 6 6" refX="5" refY="3" markerWidth="6" markerHeight="6" orient="auto"><path d="M0 0L6 3L0 6"/></marker></defs>',
    `<rect class="page" width="${width}" height="${height}"/>`,
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}

/** As in the definition, but the ends last; after them those that only an error leads to. */
function inOrder({ States: states }: Definition, transitions: readonly Transition[]): string[] {
  const isRegular = (name: string): boolean => transitions.some(({ to, by }) => to === name && by !== 'error');
  const rank = ([name, { Type: type }]: [string, State]): number =>
    ['Succeed', 'Fail'].includes(type) ? (isRegular(name) ? 1 : 2) : 0;
  return Object.entries(states)
    .toSorted((a, b) => rank(a) - rank(b))
    .map(([name]) => name);
}

const lanes = (all: readonly Lane[]): number => Math.max(0, ...all.map(({ lane }) => lane + 1));

/** The shortest next to the column; two that overlap never in one lane. */
function lanesOf(transitions: readonly Transition[], at: (state: string) => number): Lane[] {
  const taken: Lane[] = [];
  const spans = transitions.map((transition) => {
    const ends = [at(transition.from), at(transition.to)];
    return { transition, top: Math.min(...ends), bottom: Math.max(...ends) };
  });
  for (const span of spans.toSorted((a, b) => a.bottom - a.top - (b.bottom - b.top) || a.top - b.top)) {
    let lane = 0;
    while (taken.some((other) => other.lane === lane && other.top <= span.bottom && span.top <= other.bottom))
      lane += 1;
    taken.push({ ...span, lane });
  }
  return taken;
}

const edge = ({ from, to, by }: Transition, path: string): string =>
  `<path class="${by}" marker-end="url(#a)" d="${path}"><title>${text(`${from} → ${to}`)}${by === 'next' ? '' : ` (${by})`}</title></path>`;

function node(name: string, { Type: type, Comment: comment }: State, x: number, y: number): string {
  const kind = type.toLowerCase();
  const [top, bottom, right] = [y - HEIGHT / 2, y + HEIGHT / 2, x + WIDTH];
  const shape =
    type === 'Choice'
      ? `<polygon class="choice" points="${x},${y} ${x + 12},${top} ${right - 12},${top} ${right},${y} ${right - 12},${bottom} ${x + 12},${bottom}"/>`
      : `<rect class="${kind}" x="${x}" y="${top}" width="${WIDTH}" height="${HEIGHT}" rx="6"/>`;
  const title = `<title>${text(`${name}: ${String(comment ?? type)}`)}</title>`;
  return `<g>${title}${shape}<text x="${x + WIDTH / 2}" y="${y + 4}" text-anchor="middle">${text(name)}</text></g>`;
}

const text = (value: string): string =>
  value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
