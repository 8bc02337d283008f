import { paginateListStacks, type Stack, type StackResourceSummary } from '@aws-sdk/client-cloudformation';
import type { AwsContext, IamAction } from '../aws/check.ts';
import { perView } from '../aws/per-view.ts';
import { accessEntryOf, stackResources } from '../aws/stack-resources.ts';

/** The stack that is taken down. */
export interface StackState {
  /** As it is; absent where it was deleted, or was never there. */
  live?: Stack;
  /** When it was deleted. CloudFormation tells about a deleted stack for 90 days. */
  deletedAt?: Date;
  /** What stays, or has stayed, when it is deleted; by {@link accessEntryOf} the access entries among it. */
  kept: readonly StackResourceSummary[];
}

/** What asking for it calls. */
export const STACK_NEEDS: readonly IamAction[] = ['cloudformation:DescribeStacks', 'cloudformation:ListStackResources'];
/** What else it calls where there is no stack. */
export const DELETED_NEEDS: readonly IamAction[] = ['cloudformation:ListStacks'];

/** What the stack keeps by its template; of access entries those of *release* alone. */
export const KEPT_TYPES = ['AWS::S3::Bucket', 'AWS::DynamoDB::Table', 'AWS::KMS::Key'] as const;
const RELEASE_ENTRY = /Accessrelease[0-9A-F]{8}$/;

/** The stack of the configuration, there or deleted. */
export const stackState = perView(async (context): Promise<StackState> => {
  const { stackName } = context.config;
  const live = await context.view.stack();
  if (live) return { live, kept: (await stackResources(context, stackName)).filter(isKept) };
  const deleted = await lastDeleted(context);
  if (!deleted) return { kept: [] };
  const resources = await stackResources(context, deleted.id);
  return {
    kept: resources.filter(({ ResourceStatus }) => ResourceStatus === 'DELETE_SKIPPED'),
    deletedAt: deleted.at,
  };
});

const isKept = (resource: StackResourceSummary): boolean =>
  (KEPT_TYPES as readonly string[]).includes(resource.ResourceType ?? '') ||
  (accessEntryOf(resource) !== undefined && RELEASE_ENTRY.test(resource.LogicalResourceId ?? ''));

/** The name that AWS knows it by, of the one resource of its type; undefined where none was kept. */
export const keptName = ({ kept }: StackState, type: (typeof KEPT_TYPES)[number]): string | undefined =>
  kept.find(({ ResourceType }) => ResourceType === type)?.PhysicalResourceId;

async function lastDeleted({ config, view, signal }: AwsContext): Promise<{ id: string; at: Date } | undefined> {
  const pages = paginateListStacks(
    { client: view.clients.cloudformation },
    { StackStatusFilter: ['DELETE_COMPLETE'] },
    { abortSignal: signal },
  );
  let last: { id: string; at: Date } | undefined;
  for await (const { StackSummaries = [] } of pages)
    for (const { StackName, StackId: id, DeletionTime: at } of StackSummaries)
      if (StackName === config.stackName && id !== undefined && at !== undefined && !(last && last.at >= at))
        last = { id, at };
  return last;
}
