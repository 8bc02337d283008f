import type { FollowUp } from '../../contract/follow-up.ts';

/** Hands on what on-call is to be told, made to fit by `followUpOf`; *alert* words and publishes it. */
export interface FollowUps {
  /** @throws when it could not be handed over */
  tell(followUp: FollowUp): Promise<void>;
}
