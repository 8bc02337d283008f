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

  constructor(folder: Folder, step: ContainStepKey) {
    this.#folder = folder;
    this.#step = step;
  }

  /**
   * Writes down what is about to be deleted; what has been announced costs nothing.
   *
   * @throws where it cannot be written: then nothing may be deleted
   */
  async announce(uids: readonly string[]): Promise<void> {
    const before = this.#announced.size;
    for (const uid of uids) this.#announced.add(uid);
    if (this.#announced.size > before) await this.#write(this.#announced);
  }

  done(uid: string): void {
    this.#done.add(uid);
  }

  /** At the end of the try: what was announced and not deleted after all is taken off. */
  async settle(): Promise<void> {
    if (this.#done.size < this.#announced.size) await this.#write(this.#done);
  }

  async #write(uids: Iterable<string>): Promise<void> {
    this.#earlier ??= await this.#folder.deletedBy(this.#step);
    await this.#folder.noteDeleted(this.#step, [...new Set([...this.#earlier, ...uids])]);
  }
}
