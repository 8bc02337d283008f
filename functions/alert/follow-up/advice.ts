/** What to do after a playbook has ended or asked: steps in their order, with lines to copy. */

import { type CommandLine, printInput } from '../../contract/commands/print.ts';
import type { Mode, Scope } from '../../contract/containment.ts';
import { shortPlanHash } from '../../contract/decision-input.ts';
import { FILL_IN } from '../../contract/fill-in.ts';
import type { FollowUp } from '../../contract/follow-up.ts';
import { defined } from '../../kit/defined.ts';
import { utc } from '../grammar.ts';
import { executionLink, stateMachineLink } from '../links.ts';
import { folderListing } from '../see-more.ts';
import { findingInput, machinesFor, type StateMachineArns, startOf, targetInput } from '../state-machine-arns.ts';
import type { AdviceStep } from '../step.ts';
import { matterOf } from './words.ts';

/**
 * What to do, in this order. Each step is understood without the others: chat shows some of them by themselves.
 *
 * @param inFull also what the mail leaves to the reader
 */
export function followUpAdvice(followUp: FollowUp, playbooks: StateMachineArns, inFull = false): AdviceStep[] {
  const { playbook, mode, proposals, decision } = followUp;
  const start = (text: string, which: 'contain' | 'release', changes: Partial<StartInput> = {}): AdviceStep[] =>
    starting(text, followUp, playbooks, which, changes);
  const again = (text: string, more: Partial<StartInput> = {}): AdviceStep[] =>
    start(text, playbook === 'release' ? 'release' : 'contain', {
      mode: mode ?? 'plan',
      scope: followUp.scope,
      ...more,
    });
  const release = () =>
    start('If it turns out to be legitimate, restore what the namespace had with the playbook release:', 'release', {
      mode: 'release',
    });
  switch (matterOf(followUp)) {
    case 'question':
      return answers(followUp, playbooks, inFull);
    case 'contained':
      return [
        ...proposed(followUp),
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
        { text: `${FIX_OPEN} Watch the namespace until then: it may still act.` },
        ...proposed(followUp),
        ...(holdsNothing(followUp)
          ? start(
              'Connections may be open, or nothing may hold the pods. To end the pods alone, start contain with the mode remove and the scope pods. It asks before it ends any:',
              'contain',
              { mode: 'remove', scope: 'pods' },
            )
          : []),
        ...again('Once the open items are fixed, start contain again. Every step may be repeated:'),
      ];
    case 'planned':
      return [
        ...proposed(followUp),
        ...(playbook === 'release'
          ? start('To release the namespace:', 'release', { mode: 'release' })
          : start('To isolate the namespace:', 'contain', { mode: 'isolate' })),
      ];
    case 'released':
      return proposed(followUp);
    case 'partly-released':
      return [
        { text: FIX_OPEN },
        ...proposed(followUp),
        ...again('Once the open items are fixed, start release again. Every step may be repeated:'),
      ];
    case 'decided':
      // To be released is what was contained: that is proposed then. After an approval there is more to come.
      return decision?.decision === 'refuse' || proposals.length > 0 ? release() : [];
    default:
      return refused(followUp, again);
  }
}

const FIX_OPEN = 'Fix what this message lists as open.';

function refused(
  { playbook, override }: FollowUp,
  again: (text: string, more?: Partial<StartInput>) => AdviceStep[],
): AdviceStep[] {
  if (playbook === 'decide')
    return [{ text: 'Read in this message why nothing was decided, correct the input, and start decide again.' }];
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

const proposed = ({ proposals }: FollowUp): AdviceStep[] =>
  proposals.length === 0
    ? []
    : [{ text: 'Review the proposed changes and apply them: the report has the commands and manifests.' }];

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

/** How to answer a question; only an approval that names the plan is one. */
function answers(followUp: FollowUp, { decide }: StateMachineArns, inFull: boolean): AdviceStep[] {
  const { question } = followUp;
  if (!question) return [];
  const until = utc(question.expiresAt) ?? 'a time not known';
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
      text: `Look at what would be removed: this message lists it, and the report has the whole plan. Without an answer until ${until} nothing is removed, and the namespace stays isolated.`,
    },
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
