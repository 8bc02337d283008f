/** Empties what leads traffic to a namespace: Services, the addresses behind them, Ingresses. */
import type { KubernetesObject } from '../../clients/kubernetes/kubernetes.ts';
import { listPath } from '../../kubernetes/object-path.ts';
import { IMPOSSIBLE_KEY } from '../../kubernetes/quarantine.ts';
import { NETWORK_FORMS } from '../forms/index.ts';
import { classByAnnotation } from '../forms/ingress.ts';
import type { Aim } from '../framework/actuator.ts';
import { assertTarget } from '../framework/live-target.ts';
import { type Needs, rights } from '../framework/needs.ts';
import { removeForGood } from '../framework/remove-for-good.ts';
import type { StepContext } from '../framework/step.ts';
import { writeEach } from '../framework/write-each.ts';
import { Addresses, hasAddresses, isMirror } from './addresses.ts';
import { resourceName } from './api-kinds.ts';

type Kind = Pick<Aim, 'apiVersion' | 'resource' | 'kind'>;
const SERVICES: Kind = { apiVersion: 'v1', resource: 'services', kind: 'Service' };
const ENDPOINTS: Kind = { apiVersion: 'v1', resource: 'endpoints', kind: 'Endpoints' };
const SLICES: Kind = { apiVersion: 'discovery.k8s.io/v1', resource: 'endpointslices', kind: 'EndpointSlice' };
const INGRESSES: Kind = { apiVersion: 'networking.k8s.io/v1', resource: 'ingresses', kind: 'Ingress' };
const PODS: Kind = { apiVersion: 'v1', resource: 'pods', kind: 'Pod' };

/** What {@link emptyServices} and {@link remainingAddresses} ask and write. */
export const SERVICE_CUT_NEEDS: Needs = {
  kubernetes: [
    ...rights(['list', 'patch'], ...[SERVICES, INGRESSES, PODS].map(resourceName)),
    ...rights(['list', 'patch', 'delete'], ...[SLICES, ENDPOINTS].map(resourceName)),
  ],
};

/** Empty selectors take effect in some 30 ms; looked at so often, and so far apart. */
const LOOKS = 10;
const LOOK_MS = 200;

/**
 * What somebody wrote by hand goes first: it survives an empty selector. A mirror goes with the Endpoints object that it
 * mirrors, if there is one.
 */
export async function emptyServices(context: StepContext): Promise<string[]> {
  const { cluster } = context;
  const [services, slices, endpoints, ingresses, pods] = await Promise.all(
    [SERVICES, SLICES, ENDPOINTS, INGRESSES, PODS].map((kind) => listed(context, kind)),
  );
  await assertTarget(context);
  const addresses = new Addresses(services ?? []);
  const ownEndpoints = (endpoints ?? []).filter((each) => !addresses.keepsEndpoints(each));
  const mirrored = new Set(ownEndpoints.map(({ metadata }) => metadata.uid));
  const isMirrored = (slice: KubernetesObject): boolean =>
    isMirror(slice) && owners(slice).length > 0 && owners(slice).every((uid) => mirrored.has(uid));
  const byHand = (slices ?? []).filter((slice) => !addresses.keepsSlice(slice) && !isMirrored(slice));
  const removals: [Kind, KubernetesObject][] = [
    ...byHand.map((slice): [Kind, KubernetesObject] => [SLICES, slice]),
    ...ownEndpoints.map((each): [Kind, KubernetesObject] => [ENDPOINTS, each]),
  ];
  await cluster.announce(removals.map(([, object]) => object));
  await writeEach(removals, ([kind, object]) =>
    removeForGood(cluster, aimAt(context, kind, object.metadata, 'leads to nobody any more'), object),
  );
  await writeEach(pods ?? [], (pod) => unlabel(context, pod));
  await writeEach(services ?? [], (service) => bringIntoForm(context, SERVICES, service));
  await writeEach(ingresses ?? [], (ingress) => bringIntoForm(context, INGRESSES, ingress));
  return (ingresses ?? []).flatMap((ingress) => {
    const named = classByAnnotation(ingress);
    const text = `The Ingress ${ingress.metadata.name} names its controller by an annotation (${named}): what it answers without a backend may go on.`;
    return named === undefined ? [] : [text];
  });
}

const owners = ({ metadata }: KubernetesObject): string[] => (metadata.ownerReferences ?? []).map(({ uid }) => uid);

async function listed({ run, cluster, signal }: StepContext, kind: Kind): Promise<KubernetesObject[]> {
  return (await cluster.kubernetes.list(listPath({ ...kind, namespace: run.target.namespace }), signal)).items;
}

const aimAt = ({ run }: StepContext, kind: Kind, { name = '' }: KubernetesObject['metadata'], what: string): Aim => ({
  ...kind,
  namespace: run.target.namespace,
  name,
  what,
});

async function bringIntoForm(context: StepContext, kind: Kind, object: KubernetesObject): Promise<void> {
  const { run, cluster } = context;
  const form = NETWORK_FORMS.find((each) => each.kind === kind.kind);
  if (!form) throw new Error(`there is no form for ${kind.kind}`);
  const aim = aimAt(context, kind, object.metadata, form.what);
  const change = form.contain(object, run.target.uid);
  if (!change) cluster.already('patch', aim);
  else await cluster.patch(aim, { metadata: { uid: object.metadata.uid }, ...change });
}

/** The value of our key is the namespace's UID, which is not a secret: no pod may carry it. */
async function unlabel(context: StepContext, { metadata }: KubernetesObject): Promise<void> {
  if (metadata.labels?.[IMPOSSIBLE_KEY] === undefined) return;
  const aim = aimAt(context, PODS, metadata, 'does not pass for quarantined by us');
  await context.cluster.patch(aim, { metadata: { uid: metadata.uid, labels: { [IMPOSSIBLE_KEY]: null } } });
}

/** What still has addresses, once the control plane had time to empty it. */
export async function remainingAddresses(
  context: StepContext,
  sleep: (ms: number) => Promise<void>,
): Promise<string[]> {
  for (let looks = 1; ; looks++) {
    const [slices, endpoints] = await Promise.all([listed(context, SLICES), listed(context, ENDPOINTS)]);
    const left = [...slices, ...endpoints].filter(hasAddresses);
    if (left.length === 0 || looks >= LOOKS)
      return left.map(({ kind, metadata }) => `${kind} ${metadata.name} still has addresses.`);
    await sleep(LOOK_MS);
  }
}
