import type { ContainStepKey } from '../../contract/playbook-steps.ts';
import type { Folder } from './folder.ts';

/**
 * What a step of *contain* deletes in a run, by UID, written down before it is deleted: a step that is killed in between
 * leaves no other trace of it, its next try finds nothing to delete, and release would not know whose doing it was.
 */
export class Deletions {
  readonly #folder: Folder;
  readonly #step: ContainStepKey;
  /** Of the tries before this one. */
  #earlier: readonly string[] | undefined;
  readonly #announced = new Set<string>();
  readonly #done = new Set<string>();
  /** The last write; one comes after the other, as what was written last is what stays. */
  #writing: Promise<void> = Promise.resolve();

  constructor(folder: Folder, step: ContainStepKey) {
    this.#folder = folder;
    this.#step = step;
  }

  /**
   * Writes down what is about to be deleted; what has been written down costs nothing.
   *
   * @throws where it cannot be written: then nothing may be deleted
   */
  async announce(uids: readonly string[]): Promise<void> {
    const before = this.#announced.size;
    for (const uid of uids) this.#announced.add(uid);
    await (this.#announced.size > before ? this.#write(this.#announced) : this.#writing);
  }

  done(uid: string): void {
    this.#done.add(uid);
  }

  /** At the end of the try: what was announced and not deleted after all is taken off. */
  async settle(): Promise<void> {
    if (this.#done.size < this.#announced.size) await this.#write(this.#done);
  }

  #write(uids: Iterable<string>): Promise<void> {
    const before = this.#writing.catch(() => undefined);
    this.#writing = before.then(async () => {
      this.#earlier ??= await this.#folder.deletedBy(this.#step);
      await this.#folder.noteDeleted(this.#step, [...new Set([...this.#earlier, ...uids])]);
    });
    return this.#writing;
  }
}
