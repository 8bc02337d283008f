/** Denies the traffic of a namespace above its own policies, where the network plugin of EKS has the kind for it. */
import type { KubernetesObject, ServedKind } from '../../clients/kubernetes/kubernetes.ts';
import { list, record, records } from '../../kit/json.ts';
import { objectPath } from '../../kubernetes/object-path.ts';
import { OWNED_LABELS, QUARANTINE_LABEL } from '../../kubernetes/quarantine.ts';
import type { Aim } from '../framework/actuator.ts';
import { allNeeds, type Needs, rights } from '../framework/needs.ts';
import type { StepContext } from '../framework/step.ts';
import { DENIAL_NEEDS, denialInForce } from './denial-first.ts';
import { hasOurLabels } from './own-objects.ts';

const GROUP = 'networking.k8s.aws';
const RESOURCE = 'clusternetworkpolicies';

/** What {@link denyAbove} and {@link allowAbove} ask and write. */
export const DENY_ABOVE_NEEDS: Needs = allNeeds(DENIAL_NEEDS, {
  kubernetes: rights(['get', 'create', 'delete'], `${RESOURCE}.${GROUP}`),
});
export const ALLOW_ABOVE_NEEDS: Needs = { kubernetes: rights(['get', 'delete'], `${RESOURCE}.${GROUP}`) };

/** Names the policy by the namespace's UID: release finds it, and a recreated namespace has another. */
export const adminPolicyName = (uid: string): string => `namespace-sentinel-${uid}`;

/** https://docs.aws.amazon.com/eks/latest/userguide/cni-network-policy.html: the smallest priority wins. */
function specOf(uid: string): Record<string, unknown> {
  const all = { namespaces: { matchLabels: {} } };
  return {
    tier: 'Admin',
    priority: 0,
    subject: { namespaces: { matchLabels: { [QUARANTINE_LABEL]: uid } } },
    ingress: [{ name: 'deny-all', action: 'Deny', from: [all] }],
    egress: [{ name: 'deny-all', action: 'Deny', to: [all, { networks: ['0.0.0.0/0', '::/0'] }] }],
  };
}

const servedBy = (kinds: readonly ServedKind[]): ServedKind | undefined =>
  kinds.find(({ apiVersion, resource }) => resource === RESOURCE && apiVersion.startsWith(`${GROUP}/`));

/** Takes it away again, for *release*. */
export async function allowAbove({ run, cluster, signal }: StepContext): Promise<void> {
  const served = servedBy(await cluster.kubernetes.kinds(signal));
  if (!served) return;
  const { apiVersion, kind } = served;
  const name = adminPolicyName(run.target.uid);
  const aim: Aim = { apiVersion, resource: RESOURCE, kind, name, what: 'denies nothing any more' };
  const existing = await cluster.kubernetes.read(objectPath(aim), signal);
  if (existing && hasOurLabels(existing))
    await cluster.remove(aim, existing.metadata.uid ? { uid: existing.metadata.uid } : {});
}

/** How the policy above came to be there. */
export interface DenialAbove {
  served: boolean;
  /** It took effect when the denial below it was in force already: see `denial-first.ts`. */
  denialFirst: boolean;
  /** It is not there: the denial below it is not in force as yet. A later run adds it. */
  postponed?: boolean;
}

/**
 * Makes it once the denial below it is in force, and not before: in the other order it would confirm what is open. Ours is never
 * made again, as the guard lets nobody but *release* delete it.
 *
 * @param before whether an earlier run has made it in that order
 */
export async function denyAbove(
  context: StepContext,
  kinds: readonly ServedKind[],
  before: boolean,
): Promise<DenialAbove> {
  const served = servedBy(kinds);
  if (!served) return { served: false, denialFirst: false };
  const { run, cluster, signal } = context;
  const { apiVersion, kind } = served;
  const { uid, namespace } = run.target;
  const name = adminPolicyName(uid);
  const aim: Aim = { apiVersion, resource: RESOURCE, kind, name, what: `denies all traffic of ${namespace}` };
  const read = () => cluster.kubernetes.read(objectPath(aim), signal);
  const isOurs = (policy: KubernetesObject | undefined): boolean =>
    policy !== undefined && denies(policy['spec'], uid) && hasOurLabels(policy);
  const existing = await read();
  if (isOurs(existing)) {
    cluster.already('create', aim);
    return { served: true, denialFirst: before };
  }
  // Somebody else's of that name: it is not ours to keep.
  if (existing) await cluster.remove(aim, existing.metadata.uid ? { uid: existing.metadata.uid } : {});
  const whole = { apiVersion, kind, metadata: { name, labels: OWNED_LABELS }, spec: specOf(uid) };
  if (cluster.dryRun) {
    // It has not removed what is in the way, and sees no denial below.
    if (existing) cluster.note('create', aim, 'done');
    else await cluster.create(aim, whole);
    return { served: true, denialFirst: false };
  }
  if (!(await denialInForce(context))) return { served: true, denialFirst: false, postponed: true };
  // A run that was stopped may have gone on meanwhile: it keeps the same order.
  if (isOurs(await read())) {
    cluster.already('create', aim);
    return { served: true, denialFirst: true };
  }
  return { served: true, denialFirst: 'object' in (await cluster.create(aim, whole)) };
}

/** Whether it says what ours says; fields that the API server fills in do not matter. */
function denies(spec: unknown, uid: string): boolean {
  const { tier, subject, ingress, egress } = record(spec);
  const { namespaces } = record(subject);
  const wanted = specOf(uid);
  return (
    tier === 'Admin' &&
    JSON.stringify(record(namespaces)['matchLabels']) === JSON.stringify({ [QUARANTINE_LABEL]: uid }) &&
    list(record(namespaces)['matchExpressions']).length === 0 &&
    [ingress, egress].every((rules) => records(rules).every(({ action }) => action === 'Deny')) &&
    peers(ingress) === peers(wanted['ingress']) &&
    peers(egress) === peers(wanted['egress'])
  );
}

const peers = (rules: unknown): string =>
  JSON.stringify(records(rules).flatMap((rule) => [...list(rule['from']), ...list(rule['to'])]));
