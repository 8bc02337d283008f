/** Templates that both reports are put together from. */
import type { Badge } from './badge.ts';
import { type Html, html, htmlDocument, styleElement, when } from './html.ts';
import { placeOf } from './link-text.ts';
import { STYLE, STYLE_HASH } from './style.ts';
import type { BlockView, CellView, ReportPiece, StepView } from './view.ts';

/** A part of the page with a heading, and a link among the sections. */
export interface Section {
  id: string;
  name: string;
  body: Html;
}

export interface Page {
  title: string;
  /** The class of the colour of its severity. */
  accent: string;
  /** What is on the page before the sections. */
  head: Html;
  /** Those that are there. */
  sections: readonly (Section | undefined)[];
  foot: Html;
}

export function pageOf({ title, accent, head, sections, foot }: Page): string {
  const shown = sections.filter((section) => section !== undefined);
  return htmlDocument(html`<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src '${STYLE_HASH}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex, nofollow">
<meta name="format-detection" content="telephone=no, date=no, address=no, email=no, url=no">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
${styleElement(STYLE)}
</head>
<body class="${accent}">
<div class="wrap">
<header>
${head}
</header>
<nav aria-label="Sections"><ul>
${shown.map(({ id, name }) => html`<li><a href="#${id}">${name}</a></li>\n`)}</ul></nav>
<main>
${shown.map(sectionOf)}</main>
<footer>
${foot}
</footer>
</div>
</body>
</html>
`);
}

const sectionOf = ({ id, name, body }: Section): Html => html`<section id="${id}" aria-labelledby="h-${id}">
<h2 id="h-${id}">${name}</h2>
${body}
</section>
`;

export const badge = ({ form, word }: Badge): Html => html`<span class="status ${form}">${word}</span>`;

export const pieces = (parts: readonly ReportPiece[]): Html[] =>
  parts.map(({ code, text }) => (code ? html`<code>${text}</code>` : html`${text}`));

/** Sentences one below the other; a single one needs no paragraph. */
const cell = ([first = [], ...rest]: CellView): Html[] =>
  rest.length === 0 ? pieces(first) : [first, ...rest].map((sentence) => html`<p>${pieces(sentence)}</p>`);

/** Text to copy: a click selects a line, and the keyboard reaches all of it. */
export const copyable = (lines: readonly string[]): Html | undefined =>
  lines.length === 0
    ? undefined
    : html`<pre tabindex="0">${lines.map((line) => html`<span class="line">${line}</span>`)}</pre>
`;

export const more = (text: string | undefined): Html | undefined =>
  when(text, (words) => html`<p class="more">${words}</p>\n`);
export const list = (items: readonly string[]): Html => html`<ul class="plain">
${items.map((text) => html`<li>${text}</li>\n`)}</ul>
`;

/** A link out of the page. @param text says where it leads, and is another one for each place */
export const outward = (link: string, text: string): Html =>
  html`<a href="${link}" rel="noopener noreferrer">${text}</a>`;

export const step = ({ text, lines, notes, link }: StepView): Html => html`<p>${text}</p>
${notes.map(more)}${copyable(lines)}${when(link, (place) => html`<p>${outward(place, `Open ${placeOf(place)}`)}</p>\n`)}`;

/** @param first number of the first of them */
export const steps = (items: readonly StepView[], first = 1): Html => html`<ol class="steps" start="${String(first)}">
${items.map((item) => html`<li>${step(item)}</li>\n`)}</ol>
`;

export type FactView = { label: string; cell: CellView };

const facts = (rows: readonly FactView[]): Html => html`<dl class="facts">
${rows.map((fact) => html`<dt>${fact.label}</dt><dd>${cell(fact.cell)}</dd>\n`)}</dl>
`;

/** Groups stand side by side where there is room, each with its rows together: so their order is the same on a phone. */
export const factGroups = (
  groups: readonly { title: string; facts: readonly FactView[] }[],
): Html => html`<div class="groups">
${groups.map(({ title, facts: rows }) => html`<div><h3>${title}</h3>\n${facts(rows)}</div>\n`)}</div>
`;

export interface TableView {
  title: string;
  columns: readonly string[];
  rows: readonly (readonly Html[])[];
  /** @default plain */
  look?: 'reasons' | 'marked';
}

/** On a phone each row is a block of its own, with the names of the columns beside the values. */
export const table = ({
  title,
  columns,
  rows,
  look,
}: TableView): Html => html`<table class="stack ${look ?? ''}" aria-label="${title}"><thead><tr>${columns.map((column) => html`<th scope="col">${column}</th>`)}</tr></thead>
<tbody>
${rows.map((row) => html`<tr>${row.map((content, index) => html`<td data-column="${columns[index]}">${content}</td>`)}</tr>\n`)}</tbody></table>
`;

export function block(piece: BlockView): Html {
  switch (piece.kind) {
    case 'facts':
      return facts(piece.facts);
    case 'table':
      return html`<h4>${piece.title}</h4>
${table({ ...piece, rows: piece.rows.map((row) => row.map((content) => html`${cell(content)}`)) })}${more(piece.left > 0 ? `and ${piece.left} more, in alert.json or beyond what was read.` : '')}`;
    case 'text':
      return html`<h4>${piece.title}</h4>
${more(piece.note)}${copyable(piece.lines)}${more(piece.left > 0 ? `and ${piece.left} more lines.` : '')}`;
  }
}

/** What opens on demand, and always on paper. The anchor is within it: a browser opens what a link leads into. */
export const fold = (anchor: string, summary: Html, body: Html): Html => html`<details><summary>${summary}</summary>
<div class="fold" id="${anchor}">
${body}</div></details>
`;
