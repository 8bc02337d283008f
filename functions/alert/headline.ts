/** What an alert is about, in a few words: for the subject of the mail, its first line, and chat. */
import type { Alert } from '../contract/alert.ts';
import { DRILL_MARK } from '../contract/drill.ts';
import type { Cluster, Finding } from '../contract/finding.ts';
import { gradeOf, shownSeverity } from '../contract/grade.ts';
import { type Grade, LIMITS, type Limit, type Outcome } from '../contract/vocabulary.ts';
import { count } from '../kit/phrase.ts';
import { ARN, CLUSTER, LABEL, matching, SYSTEM_NAME } from './grammar.ts';
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

/** `UNKNOWN, at least MEDIUM`: the grade, and the least that it is where it is not known. */
function gradeWords(alert: Alert): string {
  if (!alert.assessment?.limits) return gradeOf(alert);
  const shown = shownSeverity(alert);
  return shown === undefined || shown === 'LOW' ? 'UNKNOWN' : `UNKNOWN, at least ${shown}`;
}

/**
 * How grave it is, in capitals, and in parentheses which limits keep it from being known and what was told before:
 * `CRITICAL (was MEDIUM)`, `UNKNOWN, at least MEDIUM (log budget)`, `LOW (update)`.
 *
 * @param most as many limits are named
 */
function titleOf(alert: Alert, most: number): string {
  const { assessment, update } = alert;
  const grade = gradeWords(alert);
  const names = (assessment?.limits ?? []).filter(knownLimit).map((limit) => LIMIT_NAMES[limit]);
  const { previous = 'UNKNOWN' } = update ?? {};
  const notes = [
    ...(assessment?.limits && most > 0 ? [names.slice(0, most).join(', ') || 'a limit'] : []),
    ...(update ? [previous === grade ? 'update' : `was ${previous}`] : []),
  ];
  return `${drillMark(alert.finding)}${notes.length > 0 ? `${grade} (${notes.join('; ')})` : grade}`;
}

/** Of a drill that was registered; what only says that it is one is called what it is. */
const drillMark = ({ drill }: Finding): string => (drill === 'registered' ? `${DRILL_MARK} ` : '');

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

/** What stands before and after a name that is not simply there now. */
const HAPPENED: Record<Outcome, readonly [before: string, after: string]> = {
  created: ['', ''],
  'attempt-denied': ['creation of ', ' denied'],
  rejected: ['creation of ', ' rejected'],
  'already-exists': ['', ' existed already'],
  'outcome-unknown': ['', ' maybe created'],
};

/** SNS takes subjects of fewer than 100 characters. */
const MAX_SUBJECT = 99;
/** The least of a name that tells anything. */
const MIN_NAME = 9;
/**
 * Enough of the id to find all messages about a finding, and short enough for the subject. Of a playbook that was started
 * without a finding the namespace's UID is the telling part.
 */
export const shortId = (id: string): string => id.slice(0, id.startsWith('containment-') ? 20 : 16);

export const subjectOf = (alert: Alert): string =>
  subjectAbout([titleOf(alert, 1), titleOf(alert, 0)], alert.finding, HAPPENED[alert.finding.outcome]);

/**
 * The subject: ASCII, on one line, of values that match their grammar. Where it is too long, it takes the next words, then
 * the cluster is cut in its middle, then the namespace.
 *
 * @param words how grave it is, in capitals; the longest first
 * @param happened what stands before and after the namespace
 */
export function subjectAbout(
  words: readonly string[],
  about: MessageSubject,
  [before, after]: readonly [before: string, after: string] = ['', ''],
): string {
  const known = namespaceName(about);
  const namespace = known ?? 'a namespace';
  const cluster = clusterName(about);
  const subject = (title: string, name: string, place = cluster): string =>
    `${title}: ${before}${name}${after}${place === undefined ? '' : ` in ${place}`} [${shortId(about.id)}]`;
  const title = words.find((each) => subject(each, namespace).length <= MAX_SUBJECT) ?? words.at(-1) ?? '';
  const place = cluster && cutToFit(cluster, subject(title, namespace).length);
  return subject(title, known === undefined ? namespace : cutToFit(known, subject(title, known, place).length), place);
}

/** The name without its middle, so much shorter that a subject of this length fits; a name that fits stays whole. */
export function cutToFit(name: string, subjectLength: number): string {
  const room = Math.max(MIN_NAME, name.length - Math.max(0, subjectLength - MAX_SUBJECT)) - 3;
  if (name.length - 3 <= room) return name;
  return `${name.slice(0, Math.ceil(room / 2))}...${name.slice(-Math.floor(room / 2))}`;
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
export const headline = (alert: Alert, by = actorName(alert.finding)): string => {
  const title = titleOf(alert, LIMITS.length);
  return `${title.replace(/^(DRILL )?(?=UNKNOWN)/, '$1SEVERITY ')}: ${sentenceOf(alert, by)}`;
};

/** The whole matter in one sentence, without the severity: `namespace payments was created in …`. */
export function sentenceOf({ finding }: Alert, by = actorName(finding)): string {
  const name = namespaceName(finding);
  const cluster = clusterName(finding);
  return `${SENTENCES[finding.outcome](
    name ? `namespace ${name}` : 'a namespace',
    cluster ? ` in cluster ${cluster}` : '',
    by ? ` by ${by}` : '',
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
