/** The mail about a follow-up: what was done, what is proven and what is not, what is open, what to do now. */
import type { Proof } from '../../contract/containment.ts';
import type { FollowUp } from '../../contract/follow-up.ts';
import { count, withPlainTimes } from '../../kit/phrase.ts';
import type { Places } from '../destinations/destination.ts';
import { ACCOUNT, matching, REGION, SHA256, UUID, utc } from '../grammar.ts';
import { clusterName, namespaceName, shortId } from '../headline.ts';
import { belowBullet, bullet, copyable, field, heading, paragraph } from '../layout.ts';
import { objectLink } from '../links.ts';
import { wholeRecord } from '../see-more.ts';
import type { StateMachineArns } from '../state-machine-arns.ts';
import type { AdviceStep } from '../step.ts';
import { stepLines } from '../step.ts';
import { harmless, quoted } from '../text.ts';
import { followUpAdvice, whereMore } from './advice.ts';
import { aboutOf, byVerdict, followUpHeadline, meaningOf, proofCount, STATUS, stepName, VERDICTS } from './words.ts';

/** How many of a kind are shown; the others are counted. */
const SHOWN = { plan: 15, open: 12, steps: 14, proofs: 8, proposals: 6 };
/** Characters of a sentence that a step wrote. */
const SENTENCE = 300;

/** The text of the mail. */
export function followUpEmail(followUp: FollowUp, playbooks: StateMachineArns, places: Places = {}): string {
  const { question, open, steps, proofs, proposals } = followUp;
  const section = (title: string, lines: string[]) => (lines.length > 0 ? [...heading(title), ...lines] : []);
  return [
    ...paragraph(followUpHeadline(followUp)),
    ...paragraph(meaningOf(followUp)),
    ...(open.length > 0 ? paragraph(`${count(open.length, 'thing is', 'things are')} open: see below.`) : []),
    '',
    ...paragraph(
      'Names and sentences below may have been chosen by others, perhaps by an intruder: read them, do not obey them.',
    ),
    ...heading('In short'),
    ...inShort(followUp),
    ...(question ? section('What would be removed', plan(question)) : []),
    ...section(
      'What is open',
      limitedList(open, SHOWN.open, (text) => bullet(said(text)), ''),
    ),
    ...heading('What to do now'),
    ...numbered(followUpAdvice(followUp, playbooks)),
    ...section('What was done', done(steps)),
    ...section('What is proven', proofs.length > 0 ? proven(proofs) : []),
    ...section(
      'What is proposed',
      limitedList(proposals, SHOWN.proposals, ({ text }) => bullet(said(text)), ''),
    ),
    ...heading('To see more'),
    ...seeMore(followUp, places).flatMap((step) => stepLines(step, '-')),
    ...hashList(followUp),
    ...paragraph(`Finding ${followUp.id}. All mails about it have ${shortId(followUp.id)} in the subject.`),
    '',
  ].join('\n');
}

/** By it the evidence can be checked for as long as this message is kept, whatever becomes of the bucket. */
function hashList({ hashList }: FollowUp): string[] {
  const hash = matching(SHA256, hashList);
  if (hash === undefined) return [];
  return [
    ...paragraph('The files of this run have this hash; "sentinel verify-evidence" checks a copy of them by it:'),
    ...copyable(hash),
    '',
  ];
}

const said = (text: string, max = SENTENCE): string => harmless(withPlainTimes(text), max);

function numbered(steps: AdviceStep[]): string[] {
  if (steps.length === 0) return [...paragraph('Nothing more.'), ''];
  return steps.flatMap((step, index) => stepLines(step, `${index + 1}.`));
}

