import type { Question } from '../../contract/follow-up.ts';

/** Who works on a namespace. */
export interface LeaseHolder {
  /** ARN or id of the execution. */
  execution: string;
  /** Epoch milliseconds. */
  until: number;
}

/** A question with what answers it. The token goes nowhere else. */
export interface PendingQuestion {
  question: Question;
  taskToken: string;
}

/** A question as the register keeps it, until some time after it has expired. */
export interface StoredQuestion extends PendingQuestion {
  /** The execution of *decide* that has the right to answer it. */
  answeredBy?: string;
}

/** A snapshot, or the list of hashes of a run's files. */
export type HashedKind = 'snapshot' | 'hashList';

/** What executions of the playbooks know of each other. All times are epoch milliseconds. */
export interface ContainmentRegister {
  /**
   * Takes or prolongs the lease on a namespace.
   *
   * @param uid of the namespace
   * @param over the execution of a holder that is known to have ended: its lease counts as free
   * @returns the other holder, where there is one; undefined when the lease is ours
   */
  lease(uid: string, execution: string, until: number, now: number, over?: string): Promise<LeaseHolder | undefined>;
  /** Gives it back, where it is ours. */
  giveBack(uid: string, execution: string): Promise<void>;

  /** Keeps a question, open. A second one of the same id replaces the first. */
  ask(open: PendingQuestion): Promise<void>;
  /**
   * The question of this id, or the last one about this finding or namespace UID; also one that has been answered or has
   * expired.
   */
  question(id: string): Promise<StoredQuestion | undefined>;
  /**
   * Takes the right to answer: only one gets it, and gets it again when it asks again.
   *
   * @param by the execution of *decide*
   * @returns whether it is ours
   */
  answer(id: string, by: string): Promise<boolean>;
  /** Gives the right back, where it is ours: the answer could not be sent. */
  reopen(id: string, by: string): Promise<void>;

  /**
   * Notes the SHA-256 of a file that is about to be stored, beside those that were noted for it before.
   *
   * @param key of the file in the evidence store
   */
  noteHash(kind: HashedKind, key: string, sha256: string): Promise<void>;
  /** What was noted for the file. */
  hashes(kind: HashedKind, key: string): Promise<string[]>;

  /**
   * Counts one more start in the hour of `now`, unless there were `max`.
   *
   * @returns whether it may be started
   */
  countStart(max: number, now: number): Promise<boolean>;
}
