/** What to do after a playbook has ended or asked: steps in their order, with lines to copy. */

import { type CommandLine, printCommand, printInput } from '../../contract/commands/print.ts';
import type { Mode, Scope } from '../../contract/containment.ts';
import { shortPlanHash } from '../../contract/decision-input.ts';
import { FILL_IN } from '../../contract/fill-in.ts';
import type { DecisionKind, FollowUp } from '../../contract/follow-up.ts';
import { defined } from '../../kit/defined.ts';
import { count } from '../../kit/phrase.ts';
import { utc } from '../grammar.ts';
import { executionLink, stateMachineLink } from '../links.ts';
import { folderListing } from '../see-more.ts';
import { findingInput, machinesFor, type StateMachineArns, startOf, targetInput } from '../state-machine-arns.ts';
import type { AdviceStep } from '../step.ts';
import { harmless } from '../text.ts';
import { creatorAccess, matterOf } from './words.ts';

/**
 * What to do, in this order: the most urgent first. Each step is understood without the others: chat shows some of them by
 * themselves.
 *
 * @param inFull also what the mail leaves to the reader
 */
export const followUpAdvice = (followUp: FollowUp, playbooks: StateMachineArns, inFull = false): AdviceStep[] => [
  ...lookAtPlan(followUp),
  ...actionsOf(followUp, playbooks, inFull),
  ...proposed(followUp),
];

/** What can be done, without what is only to be read. */
export function actionsOf(followUp: FollowUp, playbooks: StateMachineArns, inFull = false): AdviceStep[] {
  const { playbook, mode, decision } = followUp;
  const start: Start = (text, which, changes = {}) => starting(text, followUp, playbooks, which, changes);
  const again = (text: string, more: Partial<StartInput> = {}): AdviceStep[] =>
    start(text, playbook === 'release' ? 'release' : 'contain', {
      mode: mode ?? 'plan',
      scope: followUp.scope,
      ...more,
    });
  const release = (
    text = 'If it turns out to be legitimate, restore what the namespace had with the playbook release:',
  ) => start(text, 'release', { mode: 'release' });
  switch (matterOf(followUp)) {
    case 'question':
      return answers(followUp, playbooks, inFull);
    case 'contained':
      return [
        ...cutAccess(followUp),
        ...(mode === 'remove'
          ? []
          : start(
              'To stop what runs in the namespace, start contain with the mode remove. It asks before it removes anything:',
              'contain',
              { mode: 'remove' },
            )),
        ...release(),
      ];
    case 'partly-contained':
      return [
        ...cutAccess(followUp),
        ...again(
          'Fix what this message lists as open, and watch the namespace: it may still act. Then start contain again; every step may be repeated:',
        ),
        ...(holdsNothing(followUp)
          ? start(
              'Connections may be open, or nothing may hold the pods. To end the pods alone, start contain with the mode remove and the scope pods. It asks before it ends any:',
              'contain',
              { mode: 'remove', scope: 'pods' },
            )
          : []),
      ];
    case 'planned':
      return [
        ...(playbook === 'release'
          ? start('To release the namespace:', 'release', { mode: 'release' })
          : start('To isolate the namespace:', 'contain', { mode: 'isolate' })),
      ];
    case 'released':
      return close(followUp, playbooks);
    case 'partly-released':
      return [
        ...again('Fix what this message lists as open. Then start release again; every step may be repeated:'),
        ...close(followUp, playbooks),
      ];
    case 'decided':
      return afterDecision(decision?.decision, followUp, release);
    default:
      return refused(followUp, playbooks, again);
  }
}

type Start = (text: string, which: 'contain' | 'release', changes?: Partial<StartInput>) => AdviceStep[];

/** The one command that takes away the access that the creator still has. */
function cutAccess(followUp: FollowUp): AdviceStep[] {
  const proposal = creatorAccess(followUp);
  if (!proposal) return [];
  const last = proposal.commands?.at(-1);
  return [
    {
      text: last ? harmless(proposal.text, 400).replace(/\.$/, ':') : harmless(proposal.text, 400),
      ...(last ? { commands: [printCommand(last, { effects: ['reads', 'changes'] })] } : {}),
    },
  ];
}

/** To be released is what was contained: that is proposed then. After an approval there is more to come. */
function afterDecision(
  decision: DecisionKind | undefined,
  { proposals }: FollowUp,
  release: (text?: string) => AdviceStep[],
): AdviceStep[] {
  if (decision === 'refuse') return release();
  if (proposals.length === 0) return [];
  return release('The namespace was contained. To restore what it had, start the playbook release:');
}

/** The finding of a namespace that was released is open, and its namespace is looked at as before. */
function close({ id }: FollowUp, { decide }: StateMachineArns): AdviceStep[] {
  if (!isFinding(id)) return [];
  const text =
    'If it was legitimate, close the finding (replace WHY with the reason and WHO with your name). Otherwise it stays open:';
  const command = decide && startOf(decide, { ...findingInput(id), decision: 'legitimate', ...FILL_IN });
  return [command ? { text, commands: [{ line: command.command }] } : { text: text.replace(/:$/, '.') }];
}

