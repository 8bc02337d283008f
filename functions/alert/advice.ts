/** What to do now: steps in their order, with lines to copy. */
import type { Alert } from '../contract/alert.ts';
import type { Actor, Finding } from '../contract/finding.ts';
import { logSearch, type Printed, printed, shellQuoted } from './commands.ts';
import { containSteps } from './contain.ts';
import { epochOf, LABEL, LOG_GROUP, matching, REGION, SYSTEM_NAME, UUID } from './grammar.ts';
import { clusterName, gradeOf } from './headline.ts';
import { clusterLink, consoleLink, logLink, objectLink } from './links.ts';
import type { Step } from './step.ts';
import { harmless } from './text.ts';

const MAX_OF_CHECKS = 6;

/** What to do, in this order. @param inFull also what the mail leaves to the reader */
export function advice(alert: Alert, inFull = false): Step[] {
  const { finding } = alert;
  const exists = finding.outcome === 'created' || finding.outcome === 'outcome-unknown';
  return [...(exists ? [look(finding)] : []), ask(finding), act(alert, exists), ...containSteps(alert, inFull)];
}

function look(finding: Finding): Step {
  const cluster = clusterName(finding);
  const region = matching(REGION, finding.cluster.region);
  const name = matching(LABEL, finding.namespace.name);
  const uid = matching(UUID, finding.namespace.uid);
  const link = clusterLink(finding);
  const connect: Printed[] =
    cluster && region ? [printed(['aws', 'eks', 'update-kubeconfig', '--name', cluster, '--region', region])] : [];
  if (!name) {
    const list = printed(['kubectl', 'get', 'namespaces', '--sort-by', 'metadata.creationTimestamp']);
    return { text: 'Look which namespaces are new.', commands: [...connect, list], ...(link && { link }) };
  }
  const parts = 'pods,deployments,daemonsets,statefulsets,jobs,cronjobs,services,ingresses,roles,rolebindings';
  const again = uid ? ` Its UID is ${uid}; another UID means: deleted and made again.` : '';
  return {
    text: `Look at the namespace and at what is in it.${again}${connect.length > 0 ? ' The first line makes kubectl use this cluster.' : ''}`,
    commands: [
      ...connect,
      printed(['kubectl', 'get', 'namespace', name, '-o', 'yaml']),
      printed(['kubectl', 'get', parts, '-n', name, '-o', 'wide']),
      printed(['kubectl', 'get', 'events', '-n', name, '--sort-by', 'lastTimestamp']),
    ],
    ...(link && { link }),
  };
}

function ask(finding: Finding): Step {
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
      const list = printed(['kubectl', 'auth', 'can-i', '--list', '--as', 'system:anonymous']);
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

const withCommands = (text: string, lead: string, commands: Printed[]): Step =>
  commands.length > 0 ? { text: `${text} ${lead}`, commands } : { text };

function podsActingAs({ username }: Actor): Printed[] {
  const [, namespace, name] =
    /^system:serviceaccount:([^:]+):([^:]+)$/.exec(matching(SYSTEM_NAME, username) ?? '') ?? [];
  if (!namespace || !name) return [];
  const field = `spec.serviceAccountName=${name}`;
  return [printed(['kubectl', 'get', 'pods', '-n', namespace, '--field-selector', field, '-o', 'wide'])];
}

/** CloudTrail, by access key or role; events arrive there within about 15 minutes. */
function trail({ actor, cluster }: Finding): Printed[] {
  const region = matching(REGION, cluster.region);
  const key = matching(/^[A-Z0-9]{16,32}$/, actor.accessKeyId);
  if (!region || !key) return [];
  const attribute = `AttributeKey=AccessKeyId,AttributeValue=${key}`;
  return [printed(['aws', 'cloudtrail', 'lookup-events', '--region', region, '--lookup-attributes', attribute])];
}

function act(alert: Alert, exists: boolean): Step {
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
    alert.contain && !('leftOut' in alert.contain) ? 'contain the namespace as below' : 'cut the namespace off';
  return {
    text:
      `If nobody vouches for it${grade === 'MEDIUM' ? ' today' : ' at once'}, start your incident procedure: ${access}, ` +
      `then ${cutOff}. Do not delete the namespace: that destroys the evidence.`,
  };
}

/** Where to see more: the report, the record itself, what the checks looked at unless the report has it, and the whole alert. */
export function seeMore({ finding, evidence = [], archive, report }: Alert): Step[] {
  const steps = [...theReport(finding, report), ...auditRecord(finding)];
  const telling =
    report === undefined ? evidence.filter(({ status, command, link }) => status !== 'clear' && (command || link)) : [];
  for (const { question, command, link } of telling.slice(0, MAX_OF_CHECKS)) {
    const safeLink = consoleLink(link);
    steps.push({
      text: harmless(question),
      ...(command && { commands: [printed(command)] }),
      ...(safeLink && { link: safeLink }),
    });
  }
  if (archive === undefined)
    steps.push({ text: 'The whole alert could not be stored; the JSON message of this topic holds what there is.' });
  else steps.push({ text: 'Everything, as JSON:', commands: [wholeRecord(archive)] });
  return steps;
}

function theReport(finding: Finding, report: string | undefined): Step[] {
  if (report === undefined) return [{ text: 'The report could not be stored.' }];
  const link = objectLink(report, finding);
  const text = 'The report, with timeline, how the creator came to the right, and all evidence';
  return [
    link ? { text: `${text} ("Open" on this page):`, link } : { text: `${text}:`, commands: [wholeRecord(report)] },
  ];
}

/** Where the log event can be seen. */
export function auditRecord(finding: Finding): Step[] {
  const { request, source, cluster } = finding;
  const group = matching(LOG_GROUP, source.logGroup);
  const region = matching(REGION, cluster.region);
  const auditId = matching(UUID, request.auditId);
  const at = epochOf(request.at);
  const link = logLink(finding);
  const search = group && region && auditId && at !== undefined ? [logSearch(group, region, auditId, at)] : [];
  return search.length > 0 || link ? [{ text: 'The audit record:', commands: search, ...(link && { link }) }] : [];
}

const S3_PLACE = /^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\/[\w./=-]{1,900}$/;
const PATH = /^[\w./ -]{1,900}$/;
const ODD_PLACE: Printed = { leftOut: 'its place has an unusual name' };

/** Where to read everything: an S3 object by a command, a local file by its path. */
export function wholeRecord(place: string): Printed {
  if (S3_PLACE.test(place)) return { line: `aws s3 cp ${place} -` };
  return PATH.test(place) ? { line: place } : ODD_PLACE;
}

/** The same of a folder that a playbook names: what is in it. */
export function folderListing(place: string): Printed {
  if (S3_PLACE.test(place)) return { line: `aws s3 ls --recursive ${place}` };
  return PATH.test(place) ? { line: shellQuoted(place) } : ODD_PLACE;
}
