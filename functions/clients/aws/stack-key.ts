import type { KeyMetadata } from '@aws-sdk/client-kms';

/** The key under which the stack encrypts what it keeps. */
export interface StackKey {
  readonly arn: string;
  /** @returns undefined where KMS does not know it. @throws where KMS does not say */
  describe(signal: AbortSignal): Promise<KeyMetadata | undefined>;
}
