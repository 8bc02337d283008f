import { DescribeKeyCommand, type KeyMetadata, type KMSClient, NotFoundException } from '@aws-sdk/client-kms';
import type { StackKey } from './stack-key.ts';

/** Asks KMS. */
export class AwsStackKey implements StackKey {
  readonly arn: string;
  readonly #kms: KMSClient;

  constructor(kms: KMSClient, arn: string) {
    this.#kms = kms;
    this.arn = arn;
  }

  async describe(abortSignal: AbortSignal): Promise<KeyMetadata | undefined> {
    try {
      return (await this.#kms.send(new DescribeKeyCommand({ KeyId: this.arn }), { abortSignal })).KeyMetadata;
    } catch (error) {
      if (error instanceof NotFoundException) return undefined;
      throw error;
    }
  }
}
