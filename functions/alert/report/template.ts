/** The report of an alert: what a person needs at once, then what is known, then the evidence, folded. */
import { counted } from '../../kit/words.ts';
import { type Badge, LEGEND } from './badge.ts';
import { ARROW, eventMark, scoreBar, timelineStrip } from './drawings.ts';
import { type Html, html, when } from './html.ts';
import { placeOf } from './link-text.ts';
import type { Model } from './model.ts';
import {
  badge,
  block,
  copyable,
  factGroups,
  fold,
  list,
  more,
  outward,
  pageOf,
  pieces,
  type Section,
  step,
  steps,
} from './parts.ts';

export const render = (model: Model): string =>
  pageOf({
    ...model,
    head: head(model),
    sections: [
      whatIsNew(model),
      reasons(model),
      { id: 'next', name: 'What to do now', body: firstSteps(model) },
      { id: 'request', name: 'The request', body: factGroups(model.facts) },
      answers(model),
      { id: 'permission', name: 'How the creator got permission', body: chain(model) },
      timeline(model),
      contact(model),
      unknown(model),
      evidence(model),
    ],
    foot: foot(model),
  });

const head = ({
  kicker,
  headline,
  grade,
  points,
  meaning,
  instant,
  notices,
}: Model): Html => html`<p class="kicker">${kicker}</p>
<h1>${headline}</h1>
<p class="verdict"><span class="badge">${grade}</span>${when(points, (words) => html`<span class="points">${words}</span>`)}<span>${meaning}</span>${when(instant, (time) => html`<span class="instant">${time}</span>`)}</p>
${notices.map(({ strong, text }) => html`<p class="notice"><strong>${strong}</strong> ${text}</p>\n`)}`;

const whatIsNew = ({ update }: Model): Section | undefined =>
  update && {
    id: 'new',
    name: 'What is new',
    body: html`<p class="lead">${update.since}</p>
${list(update.news)}${update.moreNews.length > 0 ? fold('more-news', html`${update.moreNews.length} more`, list(update.moreNews)) : undefined}`,
  };

/** Each with its command on the first screen; several commands are folded. What helps to choose stands below them. */
const firstSteps = ({ steps: main, furtherSteps }: Model): Html => html`<ol class="steps">
${main.map(
  (
    { text, detail, lines, notes, link },
    index,
  ) => html`<li><p>${text} ${when(link, (place) => outward(place, `Open ${placeOf(place)}`))}</p>
${
  lines.length > 1
    ? fold(`commands-${index + 1}`, html`${counted(lines.length, 'command')}`, html`${more(detail)}${copyable(lines)}`)
    : html`${copyable(lines)}${more(detail)}`
}${notes.map(more)}</li>\n`,
)}</ol>
<h3>To choose between them</h3>
${steps(furtherSteps, main.length + 1)}`;

type ReasonView = Model['reasons'][number];

function reasons({
  update,
  bar,
  reasons: first,
  moreReasons: rest,
  weightless,
  scoreNotes,
}: Model): Section | undefined {
  if (!bar) return undefined;
  const body = html`${reasonList(rest)}${scoreBar(bar)}${
    weightless.length > 0 ? html`<h3>Also new, without points</h3>\n${list(weightless)}` : undefined
  }${more(scoreNotes)}`;
  const title = rest.length > 0 ? `${rest.length} more, and how the score is made` : 'How the score is made';
  return {
    id: 'reasons',
    name: update ? 'Other reasons' : 'Reasons',
    body: html`${reasonList(first.map((each) => ({ ...each, reason: each.brief })))}${fold('score', html`${title}`, body)}`,
  };
}

const reasonList = (rows: readonly ReasonView[]): Html | undefined =>
  rows.length === 0
    ? undefined
    : html`<ul class="reasons">
${rows.map(
  ({
    points,
    reason,
    isNew,
    check,
    technique,
    techniqueLink,
  }) => html`<li><span class="points">${points}</span><span>${reason}${isNew ? html` <strong>New.</strong>` : undefined}</span><span class="where">${check ? html`<a href="#${check.id}">${check.name}</a>` : 'audit record'} ${technique && techniqueLink ? outward(techniqueLink, `ATT&CK ${technique}`) : undefined}</span></li>
`,
)}</ul>
`;

function answers({ answers: all }: Model): Section | undefined {
  if (all.length === 0) return undefined;
  const rows = all.map(
    ({ question, badge: shown, lines, missing }) => html`<dt><span>${question}</span> ${badge(shown)}</dt>
<dd>${lines.map((line) => html`<p>${pieces(line)}</p>`)}${missing.map(
      ({ id, question: asked }) => html`<p>Not checked: <a href="#${id}">${asked}</a></p>`,
    )}</dd>
`,
  );
  return { id: 'answers', name: 'Questions and answers', body: html`${legend}<dl class="answers">\n${rows}</dl>\n` };
}

