import type { FollowUp } from '../../contract/follow-up.ts';

/** Passes on what on-call needs to know, made to fit by `followUpOf`; *alert* words and publishes it. */
export interface FollowUps {
  /** @throws when it could not be handed over */
  tell(followUp: FollowUp): Promise<void>;
}
