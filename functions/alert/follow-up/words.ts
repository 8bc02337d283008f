/** What a follow-up is about, in a few words: for the subject of the mail, its first lines, chat and the report. */
import type { ContainmentOutcome, Proof, ProofVerdict, Proposal, StepStatus } from '../../contract/containment.ts';
import { DRILL_MARK } from '../../contract/drill.ts';
import type { FollowUp } from '../../contract/follow-up.ts';
import { CONTAIN_STEPS, type ContainStepKey, DECIDE_STEPS, RELEASE_STEPS } from '../../contract/playbook-steps.ts';
import { count } from '../../kit/phrase.ts';
import { clusterName, type MessageSubject, namespaceName, subjectAbout } from '../headline.ts';

/** What it is: how the playbook ended, or that it asks. */
export type Matter = ContainmentOutcome | 'question';
export const matterOf = ({ outcome, question }: FollowUp): Matter => (question ? 'question' : (outcome ?? 'refused'));

interface Words {
  /** In capitals. */
  title: string;
  /** The class of its colour in the report: one of the severities. */
  accent: 'low' | 'medium' | 'high' | 'critical' | 'unknown';
}
const MATTERS: Record<Matter, Words> = {
  contained: { title: 'CONTAINED', accent: 'low' },
  'partly-contained': { title: 'PARTLY CONTAINED', accent: 'high' },
  planned: { title: 'PLAN', accent: 'unknown' },
  released: { title: 'RELEASED', accent: 'low' },
  'partly-released': { title: 'PARTLY RELEASED', accent: 'medium' },
  decided: { title: 'DECIDED', accent: 'unknown' },
  refused: { title: 'REFUSED', accent: 'medium' },
  question: { title: 'ANSWER NEEDED', accent: 'high' },
};

const NOT: Record<FollowUp['playbook'], string> = {
  contain: 'NOT CONTAINED',
  release: 'NOT RELEASED',
  decide: 'NOT DECIDED',
};

export function wordsOf(followUp: FollowUp): Words {
  const matter = matterOf(followUp);
  const words = matter === 'refused' ? { ...MATTERS.refused, title: NOT[followUp.playbook] } : MATTERS[matter];
  return followUp.drill ? { ...words, title: `${DRILL_MARK} ${words.title}` } : words;
}

/** What follows from it, in our own words; where the creator can still act, that is a part of it. */
export function meaningOf(followUp: FollowUp): string {
  const isOpen = creatorAccess(followUp) !== undefined;
  return `${stateOf(followUp)}${isOpen ? ' The creator can still act in the cluster: remove the access first.' : ''}`;
}

/** What removes the creator's access, where a containment has found it open; nobody is shut out for a drill. */
export const creatorAccess = (followUp: FollowUp): Proposal | undefined =>
  !followUp.drill && ['contained', 'partly-contained'].includes(matterOf(followUp))
    ? followUp.proposals.find(({ aim }) => aim === 'creator-access')
    : undefined;

const isDone = ({ steps }: FollowUp, ...keys: ContainStepKey[]): boolean =>
  keys.every((key) => steps.some(({ step, status }) => stepName(step) === CONTAIN_STEPS[key] && status === 'done'));

const isProven = ({ proofs }: FollowUp): boolean =>
  proofs.every(({ decisive, verdict }) => !decisive || verdict !== 'not-proven');

