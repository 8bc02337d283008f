/** A namespace of many objects: containment changes or deletes half of them. */
import type { KubernetesObject } from '../../../functions/clients/kubernetes/kubernetes.ts';
import type { WritableKubernetes } from '../../../functions/clients/kubernetes/kubernetes-writer.ts';
import { inParallel } from '../../../functions/kit/in-parallel.ts';
import { listPath } from '../../../functions/kubernetes/object-path.ts';
import {
  modestPod,
  namespace,
  roleBinding,
  serviceAccountObject,
  subject,
  workload,
} from '../../record/incidents/objects.ts';

/** Where some of the bindings are: they give rights to accounts of the other namespaces. */
export const NEIGHBOUR = 'neighbour';
/** At a time. */
const AT_ONCE = 16;

type Made = { resource: string; object: { apiVersion: string; metadata: object } };

const made = (resource: string, object: Made['object']): Made => ({ resource, object });
const kind = (apiVersion: string, name: string, metadata: object, rest: object) => ({
  apiVersion,
  kind: name,
  metadata,
  ...rest,
});

const POD = { ...modestPod('web'), terminationGracePeriodSeconds: 1 };

/** How to make the objects of a kind, and how many of fifty they are. */
const MIX: Record<string, { of50: number; make(space: string, name: string, index: number): Made }> = {
  text: {
    of50: 26,
    make: (space, name) =>
      made('configmaps', kind('v1', 'ConfigMap', { namespace: space, name }, { data: { text: 'x'.repeat(500) } })),
  },
  web: {
    of50: 5,
    make: (space, name) =>
      made(
        'services',
        kind(
          'v1',
          'Service',
          { namespace: space, name },
          { spec: { clusterIP: 'None', selector: { app: name }, ports: [{ port: 80 }] } },
        ),
      ),
  },
  byhand: {
    of50: 2,
    make: (space, name) =>
      made(
        'endpointslices',
        kind(
          'discovery.k8s.io/v1',
          'EndpointSlice',
          { namespace: space, name },
          { addressType: 'IPv4', endpoints: [{ addresses: ['10.9.9.9'] }] },
        ),
      ),
  },
  open: {
    of50: 2,
    make: (space, name) =>
      made(
        'networkpolicies',
        kind(
          'networking.k8s.io/v1',
          'NetworkPolicy',
          { namespace: space, name },
          { spec: { podSelector: {}, policyTypes: ['Ingress'], ingress: [{}] } },
        ),
      ),
  },
  account: {
    of50: 3,
    make: (space, name) => made('serviceaccounts', serviceAccountObject(space, name)),
  },
  binding: {
    of50: 3,
    make: (space, name, index) =>
      made('rolebindings', roleBinding(space, name, 'view', subject.account(space, `account-${index}`))),
  },
  elsewhere: {
    of50: 2,
    make: (space, name, index) =>
      made(
        'rolebindings',
        roleBinding(NEIGHBOUR, `${space}-${name}`, 'view', subject.account(space, `account-${index}`)),
      ),
  },
  way: {
    of50: 3,
    make: (space, name) =>
      made(
        'ingresses',
        kind(
          'networking.k8s.io/v1',
          'Ingress',
          { namespace: space, name },
          { spec: { defaultBackend: { service: { name: 'web-0', port: { number: 80 } } } } },
        ),
      ),
  },
  shop: {
    of50: 3,
    make: (space, name) => made('deployments', workload('Deployment', space, name, POD, 1)),
  },
  yearly: {
    of50: 1,
    make: (space, name) => {
      const template = { spec: { ...POD, restartPolicy: 'Never' } };
      const spec = { schedule: '0 0 29 2 *', jobTemplate: { spec: { template } } };
      return made('cronjobs', kind('batch/v1', 'CronJob', { namespace: space, name }, { spec }));
    },
  },
};

export interface Crowd {
  namespace: string;
  uid: string;
}

const signal = () => AbortSignal.timeout(120_000);

/** @param count of what is made; the control plane adds ReplicaSets, pods and slices */
export async function crowd(api: WritableKubernetes, name: string, count: number): Promise<Crowd> {
  const { metadata } = await api.create('/api/v1/namespaces', namespace(name), signal());
  const objects = Object.entries(MIX).flatMap(([word, { of50, make }]) =>
    Array.from({ length: (of50 * count) / 50 }, (_, index) => make(name, `${word}-${index}`, index)),
  );
  if (objects.length !== count) throw new Error(`${objects.length} objects, not ${count}`);
  await inParallel(objects, AT_ONCE, ({ resource, object }) => {
    const { namespace: space } = object.metadata as { namespace?: string };
    return api.create(
      listPath({ apiVersion: object.apiVersion, resource, namespace: space ?? name }),
      object,
      signal(),
    );
  });
  return { namespace: name, uid: metadata.uid ?? '' };
}

/** What containment is about, as it stands. */
export interface State {
  /** Pods that run. */
  running: number;
  /** Accounts but `default`. */
  accounts: number;
  bindings: number;
  /** Bindings of its accounts in another namespace: release leaves these to a person. */
  elsewhere: number;
  /** Services that lead to something. */
  leading: number;
  /** Network policies that allow something. */
  open: number;
}

const spec = (object: KubernetesObject) => Object(object['spec']) as Record<string, unknown>;

export async function stateOf(api: WritableKubernetes, name: string): Promise<State> {
  const items = async (apiVersion: string, resource: string, space = name) => {
    const { items: found, complete } = await api.list(listPath({ apiVersion, resource, namespace: space }), signal());
    if (!complete) throw new Error(`not all ${resource} could be listed`);
    return found;
  };
  const rbac = 'rbac.authorization.k8s.io/v1';
  const [pods, accounts, inside, outside, services, policies] = await Promise.all([
    items('v1', 'pods'),
    items('v1', 'serviceaccounts'),
    items(rbac, 'rolebindings'),
    items(rbac, 'rolebindings', NEIGHBOUR),
    items('v1', 'services'),
    items('networking.k8s.io/v1', 'networkpolicies'),
  ]);
  const ofAccounts = (binding: KubernetesObject) => JSON.stringify(binding['subjects']).includes(`"account-`);
  return {
    running: pods.filter(({ status }) => Object(status).phase === 'Running').length,
    accounts: accounts.filter(({ metadata }) => metadata.name !== 'default').length,
    bindings: inside.filter(ofAccounts).length,
    elsewhere: outside.filter(({ metadata }) => metadata.name?.startsWith(`${name}-`)).length,
    leading: services.filter((each) => Object.keys(Object(spec(each)['selector'])).join() === 'app').length,
    open: policies.filter((each) => Array.isArray(spec(each)['ingress'])).length,
  };
}
