/** The tag with which the reports are written. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { html, htmlDocument } from '../../functions/alert/report/html.ts';
import { anyText } from '../any-text.ts';
import { hostileText } from './hostility.ts';

const place = (value: string): string => String(html`<p class="${value}">${value}</p>`);

test('text is text wherever it stands: it opens no tag, and ends no attribute', () => {
  fc.assert(
    fc.property(fc.oneof(hostileText, anyText()), (value) => {
      const [, attribute = '', content = ''] = /^<p class="([^"]*)">(.*)<\/p>$/s.exec(place(value)) ?? [];
      expect(content).toBe(attribute);
      expect(content).toMatch(/^[\x20-\x7e\u2013\u2026\u2212]*$/);
      expect(content).not.toMatch(/[<>"']|&(?!(?:amp|lt|gt|quot|#39);)/);
    }),
  );
});

test('only what the tag made is HTML: an object out of JSON is not, whatever it holds', () => {
  expect(String(html`<b>${html`<i>${'<u>'}</i>`}</b>`)).toBe('<b><i>&lt;u&gt;</i></b>');
  const forged = JSON.parse('{"isEscaped":true,"isSafe":true,"value":"<u>","__html":"<u>"}');
  expect(String(html`${forged}`)).not.toContain('<');
});

test('nothing is shown for what is not there, and lists are put one after the other', () => {
  expect(String(html`a${undefined}b${[1, 'c', [html`<br>`]]}`)).toBe('ab1c<br>');
});

test('a condition is not shown as a word, but an error of the compiler', () => {
  const isShown: boolean = Math.random() > 2;
  // @ts-expect-error: `false` would stand in the report.
  expect(String(html`${isShown}`)).toBe('false');
});

test('a document begins with its type, in the mode of the standard', () => {
  expect(htmlDocument(html`<html lang="en"></html>`)).toBe('<!doctype html>\n<html lang="en"></html>');
});
