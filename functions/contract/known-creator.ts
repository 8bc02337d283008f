/** What may be learnt as ordinary: a creator, a cluster and a pattern of names, because a person has decided so. */

import { patternProblem, patternsOf } from '../kubernetes/name-pattern.ts';
import { roleArnOf } from '../kubernetes/names/arn.ts';
import { ACCOUNT, EKS_CLUSTER, REGION } from '../kubernetes/names/aws.ts';
import { type AcceptanceScope, networkOf, scopeProblems } from './acceptance.ts';
import { isUnfilled, UNFILLED } from './fill-in.ts';
import type { Actor, Cluster, Finding } from './finding.ts';
import type { AssessmentSnapshot } from './investigation.ts';
import { ITEM_KEYS } from './item-keys.ts';

/** How long a lesson holds, in days. */
export const LESSON_DAYS = 90;

/** While an indicator of this weight stands, the finding teaches nothing. */
const GRAVE_WEIGHT = 25;

/**
 * A person's word that a creator makes such namespaces in this cluster. With indicators it is an acceptance: what shows
 * nothing else is reported in the daily digest. Without, the creator is not a novelty, and that is all.
 */
export interface Lesson extends AcceptanceScope {
  cluster: Cluster;
  /** As {@link creatorOf} gives it. */
  principal: string;
  /** The username that the creator acted as, where it acted as another. */
  impersonated?: string;
  namePattern: string;
  /** Who decided it. */
  decidedBy: string;
  reason?: string;
}

/** A lesson drawn from a finding that turned out to be legitimate. */
export interface FindingLesson extends Lesson {
  findingId: string;
}

/** What is known of a finding that is to teach something. */
export interface AssessedFinding {
  finding: Finding;
  /** What was told about it, and what was found last. */
  verdicts: readonly AssessmentSnapshot[];
}

/**
 * The identity by which a creator is known: an IAM identity by its principal alone, because its username holds the
 * session name, which the caller chooses. Undefined where there is none to rely on.
 */
export function creatorOf({ kind, principalArn, username }: Actor): string | undefined {
  if (kind === 'anonymous' || username === 'system:anonymous') return undefined;
  const iam = kind === 'iam-role' || kind === 'iam-user' || principalArn !== undefined;
  return (iam ? principalArn : username) || undefined;
}

const CLUSTER: Record<keyof Cluster, RegExp> = {
  name: EKS_CLUSTER,
  region: REGION,
  account: ACCOUNT,
};
/** A key in DynamoDB has at most 2,048 bytes. */
const MAX_PRINCIPAL = 1_000;
const MAX_WORDS = 1_000;

/** What is wrong with a lesson, each in one sentence; none where it may be learnt. */
export function lessonProblems(lesson: Lesson): string[] {
  const { cluster, principal, impersonated, namePattern, decidedBy, reason, indicators } = lesson;
  const parts = Object.entries(CLUSTER) as [keyof Cluster, RegExp][];
  const pattern = patternProblem(namePattern);
  return [
    ...parts
      .filter(([part, grammar]) => !grammar.test(cluster[part] ?? ''))
      .map(([part]) => `The cluster's ${part} is missing or wrong.`),
    ...(isPrincipal(principal) ? [] : ['The principal is missing, nobody, or too long.']),
    ...(impersonated === undefined || isPrincipal(impersonated)
      ? []
      : ['The identity that the creator acted as is nobody, or too long.']),
    ...scopeProblems(lesson),
    ...(indicators !== undefined && reason === undefined ? ['An acceptance says why: the reason is missing.'] : []),
    ...(pattern === undefined ? [] : [`The name pattern ${JSON.stringify(namePattern)}: ${pattern}`]),
    ...(isWords(decidedBy) ? [] : ['Who decided it is missing or too long.']),
    ...(isUnfilled(decidedBy) ? [`Who decided it ${UNFILLED.by}.`] : []),
    ...(reason === undefined || isWords(reason) ? [] : ['The reason is empty or too long.']),
    ...(reason !== undefined && isUnfilled(reason) ? [`The reason ${UNFILLED.reason}.`] : []),
    ...([principal, ...(impersonated ? [impersonated] : [])].some((who) => roleOf(decidedBy) === roleOf(who))
      ? ['The creator cannot vouch for itself.']
      : []),
  ];
}

