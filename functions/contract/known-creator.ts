/** What may be learnt as ordinary: a creator, a cluster and a pattern of names, because a person has decided so. */

import { patternProblem, patternsOf } from '../kubernetes/name-pattern.ts';
import { roleArnOf } from '../kubernetes/names/arn.ts';
import { ACCOUNT, EKS_CLUSTER, REGION } from '../kubernetes/names/aws.ts';
import type { Actor, Cluster, Finding } from './finding.ts';
import type { AssessmentSnapshot } from './investigation.ts';
import { ITEM_KEYS } from './item-keys.ts';

/** How long a lesson holds, in days. */
export const LESSON_DAYS = 90;

/** While an indicator of this weight stands, the finding teaches nothing. */
const GRAVE_WEIGHT = 25;

/** A person's word that a creator makes such namespaces in this cluster. */
export interface Lesson {
  cluster: Cluster;
  /** As {@link creatorOf} gives it. */
  principal: string;
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
  /** What was told of it, and what was found last. */
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
export function lessonProblems({ cluster, principal, namePattern, decidedBy, reason }: Lesson): string[] {
  const parts = Object.entries(CLUSTER) as [keyof Cluster, RegExp][];
  const pattern = patternProblem(namePattern);
  return [
    ...parts
      .filter(([part, grammar]) => !grammar.test(cluster[part] ?? ''))
      .map(([part]) => `The cluster's ${part} is missing or wrong.`),
    ...(isPrincipal(principal) ? [] : ['The principal is missing, nobody, or too long.']),
    ...(pattern === undefined ? [] : [`The name pattern ${JSON.stringify(namePattern)}: ${pattern}`]),
    ...(isWords(decidedBy) ? [] : ['Who decided it is missing or too long.']),
    ...(reason === undefined || isWords(reason) ? [] : ['The reason is empty or too long.']),
    ...(roleOf(decidedBy) === roleOf(principal) ? ['The creator cannot vouch for itself.'] : []),
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
  const { cluster, principal, namePattern } = decision;
  const grave = verdicts.flatMap(({ indicators }) =>
    Object.entries(indicators).flatMap(([id, weight]) => (weight >= GRAVE_WEIGHT ? [id] : [])),
  );
  const itsCluster = finding.cluster;
  const sameCluster = (['name', 'region', 'account'] as const).every((part) => cluster[part] === itsCluster[part]);
  return [
    ...problems,
    ...(finding.outcome === 'created' ? [] : ['Nothing was created.']),
    ...(finding.actor.impersonated ? ['The creator acted as somebody else.'] : []),
    ...(sameCluster ? [] : ['The finding is about another cluster.']),
    ...(creatorOf(finding.actor) === principal ? [] : ['The finding is about another creator.']),
    ...(patternsOf(finding.namespace.name ?? '').includes(namePattern) ? [] : ['The pattern does not cover the name.']),
    ...(verdicts.some(({ severity }) => severity !== undefined) ? [] : ['The finding was never assessed.']),
    ...(verdicts.at(-1)?.limits
      ? ['Limits kept questions about it from being asked: wait until the next look has asked them.']
      : []),
    ...(grave.length > 0 ? [`Still standing: ${[...new Set(grave)].join(', ')}.`] : []),
  ];
}

/** `baseline#<account>#<region>#<cluster>#<principal>#<name pattern>`; only the principal can hold a `#`. */
export const creatorKey = ({
  cluster,
  principal,
  namePattern,
}: Pick<Lesson, 'cluster' | 'principal' | 'namePattern'>): string =>
  ITEM_KEYS.baseline + [cluster.account, cluster.region, cluster.name, principal, namePattern].join('#');
