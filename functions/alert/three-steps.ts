/**
 * The three things that can be done at once: look, isolate, or say that it was expected. The one model of them: the mail, the
 * report and chat show the same steps, each as much of them as it has room for.
 */
import type { Alert } from '../contract/alert.ts';
import { type CommandLine, printCommand, printInput } from '../contract/commands/print.ts';
import { isElsewhere } from '../contract/elsewhere.ts';
import type { Finding } from '../contract/finding.ts';
import { ALERTING_OUTCOMES } from '../contract/vocabulary.ts';
import { defined } from '../kit/defined.ts';
import { ACCOUNT, LABEL, matching, REGION, UUID } from './grammar.ts';
import { AUTO_START, clusterName } from './headline.ts';
import { clusterLink, objectLink } from './links.ts';
import { wholeRecord } from './see-more.ts';
import type { AdviceStep } from './step.ts';

/** One of them. Its text is a sentence that can be read alone. */
export interface Step extends AdviceStep {
  /** More about it, where there is room: whole sentences. */
  detail?: string;
}

export interface ThreeSteps {
  look: {
    /** Where there is a report. */
    atReport?: Step;
    /** Where there is, or may be, something in the cluster. */
    inCluster?: Step;
  };
  isolate: Step & {
    /** The same in the console: the inputs, and where. */
    console?: { isolate: CommandLine; plan: CommandLine; link: string };
    /** The command that only says what isolating would do. */
    plan?: CommandLine;
  };
  expected: Step;
}

/** A namespace was, or may have been, created. */
export const mayExist = ({ finding }: Alert): boolean => ALERTING_OUTCOMES.includes(finding.outcome);

export function threeSteps(alert: Alert): ThreeSteps {
  const atReport = lookAtReport(alert);
  if (mayExist(alert))
    return {
      look: { inCluster: lookInCluster(alert.finding), ...defined({ atReport }) },
      isolate: isolate(alert),
      expected: expected(alert),
    };
  return {
    look: defined({ atReport }),
    isolate: {
      text: 'Isolate: nothing to isolate, no namespace was created. If nobody expected it, treat the credentials as stolen: revoke them, and see what else they did.',
      commands: trail(alert.finding),
    },
    expected: {
      text: 'It was expected: nothing to do.',
      detail: 'Further ones like this within the hour come in one digest.',
    },
  };
}

function lookAtReport({ finding, report }: Alert): Step | undefined {
  if (report === undefined) return undefined;
  const link = objectLink(report, finding);
  if (link === undefined) return { text: 'Look at the report:', commands: [wholeRecord(report)] };
  return { text: 'Look at the report ("Open" on this page):', link };
}

function lookInCluster(finding: Finding): Step {
  const cluster = clusterName(finding);
  const region = matching(REGION, finding.cluster.region);
  const account = matching(ACCOUNT, finding.cluster.account);
  const name = matching(LABEL, finding.namespace.name);
  const uid = matching(UUID, finding.namespace.uid);
  const link = clusterLink(finding) || undefined;
  const connect: CommandLine[] =
    cluster && region ? [printCommand(['aws', 'eks', 'update-kubeconfig', '--name', cluster, '--region', region])] : [];
  if (!name) {
    const list = printCommand(['kubectl', 'get', 'namespaces', '--sort-by', 'metadata.creationTimestamp']);
    return { text: 'Look at which namespaces are new.', commands: [...connect, list], ...defined({ link }) };
  }
  const parts = 'pods,deployments,daemonsets,statefulsets,jobs,cronjobs,services,ingresses,roles,rolebindings';
  return {
    text: isElsewhere(finding)
      ? `Look at the namespace and what is in it, signed in to ${account ? `the account ${account}` : 'the account of the cluster'}.`
      : 'Look at the namespace and what is in it.',
    ...defined({ detail: uid && `If its UID is not ${uid}, it was deleted and recreated.`, link }),
    commands: [
      ...connect,
      printCommand(['kubectl', 'get', parts, '-n', name, '-o', 'wide']),
      printCommand(['kubectl', 'get', 'namespace', name, '-o', 'yaml']),
      printCommand(['kubectl', 'get', 'events', '-n', name, '--sort-by', 'lastTimestamp']),
    ],
  };
}

const BY_HAND =
  "By hand: revoke the creator's access and cut the namespace off, but keep it: deleting it destroys the evidence.";

function isolate({ contain, autoStart }: Alert): ThreeSteps['isolate'] {
  if (contain === undefined) return { text: `Isolate: no playbook is installed. ${BY_HAND}` };
  if ('leftOut' in contain)
    return { text: `Isolate: the command that starts the playbook is left out here: ${contain.leftOut}.` };
  const { console, isolate, plan } = contain;
  return {
    text: autoStart ? `Isolate. ${AUTO_START}` : 'Isolate: cuts network and access, keeps its pods; undo with release.',
    detail: 'Nothing new can start in the namespace; what runs is kept as evidence.',
    commands: [{ line: isolate.command }],
    plan: { line: plan.command },
    console: { isolate: printInput(isolate.input), plan: printInput(plan.input), link: console ?? '' },
  };
}

const expected = ({ decide }: Alert): Step =>
  decide
    ? {
        text: 'It was expected: close it (replace WHY and WHO).',
        detail: 'The creator counts as known for 90 days.',
        commands: [{ line: decide.legitimate.command }],
      }
    : { text: 'It was expected: nothing to do.' };

/** What else the same access key did: CloudTrail has it within about 15 minutes. */
export function trail({ actor, cluster }: Finding): CommandLine[] {
  const region = matching(REGION, cluster.region);
  const key = matching(/^[A-Z0-9]{16,32}$/, actor.accessKeyId);
  if (!region || !key) return [];
  const attribute = `AttributeKey=AccessKeyId,AttributeValue=${key}`;
  return [printCommand(['aws', 'cloudtrail', 'lookup-events', '--region', region, '--lookup-attributes', attribute])];
}
