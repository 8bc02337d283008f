/** Takes the namespace's accounts out of the bindings that give them rights. */

import type { KubernetesObject } from '../../clients/kubernetes/kubernetes.ts';
import { command } from '../../contract/commands/command.ts';
import type { Proposal } from '../../contract/containment.ts';
import { defined } from '../../kit/defined.ts';
import { list, record, records, text, texts } from '../../kit/json.ts';
import { counted } from '../../kit/words.ts';
import { listPath } from '../../kubernetes/object-path.ts';
import { protection } from '../../kubernetes/quarantine.ts';
import type { Aim } from '../framework/actuator.ts';
import { assertTarget } from '../framework/live-target.ts';
import { type Needs, rights } from '../framework/needs.ts';
import { removeForGood } from '../framework/remove-for-good.ts';
import type { StepContext } from '../framework/step.ts';
import { writeEach } from '../framework/write-each.ts';
import { isMark, markQuarantined } from './quarantine-mark.ts';
import { subjectsOf } from './subjects.ts';

const API = 'rbac.authorization.k8s.io/v1';
const KINDS = [
  { apiVersion: API, resource: 'rolebindings', kind: 'RoleBinding' },
  { apiVersion: API, resource: 'clusterrolebindings', kind: 'ClusterRoleBinding' },
] as const;

/** What {@link cutBindings} asks and writes. */
export const BINDING_CUT_NEEDS: Needs = {
  kubernetes: [
    ...rights(['list', 'patch', 'delete'], 'rolebindings.rbac.authorization.k8s.io'),
    ...rights(['list', 'delete'], 'clusterrolebindings.rbac.authorization.k8s.io'),
  ],
};

/**
 * Deletes the bindings of the namespace, and elsewhere those that are wholly its own. Those that give rights to others as
 * well, and those in a protected namespace, are left to a person.
 */
export async function cutBindings(context: StepContext): Promise<{ proposals: Proposal[]; open: string[] }> {
  const { run, cluster, settings, signal } = context;
  const { namespace } = run.target;
  const proposals: Proposal[] = [];
  const open: string[] = [];
  let isMarked = false;
  for (const kind of KINDS) {
    const { items, complete } = await cluster.kubernetes.list(listPath(kind), signal);
    await assertTarget(context);
    if (!complete) open.push(`There are more ${kind.kind}s than the ${items.length} that were read.`);
    isMarked ||= items.some((each) => each.metadata.namespace === namespace && isMark(each));
    const cut = items.filter((each) => isCut(each, namespace, settings));
    await cluster.announce(cut);
    if (!isMarked && cut.some(({ metadata }) => metadata.namespace !== namespace)) {
      await markQuarantined(context);
      isMarked = true;
    }
    const left = await writeEach(items, (binding) => cutBinding(binding, kind, context));
    proposals.push(...left.flatMap((each) => each?.proposal ?? []));
    open.push(...left.flatMap((each) => (each?.isOpen ? [each.proposal.text] : [])));
  }
  return { proposals, open };
}

/** Deletes it, where that is ours to do. @returns what is left to a person, if anything */
async function cutBinding(
  binding: KubernetesObject,
  kind: (typeof KINDS)[number],
  { run, cluster, settings }: StepContext,
): Promise<{ proposal: Proposal; isOpen: boolean } | undefined> {
  const { namespace } = run.target;
  const { name = '', namespace: where, uid } = binding.metadata;
  const role = roleOf(binding);
  const aim: Aim = {
    ...kind,
    ...defined({ namespace: where || undefined }),
    name,
    what: `gives nobody ${role} any more`,
  };
  if (!isCut(binding, namespace, settings)) {
    const { own, wholly } = subjectsOf(binding, namespace);
    if (where === namespace || own.length === 0) return undefined;
    const kept = protectionOf(binding, settings);
    return { proposal: proposalFor(binding, aim, { own, wholly, role, kept }), isOpen: false };
  }
  if (where === namespace) {
    await removeForGood(cluster, aim, binding);
    return undefined;
  }
  if (binding.metadata['deletionTimestamp'] === undefined) await cluster.remove(aim, uid ? { uid } : {});
  else cluster.already('delete', aim);
  // The guard lets us delete elsewhere, and nothing more.
  return texts(binding.metadata['finalizers']).length > 0 ? { proposal: stripping(aim, uid), isOpen: true } : undefined;
}

/** Whether it is deleted: all but our mark in the namespace; elsewhere what is wholly its own, and not protected. */
function isCut(binding: KubernetesObject, namespace: string, settings: StepContext['settings']): boolean {
  if (binding.metadata.namespace === namespace) return !isMark(binding);
  return subjectsOf(binding, namespace).wholly && protectionOf(binding, settings) === undefined;
}

function protectionOf({ metadata }: KubernetesObject, { protectedNamespaces }: StepContext['settings']) {
  return metadata.namespace === undefined ? undefined : protection(metadata.namespace, protectedNamespaces);
}

function stripping({ kind, resource, namespace, name }: Aim, uid: string | undefined): Proposal {
  const patch = JSON.stringify({ metadata: { uid, finalizers: null } });
  return {
    text: `The ${kind} ${namespace ? `${namespace}/` : ''}${name} has finalizers, and gives its rights until they are taken off.`,
    commands: [
      command('kubectl patch', [resource, name], { '--namespace': namespace, '--type': 'merge', '--patch': patch }),
    ],
  };
}

function roleOf({ roleRef }: KubernetesObject): string {
  const { kind, name } = record(roleRef);
  return `${text(kind) ?? 'role'} ${text(name) ?? '(no name)'}`;
}

function proposalFor(
  binding: KubernetesObject,
  { resource, kind, namespace, name }: Aim,
  { own, wholly, role, kept }: { own: number[]; wholly: boolean; role: string; kept: string | undefined },
): Proposal {
  const subjects = list(binding['subjects']);
  const about = `The ${kind} ${namespace ? `${namespace}/` : ''}${name} gives accounts of the namespace ${role}`;
  if (wholly) {
    const text = `${about}, and was left because ${kept}: delete it.`;
    return { text, commands: [command('kubectl delete', [resource, name], { '--namespace': namespace })] };
  }
  // From the last to the first, so that positions stay; each is compared before it goes.
  const patch = own.toReversed().flatMap((index) => [
    { op: 'test', path: `/subjects/${index}`, value: subjects[index] },
    { op: 'remove', path: `/subjects/${index}` },
  ]);
  const others = subjects.length - own.length;
  const whose = others > 0 ? `and ${counted(others, 'other')} as well` : 'named as users';
  return {
    text: `${about}, ${whose}: take them out of it.`,
    commands: [
      command('kubectl patch', [resource, name], {
        '--namespace': namespace,
        '--type': 'json',
        '--patch': JSON.stringify(patch),
      }),
    ],
    manifest: without(binding, own, kind),
  };
}

/** The binding as it should be. */
function without(
  { metadata, roleRef, subjects }: KubernetesObject,
  own: number[],
  kind: string,
): Record<string, unknown> {
  const { name, namespace, labels } = metadata;
  return {
    apiVersion: API,
    kind,
    metadata: { name, ...defined({ namespace: namespace || undefined, labels }) },
    roleRef,
    subjects: records(subjects).filter((_, index) => !own.includes(index)),
  };
}
