/** What to do after a playbook has ended or asked: steps in their order, with lines to copy. */

import { type CommandLine, printInput } from '../../contract/commands/print.ts';
import type { Mode, Scope } from '../../contract/containment.ts';
import type { FollowUp } from '../../contract/follow-up.ts';
import { defined } from '../../kit/defined.ts';
import { epochOf, utc } from '../grammar.ts';
import { executionLink, stateMachineLink } from '../links.ts';
import { folderListing } from '../see-more.ts';
import { FILL_IN, machinesFor, type StateMachineArns, startOf, targetInput } from '../state-machine-arns.ts';
import type { AdviceStep } from '../step.ts';
import { matterOf } from './words.ts';

/** What to do, in this order. @param inFull also what the mail leaves to the reader */
export function followUpAdvice(followUp: FollowUp, playbooks: StateMachineArns, inFull = false): AdviceStep[] {
  const again = () => starting(followUp, playbooks, followUp.playbook === 'release' ? 'release' : 'contain');
  const release = (text = 'If it proves to have been meant, give it back what it had:') =>
    starting(followUp, playbooks, 'release', 'release', text);
  switch (matterOf(followUp)) {
    case 'question':
      return answers(followUp, playbooks, inFull);
    case 'contained':
      return [
        ...proposed(followUp),
        ...(followUp.mode === 'remove'
          ? []
          : starting(
              followUp,
              playbooks,
              'contain',
              'remove',
              'To stop what runs in it, start the playbook again with the mode remove. It asks before it removes anything:',
            )),
        ...release(),
      ];
    case 'partly-contained':
      return [
        { text: 'See to what is open, above. Watch the namespace until then: it may still act.' },
        ...proposed(followUp),
        ...(holdsNothing(followUp)
          ? starting(
              followUp,
              playbooks,
              'contain',
              'remove',
              'Connections may be open, or nothing may hold its pods. To end the pods alone, start it with the mode remove and the scope pods. It asks before it ends any:',
              'pods',
            )
          : []),
        ...again(),
      ];
    case 'planned':
      return [
        ...proposed(followUp),
        ...(followUp.playbook === 'release'
          ? starting(followUp, playbooks, 'release', 'release', 'To release it:')
          : starting(followUp, playbooks, 'contain', 'isolate', 'To isolate it:')),
      ];
    case 'released':
      return proposed(followUp);
    case 'partly-released':
      return [{ text: 'See to what is open, above.' }, ...proposed(followUp), ...again()];
    case 'decided':
      // To be released is what was contained: that is proposed then. After an approval there is more to come.
      return followUp.decision?.decision === 'refuse' || followUp.proposals.length > 0
        ? release('If it is no danger, give it back what it had:')
        : [];
    default:
      if (followUp.playbook === 'decide') return [{ text: 'Mend what is said above, and decide again.' }];
      return [{ text: 'Mend what is said above.' }, ...again()];
  }
}

/** The claims that the end of its pods settles. */
const OF_PODS = ['policy-enforcer-present', 'denial-on-nodes', 'connections-cut'];

const holdsNothing = ({ playbook, proofs }: FollowUp): boolean =>
  playbook === 'contain' && proofs.some(({ id, verdict }) => verdict === 'not-proven' && OF_PODS.includes(id));

const proposed = ({ proposals }: FollowUp): AdviceStep[] =>
  proposals.length === 0
    ? []
    : [{ text: 'Do what is proposed, after a review: the report has the commands and manifests.' }];

/** The line that starts a playbook, with a name that was not used yet. */
function starting(
  followUp: FollowUp,
  playbooks: StateMachineArns,
  playbook: 'contain' | 'release',
  mode: Mode = followUp.mode ?? 'plan',
  text = 'Then start it again: every step may be repeated.',
  scope: Scope | undefined = mode === followUp.mode ? followUp.scope : undefined,
): AdviceStep[] {
  const input = inputFor(followUp, mode, scope);
  const machine = machinesFor(playbooks, followUp.target.cluster)?.[playbook];
  if (machine === undefined) return [{ text: text.replace(/:$/, '.') }];
  const start =
    input && startOf(machine, nameFor(followUp, playbook === 'release' ? 'release' : (scope ?? mode)), input);
  return [{ text, commands: [start ? { line: start.command } : { leftOut: 'a value in it is unusual' }] }];
}

/** Names work once: the time of the message tells those of one finding apart. */
function nameFor({ id, at }: FollowUp, what: string): string {
  const epoch = epochOf(at);
  return `${what}-${id.slice(0, 50)}-${epoch === undefined ? 'again' : Math.floor(epoch / 1_000)}`;
}

function inputFor({ target, id }: FollowUp, mode: Mode, scope: Scope | undefined): Record<string, unknown> | undefined {
  const named = targetInput(target.cluster, { name: target.namespace, uid: target.uid });
  if (typeof named === 'string') return undefined;
  return { ...named, mode, ...defined({ scope, findingId: id.startsWith('containment-') ? undefined : id }) };
}

/** How to answer a question; only an approval that names the plan is one. */
function answers(followUp: FollowUp, { decide }: StateMachineArns, inFull: boolean): AdviceStep[] {
  const { question } = followUp;
  if (!question) return [];
  const until = utc(question.expiresAt) ?? 'a time not known';
  const silence = `Without an answer until ${until} nothing is removed, and the namespace stays isolated.`;
  const base = { question: question.id };
  const approve = { ...base, decision: 'approve', planHash: question.planHash, ...FILL_IN };
  const refuse = { ...base, decision: 'refuse', ...FILL_IN };
  const link = decide && stateMachineLink(decide);
  const command = (input: typeof refuse): CommandLine[] => {
    const start = decide && startOf(decide, nameFor(followUp, input.decision), input);
    return [start ? { line: start.command } : printInput(input)];
  };
  return [
    { text: `Look at what would be removed, above and in the report. ${silence}` },
    {
      text: 'To approve this very plan, put the reason for WHY and your name for WHO:',
      commands: command(approve),
    },
    { text: 'To refuse it, likewise:', commands: command(refuse) },
    {
      text: `Or in the Step Functions console: Start execution of the playbook decide, with this input${inFull ? ' (approve or refuse)' : ', or decision refuse'}:`,
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
