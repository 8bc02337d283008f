import { command } from '../../contract/commands/command.ts';
import type { Proposal } from '../../contract/containment.ts';
import type { ReleaseStepKey } from '../../contract/playbook-steps.ts';
import { defined } from '../../kit/defined.ts';
import { counted } from '../../kit/words.ts';
import { listPath } from '../../kubernetes/object-path.ts';
import type { Aim } from '../framework/actuator.ts';
import { createInside } from '../framework/create-inside.ts';
import { assertTarget } from '../framework/live-target.ts';
import type { Needs } from '../framework/needs.ts';
import type { StepContext, StepOutcome } from '../framework/step.ts';
import { writeInOrder } from '../framework/write-each.ts';
import { isFreshDefault, itemsOf, type ReleaseItem } from './compare.ts';
import { CONFIRM_NEEDS, confirmedSnapshots } from './confirmed-snapshots.ts';
import { withRestoredLabel } from './restoration.ts';
import { tooWide } from './wide.ts';

/** What {@link restore} asks, whatever it brings back. */
export const RESTORE_NEEDS: Needs = CONFIRM_NEEDS;

/**
 * What a person has to restore, ready to apply.
 *
 * @param isThere whether there is another one of its name: that is to be compared, not written over
 */
async function byHand(item: ReleaseItem, why: string, { folder }: StepContext, isThere = false): Promise<Proposal> {
  const { kind } = item.object;
  const manifest = item.restoration.manifest(item.object);
  const { fetch, path } = await folder.manifest(`${kind}/${itemName(item)}`, manifest);
  return {
    text: `${kind} ${itemName(item)} is left to you, because ${why}.`,
    commands: [...fetch, command(isThere ? 'kubectl diff -f' : 'kubectl apply -f', [path])],
    manifest,
  };
}

export const itemName = ({ object: { metadata } }: ReleaseItem): string =>
  [metadata.namespace, metadata.name].filter(Boolean).join('/');

const aimOf = ({ resource, object, restoration }: ReleaseItem): Aim => {
  const { name = '', namespace } = object.metadata;
  const what = restoration.form ? 'as it was' : 'made again';
  return {
    apiVersion: object.apiVersion,
    kind: object.kind,
    resource,
    name,
    what,
    ...defined({ namespace }),
  };
};

/** Brings back what belongs to one step; what cannot or must not be is proposed. */
export async function restore(step: ReleaseStepKey, context: StepContext): Promise<StepOutcome> {
  const mine = await itemsOf(await confirmedSnapshots(context), context, step);
  await assertTarget(context);
  const proposals: Proposal[] = [];
  const open: string[] = [];
  const kindOf = ({ restoration }: ReleaseItem) => restoration;
  const left = await writeInOrder(mine, kindOf, (item) => {
    context.signal.throwIfAborted();
    return bringBack(item, context);
  });
  for (const each of left)
    if (typeof each === 'string') open.push(each);
    else if (each) proposals.push(each);
  const { actions } = context.cluster;
  const back = actions.filter(({ outcome }) => outcome === 'done').length;
  const same = mine.filter(({ standing }) => standing === 'same').length;
  return {
    status: 'done',
    summary:
      mine.length === 0
        ? 'The snapshot has nothing to restore here.'
        : `Of ${counted(mine.length, 'object')}: ${back} ${context.run.mode === 'plan' ? 'would be restored' : 'restored'}, ${same} unchanged` +
          (proposals.length > 0 ? `, ${proposals.length} left to a person.` : '.'),
    open,
    proposals,
  };
}

/** Kinds for which the admission policies say what release may create: they refuse everything else. */
const HELD: readonly string[] = ['Pod', 'RoleBinding'];
const REFUSAL = /ValidatingAdmissionPolicy 'namespace-sentinel-guard-[a-z]+'.* denied request: (.+)$/;
/** Where the policies are not installed, release has no right to make them at all. */
const NO_RIGHT = /cannot create resource/;

/** Asks the API server whether it would let release make an object, so that a refusal becomes a proposal. */
async function refusalOf(item: ReleaseItem, { cluster }: StepContext): Promise<string | undefined> {
  if (!HELD.includes(item.object.kind)) return undefined;
  const manifest = withRestoredLabel(item.restoration.manifest(item.object));
  const answer = await cluster.attempt(listPath(aimOf(item)), manifest, { dryRun: true });
  if (!('code' in answer) || answer.code !== 403) return undefined;
  const rule = REFUSAL.exec(answer.reason)?.[1];
  if (rule) return rule;
  return NO_RIGHT.test(answer.reason) ? 'release has no right to make it without the admission policies' : undefined;
}

/** What a form does not give back. */
function leftToAPerson(item: ReleaseItem): Proposal | undefined {
  const { object, resource, live, restoration } = item;
  const patch = live && restoration.form?.leaves?.(object, live);
  if (!patch) return undefined;
  const { name = '', namespace } = object.metadata;
  const options = { '--namespace': namespace, '--type': 'merge', '--patch': JSON.stringify(patch) };
  return {
    text: `${object.kind} ${itemName(item)} deleted its volumes when it was scaled down, and keeps them since containment. To have that back, review and run this.`,
    commands: [command('kubectl patch', [resource, name], options)],
  };
}

/** @returns what is left to a person: a proposal, or a sentence about what stands in the way */
async function bringBack(item: ReleaseItem, context: StepContext): Promise<Proposal | string | undefined> {
  const { object, live, standing, restoration } = item;
  const { cluster, run } = context;
  if (standing === 'same') return leftToAPerson(item);
  if (standing === 'gone')
    return byHand(item, 'somebody has deleted it since, and containment does not create such objects', context);
  if (standing === 'unrecorded') return byHand(item, 'no record says that containment deleted it', context);
  if (standing === 'changed' && !run.overwrite)
    return `${object.kind} ${itemName(item)} was changed since; start release with "overwrite": true to overwrite it.`;
  if (restoration.form) {
    const change = live && restoration.form.restore(object, live);
    // Without its resourceVersion: controllers write the status of what comes back at any moment. The change is of our
    // fields alone.
    if (change) await cluster.patch(aimOf(item), { ...change, metadata: { uid: live.metadata.uid } });
    return leftToAPerson(item);
  }
  if (isFreshDefault(object, live))
    return byHand(item, 'the control plane has recreated it without its former content', context);
  if (live && standing === 'changed') return byHand(item, 'there is another one of that name by now', context, true);
  if (live)
    return `${object.kind} ${itemName(item)} is still being deleted, held by its finalizers; start release again when it is gone.`;
  if (object.kind === 'RoleBinding' || object.kind === 'ClusterRoleBinding') {
    const why = await tooWide(object, context);
    if (why) return byHand(item, why, context);
  }
  const refusal = await refusalOf(item, context);
  if (refusal) return byHand(item, refusal, context);
  // No longer frozen, the control plane makes the account `default` at any moment: the verification compares it.
  const mayExist = object.kind === 'ServiceAccount' && object.metadata.name === 'default';
  await createInside(context, aimOf(item), withRestoredLabel(restoration.manifest(object)), { mayExist });
  return undefined;
}
