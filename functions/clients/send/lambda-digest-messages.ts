import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import type { Digest } from '../../contract/digest-message.ts';
import type { DigestMessages } from './digest-messages.ts';

/** Hands digests to *alert* by an asynchronous invocation: Lambda answers 202 once it has queued it. */
export class LambdaDigestMessages implements DigestMessages {
  readonly #lambda: LambdaClient;
  readonly #functionName: string;

  constructor(lambda: LambdaClient, functionName: string) {
    this.#lambda = lambda;
    this.#functionName = functionName;
  }

  async send(digest: Digest): Promise<void> {
    await this.#lambda.send(
      new InvokeCommand({
        FunctionName: this.#functionName,
        InvocationType: 'Event',
        Payload: JSON.stringify({ digest }),
      }),
    );
  }
}
