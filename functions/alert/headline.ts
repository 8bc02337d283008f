/** What an alert is about, in a few words: for the subject of the mail, its first line, and chat. */
import type { Alert } from '../contract/alert.ts';
import type { Cluster, Finding } from '../contract/finding.ts';
import { gradeOf, shownSeverity } from '../contract/grade.ts';
import { type Grade, LIMITS, type Limit, type Outcome } from '../contract/vocabulary.ts';
import { count } from '../kit/phrase.ts';
import { ARN, CLUSTER, LABEL, matching, REGION, SYSTEM_NAME } from './grammar.ts';
import { defanged } from './text.ts';

/** Whose limit it was, in a few words. */
const LIMIT_NAMES: Record<Limit, string> = {
  'log-budget': 'log budget',
  'request-rate': 'rate limit',
  deadline: 'time limit',
};

/** What each limit kept from happening, as the beginning of a sentence. */
const LIMIT_SENTENCES: Record<Limit, string> = {
  'log-budget': "The log budget of this deployment (for this actor's share, or for this cluster) is used up for today",
  'request-rate': 'A service took no more requests in this time',
  deadline: 'The time of the investigation was over before the answer came',
};

const knownLimit = (limit: string): limit is Limit => Object.hasOwn(LIMIT_NAMES, limit);

/**
 * `UNKNOWN, at least MEDIUM (log budget)`: the grade, and which limits are the reason.
 *
 * @param most as many limits are named
 */
function gradeWords(alert: Alert, most: number): string {
  const { limits } = alert.assessment ?? {};
  if (!limits) return gradeOf(alert);
  const shown = shownSeverity(alert);
  const least = shown === undefined || shown === 'LOW' ? '' : `, at least ${shown}`;
  const names = limits.filter(knownLimit).map((limit) => LIMIT_NAMES[limit]);
  return `UNKNOWN${least} (${names.slice(0, most).join(', ') || 'a limit'})`;
}

/** What limits kept from being asked, in whole sentences; undefined where they kept nothing weighty. */
export function limitedWords({ assessment }: Pick<Alert, 'assessment'>): string | undefined {
  const { limits, couldChange = [] } = assessment ?? {};
  if (!limits) return undefined;
  const open = couldChange.filter((question) => question.limits);
  const points = Math.min(
    100,
    open.reduce((sum, { upTo }) => sum + upTo, 0),
  );
  const why = limits.filter(knownLimit).map((limit) => `${LIMIT_SENTENCES[limit]}.`);
  return [
    `Limits kept ${count(open.length, 'question')} from being asked in full, and the answers could add up to ${count(points, 'point')}.`,
    ...why,
    'It is asked again as soon as it can be, and another message says what was found.',
  ].join(' ');
}

/** `UPDATE: now HIGH, was LOW`, `UPDATE: still LOW`; undefined for a first alert. */
function updateWords(alert: Alert, most: number): string | undefined {
  if (!alert.update) return undefined;
  return `UPDATE: ${gradeChange(gradeWords(alert, most), alert.update.previous)}`;
}

/** `now HIGH, was LOW`, `still LOW` */
export const gradeChange = (now: string, previous = 'UNKNOWN'): string =>
  now === previous ? `still ${now}` : `now ${now}, was ${previous}`;

/** What a severity asks of the reader. */
export const MEANINGS: Record<Grade, string> = {
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
  subjectAbout(updateWords(alert, 1) ?? gradeWords(alert, 1), HAPPENED[alert.finding.outcome], alert.finding);

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
    if (subject(name, place).length <= MAX_SUBJECT) return subject(name, place);
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
  const words = gradeWords(alert, LIMITS.length);
  return `${updateWords(alert, LIMITS.length) ?? (words.startsWith('UNKNOWN') ? `SEVERITY ${words}` : words)}: ${sentenceOf(alert)}`;
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
