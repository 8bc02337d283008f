import {
  type Assessed,
  creatorKey,
  type Decision,
  decisionProblems,
  type Lesson,
  lessonProblems,
} from '../../contract/known-creator.ts';
import { type Baseline, type CreatorKey, type KnownCreator, LessonRefused } from '../table/baseline.ts';
import { bestOf, knownFrom } from '../table/known-creators.ts';

/** The baseline in memory: the same promises as the one in DynamoDB, for the demo and for tests. */
export class LocalBaseline implements Baseline {
  readonly #entries = new Map<string, KnownCreator>();
  readonly #findings: { assessed(findingId: string): Assessed | undefined };

  /** @param findings what is known of findings; without, no decision teaches anything */
  constructor(findings: { assessed(findingId: string): Assessed | undefined } = { assessed: () => undefined }) {
    this.#findings = findings;
  }

  async lookUp(
    { cluster, principal, name }: Parameters<Baseline['lookUp']>[0],
    now: number,
  ): Promise<KnownCreator | undefined> {
    return bestOf(name, (namePattern) => this.#entries.get(creatorKey({ cluster, principal, namePattern })), now);
  }

  async teach(decision: Decision, now: number): Promise<KnownCreator> {
    const problems = decisionProblems(decision, this.#findings.assessed(decision.findingId));
    if (problems.length > 0) throw new LessonRefused(problems.join(' '));
    return this.#put(knownFrom(decision, now));
  }

  async accept(lesson: Lesson, now: number): Promise<KnownCreator> {
    const problems = lessonProblems(lesson);
    if (problems.length > 0) throw new LessonRefused(problems.join(' '));
    return this.#put(knownFrom(lesson, now));
  }

  async list(now: number): Promise<KnownCreator[]> {
    return [...this.#entries.values()]
      .filter(({ expiresAt }) => Date.parse(expiresAt) > now)
      .sort((a, b) => a.expiresAt.localeCompare(b.expiresAt));
  }

  async revoke(key: CreatorKey): Promise<boolean> {
    return this.#entries.delete(creatorKey(key));
  }

  #put(entry: KnownCreator): KnownCreator {
    this.#entries.set(creatorKey(entry), entry);
    return entry;
  }
}
