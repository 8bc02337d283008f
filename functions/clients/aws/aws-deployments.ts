import {
  type CloudFormationClient,
  DescribeStackResourceCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { DEPLOYMENT_METADATA, type Deployment, deploymentSchema } from '../../contract/deployment.ts';
import { isRecord, parseJson } from '../../kit/json.ts';
import type { Deployments } from './deployments.ts';

/** Where it is written down. */
export interface DeploymentRecord {
  /** ARN of the stack. */
  stack: string;
  /** Logical id of the resource that has it as its metadata. */
  resource: string;
}

/**
 * Asks CloudFormation, which resolves references in the metadata of a resource (CloudFormation user guide, "Metadata attribute") and
 * gives it as JSON text (API reference, "DescribeStackResource").
 */
export class AwsDeployments implements Deployments {
  readonly #client: CloudFormationClient;
  readonly #record: DeploymentRecord;

  constructor(client: CloudFormationClient, record: DeploymentRecord) {
    this.#client = client;
    this.#record = record;
  }

  async read(abortSignal: AbortSignal): Promise<Deployment | undefined> {
    const { stack: StackName, resource: LogicalResourceId } = this.#record;
    // The status is asked last: a change that begins in between is seen.
    const command = new DescribeStackResourceCommand({ StackName, LogicalResourceId });
    const { StackResourceDetail } = await this.#client.send(command, { abortSignal });
    const { Stacks = [] } = await this.#client.send(new DescribeStacksCommand({ StackName }), { abortSignal });
    if (Stacks[0]?.StackStatus?.endsWith('_IN_PROGRESS')) return undefined;
    const metadata = parseJson(StackResourceDetail?.Metadata ?? '');
    const written = deploymentSchema.safeParse(isRecord(metadata) ? metadata[DEPLOYMENT_METADATA] : undefined);
    if (!written.success)
      throw new Error(`the metadata of ${LogicalResourceId} does not say what was deployed: ${written.error.message}`);
    return written.data;
  }
}
