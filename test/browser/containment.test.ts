/** The report of a follow-up in a real browser. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { containmentReportOf } from '../../functions/alert/report/report.ts';
import type { FollowUp } from '../../functions/contract/follow-up.ts';
import { launch } from '../../tools/browser/launch.ts';
import { FOLLOW_UPS, PARTLY, PLAYBOOKS, QUESTION } from '../alert/follow-up-samples.ts';
import { poisonedFollowUp } from '../alert/poison.ts';
import {
  CONTENT,
  CONTRAST,
  type Content,
  type Contrast,
  LAYOUT,
  type Layout,
  STRUCTURE,
  type Structure,
} from './measure.ts';
import { OUR_ATTRIBUTES, OUR_ELEMENTS, OUR_LINKS, WIDTHS } from './ours.ts';
import { type Look, measured, Viewer } from './page.ts';
import { PAYLOADS } from './payloads.ts';

let browser: Browser;
let viewer: Viewer;
beforeAll(async () => {
  browser = await launch();
  viewer = await Viewer.on(browser);
});
afterAll(() => browser?.close());

const reportOf = (followUp: FollowUp): string =>
  containmentReportOf(followUp, PLAYBOOKS, 's3://evidence/alerts/report.html');
const SOUND = { scrolls: false, outside: [], clipped: [], overlaps: [] };

describe.each(Object.entries(FOLLOW_UPS))('the report "%s"', (_, followUp) => {
  const html = reportOf(followUp);

  test.each(WIDTHS)('fits, with nothing cut off or on top of another, at $width $media', async (look) => {
    const { texts, ...layout } = await measured<Layout>(viewer, html, LAYOUT, look);
    expect(layout).toEqual(SOUND);
    expect(texts).toBeGreaterThan(20);
  });

  test.each<Look>([{ colorScheme: 'light' }, { colorScheme: 'dark' }, { colorScheme: 'dark', media: 'print' }])(
    'can be read by contrast: $colorScheme $media',
    async (look) => {
      const { weak, measured: texts } = await measured<Contrast>(viewer, html, CONTRAST, look);
      expect(weak).toEqual([]);
      expect(texts).toBeGreaterThan(20);
    },
  );

  test('has headings, landmarks and names for who does not see it', async () => {
    const { headings, title, ...structure } = await measured<Structure>(viewer, html, STRUCTURE);
    expect(structure).toEqual({
      landmarks: ['header', 'nav', 'main', 'footer'],
      unnamed: [],
      drawings: 0,
      tables: 0,
      duplicates: [],
      ambiguous: [],
      broken: [],
      language: 'en',
    });
    expect(title).toMatch(/^[A-Z ]+: namespace payments in cluster prod\.$/);
    expect(headings.filter((level) => level === 1)).toHaveLength(1);
  });
});

describe('hostile text', () => {
  test.each<[string, FollowUp]>([
    ['an end', PARTLY],
    ['a question', QUESTION],
    ['a decision', FOLLOW_UPS.decided],
  ])('in every field of %s neither runs, loads, nor makes an element', async (_, followUp) => {
    for (const payload of PAYLOADS) {
      const html = reportOf(poisonedFollowUp(followUp, payload));
      const open = html.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, '');
      expect(open).not.toBe(html);
      // Without the policy, too, which would stop a script that the escaping let through.
      for (const document of [html, open]) {
        const content = await measured<Content>(viewer, document, CONTENT);
        expect(content.elements.filter((name) => !OUR_ELEMENTS.has(name))).toEqual([]);
        expect(content.attributes.filter((name) => !OUR_ATTRIBUTES.has(name))).toEqual([]);
        expect(content.links.filter((link) => !OUR_LINKS.test(link))).toEqual([]);
        expect(content).toMatchObject({ pwned: false, comments: false });
      }
    }
  });

  test('does not push the page out of shape', async () => {
    for (const text of ['x'.repeat(3_000), '\u0301'.repeat(500), '  \n'.repeat(300), `${'a-'.repeat(40)} `.repeat(20)])
      for (const followUp of [PARTLY, QUESTION])
        for (const width of [320, 1280]) {
          const html = reportOf(poisonedFollowUp(followUp, text));
          const { texts, ...layout } = await measured<Layout>(viewer, html, LAYOUT, { width });
          expect(layout).toEqual(SOUND);
          expect(texts).toBeGreaterThan(20);
        }
  });
});
