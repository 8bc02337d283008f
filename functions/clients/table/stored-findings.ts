import type { Made, Objects } from '../../contract/contents.ts';
import type { Deletion } from '../../contract/deletion.ts';
import type { Finding } from '../../contract/finding.ts';
import type { Closure, LastingEnd } from '../../contract/follow-up.ts';
import type { AssessmentSnapshot } from '../../contract/investigation.ts';

/** A finding with what became of it, as a person reads it. */
export interface StoredFinding {
  id: string;
  finding: Finding;
  /** `recorded`: it does not alert by itself; `alerted`: its alert is out. */
  state: 'claimed' | 'handed-over' | 'alerted' | 'recorded';
  /** What on-call was told last, and what was found last. */
  told?: AssessmentSnapshot;
  latest?: AssessmentSnapshot;
  closed?: Closure;
  playbookEnd?: LastingEnd;
  /** The namespace was deleted. */
  deleted?: Deletion;
  /** What was in it when a look saw it last, and what the audit log says was made in it. */
  objects?: Objects;
  made?: Made;
}

/** One whose item cannot be read: of another version, or changed by hand. */
export interface UnreadableFinding {
  id: string;
  problem: string;
}

/** The findings of a deployment, for the command line. */
export interface StoredFindings {
  /**
   * In no order.
   *
   * @param idPrefix only those whose id begins so
   */
  all(idPrefix?: string): AsyncIterable<StoredFinding | UnreadableFinding>;
}
