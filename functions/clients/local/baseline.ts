import { type AssessedFinding, creatorKey } from '../../contract/known-creator.ts';
import { type CreatorQuestion, type KnownCreator, narrowestOf } from '../../contract/lessons.ts';
import type { Baseline, CreatorKey } from '../table/baseline.ts';

/** The baseline in memory: the same promises as the one in DynamoDB, for the demo and for tests. */
export class LocalBaseline implements Baseline {
  readonly #entries = new Map<string, KnownCreator>();
  readonly #findings: { assessed(findingId: string): AssessedFinding | undefined };

  /** @param findings what is known of findings; without, no decision teaches anything */
  constructor(findings: { assessed(findingId: string): AssessedFinding | undefined } = { assessed: () => undefined }) {
    this.#findings = findings;
  }

  async lookUp(question: CreatorQuestion, now: number): Promise<KnownCreator | undefined> {
    return narrowestOf(question, (namePattern) => this.#entries.get(creatorKey({ ...question, namePattern })), now);
  }

  async put(entry: KnownCreator): Promise<void> {
    this.#entries.set(creatorKey(entry), entry);
  }

  async assessed(findingId: string): Promise<AssessedFinding | undefined> {
    return this.#findings.assessed(findingId);
  }

  async list(now: number): Promise<KnownCreator[]> {
    return [...this.#entries.values()]
      .filter(({ expiresAt }) => Date.parse(expiresAt) > now)
      .sort((a, b) => a.expiresAt.localeCompare(b.expiresAt));
  }

  async revoke(key: CreatorKey): Promise<boolean> {
    return this.#entries.delete(creatorKey(key));
  }
}
