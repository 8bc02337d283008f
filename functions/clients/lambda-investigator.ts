import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import type { InvestigationRequest } from '../finding.ts';
import type { Investigator } from './investigator.ts';

/** Starts *investigate* by an asynchronous invocation: Lambda answers 202 once it has queued it. */
export class LambdaInvestigator implements Investigator {
  readonly #lambda: LambdaClient;
  readonly #functionName: string;

  constructor(lambda: LambdaClient, functionName: string) {
    this.#lambda = lambda;
    this.#functionName = functionName;
  }

  async start(request: InvestigationRequest): Promise<void> {
    await this.#lambda.send(
      new InvokeCommand({
        FunctionName: this.#functionName,
        InvocationType: 'Event',
        Payload: JSON.stringify(request),
      }),
    );
  }
}
