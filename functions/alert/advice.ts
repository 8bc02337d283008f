/** What to do now: steps in their order, with lines to copy. */

import type { Alert } from '../contract/alert.ts';
import { type CommandLine, printCommand, printInput } from '../contract/commands/print.ts';
import type { Actor, Finding } from '../contract/finding.ts';
import { gradeOf } from '../contract/grade.ts';
import { defined } from '../kit/defined.ts';
import { serviceAccountOf } from '../kubernetes/names/kubernetes.ts';
import { LABEL, matching, REGION, SYSTEM_NAME, UUID } from './grammar.ts';
import { clusterName } from './headline.ts';
import { clusterLink } from './links.ts';
import type { AdviceStep } from './step.ts';
import { trail } from './three-steps.ts';

/**
 * What to do: first the three steps of the mail in the mail's order (look, isolate, it was expected), then what helps to choose
 * between them. @param inFull also what the chat message leaves to the reader
 */
export function advice(alert: Alert, inFull = false): AdviceStep[] {
  const { finding, contain, decide } = alert;
  const exists = finding.outcome === 'created' || finding.outcome === 'outcome-unknown';
  return [
    ...(exists ? [look(finding)] : []),
    ...(contain ? ['leftOut' in contain ? leftOut(contain) : isolate(contain)] : []),
    ...expected(decide),
    ask(finding),
    act(alert, exists),
    ...(contain && !('leftOut' in contain) ? [plan(contain), inConsole(contain, inFull)] : []),
  ];
}

function look(finding: Finding): AdviceStep {
  const cluster = clusterName(finding);
  const region = matching(REGION, finding.cluster.region);
  const name = matching(LABEL, finding.namespace.name);
  const uid = matching(UUID, finding.namespace.uid);
  const link = clusterLink(finding);
  const connect: CommandLine[] =
    cluster && region ? [printCommand(['aws', 'eks', 'update-kubeconfig', '--name', cluster, '--region', region])] : [];
  if (!name) {
    const list = printCommand(['kubectl', 'get', 'namespaces', '--sort-by', 'metadata.creationTimestamp']);
    return {
      text: 'Look which namespaces are new.',
      commands: [...connect, list],
      ...defined({ link: link || undefined }),
    };
  }
  const parts = 'pods,deployments,daemonsets,statefulsets,jobs,cronjobs,services,ingresses,roles,rolebindings';
  const again = uid ? ` If its UID is not ${uid}, it was deleted and recreated.` : '';
  return {
    text: `Look at the namespace and at what is in it.${again}`,
    commands: [
      ...connect,
      printCommand(['kubectl', 'get', 'namespace', name, '-o', 'yaml']),
      printCommand(['kubectl', 'get', parts, '-n', name, '-o', 'wide']),
      printCommand(['kubectl', 'get', 'events', '-n', name, '--sort-by', 'lastTimestamp']),
    ],
    ...defined({ link: link || undefined }),
  };
}

function ask(finding: Finding): AdviceStep {
  const { actor, source } = finding;
  if (source.kind === 'coverage')
    return { text: 'Ask the people who run this cluster whether they know the namespace.' };
  switch (actor.kind) {
    case 'iam-role':
    case 'iam-user': {
      const owner = `the owner of the IAM ${actor.kind === 'iam-role' ? 'role' : 'user'}`;
      return withCommands(
        `Ask ${owner} whether this was meant.`,
        'See what else these credentials did:',
        trail(finding),
      );
    }
    case 'service-account': {
      const text = 'Ask the owner of the service account whether this was meant.';
      return withCommands(text, 'These pods can act as it:', podsActingAs(actor));
    }
    case 'anonymous': {
      const list = printCommand(['kubectl', 'auth', 'can-i', '--list', '--as', 'system:anonymous']);
      return {
        text: 'Nobody should get this far without an identity. See what the cluster lets anybody do:',
        commands: [list],
      };
    }
    case 'node':
      return { text: "A node's kubelet has no business with namespaces: suspect that its credentials were stolen." };
    case 'system':
      return { text: 'Find out which controller or EKS feature acts under this name, and whether it was meant to.' };
    default:
      return { text: 'Find the person behind this user name and ask whether this was meant.' };
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

function act(alert: Alert, exists: boolean): AdviceStep {
  const grade = gradeOf(alert);
  if (!exists)
    return {
      text: 'If nobody meant it, treat the credentials as stolen: take them away, then look for what else they did.',
    };
  if (grade === 'LOW')
    return { text: 'If it was meant, nothing more is to be done. If nobody knows of it, treat it as HIGH.' };
  const access =
    alert.finding.source.kind === 'coverage'
      ? 'find out who created it and take that access away'
      : "take the creator's access away";
  const cutOff =
    alert.contain && !('leftOut' in alert.contain)
      ? 'isolate the namespace with the playbook contain'
      : 'cut the namespace off';
  return {
    text:
      `If nobody vouches for it${grade === 'MEDIUM' ? ' today' : ' at once'}, start your incident procedure: ${access}, ` +
      `then ${cutOff}. Do not delete the namespace: that destroys the evidence.`,
  };
}

const leftOut = ({ leftOut }: { leftOut: string }): AdviceStep => ({
  text: `Isolate: the line that starts the containment playbook is left out here: ${leftOut}.`,
});

type HowToContain = Exclude<NonNullable<Alert['contain']>, { leftOut: string }>;

const isolate = (how: HowToContain): AdviceStep => ({
  text:
    'Isolate the namespace: nothing new can start in it, and its network and its access are cut. Running pods are kept as ' +
    'evidence. Undo it with the playbook release:',
  commands: [line(how.isolate)],
});

const plan = (how: HowToContain): AdviceStep => ({
  text: 'To see what isolating the namespace would do, start the playbook contain with the mode plan. It changes nothing:',
  commands: [line(how.plan)],
});

/** @param inFull with both inputs; without, the one that changes nothing */
const inConsole = (how: HowToContain, inFull: boolean): AdviceStep => ({
  text: `To do it in the Step Functions console, start an execution of the playbook contain with ${inFull ? 'one of these inputs' : 'this input; to isolate, write isolate in place of plan'}:`,
  commands: (inFull ? [how.isolate, how.plan] : [how.plan]).map(({ input }) => printInput(input)),
  ...defined({ link: how.console || undefined }),
});

function expected(decide: Alert['decide']): AdviceStep[] {
  if (!decide) return [];
  return [
    {
      text: 'It was expected: close the finding. Replace WHY with the reason and WHO with your name. The creator counts as known for 90 days:',
      commands: [line(decide.legitimate)],
    },
  ];
}

const line = ({ command }: { command: string }): CommandLine => ({ line: command });
