import type { Digest } from '../../contract/digest-message.ts';

/** Hands on a digest whose time has ended; *alert* words and sends it. */
export interface DigestMessages {
  /** @throws when it could not be handed over */
  send(digest: Digest): Promise<void>;
}
