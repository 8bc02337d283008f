/** The report of a follow-up: what a playbook did, or what it asks. */
import type { ContainmentModel } from './containment-model.ts';
import { type Html, html, when } from './html.ts';
import {
  badge,
  copyable,
  factGroups,
  fold,
  list,
  more,
  pageOf,
  pieces,
  type Section,
  step,
  steps,
  table,
} from './parts.ts';

/** So many are read at a glance; the others are folded. */
const FIRST_OPEN = 5;

export const renderContainment = (model: ContainmentModel): string =>
  pageOf({
    ...model,
    head: head(model),
    sections: [
      open(model),
      {
        id: 'next',
        name: 'What to do now',
        body: model.next.length > 0 ? steps(model.next) : html`<p>Nothing more.</p>`,
      },
      plan(model),
      proofs(model),
      stepsDone(model),
      { id: 'run', name: 'The run', body: factGroups(model.facts) },
      proposals(model),
    ],
    foot: foot(model),
  });

const head = ({
  headline,
  badge: words,
  meaning,
  summary,
}: ContainmentModel): Html => html`<p class="kicker">Namespace Sentinel containment report</p>
<h1>${headline}</h1>
<p class="verdict"><span class="badge">${words}</span><span>${meaning}</span></p>
<p class="notice">${summary}</p>`;

function open({ open: [...items], openLeft }: ContainmentModel): Section | undefined {
  if (items.length === 0) return undefined;
  const others = items.splice(FIRST_OPEN);
  const folded = others.length > 0 ? fold('open-more', html`${others.length} more`, list(others)) : undefined;
  return { id: 'open', name: 'What is open', body: html`${list(items)}${folded}${andMore(openLeft, '')}` };
}

const andMore = (left: number, where: string): Html | undefined => more(left > 0 ? `and ${left} more${where}.` : '');
const IN_JSON = ', in the JSON beside this page';

function plan({ plan: objects, planHash, planLeft }: ContainmentModel): Section | undefined {
  if (objects === undefined || planHash === undefined) return undefined;
  const rows = objects.map(({ kind, name, what }) => [html`${pieces(kind)}`, html`${pieces(name)}`, html`${what}`]);
  const shown = table({ title: 'What would be removed', columns: ['Kind', 'Name', 'What'], rows });
  return {
    id: 'plan',
    name: 'What would be removed',
    body: html`<p class="lead">Hash of this plan, which an approval names: ${pieces(planHash)}</p>
${objects.length > 0 ? shown : undefined}${andMore(planLeft, ', which the evidence folder lists')}`,
  };
}

function proofs({ proofs: all, proofCount, proofsLeft }: ContainmentModel): Section | undefined {
  if (all.length === 0) return undefined;
  const rows = all.map(({ badge: verdict, claim, note, how }) => [
    badge(verdict),
    html`${claim}${when(note, (words) => html` <span class="more">${words}</span>`)}`,
    html`${how}`,
  ]);
  const shown = table({ title: 'Proofs', look: 'marked', columns: ['Verdict', 'Claim', 'How it was tested'], rows });
  return {
    id: 'proofs',
    name: 'Proofs',
    body: html`<p class="lead">${proofCount} Tested by another identity than the one that acted.</p>
${shown}${andMore(proofsLeft, IN_JSON)}`,
  };
}

function stepsDone({ steps: all }: ContainmentModel): Section | undefined {
  if (all.length === 0) return undefined;
  const rows = all.map(({ badge: status, name, summary }) => [badge(status), html`${pieces(name)}`, html`${summary}`]);
  const columns = ['Status', 'Step', 'What it did'];
  return { id: 'steps', name: 'Steps', body: table({ title: 'Steps', look: 'marked', columns, rows }) };
}

function proposals({ proposals: all, proposalsLeft }: ContainmentModel): Section | undefined {
  if (all.length === 0) return undefined;
  const items = all.map(
    ({ text, lines, notes, manifest }, index) => html`<li><p>${text}</p>
${copyable(lines)}${notes.map(more)}${when(manifest, (json) =>
  fold(`manifest-${index + 1}`, html`Manifest of proposal ${index + 1}`, html`${copyable(json)}`),
)}</li>
`,
  );
  return {
    id: 'proposals',
    name: 'Proposals',
    body: html`<p class="lead">None of these was done. They change IAM, EKS or the cluster: review each before you apply it. Names in them were chosen by others.</p>
<ol class="steps">
${items}</ol>
${andMore(proposalsLeft, IN_JSON)}`,
  };
}

const foot = ({ id, more: places }: ContainmentModel): Html => html`<p>Finding ${id}.</p>
<p>The JSON file beside this page holds all of it, for machines. This page loads nothing and runs no script.</p>
${places.map(step)}`;