const isPrincipal = (text: string): boolean =>
  text !== '' && Buffer.byteLength(text) <= MAX_PRINCIPAL && !/^(system:)?anonymous$/.test(text);
const isWords = (text: string): boolean => text.trim() !== '' && text.length <= MAX_WORDS;

/** A session of a role is the role; STS leaves out a role's path. */
const roleOf = (identity: string): string => roleArnOf(identity) ?? identity;

/**
 * What speaks against a lesson drawn from a finding: it teaches only what the finding shows, and nothing while
 * something grave stands.
 */
export function decisionProblems(decision: FindingLesson, known: AssessedFinding | undefined): string[] {
  const problems = lessonProblems(decision);
  if (!known) return [...problems, 'The finding is not known here.'];
  const { finding, verdicts } = known;
  const { cluster, principal, namePattern, impersonated, indicators: named = [] } = decision;
  const shown = new Set(verdicts.flatMap(({ indicators }) => Object.keys(indicators)));
  const unseen = named.filter((id) => !shown.has(id));
  const grave = gravest(verdicts).filter((id) => !named.includes(id));
  const itsCluster = finding.cluster;
  const sameCluster = (['name', 'region', 'account'] as const).every((part) => cluster[part] === itsCluster[part]);
  return [
    ...problems,
    ...(finding.outcome === 'created' ? [] : ['Nothing was created.']),
    ...(finding.actor.impersonated?.username === impersonated &&
    (finding.actor.impersonated === undefined || impersonated !== undefined)
      ? []
      : ['The creator acted as somebody else than the decision names.']),
    ...(unseen.length > 0 ? [`The finding does not show it: ${unseen.join(', ')}.`] : []),
    ...(sameCluster ? [] : ['The finding is about another cluster.']),
    ...(creatorOf(finding.actor) === principal ? [] : ['The finding is about another creator.']),
    ...(patternsOf(finding.namespace.name ?? '').includes(namePattern) ? [] : ['The pattern does not cover the name.']),
    ...(verdicts.some(({ severity }) => severity !== undefined) ? [] : ['The finding was never assessed.']),
    ...(verdicts.at(-1)?.limits
      ? ['Limits kept questions about it from being asked: wait until the next look has asked them.']
      : []),
    ...(grave.length > 0 ? [`Still standing: ${grave.join(', ')}. Name it, if it belongs to what is accepted.`] : []),
  ];
}

/** What was found of so great a weight that it has to be accepted by name. */
const gravest = (verdicts: readonly AssessmentSnapshot[]): string[] => [
  ...new Set(
    verdicts.flatMap(({ indicators }) =>
      Object.entries(indicators).flatMap(([id, weight]) => (weight >= GRAVE_WEIGHT ? [id] : [])),
    ),
  ),
];

/**
 * What an acceptance of a finding names by itself: all that it shows and that is not grave, and the network from which its
 * creator came. What is grave a person has to name.
 */
export function scopeOf({ finding, verdicts }: AssessedFinding, named: readonly string[] = []): AcceptanceScope {
  const grave = gravest(verdicts);
  const shown = verdicts.flatMap(({ indicators }) =>
    Object.entries(indicators).flatMap(([id, weight]) => (weight >= 0 && !grave.includes(id) ? [id] : [])),
  );
  const network = networkOf(finding.request.sourceIps?.at(-1));
  return { indicators: [...new Set([...shown, ...named])].sort(), addresses: network === undefined ? [] : [network] };
}

/** What identifies a lesson. */
export type LessonKey = Pick<Lesson, 'cluster' | 'principal' | 'impersonated' | 'namePattern'>;

/**
 * `baseline#<account>#<region>#<cluster>#<principal>#<name pattern>`; with `as#`, the principal and whom it acted as where it
 * acted as another. Usernames can hold anything: whoever reads an item looks whether it is the one that was asked for.
 */
export const creatorKey = ({ cluster, principal, impersonated, namePattern }: LessonKey): string =>
  ITEM_KEYS.baseline +
  [
    cluster.account,
    cluster.region,
    cluster.name,
    ...(impersonated === undefined ? [principal] : ['as', encoded(principal), encoded(impersonated)]),
    namePattern,
  ].join('#');

/** Lone surrogates have no encoding. */
const encoded = (username: string): string => encodeURIComponent(username.toWellFormed());
