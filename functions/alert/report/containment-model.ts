/** Everything that the report of a follow-up shows, in the order and the words in which its template draws it. */

import { printProposed } from '../../contract/commands/print.ts';
import type { Proof, ProofGround, Proposal } from '../../contract/containment.ts';
import type { FollowUp } from '../../contract/follow-up.ts';
import { defined } from '../../kit/defined.ts';
import { ownWords, type Phrase, say } from '../../kit/phrase.ts';
import { followUpAdvice, whereMore } from '../follow-up/advice.ts';
import { aboutOf, byVerdict, followUpHeadline, meaningOf, proofCount, stepName, wordsOf } from '../follow-up/words.ts';
import { utc } from '../grammar.ts';
import { clusterName, namespaceName } from '../headline.ts';
import { objectLink } from '../links.ts';
import type { StateMachineArns } from '../state-machine-arns.ts';
import type { AdviceStep } from '../step.ts';
import { proofBadge, stepBadge } from './badge.ts';
import { readersAdvice } from './readers.ts';
import { type ReportLimits, stepView, View } from './view.ts';

export type ContainmentModel = ReturnType<typeof containmentModelOf>;

/** More than these are counted; the message as JSON has all. */
const MAX = { steps: 30, proofs: 80, open: 100, proposals: 60, commands: 10, plan: 400, manifestLines: 300 };

/**
 * @param limits how much is shown of each value and list
 * @param firstReport where that of the alert is kept
 * @param readers ARN of the policy of those who may read it
 */
export function containmentModelOf(
  followUp: FollowUp,
  playbooks: StateMachineArns,
  limits: ReportLimits,
  firstReport?: string,
  readers?: string,
) {
  const { steps, proofs, open, proposals, question, summary } = followUp;
  const view = new View(limits);
  const { title, accent } = wordsOf(followUp);
  const about = aboutOf(followUp);
  const namespace = namespaceName(about);
  const cluster = clusterName(about);
  return {
    title: followUpHeadline(followUp),
    accent,
    badge: title,
    headline: `${namespace ? `Namespace ${namespace}` : 'A namespace'}${cluster ? ` in cluster ${cluster}` : ''}`,
    meaning: meaningOf(followUp),
    summary: view.sentence(summary),
    facts: factsOf(followUp).map(({ title, rows }) => ({
      title,
      facts: rows.map(([label, phrase]) => ({ label, cell: view.cell(phrase) })),
    })),
    open: open.slice(0, MAX.open).map(view.sentence),
    openLeft: open.length - Math.min(open.length, MAX.open),
    plan: question?.plan.slice(0, Math.min(MAX.plan, limits.rows * 8 || 20)).map(({ kind, name, what }) => ({
      kind: view.phrase(say`${kind}`),
      name: view.phrase(say`${name}`),
      what: view.sentence(what),
    })),
    planLeft: question
      ? Math.max(question.planTotal, question.plan.length) -
        Math.min(question.plan.length, MAX.plan, limits.rows * 8 || 20)
      : 0,
    planHash: question && view.phrase(say`${question.planHash}`),
    steps: steps.slice(0, MAX.steps).map(({ step, status, summary }) => ({
      name: view.phrase(stepName(step) === undefined ? say`${step}` : ownWords(stepName(step) ?? '')),
      badge: stepBadge(status),
      summary: view.sentence(summary),
    })),
    proofCount: proofCount(proofs),
    proofs: byVerdict(proofs)
      .slice(0, MAX.proofs)
      .map((proof) => proofView(proof, view)),
    proofsLeft: proofs.length - Math.min(proofs.length, MAX.proofs),
    proposals: proposals.slice(0, MAX.proposals).map((proposal) => proposalView(proposal, view, limits)),
    proposalsLeft: proposals.length - Math.min(proposals.length, MAX.proposals),
    next: followUpAdvice(followUp, playbooks, true).map(stepView),
    more: [
      ...theAlert(followUp, firstReport),
      ...whereMore(followUp),
      ...readersAdvice(readers, followUp.target.cluster.region),
    ].map(stepView),
    id: followUp.id,
  };
}

