import { Stack } from 'aws-cdk-lib';
import type { CfnRule, Rule } from 'aws-cdk-lib/aws-events';
import { DEPLOYMENT_METADATA } from '../../functions/contract/deployment.ts';

/**
 * Writes down what is deployed, for *watch* to compare with: as metadata of a rule, in which CloudFormation resolves references.
 *
 * @param holder nothing that is written down may depend on it
 * @param deployment as `deploymentSchema` reads it
 * @returns the logical id under which CloudFormation tells it
 */
export function writeDeployment(
  holder: Rule,
  deployment: { readonly roles: unknown; readonly subscribers: unknown },
): string {
  const resource = holder.node.defaultChild as CfnRule;
  resource.addMetadata(DEPLOYMENT_METADATA, deployment);
  return Stack.of(holder).getLogicalId(resource);
}
