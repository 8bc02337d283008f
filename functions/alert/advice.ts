/** What to do now, for the report and chat: the three steps of the mail, then what helps to choose between them. */

import type { Alert } from '../contract/alert.ts';
import { type CommandLine, printCommand } from '../contract/commands/print.ts';
import type { Actor, Finding } from '../contract/finding.ts';
import { gradeOf } from '../contract/grade.ts';
import { defined } from '../kit/defined.ts';
import { serviceAccountOf } from '../kubernetes/names/kubernetes.ts';
import { matching, SYSTEM_NAME } from './grammar.ts';
import type { AdviceStep } from './step.ts';
import { mayExist, type Step, type ThreeSteps, threeSteps, trail } from './three-steps.ts';

/** In their order. Each can be read alone. */
export function mainSteps(alert: Alert): Step[] {
  const { look, isolate, expected } = threeSteps(alert);
  return [...(look.inCluster ? [look.inCluster] : []), isolate, expected];
}

/** With all that is said about it in one text. */
export const inOneText = ({ text, detail, ...rest }: Step): AdviceStep => ({
  ...rest,
  text: detail === undefined ? text : `${text} ${detail}`,
});

/** What helps to choose between the steps. Each can be read alone. */
export function furtherSteps(alert: Alert): AdviceStep[] {
  const exists = mayExist(alert);
  const { isolate } = threeSteps(alert);
  return [ask(alert.finding, exists), ...(exists ? [act(alert)] : []), ...rehearsal(isolate)];
}

/** @param exists else the step to isolate has the trail of the credentials */
function ask(finding: Finding, exists: boolean): AdviceStep {
  const { actor, source } = finding;
  if (source.kind === 'coverage')
    return { text: 'Ask the people who run this cluster whether they know the namespace.' };
  switch (actor.kind) {
    case 'iam-role':
    case 'iam-user': {
      const owner = `the owner of the IAM ${actor.kind === 'iam-role' ? 'role' : 'user'}`;
      return withCommands(
        `Ask ${owner} whether this was expected.`,
        'See what else these credentials did:',
        exists ? trail(finding) : [],
      );
    }
    case 'service-account': {
      const text = 'Ask the owner of the service account whether this was expected.';
      return withCommands(text, 'See which pods can act as this service account:', podsActingAs(actor));
    }
    case 'anonymous': {
      const list = printCommand(['kubectl', 'auth', 'can-i', '--list', '--as', 'system:anonymous']);
      return {
        text: 'Nobody should get this far without an identity. See what the cluster allows without one:',
        commands: [list],
      };
    }
    case 'node':
      return { text: "A node's kubelet has no reason to create namespaces: suspect that its credentials were stolen." };
    case 'system':
      return {
        text: 'Find out which controller or EKS feature acts under this name, and whether it was meant to do this.',
      };
    default:
      return { text: 'Find the person behind this user name and ask whether this was expected.' };
  }
}

const withCommands = (text: string, lead: string, commands: CommandLine[]): AdviceStep =>
  commands.length > 0 ? { text: `${text} ${lead}`, commands } : { text };

function podsActingAs({ username }: Actor): CommandLine[] {
  const account = serviceAccountOf(matching(SYSTEM_NAME, username));
  if (!account) return [];
  const { namespace, name } = account;
  const field = `spec.serviceAccountName=${name}`;
  return [printCommand(['kubectl', 'get', 'pods', '-n', namespace, '--field-selector', field, '-o', 'wide'])];
}

function act(alert: Alert): AdviceStep {
  const grade = gradeOf(alert);
  if (grade === 'LOW')
    return { text: 'If this was expected, nothing more needs to be done. If nobody knows about it, treat it as HIGH.' };
  const access =
    alert.finding.source.kind === 'coverage'
      ? 'find out who created it and revoke that access'
      : "revoke the creator's access";
  return {
    text:
      `If nobody can confirm it ${grade === 'MEDIUM' ? 'today' : 'within minutes'}, treat it as an incident: ${access}, ` +
      'then isolate the namespace. Do not delete the namespace: that destroys the evidence.',
  };
}

/** To see what isolating would do, and to isolate without a shell. */
function rehearsal({ plan, console }: ThreeSteps['isolate']): AdviceStep[] {
  return [
    ...(plan
      ? [
          {
            text: 'To see what isolating would do, start the playbook contain with the mode plan, which changes nothing:',
            commands: [plan],
          },
        ]
      : []),
    ...(console
      ? [
          {
            text: 'To isolate in the Step Functions console, start an execution of the playbook contain with an input such as this; the mode plan changes nothing:',
            commands: [console.isolate, console.plan],
            ...defined({ link: console.link || undefined }),
          },
        ]
      : []),
  ];
}