const legend: Html = html`<p class="legend">${LEGEND.map(([shown, meaning]: readonly [Badge, string]) => html`<span>${badge(shown)} ${meaning}</span> `)}</p>
`;

const chain = ({ chain: boxes }: Model): Html => html`<ol class="chain">
${boxes.map(
  ({ state, title, lines, flag }, index) =>
    html`<li>${index > 0 ? ARROW : undefined}<div class="box ${state}"><p class="title">${title}</p>${lines.map(
      (line) => html`<p>${pieces(line)}</p>`,
    )}${when(flag, (word) => html`<p class="flag">${word}</p>`)}</div></li>\n`,
)}</ol>
<p class="more">A dashed box is not known. A thick box was made within 24 hours before the request, or after it.</p>
`;

function timeline({ strip, events, allEvents, eventsLeft, timelineGaps }: Model): Section {
  const body = html`${when(strip, timelineStrip)}${eventList(events)}${
    allEvents.length > 0
      ? fold('events', html`All ${counted(allEvents.length, 'event')}`, eventList(allEvents))
      : undefined
  }${more(eventsLeft > 0 ? `${eventsLeft} more events are in the evidence.` : '')}${more(timelineGaps)}${more(
    strip &&
      'Times are UTC. The scale of the drawing is logarithmic. A dotted line is not known: nothing drawn there does not mean that nothing happened.',
  )}`;
  return { id: 'timeline', name: 'Timeline', body };
}

const eventList = (events: Model['events']): Html => html`<ol class="events">
${events.map(
  ({ role, time, distance, what, lane, grave, path, className }) =>
    html`<li class="${role}">${eventMark(path, className)}<p class="when">${time} <span>${distance}</span></p><p class="what">${pieces(what)} <span>${lane}${grave ? ', of concern' : undefined}</span></p></li>\n`,
)}</ol>
`;

function contact({ contacts, message }: Model): Section | undefined {
  if (contacts.length === 0 && message === undefined) return undefined;
  const body = html`${contacts.map((words) => html`<p class="contact">${pieces(words)}</p>\n`)}${when(
    message,
    (lines) =>
      fold(
        'message',
        html`Message ready to send`,
        html`${more('Names in it were chosen by others.')}${copyable(lines)}`,
      ),
  )}`;
  return { id: 'contact', name: 'Contact', body };
}

function unknown({ open, unknowns }: Model): Section | undefined {
  if (open.length === 0 && unknowns.length === 0) return undefined;
  const items = open.map(
    ({ id, question, reason, upTo }) =>
      html`<li><a href="#${id}">${question}</a> ${reason}${when(upTo, (points) => html` <strong>Up to ${points}.</strong>`)}</li>\n`,
  );
  const body = html`<ul class="plain">
${items}${unknowns.map((text) => html`<li>${text}</li>\n`)}</ul>
`;
  return { id: 'unknown', name: 'What is not known', body };
}

function evidence({ evidence: checks, checksLeft }: Model): Section | undefined {
  if (checks.length === 0) return undefined;
  const body = html`<p class="lead">Values set like <code>this</code> were chosen by others, perhaps by an intruder. Characters other than plain ASCII are shown by their code, as <code>\\u202e</code>.</p>
${checks.map(evidenceOf)}${more(checksLeft > 0 ? `${checksLeft} more checks are in alert.json only.` : '')}`;
  return { id: 'evidence', name: 'Evidence', body };
}

function evidenceOf(check: Model['evidence'][number]): Html {
  const { id, name, question, badge: shown, summary, blocks, leftOut, fresh, took, link, command, commandNote } = check;
  const source = html`Check <code>${name}</code>${when(fresh, (instant) => html`, complete until ${instant}`)}${when(took, (time) => html`, took ${time}`)}.`;
  return fold(
    id,
    html`${badge(shown)} <h3>${question}</h3>`,
    html`<p class="summary">${summary}</p>
${blocks.map(block)}${more(leftOut)}<p class="source">${source} ${when(link, (place) => outward(place, `${name}: open ${placeOf(place)}`))}</p>
${more(commandNote)}${command ? copyable([command]) : undefined}`,
  );
}

const foot = ({
  id,
  investigatedAt,
  record,
  readers,
}: Model): Html => html`<p>Finding ${id}${when(investigatedAt, (instant) => html`, investigated at ${instant}`)}.</p>
<p>The file alert.json beside this page holds all of it, for machines. This page loads nothing and runs no script.</p>
${[...readers, ...record].map(step)}`;
