/** What removal stops: the same list is dry-run, approved, and carried out. */

import type { KubernetesObject } from '../../clients/kubernetes/kubernetes.ts';
import type { ApprovedStop, Scope } from '../../contract/containment.ts';
import { defined } from '../../kit/defined.ts';
import { sha256 } from '../../kit/sha256.ts';
import type { ObjectReference } from '../../kubernetes/object-path.ts';
import { servedAt } from '../forms/form.ts';
import { ownGrace } from './pod-ends.ts';
import { controllerOf, isStatic, isTerminal, POD, SCALER, type Workloads } from './workloads.ts';

/** One thing that is stopped. */
export interface Stop extends ObjectReference {
  kind: string;
  uid: string;
  /** To what end, as an action says it. */
  what: string;
  /** The merge patch that contains it; absent for what is deleted. */
  change?: object;
  maker?: NonNullable<ApprovedStop['maker']>;
  live: KubernetesObject;
}

/** Whose workloads, and what of them. */
export interface RemovalTarget {
  namespace: string;
  /** Of the namespace. */
  uid: string;
  scope: Scope;
}

/**
 * In the order in which it is done: pods that their owners would delete by force, what scales, what makes pods, and then the
 * pods that nothing of that ends.
 */
export function removalPlan({ scalers, owners, pods }: Workloads, { namespace, uid, scope }: RemovalTarget): Stop[] {
  const stop = (live: KubernetesObject, served: Served, rest: Pick<Stop, 'what' | 'change' | 'maker'>): Stop => {
    const { name = '', uid: own = '' } = live.metadata;
    const { apiVersion, resource, kind } = served;
    return { apiVersion, resource, kind, namespace, name, uid: own, live, ...rest };
  };
  const before: Stop[] = [];
  const stopping = new Set<unknown>();
  const whole = scope === 'workloads';
  const scaling = whole ? scalers : [];
  const stops = scaling.map((scaler) => stop(scaler, SCALER, { what: 'deleted: it would scale up again' }));
  for (const { form, objects } of whole ? owners : [])
    for (const object of objects) {
      const change = form.contain(object, uid);
      if (!change) continue;
      // A Deployment scales its ReplicaSets itself, and one that is scaled under it comes back. Deployments are before them.
      const follows = form.kind === 'ReplicaSet' && stopping.has(controllerOf(object)?.uid);
      stopping.add(object.metadata.uid);
      if (!follows) stops.push(stop(object, { ...servedAt(form), kind: form.kind }, { what: form.what, change }));
    }
  for (const pod of pods) {
    const maker = controllerOf(pod);
    if (isTerminal(pod) || isStatic(pod)) continue;
    if (stopping.has(maker?.uid)) {
      if (ownGrace(pod) === 0 && !isTerminating(pod)) before.push(stop(pod, POD, { what: UNFORCED }));
      continue;
    }
    const { kind, name = '', uid: own = '' } = maker ?? {};
    stops.push(
      stop(pod, POD, {
        what: maker ? `deleted: made by ${kind} ${name}${whole ? '' : ', which stays'}` : 'deleted: nothing owns it',
        ...defined({ maker: maker && { kind: maker.kind, name, uid: own } }),
      }),
    );
  }
  return [...before, ...stops];
}

const UNFORCED = 'deleted with a second to end: its grace period is 0, so that its owner would delete it by force';

type Served = { apiVersion: string; resource: string; kind: string };

export const isTerminating = ({ metadata }: KubernetesObject): boolean => metadata['deletionTimestamp'] !== undefined;

export const approvable = ({ kind, name, uid, what, maker }: Stop): ApprovedStop => ({
  kind,
  name,
  uid,
  what,
  ...defined({ maker }),
});

/** SHA-256 (hex) of a plan, whatever the order in which the API server lists. */
export function planHash(plan: readonly ApprovedStop[]): string {
  const lines = plan.map(({ kind, name, uid, maker }) => JSON.stringify([kind, name, uid, maker?.uid ?? null])).sort();
  return sha256(lines.join('\n'));
}

/**
 * Whether a person has approved that it is stopped: itself, or who makes it, or who makes that.
 *
 * @param workloads as they are now
 */
export function approval(
  approved: readonly ApprovedStop[],
  workloads: Workloads,
): (object: KubernetesObject) => boolean {
  const uids = new Set(approved.flatMap(({ uid, maker }) => [uid, ...(maker ? [maker.uid] : [])]));
  const objects = workloads.owners.flatMap(({ objects }) => objects);
  const makers = new Map(objects.map((object) => [object.metadata.uid, object]));
  return (object) => {
    let next: KubernetesObject | undefined = object;
    // A pod, its ReplicaSet, its Deployment, and what that may have been made by: nobody builds higher.
    for (let height = 0; next && height < 5; height++) {
      const maker = controllerOf(next);
      if (uids.has(next.metadata.uid ?? '') || (maker && uids.has(maker.uid))) return true;
      next = maker && makers.get(maker.uid);
    }
    return false;
  };
}
