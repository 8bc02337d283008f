import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import type { FollowUp } from '../../contract/follow-up.ts';
import type { FollowUps } from './follow-ups.ts';

/** Hands follow-ups to *alert* by an asynchronous invocation: Lambda answers 202 once it has queued it. */
export class LambdaFollowUps implements FollowUps {
  readonly #lambda: LambdaClient;
  readonly #functionName: string;

  constructor(lambda: LambdaClient, functionName: string) {
    this.#lambda = lambda;
    this.#functionName = functionName;
  }

  async tell(followUp: FollowUp): Promise<void> {
    await this.#lambda.send(
      new InvokeCommand({
        FunctionName: this.#functionName,
        InvocationType: 'Event',
        Payload: JSON.stringify({ followUp }),
      }),
    );
  }
}
