import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import type { InvestigationRequest } from '../../contract/investigation.ts';
import type { Investigator } from './investigator.ts';

/** Which function investigates: there is one for each network from which clusters are reached. */
export interface InvestigateFunctions {
  /** For every cluster that {@link clusters} does not name. */
  byDefault: string;
  /** The names of clusters, by the name of the function that reaches them. */
  clusters: Readonly<Record<string, readonly string[]>>;
}

/** Starts *investigate* by an asynchronous invocation: Lambda answers 202 once it has queued it. */
export class LambdaInvestigator implements Investigator {
  readonly #lambda: LambdaClient;
  readonly #byDefault: string;
  readonly #byCluster: ReadonlyMap<string | undefined, string>;

  constructor(lambda: LambdaClient, { byDefault, clusters }: InvestigateFunctions) {
    this.#lambda = lambda;
    this.#byDefault = byDefault;
    this.#byCluster = new Map(
      Object.entries(clusters).flatMap(([functionName, names]) => names.map((name) => [name, functionName] as const)),
    );
  }

  async start(request: InvestigationRequest): Promise<void> {
    await this.#lambda.send(
      new InvokeCommand({
        FunctionName: this.#byCluster.get(request.finding.cluster.name) ?? this.#byDefault,
        InvocationType: 'Event',
        Payload: JSON.stringify(request),
      }),
    );
  }
}
