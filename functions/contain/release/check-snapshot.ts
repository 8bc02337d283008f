import { command } from '../../contract/commands/command.ts';
import type { Proposal } from '../../contract/containment.ts';
import { PlaybookInputError } from '../../contract/errors.ts';
import { defined } from '../../kit/defined.ts';
import { counted } from '../../kit/words.ts';
import { findingOf, OTHER_FINDING } from '../framework/containment-facts.ts';
import { takeLease } from '../framework/lease.ts';
import { liveTarget, whyGone } from '../framework/live-target.ts';
import { ALERT_NEEDS, allNeeds, LEASE_NEEDS } from '../framework/needs.ts';
import type { AnyStep, StepContext, StepOutcome } from '../framework/step.ts';
import { SUBJECT_NEEDS } from '../framework/subject.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { itemsOf, type ReleaseItem } from './compare.ts';
import { CONFIRM_NEEDS, confirmedSnapshots, SnapshotRefused } from './confirmed-snapshots.ts';
import { COMPARE_RIGHTS } from './restoration.ts';
import { itemName } from './restore.ts';

/** Is there a snapshot of this namespace, and was anything changed since? Changes nothing. */
export const checkSnapshot: AnyStep = {
  key: 'checkSnapshot',
  needs: allNeeds(SUBJECT_NEEDS, ALERT_NEEDS, LEASE_NEEDS, CONFIRM_NEEDS, { kubernetes: COMPARE_RIGHTS }),
  run,
};

async function run(context: StepContext): Promise<StepOutcome> {
  const { run } = context;
  const { target, mode } = run;
  if (mode !== 'plan' && mode !== 'release')
    throw new PlaybookInputError(`The input is wrong: mode must be "plan" or "release", not "${mode}".`);
  if (run.scope !== 'workloads')
    throw new PlaybookInputError('The input is wrong: scope is of the playbook contain; leave it out.');
  let snapshots: Snapshot[];
  try {
    snapshots = await confirmedSnapshots(context);
  } catch (error) {
    if (error instanceof SnapshotRefused)
      return { ...refused(error.message), ...defined({ override: error.override }) };
    throw error;
  }
  const [first] = snapshots;
  if (!first)
    return refused(
      `There is no snapshot of ${target.namespace} with the UID ${target.uid}, so there is nothing to restore from.`,
    );
  const { gone } = await liveTarget(context);
  if (gone !== undefined) return refused(await whyGone(context, gone, first.takenAt));
  const finding = await findingOf(context);
  if (finding.isOther) return refused(`${finding.noAlert} ${OTHER_FINDING}`);
  if (mode !== 'plan') {
    const busy = await takeLease(context);
    if (busy !== undefined) return refused(`${busy} Wait for its end, or stop it.`);
  }
  const items = await itemsOf(snapshots, context);
  const changed = items.filter(({ standing }) => standing === 'changed' || standing === 'gone');
  const proposals = associations(
    context,
    snapshots.flatMap(({ podIdentity = [] }) => podIdentity),
  );
  if (changed.length > 0 && !run.overwrite && mode !== 'plan')
    return {
      status: 'refused',
      summary: `${counted(changed.length, 'object was', 'objects were')} changed since containment: look at what has changed, then start release with "overwrite": true.`,
      open: changed.map(sentence),
      override: { accept: [...run.accept], overwrite: true },
    };
  const count = (standing: ReleaseItem['standing']) => items.filter((item) => item.standing === standing).length;
  const absent = count('unrecorded');
  return {
    status: 'done',
    summary: `The snapshot of ${first.takenAt} holds ${counted(items.length, 'object')} that containment touches: ${count('contained')} contained, ${count('same')} as before, ${changed.length} changed since${absent > 0 ? `, ${absent} deleted by somebody else` : ''}.`,
    ...defined({ open: mode === 'plan' && changed.length > 0 ? changed.map(sentence) : undefined }),
    proposals: [
      ...proposals,
      ...snapshots
        .flatMap(({ notRead }) => notRead)
        .map(
          ({ kind, reason }): Proposal => ({
            text: `${kind} could not be read at the time (${reason}): compare them by hand.`,
          }),
        ),
    ],
  };
}

const refused = (summary: string): StepOutcome => ({ status: 'refused', summary, open: [summary] });

const sentence = (item: ReleaseItem): string =>
  `${item.object.kind} ${itemName(item)} was ${item.standing === 'gone' ? 'deleted' : 'changed'} since by somebody else.`;

/** What lives in EKS is a person's to give back. */
function associations({ run }: StepContext, list: { serviceAccount: string; roleArn?: string }[]): Proposal[] {
  const { cluster, namespace } = run.target;
  return list.map(({ serviceAccount, roleArn }) => ({
    text: `The account ${serviceAccount} had an IAM role by Pod Identity. Restore it if it is needed.`,
    ...defined({
      commands:
        roleArn !== undefined && cluster.name !== undefined
          ? [
              command('aws eks create-pod-identity-association', [], {
                '--region': cluster.region,
                '--cluster-name': cluster.name,
                '--namespace': namespace,
                '--service-account': serviceAccount,
                '--role-arn': roleArn,
              }),
            ]
          : undefined,
    }),
  }));
}