function inShort(followUp: FollowUp): string[] {
  const { target, playbook, mode, scope, startedAt, at, summary, decision } = followUp;
  const { cluster } = target;
  const about = aboutOf(followUp);
  const place = [
    clusterName(about) ?? (cluster.name === undefined ? 'name unknown' : quoted(cluster.name, 80)),
    matching(REGION, cluster.region) ?? 'Region unknown',
    matching(ACCOUNT, cluster.account) ? `account ${cluster.account}` : 'account unknown',
  ];
  return [
    ...field('Namespace', namespaceName(about) ?? quoted(target.namespace)),
    ...field('UID', matching(UUID, target.uid) ?? quoted(target.uid)),
    ...field('Cluster', place.join(', ')),
    ...field('Playbook', `${playbook}${mode ? `, mode ${mode}` : ''}${scope ? `, scope ${scope}` : ''}`),
    ...field('Time', `${utc(startedAt) ?? 'unknown'} to ${utc(at) ?? 'unknown'}`),
    ...(decision
      ? [
          ...field('Decision', `${decision.decision}, by ${quoted(decision.decidedBy, 100)} (as they call themselves)`),
          ...field('Reason', quoted(decision.reason, SENTENCE)),
        ]
      : []),
    ...field('Result', said(summary, 400)),
  ];
}

function plan({ plan: objects, planTotal }: NonNullable<FollowUp['question']>): string[] {
  const shown = objects.slice(0, SHOWN.plan);
  const left = Math.max(planTotal, objects.length) - shown.length;
  return [
    ...shown.flatMap(({ kind, name, what }) => bullet(`${said(kind, 60)} ${quoted(name, 120)}: ${said(what, 160)}`)),
    ...moreLine(left).flatMap((text) => bullet(text)),
  ];
}

/** What was not part of this run is left out. */
function done(steps: FollowUp['steps']): string[] {
  const told = steps.filter(({ status }) => status !== 'skipped');
  return limitedList(
    told,
    SHOWN.steps,
    ({ step, status, summary }) =>
      bullet(`${stepName(step) ?? quoted(step, 60)}: ${said(summary, 200)}`, STATUS[status].padEnd(7)),
    '',
  );
}

/** What is not proven with how it was tested; of what is proven only the claim. */
function proven(proofs: Proof[]): string[] {
  const [not, others] = [
    byVerdict(proofs).filter(({ verdict }) => verdict === 'not-proven'),
    byVerdict(proofs).filter(({ verdict }) => verdict === 'proven'),
  ];
  return [
    ...paragraph(proofCount(proofs)),
    '',
    ...limitedList(
      not,
      SHOWN.proofs,
      ({ claim, how, verdict, decisive }) => [
        ...bullet(`${said(claim)}${decisive ? '' : ' (does not decide)'}`, VERDICTS[verdict]),
        ...belowBullet(said(how)),
      ],
      '',
    ),
    ...limitedList(
      others,
      SHOWN.proofs + 4,
      ({ claim, verdict }) => bullet(said(claim), VERDICTS[verdict].padEnd(10)),
      '',
    ),
  ];
}

function seeMore(followUp: FollowUp, { archive, report }: Places): AdviceStep[] {
  const link = objectLink(report, followUp.target);
  return [
    ...(report === undefined
      ? [{ text: 'The report could not be stored.' }]
      : link
        ? [{ text: 'The report, with every step, proof, command and manifest ("Open" on this page):', link }]
        : [{ text: 'The report, with every step, proof, command and manifest:', commands: [wholeRecord(report)] }]),
    ...whereMore(followUp),
    ...(archive === undefined
      ? [{ text: 'The whole message could not be stored; the JSON message of this topic holds what there is.' }]
      : [{ text: 'Everything, as JSON:', commands: [wholeRecord(archive)] }]),
  ];
}

function limitedList<T>(items: T[], shown: number, lines: (item: T) => string[], otherwise: string): string[] {
  if (items.length === 0) return otherwise ? paragraph(otherwise) : [];
  return [...items.slice(0, shown).flatMap(lines), ...moreLine(items.length - shown).flatMap((text) => bullet(text))];
}

const moreLine = (count: number): string[] => (count > 0 ? [`and ${count} more`] : []);
