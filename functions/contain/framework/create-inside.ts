import type { Aim, WriteResult } from './actuator.ts';
import { liveTarget } from './live-target.ts';
import type { StepContext } from './step.ts';

/**
 * Creates an object in the namespace that was meant. What is created carries no UID of its namespace: where the label
 * policy is not installed, somebody may delete the namespace and make another of its name at any moment. So it is looked
 * at before; and after, to take away again, by its UID, what has come into another one.
 */
export async function createInside(
  context: StepContext,
  aim: Aim,
  object: object,
  options: { mayExist?: boolean } = {},
): Promise<WriteResult> {
  const { cluster } = context;
  const before = await liveTarget(context);
  if (before.gone !== undefined) return notMade(context, aim, before.gone);
  const written = await cluster.create(aim, object, options);
  if (cluster.dryRun || 'code' in written) return written;
  const after = await liveTarget(context);
  if (after.gone === undefined) return written;
  const { name = '', uid } = written.object.metadata;
  await cluster.remove({ ...aim, name, what: 'was made in another namespace' }, uid ? { uid } : {});
  return notMade(context, aim, after.gone);
}

function notMade({ cluster }: StepContext, aim: Aim, reason: string): WriteResult {
  cluster.note('create', aim, 'failed', reason);
  return { code: 409, reason };
}
