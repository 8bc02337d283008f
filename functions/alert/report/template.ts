/**
 * The report's HTML. The templates are strings of this module: so they need no file at run time, neither here nor in the
 * function's bundle. Every value goes through Eta's escaping (`<%= %>`); `<%~ %>` is for including templates only, and
 * holds no value. There is no script, and nothing is loaded.
 */
import { Eta } from 'eta';
import { visible } from '../text.ts';
import type { ContainmentModel } from './containment-model.ts';
import { CONTAINMENT_PAGE } from './containment-template.ts';
import type { Model } from './model.ts';
import { STYLE, STYLE_HASH } from './style.ts';

const HEAD = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src '${STYLE_HASH}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex, nofollow">
<meta name="format-detection" content="telephone=no, date=no, address=no, email=no, url=no">
<meta name="color-scheme" content="light dark">
<title><%= it.title %></title>
<style>${STYLE}</style>
</head>
`;

const PAGE = `<%~ include('@head', { title: it.title }) %><body class="<%= it.accent %>">
<div class="wrap">
<header>
<p class="kicker">Namespace Sentinel incident report</p>
<h1><%= it.headline %></h1>
<p class="verdict"><span class="badge"><%= it.grade %></span><% if (it.points) { %><span class="points"><%= it.points %></span><% } %><span><%= it.meaning %></span></p>
<% if (it.update) { %><div class="notice"><p><strong><%= it.update.sentence %></strong></p><ul><% it.update.news.forEach((text) => { %><li><%= text %></li><% }) %></ul><% if (it.update.first) { %><p><%= it.update.first %></p><% } %></div>
<% } %><% if (it.limited) { %><div class="notice"><p><strong><%= it.limited %></strong></p></div>
<% } %><% if (it.failed) { %><div class="notice"><p><strong>The investigation failed.</strong> This report rests on the audit record alone. Treat it as serious until somebody has looked.</p><p><%= it.failed %></p></div>
<% } %><% if (it.autoStart) { %><div class="notice"><p><strong><%= it.autoStart %></strong></p></div>
<% } %><dl class="facts two">
<% for (const fact of it.facts) { %><dt><%= fact.label %></dt><dd><%~ include('@cell', { cell: fact.cell }) %></dd>
<% } %></dl>
</header>
<nav aria-label="Sections"><ul>
<% for (const [id, name] of it.sections) { %><li><a href="#<%= id %>"><%= name %></a></li>
<% } %></ul></nav>
<main>
<% if (it.answers.length > 0) { %><section id="summary" aria-labelledby="h-summary">
<h2 id="h-summary">Summary</h2>
<dl class="answers">
<% for (const answer of it.answers) { %><dt><span><%= answer.question %></span><span class="status <%= answer.status %>"><%= answer.word %></span></dt>
<dd><% for (const line of answer.lines) { %><p><%~ include('@pieces', { pieces: line }) %></p><% } %><% for (const check of answer.missing) { %><p>Not checked: <a href="#<%= check.id %>"><%= check.question %></a></p><% } %></dd>
<% } %></dl>
</section>
<% } %><%~ include('@score') %><%~ include('@timeline') %><section id="right" aria-labelledby="h-right">
<h2 id="h-right">How the creator came to the right</h2>
<p class="lead">A dashed box is not known. A thick box was made within 24 hours before the request, or after it.</p>
<ol class="chain">
<% it.chain.forEach((box, index) => { %><li><% if (index > 0) { %><svg class="arrow" viewBox="0 0 20 12" aria-hidden="true"><path d="M1 6H17M12 1l6 5-6 5"/></svg><% } %><div class="box <%= box.state %>"><p class="title"><%= box.title %></p><% box.lines.forEach((line, row) => { %><p<% if (row === 0) { %> class="first"<% } %>><%~ include('@pieces', { pieces: line }) %></p><% }) %><% if (box.flag) { %><p class="flag"><%= box.flag %></p><% } %></div></li>
<% }) %></ol>
</section>
<section id="next" aria-labelledby="h-next">
<h2 id="h-next">What to do now</h2>
<ol class="steps">
<% for (const step of it.steps) { %><li><%~ include('@step', { step }) %></li>
<% } %></ol>
<% if (it.message) { %><h3>A message to whom it concerns</h3>
<% for (const contact of it.contacts) { %><p class="contact">To <%~ include('@pieces', { pieces: contact }) %></p>
<% } %><p class="lead">Ready to send; names in it were chosen by others.</p>
<%~ include('@text', { lines: it.message }) %>
<% } %></section>
<% if (it.unknowns.length > 0) { %><section id="unknown" aria-labelledby="h-unknown">
<h2 id="h-unknown">What else is not known</h2>
<ul class="plain">
<% for (const text of it.unknowns) { %><li><%= text %></li>
<% } %></ul>
</section>
<% } %><% if (it.evidence.length > 0) { %><section id="evidence" aria-labelledby="h-evidence">
<h2 id="h-evidence">Evidence by check</h2>
<p class="lead">Values set like <code>this</code> were chosen by others, perhaps by an intruder. Characters other than plain ASCII are shown by their code, as <code>\\u202e</code>.</p>
<% for (const check of it.evidence) { %><%~ include('@evidence', { check }) %><% } %><% if (it.checksLeft > 0) { %><p class="more"><%= it.checksLeft %> more checks are in alert.json only.</p><% } %></section>
<% } %></main>
<footer>
<p>Finding <%= it.id %><% if (it.investigatedAt) { %>, investigated at <%= it.investigatedAt %><% } %>.</p>
<p>The file alert.json beside this one holds all of it, for machines. This page loads nothing and runs no script.</p>
<% for (const step of it.record) { %><%~ include('@step', { step }) %><% } %></footer>
</div>
</body>
</html>
`;

const SCORE = `<% if (it.bar) { const bar = it.bar; %><section id="score" aria-labelledby="h-score">
<h2 id="h-score">Score and reasons</h2>
<p class="lead"><%= it.scoreNote %></p>
<div class="scroll"><svg class="bar" height="<%= bar.height %>" role="img" aria-labelledby="bar-title bar-desc">
<title id="bar-title">The score by reasons</title><desc id="bar-desc"><%= bar.description %></desc>
<text class="score" x="<%= bar.score.x %>%" y="11" text-anchor="<%= bar.score.anchor %>"><%= bar.score.label %></text>
<% if (bar.open) { %><rect class="open" x="<%= bar.open.x %>%" y="20" width="<%= bar.open.width %>%" height="24"/><% } %>
<% for (const part of bar.up) { %><rect class="segment" x="<%= part.x %>%" y="20" width="<%= part.width %>%" height="24"/><text class="label" x="<%= part.middle %>%" y="36" text-anchor="middle"><%= part.label %></text>
<% } %><svg class="here" x="<%= bar.score.x %>%" y="14"><path d="<%= bar.score.pointer %>"/></svg>
<% for (const part of bar.down) { %><rect class="down" x="<%= part.x %>%" y="50" width="<%= part.width %>%" height="18"/><text class="down-label" x="<%= part.middle %>%" y="63" text-anchor="middle"><%= part.label %></text>
<% } %><% for (const band of bar.bands) { %><rect class="band <%= band.className %>" x="<%= band.x %>%" y="<%= bar.height - 20 %>" width="<%= band.width %>%" height="4"/><text x="<%= band.middle %>%" y="<%= bar.height - 4 %>" text-anchor="middle"><%= band.name %></text>
<% } %></svg></div>
<% if (it.reasons.length > 0) { %><table class="stack reasons" aria-label="Reasons">
<thead><tr><th scope="col">No.</th><th scope="col">Points</th><th scope="col">Reason</th><th scope="col">ATT&amp;CK</th></tr></thead>
<tbody>
<% for (const reason of it.reasons) { %><tr><td data-column="No."><%= reason.mark %></td><td data-column="Points"><%= reason.points %></td><td data-column="Reason"><%= reason.reason %><% if (reason.isNew) { %> <strong>New since the last alert.</strong><% } %><% if (reason.check) { %> <a href="#<%= reason.check %>">Evidence</a><% } %></td><td data-column="ATT&amp;CK"><% if (reason.technique) { %><a href="<%= reason.techniqueLink %>" rel="noopener noreferrer"><%= reason.technique %></a><% } else { %>–<% } %></td></tr>
<% } %></tbody></table>
<% if (it.reasonsLeft > 0) { %><p class="more">and <%= it.reasonsLeft %> more, in alert.json.</p><% } %><% } %><% if (it.open.length > 0) { %><h3>What could still change the score</h3>
<ul class="plain">
<% for (const check of it.open) { %><li><a href="#<%= check.id %>"><%= check.question %></a> <%= check.reason %><% if (check.upTo) { %> <strong>Up to <%= check.upTo %>.</strong><% } %></li>
<% } %></ul>
<% } %></section>
<% } %>`;

const TIMELINE = `<section id="timeline" aria-labelledby="h-timeline">
<h2 id="h-timeline">Timeline</h2>
<% if (it.strip) { const strip = it.strip; %><p class="lead">Times are UTC, distances are from the request. The drawing's scale is logarithmic. A dotted line is not known: nothing drawn there does not mean that nothing happened.</p>
<div class="scroll"><svg class="strip" height="<%= strip.height %>" role="img" aria-labelledby="strip-title strip-desc">
<title id="strip-title">Events about the request</title><desc id="strip-desc"><%= strip.description %></desc>
<line class="now" x1="<%= strip.request %>%" x2="<%= strip.request %>%" y1="16" y2="<%= strip.axisY %>"/>
<text x="<%= strip.request %>%" y="11" text-anchor="<%= strip.requestAnchor %>">request</text>
<% for (const lane of strip.lanes) { %><line class="guess" x1="<%= lane.known %>%" x2="100%" y1="<%= lane.y %>" y2="<%= lane.y %>"/><% if (lane.known > 0) { %><line class="rail" x1="0" x2="<%= lane.known %>%" y1="<%= lane.y %>" y2="<%= lane.y %>"/><% } %><text x="0" y="<%= lane.y - 13 %>"><tspan class="name"><%= lane.name %></tspan><% if (lane.note) { %><tspan dx="6"><%= lane.note %></tspan><% } %></text>
<% for (const mark of lane.marks) { %><svg x="<%= mark.x %>%" y="<%= lane.y %>"><path class="<%= mark.className %>" d="<%= mark.path %>"/></svg>
<% } %><% } %><% for (const tick of strip.ticks) { %><text class="tick" x="<%= tick.x %>%" y="<%= strip.axisY + 14 %>" text-anchor="<%= tick.anchor %>"><%= tick.label %></text>
<% } %></svg></div>
<% } %><% if (it.events.length > 0) { %><ol class="events">
<% for (const event of it.events) { %><li<% if (event.request) { %> class="request"<% } %>><svg class="rail" aria-hidden="true"><line x1="10" x2="10" y1="0" y2="100%"/><svg x="10" y="16"><path class="<%= event.className %>" d="<%= event.path %>"/></svg></svg><p class="when"><%= event.time %> <span><%= event.distance %></span></p><p class="what"><%~ include('@pieces', { pieces: event.what }) %> <span><%= event.lane %><% if (event.grave) { %>, worth a second look<% } %></span></p></li>
<% } %></ol>
<% } %><% if (it.eventsLeft > 0) { %><p class="more"><%= it.eventsLeft %> more events are in the evidence.</p><% } %><% if (it.timelineGaps.length > 0) { %><h3>What the timeline does not hold</h3>
<ul class="plain">
<% for (const gap of it.timelineGaps) { %><li><%= gap %></li>
<% } %></ul>
<% } %></section>
`;

const EVIDENCE = `<article id="<%= it.check.id %>" aria-labelledby="<%= it.check.id %>-h">
<header><h3 id="<%= it.check.id %>-h"><%= it.check.question %></h3><span class="status <%= it.check.status %>"><%= it.check.word %></span></header>
<p class="summary"><%= it.check.summary %></p>
<% for (const block of it.check.blocks) { %><%~ include('@block', { block }) %><% } %><% if (it.check.leftOut) { %><p class="more">The details are left out here for want of room. They are in alert.json.</p><% } %><p class="source">Check <code><%= it.check.name %></code><% if (it.check.fresh) { %>, complete until <%= it.check.fresh %><% } %><% if (it.check.took) { %>, took <%= it.check.took %><% } %>.<% if (it.check.link) { %> <a href="<%= it.check.link %>" rel="noopener noreferrer">See it in the AWS console</a><% } %></p>
<% if (it.check.commandNote) { %><p class="source"><%= it.check.commandNote %></p><% } %><% if (it.check.command) { %><pre tabindex="0"><%= it.check.command %></pre>
<% } %></article>
`;

const BLOCK = `<% const piece = it.block; %><% if (piece.kind === 'facts') { %><dl class="facts<% if (piece.facts.length > 3) { %> two<% } %>">
<% for (const fact of piece.facts) { %><dt><%= fact.label %></dt><dd><%~ include('@cell', { cell: fact.cell }) %></dd>
<% } %></dl>
<% } else if (piece.kind === 'table') { %><h4><%= piece.title %></h4>
<table class="stack" aria-label="<%= piece.title %>"><thead><tr><% for (const column of piece.columns) { %><th scope="col"><%= column %></th><% } %></tr></thead>
<tbody>
<% for (const row of piece.rows) { %><tr><% for (const field of row) { %><td data-column="<%= field.column %>"><%~ include('@cell', { cell: field.cell }) %></td><% } %></tr>
<% } %></tbody></table>
<% if (piece.left > 0) { %><p class="more">and <%= piece.left %> more, in alert.json or beyond what was read.</p>
<% } %><% } else { %><h4><%= piece.title %></h4>
<p class="more"><%= piece.note %></p>
<%~ include('@text', { lines: piece.lines }) %>
<% if (piece.left > 0) { %><p class="more">and <%= piece.left %> more lines.</p><% } %><% } %>`;

const CELL = `<% it.cell.forEach((pieces) => { %><% if (it.cell.length > 1) { %><p><%~ include('@pieces', { pieces }) %></p><% } else { %><%~ include('@pieces', { pieces }) %><% } %><% }) %>`;
const PIECES = `<% for (const piece of it.pieces) { %><% if (piece.code) { %><code><%= piece.text %></code><% } else { %><%= piece.text %><% } %><% } %>`;
const TEXT = `<pre tabindex="0"><% for (const line of it.lines) { %><%= line %>
<% } %></pre>`;
const STEP = `<p><%= it.step.text %></p>
<% for (const note of it.step.notes) { %><p class="more"><%= note %></p>
<% } %><% for (const line of it.step.lines) { %><pre tabindex="0"><%= line %></pre>
<% } %><% if (it.step.link) { %><p><a href="<%= it.step.link %>" rel="noopener noreferrer">Open in the AWS console</a></p>
<% } %>`;

const PARTIALS = {
  '@head': HEAD,
  '@score': SCORE,
  '@timeline': TIMELINE,
  '@evidence': EVIDENCE,
  '@block': BLOCK,
  '@cell': CELL,
  '@pieces': PIECES,
  '@text': TEXT,
  '@step': STEP,
};

/** For the test that holds the rule about `<%~`. */
export const TEMPLATES: Record<string, string> = { ...PARTIALS, '@page': PAGE, '@containment': CONTAINMENT_PAGE };

const { escapeFunction } = new Eta().config;
/** Beside what HTML would read as markup, whatever a reader does not see, or takes for something else. */
const eta = new Eta({ autoTrim: false, escapeFunction: (value: unknown) => escapeFunction(visible(String(value))) });
for (const [name, template] of Object.entries(TEMPLATES)) eta.loadTemplate(name, template);

export const render = (model: Model): string => eta.render('@page', model);
export const renderContainment = (model: ContainmentModel): string => eta.render('@containment', model);
