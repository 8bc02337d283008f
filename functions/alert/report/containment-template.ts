/** The HTML of the report of a follow-up, by the rules of `template.ts`. */
export const CONTAINMENT_PAGE = `<%~ include('@head', { title: it.title }) %><body class="<%= it.accent %>">
<div class="wrap">
<header>
<p class="kicker">Namespace Sentinel containment report</p>
<h1><%= it.headline %></h1>
<p class="verdict"><span class="badge"><%= it.badge %></span><span><%= it.meaning %></span></p>
<div class="notice"><p><%= it.summary %></p></div>
<dl class="facts two">
<% for (const fact of it.facts) { %><dt><%= fact.label %></dt><dd><%~ include('@cell', { cell: fact.cell }) %></dd>
<% } %></dl>
</header>
<nav aria-label="Sections"><ul>
<% for (const [id, name] of it.sections) { %><li><a href="#<%= id %>"><%= name %></a></li>
<% } %></ul></nav>
<main>
<% if (it.open.length > 0) { %><section id="open" aria-labelledby="h-open">
<h2 id="h-open">What is open</h2>
<ul class="plain">
<% for (const text of it.open) { %><li><%= text %></li>
<% } %></ul>
<% if (it.openLeft > 0) { %><p class="more">and <%= it.openLeft %> more.</p><% } %></section>
<% } %><% if (it.plan) { %><section id="plan" aria-labelledby="h-plan">
<h2 id="h-plan">What would be removed</h2>
<p class="lead">Hash of this plan, which an approval names: <%~ include('@pieces', { pieces: it.planHash }) %></p>
<% if (it.plan.length > 0) { %><table class="stack" aria-label="What would be removed"><thead><tr><th scope="col">Kind</th><th scope="col">Name</th><th scope="col">What</th></tr></thead>
<tbody>
<% for (const object of it.plan) { %><tr><td data-column="Kind"><%~ include('@pieces', { pieces: object.kind }) %></td><td data-column="Name"><%~ include('@pieces', { pieces: object.name }) %></td><td data-column="What"><%= object.what %></td></tr>
<% } %></tbody></table>
<% } %><% if (it.planLeft > 0) { %><p class="more">and <%= it.planLeft %> more, which the evidence folder lists.</p><% } %></section>
<% } %><section id="next" aria-labelledby="h-next">
<h2 id="h-next">What to do now</h2>
<% if (it.next.length === 0) { %><p>Nothing more.</p>
<% } else { %><ol class="steps">
<% for (const step of it.next) { %><li><%~ include('@step', { step }) %></li>
<% } %></ol>
<% } %></section>
<% if (it.steps.length > 0) { %><section id="steps" aria-labelledby="h-steps">
<h2 id="h-steps">Steps</h2>
<table class="stack marked" aria-label="Steps"><thead><tr><th scope="col">Status</th><th scope="col">Step</th><th scope="col">What it did</th></tr></thead>
<tbody>
<% for (const step of it.steps) { %><tr><td data-column="Status"><span class="status <%= step.mark %>"><%= step.word %></span></td><td data-column="Step"><%~ include('@pieces', { pieces: step.name }) %></td><td data-column="What it did"><%= step.summary %></td></tr>
<% } %></tbody></table>
</section>
<% } %><% if (it.proofs.length > 0) { %><section id="proofs" aria-labelledby="h-proofs">
<h2 id="h-proofs">Proofs</h2>
<p class="lead"><%= it.proofCount %> Tested by another identity than the one that acted.</p>
<table class="stack marked" aria-label="Proofs"><thead><tr><th scope="col">Verdict</th><th scope="col">Claim</th><th scope="col">How it was tested</th></tr></thead>
<tbody>
<% for (const proof of it.proofs) { %><tr><td data-column="Verdict"><span class="status <%= proof.mark %>"><%= proof.word %></span></td><td data-column="Claim"><%= proof.claim %><% if (proof.note) { %> <span class="more"><%= proof.note %></span><% } %></td><td data-column="How tested"><%= proof.how %></td></tr>
<% } %></tbody></table>
<% if (it.proofsLeft > 0) { %><p class="more">and <%= it.proofsLeft %> more, in the JSON beside this page.</p><% } %></section>
<% } %><% if (it.proposals.length > 0) { %><section id="proposals" aria-labelledby="h-proposals">
<h2 id="h-proposals">Proposals</h2>
<p class="lead">Nothing of this was done. It changes IAM, EKS or the cluster: read it before you use it. Names in it were chosen by others.</p>
<ol class="steps">
<% for (const proposal of it.proposals) { %><li><p><%= proposal.text %></p>
<% for (const line of proposal.lines) { %><pre tabindex="0"><%= line %></pre>
<% } %><% for (const note of proposal.notes) { %><p class="more"><%= note %></p>
<% } %><% if (proposal.manifest) { %><p class="more">A manifest:</p>
<%~ include('@text', { lines: proposal.manifest }) %><% } %></li>
<% } %></ol>
<% if (it.proposalsLeft > 0) { %><p class="more">and <%= it.proposalsLeft %> more, in the JSON beside this page.</p><% } %></section>
<% } %></main>
<footer>
<p>Finding <%= it.id %>.</p>
<p>The JSON file beside this page holds all of it, for machines. This page loads nothing and runs no script.</p>
<% for (const step of it.more) { %><%~ include('@step', { step }) %><% } %></footer>
</div>
</body>
</html>
`;
