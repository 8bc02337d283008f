import type {
  ContainmentRegister,
  HashedKind,
  LeaseHolder,
  PendingQuestion,
  StoredQuestion,
} from '../table/containment-register.ts';
import { HashesInMemory, HashFile } from './hash-file.ts';
import { LeaseFiles } from './lease-files.ts';

/**
 * The register of one computer. Questions are asked and answered within one process, so they and the starts are kept in
 * memory; leases and hashes are files where there is a directory, for other processes to see.
 */
export class LocalContainmentRegister implements ContainmentRegister {
  readonly #leases: { lease: ContainmentRegister['lease']; giveBack: ContainmentRegister['giveBack'] };
  readonly #questions = new Map<string, StoredQuestion>();
  readonly #starts = new Map<string, number>();
  readonly #hashes: HashFile | HashesInMemory;

  /** @param directory of leases and hashes; without, they hold within this process */
  constructor(directory?: string) {
    this.#leases = directory === undefined ? new LeasesInMemory() : new LeaseFiles(directory);
    this.#hashes = directory === undefined ? new HashesInMemory() : new HashFile(directory);
  }

  lease(uid: string, execution: string, until: number, now: number, over?: string): Promise<LeaseHolder | undefined> {
    return this.#leases.lease(uid, execution, until, now, over);
  }

  giveBack(uid: string, execution: string): Promise<void> {
    return this.#leases.giveBack(uid, execution);
  }

  async ask({ question, taskToken }: PendingQuestion): Promise<void> {
    // Put in again, so that the last one asked is the last one here.
    this.#questions.delete(question.id);
    this.#questions.set(question.id, { question, taskToken });
  }

  async question(id: string): Promise<StoredQuestion | undefined> {
    const about = (matches: (question: StoredQuestion['question']) => boolean): StoredQuestion | undefined =>
      [...this.#questions.values()].findLast(({ question }) => matches(question));
    const kept =
      this.#questions.get(id) ?? about(({ findingId }) => findingId === id) ?? about(({ target }) => target.uid === id);
    return kept && { ...kept };
  }

  async answer(id: string, by: string): Promise<boolean> {
    const kept = this.#questions.get(id);
    if (!kept || (kept.answeredBy !== undefined && kept.answeredBy !== by)) return false;
    kept.answeredBy = by;
    return true;
  }

  async reopen(id: string, by: string): Promise<void> {
    const kept = this.#questions.get(id);
    if (kept?.answeredBy === by) delete kept.answeredBy;
  }

  async noteHash(kind: HashedKind, key: string, sha256: string): Promise<void> {
    await this.#hashes.note(kind, key, sha256);
  }

  async hashes(kind: HashedKind, key: string): Promise<string[]> {
    return this.#hashes.of(kind, key);
  }

  async countStart(max: number, now: number): Promise<boolean> {
    const hour = new Date(now).toISOString().slice(0, 13);
    const started = this.#starts.get(hour) ?? 0;
    if (started >= max) return false;
    this.#starts.set(hour, started + 1);
    return true;
  }
}

class LeasesInMemory {
  readonly #holders = new Map<string, LeaseHolder>();

  async lease(
    uid: string,
    execution: string,
    until: number,
    now: number,
    over?: string,
  ): Promise<LeaseHolder | undefined> {
    const holder = this.#holders.get(uid);
    if (holder && holder.until > now && holder.execution !== execution && holder.execution !== over) return holder;
    this.#holders.set(uid, { execution, until });
    return undefined;
  }

  async giveBack(uid: string, execution: string): Promise<void> {
    if (this.#holders.get(uid)?.execution === execution) this.#holders.delete(uid);
  }
}
