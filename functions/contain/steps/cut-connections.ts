import { allNeeds, RECORD_NEEDS } from '../framework/needs.ts';
import type { PlaybookStep, StepContext, StepOutcome } from '../framework/step.ts';
import { tally } from '../framework/tally.ts';
import { DENY_ABOVE_NEEDS, denyAbove } from '../isolation/admin-policy.ts';
import { servedKinds } from '../isolation/api-kinds.ts';

/** What a new start is for, where the nodes were slow. */
const POSTPONED =
  'The cluster-wide denial, which also cuts open connections, was left out: the denial in the namespace is not in force yet, and ' +
  'until then it would keep open connections alive. Starting again adds it.';

/**
 * Denies all traffic above the policies of the namespace as well, which cuts what was open. It comes after the identity: it waits
 * for the nodes, and meanwhile the API server forgets the tokens.
 */
export const cutConnections: PlaybookStep = {
  key: 'cutConnections',
  target: 'must-live',
  needs: allNeeds(RECORD_NEEDS, DENY_ABOVE_NEEDS),
  run,
};

async function run(context: StepContext): Promise<StepOutcome> {
  const { cluster, folder, signal } = context;
  const { kinds, unknown } = await servedKinds(cluster.kubernetes, signal);
  // Of this run, or of the last one before it.
  const before = (await folder.record('cutConnections')) ?? (await folder.lastRecord('cutConnections'));
  const { served, denialFirst, postponed } = await denyAbove(context, kinds, before?.details?.['denialFirst'] === true);
  const { status, summary } = tally(cluster, {
    done: 'All traffic is denied above its own policies as well.',
    planned: 'All traffic would be denied above its own policies as well.',
  });
  const nothing =
    unknown === undefined
      ? 'the cluster has no policies above those of a namespace'
      : `whether the cluster has policies above those of a namespace is not known: ${unknown}`;
  return {
    status,
    summary: served ? (postponed ? POSTPONED : summary) : `Nothing was done: ${nothing}.`,
    proposals: postponed ? [{ text: POSTPONED }] : [],
    details: { adminPolicy: served, denialFirst },
  };
}