function stateOf(followUp: FollowUp): string {
  const { mode, scope, playbook, decision, question } = followUp;
  switch (matterOf(followUp)) {
    case 'question':
      return scope === 'pods'
        ? `The namespace is isolated. May the playbook end its pods (${question?.planTotal ?? 0}), and the connections that they hold open? What makes them stays. It waits for your answer.`
        : `The namespace is isolated. May the playbook stop and delete what runs in it (${count(question?.planTotal ?? 0, 'object')})? It waits for your answer.`;
    case 'contained':
      // Of a removal that a person has refused, it is still there.
      return mode === 'remove' && isDone(followUp, 'removeWorkloads')
        ? 'The namespace is isolated and nothing runs in it any more. Every proof that counts holds.'
        : 'The namespace is isolated. Every proof that counts holds. What runs in it still runs, cut off.';
    case 'partly-contained':
      if (
        mode === 'remove' &&
        isDone(followUp, 'disableNamespace', 'isolateNetwork', 'cutIdentity', 'cutConnections') &&
        isProven(followUp)
      )
        return 'The namespace is isolated, but what runs in it was not removed, or not all of it.';
      return 'The namespace may not be cut off: something did not work or is not proven. Look at it now.';
    case 'planned':
      return `Nothing was changed. This is what ${playbook === 'release' ? 'release' : 'isolation'} would do.`;
    case 'released':
      return 'The namespace is released: everything that can be restored is as it was, and it may act again.';
    case 'partly-released':
      return 'The namespace may act again, but not everything came back.';
    case 'decided':
      return DECIDED[decision?.decision ?? 'unknown'];
    default:
      return followUp.notStarted
        ? 'Isolation could not be started automatically: the namespace is not isolated, although the alert said that this was being started. Start it now.'
        : REFUSED[playbook];
  }
}

const DECIDED: Record<NonNullable<FollowUp['decision']>['decision'] | 'unknown', string> = {
  approve: 'The removal was approved. The playbook goes on, and another message says how it ends.',
  refuse: 'The removal was refused. The namespace stays isolated, and nothing is removed.',
  legitimate: 'Somebody vouches for the namespace: the finding is closed.',
  unknown: 'A decision was taken.',
};
const REFUSED: Record<FollowUp['playbook'], string> = {
  contain: 'The playbook refused and has touched nothing: look at it now.',
  release: 'The playbook refused and has touched nothing.',
  decide: 'Nothing was decided.',
};

/** The subject in the sense of {@link subjectAbout}. */
export const aboutOf = ({ id, target: { cluster, namespace } }: FollowUp): MessageSubject => ({
  id,
  cluster,
  namespace: { name: namespace },
});

export const followUpSubject = (followUp: FollowUp): string =>
  subjectAbout([wordsOf(followUp).title], aboutOf(followUp));

/** `PARTLY CONTAINED: namespace payments in cluster prod.` */
export function followUpHeadline(followUp: FollowUp): string {
  const about = aboutOf(followUp);
  const name = namespaceName(about);
  const cluster = clusterName(about);
  const { title } = wordsOf(followUp);
  return `${title}: ${name ? `namespace ${name}` : 'a namespace'}${cluster ? ` in cluster ${cluster}` : ''}.`;
}

const STATES: Readonly<Record<string, string>> = { ...CONTAIN_STEPS, ...RELEASE_STEPS, ...DECIDE_STEPS };
const NAMES = new Set(Object.values(STATES));

/** The step by the name that its state has, where it is one of ours. */
export function stepName(step: string): string | undefined {
  if (NAMES.has(step)) return step;
  return Object.hasOwn(STATES, step) ? STATES[step] : undefined;
}

export const STATUS: Record<StepStatus, string> = {
  done: 'done',
  partly: 'partly',
  failed: 'FAILED',
  skipped: 'skipped',
  refused: 'refused',
};

export const VERDICTS: Record<ProofVerdict, string> = {
  proven: 'proven',
  'not-proven': 'NOT PROVEN',
  'not-applicable': 'not applicable',
};

/** `9 of 11 claims proven, 1 NOT PROVEN, 1 not applicable.` */
export function proofCount(proofs: readonly Proof[]): string {
  const of = (verdict: ProofVerdict) => proofs.filter((proof) => proof.verdict === verdict).length;
  const parts = [
    `${of('proven')} of ${count(proofs.length, 'claim')} proven`,
    ...(of('not-proven') > 0 ? [`${of('not-proven')} NOT PROVEN`] : []),
    ...(of('not-applicable') > 0 ? [`${of('not-applicable')} not applicable`] : []),
  ];
  return `${parts.join(', ')}.`;
}

/** The ones that matter first. */
const ORDER: readonly ProofVerdict[] = ['not-proven', 'proven', 'not-applicable'];
export const byVerdict = (proofs: readonly Proof[]): Proof[] =>
  proofs.toSorted(
    (a, b) => ORDER.indexOf(a.verdict) - ORDER.indexOf(b.verdict) || Number(b.decisive) - Number(a.decisive),
  );
