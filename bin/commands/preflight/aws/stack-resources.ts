import { paginateListStackResources, type StackResourceSummary } from '@aws-sdk/client-cloudformation';
import type { AwsContext } from './check.ts';

/**
 * The resources of a stack as CloudFormation knows them. Those that stayed when the stack was deleted have the status
 * `DELETE_SKIPPED`.
 *
 * @param stack its name; of one that was deleted, its id
 */
export async function stackResources(
  { view: { clients }, signal }: Pick<AwsContext, 'view' | 'signal'>,
  stack: string,
): Promise<StackResourceSummary[]> {
  const client = clients.cloudformation;
  const pages = paginateListStackResources({ client }, { StackName: stack }, { abortSignal: signal });
  const found: StackResourceSummary[] = [];
  for await (const { StackResourceSummaries = [] } of pages) found.push(...StackResourceSummaries);
  return found;
}

/** Of an access entry, by what CloudFormation calls it (`Ref` of `AWS::EKS::AccessEntry`): `<ARN of the principal>|<cluster>`. */
export function accessEntryOf({
  ResourceType,
  PhysicalResourceId = '',
}: StackResourceSummary): { principalArn: string; clusterName: string } | undefined {
  if (ResourceType !== 'AWS::EKS::AccessEntry') return undefined;
  const [principalArn = '', clusterName] = PhysicalResourceId.split('|');
  return clusterName ? { principalArn, clusterName } : undefined;
}
