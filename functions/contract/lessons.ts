/** How something is learnt as ordinary: the one place where a lesson is judged before it is stored. */
import * as z from 'zod/mini';
import { defined } from '../kit/defined.ts';
import { patternsOf } from '../kubernetes/name-pattern.ts';
import { LessonRefused } from './errors.ts';
import type { Cluster } from './finding.ts';
import {
  type AssessedFinding,
  decisionProblems,
  type FindingLesson,
  LESSON_DAYS,
  type Lesson,
  lessonProblems,
} from './known-creator.ts';
import { object, type Read, text, texts } from './read.ts';

const DAY_MS = 86_400_000;

export const knownCreatorSchema = object({
  cluster: object({ name: z.string(), region: z.string(), account: z.string() }),
  principal: z.string(),
  /** The username that the creator acted as; absent where it acted as itself. */
  impersonated: text,
  namePattern: z.string(),
  /** Who decided it. */
  decidedBy: z.string(),
  reason: text,
  /** RFC 3339. */
  decidedAt: z.string(),
  expiresAt: z.string(),
  /** A decision about one finding, or a proposal from recorded logs that a person accepted. */
  origin: z.enum(['decision', 'proposal']),
  /** The indicators that belong to what is accepted; absent where nothing is. */
  indicators: texts,
  /** The networks from which the creator comes. */
  addresses: texts,
  /** The finding that the decision is about. */
  findingId: text,
});
/** What a person has said, for as long as it holds. */
export interface KnownCreator extends Read<typeof knownCreatorSchema> {}

/** Where lessons are stored, and what is known of findings. */
export interface Lessons {
  put(entry: KnownCreator): Promise<void>;
  /** @returns undefined where the finding is not known */
  assessed(findingId: string): Promise<AssessedFinding | undefined>;
}

/**
 * Learns from the decision that a finding was legitimate. `now` is epoch milliseconds.
 *
 * @throws {LessonRefused} that says why: the finding must be known, assessed, about this creator and cluster and a name
 *   that the pattern covers, and no indicator of weight 25 or more may stand that the decision does not name
 */
export async function teach(lessons: Lessons, decision: FindingLesson, now: number): Promise<KnownCreator> {
  const problems = decisionProblems(decision, await lessons.assessed(decision.findingId));
  return learn(lessons, problems, { ...decision, origin: 'decision' }, now);
}

/** Learns from a proposal that a person has accepted. @throws {LessonRefused} as {@link teach}, without a finding */
export async function accept(lessons: Pick<Lessons, 'put'>, lesson: Lesson, now: number): Promise<KnownCreator> {
  return learn(lessons, lessonProblems(lesson), { ...lesson, origin: 'proposal' }, now);
}

async function learn(
  lessons: Pick<Lessons, 'put'>,
  problems: readonly string[],
  lesson: (Lesson | FindingLesson) & Pick<KnownCreator, 'origin'>,
  now: number,
): Promise<KnownCreator> {
  if (problems.length > 0) throw new LessonRefused(problems.join(' '));
  const { principal, impersonated, namePattern, decidedBy, reason, indicators, addresses, origin } = lesson;
  const entry: KnownCreator = {
    cluster: lesson.cluster as Required<Cluster>, // one that lacks a part is a problem
    principal,
    namePattern,
    decidedBy,
    decidedAt: new Date(now).toISOString(),
    expiresAt: new Date(now + LESSON_DAYS * DAY_MS).toISOString(),
    origin,
    ...defined({
      impersonated,
      reason,
      indicators,
      addresses,
      findingId: 'findingId' in lesson ? lesson.findingId : undefined,
    }),
  };
  await lessons.put(entry);
  return entry;
}

/** Who made a namespace, and what it is called. */
export interface CreatorQuestion {
  cluster: Required<Cluster>;
  principal: string;
  /** The username that it acted as, where it acted as another. */
  impersonated?: string;
  name: string;
}

/** The narrowest entry about a creator that covers the name and has not expired. */
export function narrowestOf(
  { principal, impersonated, name }: CreatorQuestion,
  entryOf: (namePattern: string) => KnownCreator | undefined,
  now: number,
): KnownCreator | undefined {
  return patternsOf(name)
    .map(entryOf)
    .find(
      (entry) =>
        entry !== undefined &&
        entry.principal === principal &&
        entry.impersonated === impersonated &&
        Date.parse(entry.expiresAt) > now,
    );
}