function refused(
  followUp: FollowUp,
  { decide }: StateMachineArns,
  again: (text: string, more?: Partial<StartInput>) => AdviceStep[],
): AdviceStep[] {
  const { playbook, override, decision, id, notStarted } = followUp;
  if (notStarted) return again('To isolate the namespace, start contain:');
  if (playbook === 'decide') {
    const text = 'Read in this message why nothing was decided, correct the input, and start decide again';
    // An approval names its plan: the message that asks has that line.
    if (!decide || !isFinding(id) || decision?.decision !== 'legitimate') return [{ text: `${text}.` }];
    const line = startOf(decide, { ...findingInput(id), decision: 'legitimate', ...FILL_IN });
    return [{ text: `${text} (replace WHY and WHO):`, commands: line ? [{ line: line.command }] : [] }];
  }
  const fixed = again(
    `Fix what this message names as the reason for the refusal. Then start ${playbook} again; the refused run has changed nothing:`,
  );
  if (override === undefined) return fixed;
  const { accept = [], overwrite } = override;
  const text = overwrite
    ? 'To release all the same and overwrite what others have changed since:'
    : `To ${playbook} all the same and accept what this message warns of:`;
  return [...fixed, ...again(text, { accept: accept.length > 0 ? accept : undefined, overwrite })];
}

/** The claims that the end of its pods settles. */
const OF_PODS = ['policy-enforcer-present', 'denial-on-nodes', 'connections-cut'];

const holdsNothing = ({ playbook, proofs }: FollowUp): boolean =>
  playbook === 'contain' && proofs.some(({ id, verdict }) => verdict === 'not-proven' && OF_PODS.includes(id));

/** What was not a step by itself. */
function proposed(followUp: FollowUp): AdviceStep[] {
  const others = followUp.proposals.length - (creatorAccess(followUp) ? 1 : 0);
  const isTold = followUp.question !== undefined || followUp.playbook === 'decide';
  return others === 0 || isTold
    ? []
    : [
        {
          text: `Review ${count(others, 'proposed change')} and apply what is right: the report has the commands and manifests.`,
        },
      ];
}

/** What a line says beside the namespace. */
interface StartInput {
  mode: Mode;
  scope: Scope | undefined;
  accept: string[] | undefined;
  overwrite: boolean | undefined;
}

/** The line that starts a playbook. */
function starting(
  text: string,
  { target, id }: FollowUp,
  playbooks: StateMachineArns,
  playbook: 'contain' | 'release',
  { mode, scope, accept, overwrite }: Partial<StartInput>,
): AdviceStep[] {
  const machine = machinesFor(playbooks, target.cluster)?.[playbook];
  if (machine === undefined) return [{ text: text.replace(/:$/, '.') }];
  const named = isFinding(id)
    ? findingInput(id)
    : targetInput(target.cluster, { name: target.namespace, uid: target.uid });
  const start =
    typeof named === 'string'
      ? undefined
      : startOf(machine, { ...named, ...defined({ mode, scope, accept, overwrite }) });
  return [{ text, commands: [start ? { line: start.command } : { leftOut: 'a value in it is unusual' }] }];
}

/** Of a playbook that was started without a finding, messages go out under the namespace's UID. */
const isFinding = (id: string): boolean => !id.startsWith('containment-');

/** Before a question is answered. */
function lookAtPlan({ question }: FollowUp): AdviceStep[] {
  if (!question) return [];
  const until = utc(question.expiresAt) ?? 'a time not known';
  return [
    {
      text: `Look at what would be removed: this message lists it, and the report has the whole plan. Without an answer until ${until} nothing is removed, and the namespace stays isolated.`,
    },
  ];
}

/** How to answer a question; only an approval that names the plan is one. */
function answers(followUp: FollowUp, { decide }: StateMachineArns, inFull: boolean): AdviceStep[] {
  const { question } = followUp;
  if (!question) return [];
  const about = question.findingId === undefined ? { question: question.id } : findingInput(question.findingId);
  const approve = { ...about, decision: 'approve', planHash: shortPlanHash(question.planHash), ...FILL_IN };
  const refuse = { ...about, decision: 'refuse', ...FILL_IN };
  const link = decide && stateMachineLink(decide);
  const command = (input: typeof refuse): CommandLine[] => {
    const start = decide && startOf(decide, input);
    return [start ? { line: start.command } : printInput(input)];
  };
  return [
    {
      text: 'To approve exactly this plan, replace WHY with the reason and WHO with your name:',
      commands: command(approve),
    },
    {
      text: 'To reject the removal, replace WHY with the reason and WHO with your name:',
      commands: command(refuse),
    },
    {
      text: `To answer in the Step Functions console, start an execution of the playbook decide with ${inFull ? 'one of these inputs' : 'this input; to reject, write refuse in place of approve'}:`,
      commands: (inFull ? [approve, refuse] : [approve]).map((input) => printInput(input)),
      ...defined({ link: link || undefined }),
    },
  ];
}

/** Where to see more than the report has. */
export function whereMore({ execution, folder }: FollowUp): AdviceStep[] {
  const link = executionLink(execution);
  return [
    ...(link ? [{ text: 'The execution, state by state:', link }] : []),
    ...(folder === undefined
      ? []
      : [{ text: 'Snapshot, evidence and what each step did are in this folder:', commands: [folderListing(folder)] }]),
  ];
}