/** A playbook that was started without a finding has no alert. */
function theAlert({ id, target }: FollowUp, firstReport: string | undefined): AdviceStep[] {
  if (id.startsWith('containment-')) return [];
  const link = objectLink(firstReport, target);
  return [
    {
      text: 'The report of the alert is report.html in the folder above this one.',
      ...defined({ link: link || undefined }),
    },
  ];
}

function factsOf({
  target,
  playbook,
  mode,
  scope,
  startedAt,
  at,
  execution,
  decision,
  question,
  hashList,
}: FollowUp): { title: string; rows: [string, Phrase][] }[] {
  const { cluster, namespace, uid } = target;
  const known = (text: string | undefined): Phrase => (text === undefined ? ownWords('unknown') : say`${text}`);
  const end: [string, Phrase][] = [
    ...(question ? [['Answer until', ownWords(utc(question.expiresAt) ?? 'unknown')] satisfies [string, Phrase]] : []),
    ...(hashList === undefined ? [] : [['Hash of the files', say`${hashList}`] satisfies [string, Phrase]]),
    ...(decision
      ? ([
          ['Decision', ownWords(decision.decision)],
          ['By', say`${decision.decidedBy} (as they call themselves)`],
          ['Reason', known(decision.reason)],
        ] satisfies [string, Phrase][])
      : []),
  ];
  return [
    {
      title: 'Target',
      rows: [
        ['Namespace', known(namespace)],
        ['UID', known(uid)],
        ['Cluster', known(cluster.name)],
        ['Region', known(cluster.region)],
        ['Account', known(cluster.account)],
      ],
    },
    {
      title: 'Playbook',
      rows: [
        ['Playbook', ownWords(`${playbook}${mode ? `, mode ${mode}` : ''}${scope ? `, scope ${scope}` : ''}`)],
        ['Started', ownWords(utc(startedAt) ?? 'unknown')],
        [question ? 'Asked' : 'Ended', ownWords(utc(at) ?? 'unknown')],
        ['Execution', known(execution)],
        ...end,
      ],
    },
  ];
}

const GROUNDS: Record<ProofGround, string> = {
  effect: 'Shown by its effect.',
  configuration: 'Shown by configuration.',
};

const proofView = ({ claim, verdict, how, decisive, shows }: Proof, view: View) => ({
  claim: view.sentence(claim),
  badge: proofBadge(verdict),
  how: view.sentence(how),
  note: [...(shows ? [GROUNDS[shows]] : []), ...(decisive ? [] : ['It does not decide.'])].join(' ') || undefined,
});

function proposalView({ text, commands = [], manifest }: Proposal, view: View, { rows }: ReportLimits) {
  const lines = printProposed(commands.slice(0, MAX.commands));
  const json = manifest && asciiJson(manifest).split('\n');
  const isShown = json !== undefined && json.length <= MAX.manifestLines && rows >= 30;
  return {
    text: view.sentence(text),
    lines: lines.flatMap((line) => ('line' in line ? [line.line] : [])),
    notes: [
      ...lines.flatMap((line) => ('leftOut' in line ? [`A command is left out here: ${line.leftOut}.`] : [])),
      ...(commands.length > MAX.commands ? [`and ${commands.length - MAX.commands} more commands.`] : []),
      // Half a manifest would be worse than none.
      ...(json && !isShown ? ['Its manifest is too long for this page: it is in the JSON beside it.'] : []),
    ],
    manifest: isShown ? json : undefined,
  };
}

/** JSON that stays the same when everything but plain ASCII has to be shown by its code. */
const asciiJson = (value: unknown): string =>
  JSON.stringify(value, undefined, 2).replace(
    /[^\x20-\x7e\n]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
