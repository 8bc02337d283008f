import type { PlanAnswer } from '../../contract/follow-up.ts';

/** The state machines. */
export interface Playbooks {
  /**
   * Starts *contain*. Under a name that was used it does nothing.
   *
   * @param name at most 80 of `[0-9A-Za-z_-]`
   * @returns the execution's ARN; undefined where there is or was one of that name
   */
  start(name: string, input: object): Promise<string | undefined>;
  /** Whether an execution has ended, or never existed; undefined where that is not known. */
  ended(execution: string): Promise<boolean | undefined>;
  /** Answers a waiting execution. @returns whether it still waited */
  answer(taskToken: string, answer: PlanAnswer): Promise<boolean>;
}
