/** What an alert is about, in a few words: for the subject of the mail, its first line, and chat. */
import type { Alert } from '../contract/alert.ts';
import type { Cluster, Finding } from '../contract/finding.ts';
import type { Outcome, Severity } from '../contract/vocabulary.ts';
import { ARN, CLUSTER, LABEL, matching, REGION, SYSTEM_NAME } from './grammar.ts';
import { defanged } from './text.ts';

/**
 * The severity; `UNKNOWN` without an assessment, and also where an assessment is low only because not one check gave an
 * answer: what nobody has looked at is not low.
 */
export function gradeOf({ assessment, evidence = [] }: Alert): Severity | 'UNKNOWN' {
  if (assessment === undefined) return 'UNKNOWN';
  const blind = evidence.length > 0 && evidence.every(({ status }) => status === 'not-checked');
  return blind && assessment.severity === 'LOW' ? 'UNKNOWN' : assessment.severity;
}

/** `UPDATE: now HIGH, was LOW`; undefined for a first alert. */
function updateWords(alert: Alert): string | undefined {
  if (!alert.update) return undefined;
  const { previous } = alert.update;
  return `UPDATE: now ${gradeOf(alert)}, was ${previous ?? 'UNKNOWN'}`;
}

/** What a severity asks of the reader. */
export const MEANINGS: Record<Severity | 'UNKNOWN', string> = {
  LOW: 'Little or no sign of danger so far.',
  MEDIUM: 'Unusual: look at it today.',
  HIGH: 'Suspicious: look at it now.',
  CRITICAL: 'Looks like an attack: act now.',
  UNKNOWN: 'Nobody knows yet how dangerous this is: look at it now.',
};

/** What an alert says where isolation is started by itself. */
export const AUTO_START =
  'Isolation is being started automatically. Another message about this finding says how it ended, within about half an ' +
  'hour. If none comes, start it yourself.';

/** What a message is about. */
export interface MessageSubject {
  /** The finding's. */
  id: string;
  cluster: Cluster;
  namespace: { name?: string };
}

/** The namespace's name as it is, if it is one; `prefix*` where the API server was to choose the rest. */
export const namespaceName = ({ namespace: { name } }: Pick<MessageSubject, 'namespace'>): string | undefined =>
  matching(LABEL, name) ?? matching(/^[a-z0-9][a-z0-9-]{0,61}\*$/, name);

export const clusterName = ({ cluster }: Pick<MessageSubject, 'cluster'>): string | undefined =>
  matching(CLUSTER, cluster.name);

const HAPPENED: Record<Outcome, string> = {
  created: 'created',
  'attempt-denied': 'creation denied',
  rejected: 'creation rejected',
  'already-exists': 'existed already',
  'outcome-unknown': 'maybe created',
};

/** SNS takes subjects of fewer than 100 characters. */
const MAX_SUBJECT = 99;
/** The least of a name that tells anything, beside a cluster and alone. */
const MIN_NAME = 8;
const MIN_NAME_ALONE = 4;
/**
 * Enough of the id to find all messages about a finding, and short enough for the subject. Of a playbook that was started
 * without a finding the namespace's UID is the telling part.
 */
export const shortId = (id: string): string => id.slice(0, id.startsWith('containment-') ? 20 : 16);

export const subjectOf = (alert: Alert): string =>
  subjectAbout(updateWords(alert) ?? gradeOf(alert), HAPPENED[alert.finding.outcome], alert.finding);

/**
 * The subject: ASCII, on one line, of values that match their grammar. Begins and ends the same in all messages about a
 * finding except for the first words; gives up the Region, then a part of the name, then the cluster where it is too
 * long.
 *
 * @param words how grave it is, in capitals
 * @param what happened to the namespace; may be empty
 */
export function subjectAbout(words: string, what: string, finding: MessageSubject): string {
  const name = namespaceName(finding);
  const cluster = clusterName(finding);
  const region = matching(REGION, finding.cluster.region);
  const subject = (name: string | undefined, place: string): string => {
    const matter = ['namespace', ...(name ? [`"${name}"`] : []), ...(what ? [what] : [])].join(' ');
    return `[Namespace Sentinel] ${words}: ${matter}${place} [${shortId(finding.id)}]`;
  };
  const candidates = [
    ...(cluster && region ? [subject(name, ` in ${cluster} (${region})`)] : []),
    ...(cluster ? [subject(name, ` in ${cluster}`)] : [subject(name, '')]),
  ];
  const fitting = candidates.find(({ length }) => length <= MAX_SUBJECT);
  if (fitting !== undefined || name === undefined) return fitting ?? subject(undefined, '');
  for (const place of cluster ? [` in ${cluster}`, ''] : ['']) {
    const room = name.length - (subject(name, place).length - MAX_SUBJECT) - 3;
    if (room >= (place ? MIN_NAME : MIN_NAME_ALONE)) return subject(`${name.slice(0, room)}...`, place);
  }
  return subject(undefined, '');
}

type Sentence = (namespace: string, place: string, by: string) => string;
const SENTENCES: Record<Outcome, Sentence> = {
  created: (namespace, place, by) => `${namespace} was created${place}${by}`,
  'attempt-denied': (namespace, place, by) => `an attempt${by} to create ${namespace}${place} was denied`,
  rejected: (namespace, place, by) => `a request${by} to create ${namespace}${place} was rejected`,
  'already-exists': (namespace, place, by) => `a request${by} to create ${namespace}${place} found that it existed`,
  'outcome-unknown': (namespace, place, by) => `${namespace} may have been created${place}${by}`,
};

/** The whole matter in one sentence: `HIGH: namespace payments was created in cluster prod by the IAM role ci.` */
export function headline(alert: Alert): string {
  const grade = gradeOf(alert);
  return `${updateWords(alert) ?? (grade === 'UNKNOWN' ? 'SEVERITY UNKNOWN' : grade)}: ${sentenceOf(alert)}`;
}

/** The whole matter in one sentence, without the severity: `namespace payments was created in …`. */
export function sentenceOf({ finding }: Alert): string {
  const name = namespaceName(finding);
  const cluster = clusterName(finding);
  const who = actorName(finding);
  return `${SENTENCES[finding.outcome](
    name ? `namespace ${name}` : 'a namespace',
    cluster ? ` in cluster ${cluster}` : '',
    who ? ` by ${who}` : '',
  )}.`;
}

/** A few words for the actor, as far as its name matches a grammar. */
function actorName({ actor, source }: Finding): string | undefined {
  if (source.kind === 'coverage') return undefined;
  const principal = matching(CLUSTER, matching(ARN, actor.principalArn)?.replace(/^.*\//, ''));
  if (actor.kind === 'iam-role') return principal ? `the IAM role ${principal}` : 'an IAM role';
  if (actor.kind === 'iam-user') return principal ? `the IAM user ${principal}` : 'an IAM user';
  const system = matching(SYSTEM_NAME, actor.username);
  return system && defanged(system);
}
