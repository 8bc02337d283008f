/** What the templates of the reports make, and where they must fit. */
import type { Look } from './page.ts';

export const PHONE = 320;
export const WIDTHS: readonly Look[] = [
  ...[PHONE, 390, 720, 721, 1280, 2560].map((width) => ({ width })),
  // A4 and Letter between the margins.
  { width: 703, media: 'print' },
  { width: 725, media: 'print' },
];

/** All that the templates make. */
export const OUR_ELEMENTS = new Set(
  `a badge body caption code dd desc details div dl dt footer h1 h2 h3 h4 head header html li line main meta nav ol p path pre
  rect section span strong style summary svg table tbody td text th thead title tr tspan ul`.split(/\s+/),
);
export const OUR_ATTRIBUTES = new Set(
  `aria-hidden aria-label aria-labelledby charset class content d data-column dx height href http-equiv id lang name rel role
  scope start tabindex text-anchor viewBox width x x1 x2 y y1 y2`.split(/\s+/),
);
export const OUR_LINKS =
  /^(?:#[a-z0-9-]+|https:\/\/(?:us-east-1\.console\.aws\.amazon\.com|attack\.mitre\.org)\/[^"'<>\s]*)$/;
