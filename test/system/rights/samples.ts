/** A request for each right to write that an identity of ours has, such that nothing but a policy could refuse it. */
import type { KubeRequest } from '../../../tools/twin/kube.ts';
import { dry, merge, OURS, POD, post, QUARANTINE, RELEASING, remove } from '../cluster-side.ts';
import {
  account,
  apps,
  batch,
  binding,
  bindings,
  CLOSED,
  CLUSTER_POLICIES,
  clusterPolicy,
  core,
  DENY_ALL,
  MARK,
  network,
  RBAC,
  restored,
  scalers,
  slices,
} from '../identities/objects.ts';
import { type IdentityName, namespaceOf, type Place, type Uids } from './attack.ts';
import { CUSTOM_VERSION } from './custom-kinds.ts';

/** A request, and of what it holds: absent for any object of the kind. */
export interface Sample {
  of?: 'ours' | 'nobody’s';
  request: KubeRequest;
}

const custom = (group: string, namespace: string, plural: string) =>
  `/apis/${group}/${CUSTOM_VERSION}/namespaces/${namespace}/${plural}`;

/** By `plural.group`: the collection in a namespace. */
const collections: Readonly<Record<string, (namespace: string) => string>> = {
  'pods.': (ns) => `${core(ns)}/pods`,
  'pods.exec': (ns) => `${core(ns)}/pods`,
  'services.': (ns) => `${core(ns)}/services`,
  'endpoints.': (ns) => `${core(ns)}/endpoints`,
  'serviceaccounts.': (ns) => `${core(ns)}/serviceaccounts`,
  'resourcequotas.': (ns) => `${core(ns)}/resourcequotas`,
  'replicationcontrollers.': (ns) => `${core(ns)}/replicationcontrollers`,
  'endpointslices.discovery.k8s.io': slices,
  'ingresses.networking.k8s.io': (ns) => `${network(ns)}/ingresses`,
  'networkpolicies.networking.k8s.io': (ns) => `${network(ns)}/networkpolicies`,
  'deployments.apps': (ns) => `${apps(ns)}/deployments`,
  'daemonsets.apps': (ns) => `${apps(ns)}/daemonsets`,
  'replicasets.apps': (ns) => `${apps(ns)}/replicasets`,
  'statefulsets.apps': (ns) => `${apps(ns)}/statefulsets`,
  'jobs.batch': (ns) => `${batch(ns)}/jobs`,
  'cronjobs.batch': (ns) => `${batch(ns)}/cronjobs`,
  'horizontalpodautoscalers.autoscaling': scalers,
  'rolebindings.rbac.authorization.k8s.io': bindings,
  'ciliumnetworkpolicies.cilium.io': (ns) => custom('cilium.io', ns, 'ciliumnetworkpolicies'),
  'networkpolicies.crd.projectcalico.org': (ns) => custom('crd.projectcalico.org', ns, 'networkpolicies'),
  'networkpolicies.projectcalico.org': (ns) => custom('projectcalico.org', ns, 'networkpolicies'),
  'applicationnetworkpolicies.networking.k8s.aws': (ns) =>
    custom('networking.k8s.aws', ns, 'applicationnetworkpolicies'),
};

/** The object that a patch is sent to; identities/staged.ts and scene.ts make it. */
const STANDING: Readonly<Record<string, string>> = {
  ...{ pods: 'bare', services: 'web', endpoints: 'by-hand', serviceaccounts: 'agent', replicationcontrollers: 'old' },
  ...{ endpointslices: 'by-hand', ingresses: 'web', networkpolicies: 'allow', rolebindings: 'own' },
  ...{ deployments: 'web', daemonsets: 'agent', replicasets: 'old', statefulsets: 'data', jobs: 'once' },
  ...{ cronjobs: 'often', horizontalpodautoscalers: 'web' },
};

const scaler = (name: string) => ({
  metadata: { name },
  spec: { maxReplicas: 2, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'none' } },
});
const slice = (name: string) => ({ metadata: { name }, addressType: 'IPv4', endpoints: [] });
const quota = (name: string) => ({
  metadata: { name, labels: OURS },
  spec: { hard: { 'count/leases.coordination.k8s.io': '0' } },
});
const policy = (name: string, labels?: object) => ({ metadata: { name, labels }, spec: DENY_ALL });

/** What an identity that may create a kind would create of it. */
const MADE: Readonly<Record<string, (name: string, who: IdentityName, namespace: string) => object>> = {
  'pods.': (name) => POD(name, { nodeSelector: { hall: 'none' } }),
  'serviceaccounts.': (name) => ({ metadata: { name } }),
  'endpoints.': (name) => ({ metadata: { name } }),
  'endpointslices.discovery.k8s.io': slice,
  'horizontalpodautoscalers.autoscaling': scaler,
  'networkpolicies.networking.k8s.io': (name) => policy(name, OURS),
  'resourcequotas.': quota,
  'rolebindings.rbac.authorization.k8s.io': (name, who, namespace) =>
    who === 'contain' ? { ...MARK, metadata: { ...MARK.metadata, name } } : restored(name, [account(namespace)]),
};

/** Objects to be deleted, for each identity that may: some of others, some of ours. */
export function doomed(place: Place): object[] {
  const namespace = namespaceOf(place);
  const of = (who: string, ours: boolean) => {
    const metadata = { namespace, name: `doomed-${who}${ours ? '-ours' : ''}`, ...(ours && { labels: OURS }) };
    const { name } = metadata;
    const customs = [
      ['cilium.io', 'Ciliumnetworkpolicies'],
      ['crd.projectcalico.org', 'Networkpolicies'],
      ['projectcalico.org', 'Networkpolicies'],
      ['networking.k8s.aws', 'Applicationnetworkpolicies'],
    ].map(([group, kind]) => ({ apiVersion: `${group}/${CUSTOM_VERSION}`, kind, metadata, spec: {} }));
    const bound = { ...binding(name, [account(namespace)], 'view'), metadata };
    return [
      { apiVersion: 'v1', kind: 'Pod', ...POD(name, { nodeSelector: { hall: 'none' } }), metadata },
      { apiVersion: 'v1', kind: 'Endpoints', metadata },
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
      { apiVersion: 'v1', kind: 'ResourceQuota', ...quota(name), metadata },
      { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', ...slice(name), metadata },
      { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', ...scaler(name), metadata },
      { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', ...policy(name), metadata },
      { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding', ...bound },
      ...customs,
    ];
  };
  return ['contain', 'release', 'break-glass'].flatMap((who) => [...of(who, false), ...of(who, true)]);
}

/** Of the whole cluster, about a namespace: what contain unbinds, and policies above the namespaces. */
export function doomedInCluster(place: Place, uid: string): object[] {
  const namespace = namespaceOf(place);
  const above = (name: string, more: object = {}, labels: object = OURS) =>
    clusterPolicy(name, { ...subjectOf(uid), ...more }, labels);
  return [
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      ...binding(`of-${namespace}`, [account(namespace)]),
    },
    above(`theirs-${place}`, {}, {}),
    above(`namespace-sentinel-${uid}`),
    ...['contain', 'release'].map((who) =>
      above(`namespace-sentinel-not-${place}-${who}`, { egress: [{ action: 'Accept' }] }, {}),
    ),
  ];
}

const subjectOf = (uid: string) => ({ subject: { namespaces: { matchLabels: { [QUARANTINE]: uid } } } });

/** Of the whole cluster, but about a namespace. */
function ofCluster(right: string, who: IdentityName, place: Place, uids: Uids): Sample[] | undefined {
  const namespace = namespaceOf(place);
  const uid = uids[place];
  switch (right) {
    // Of namespaces, no policy asks whether it is a dry run.
    case 'patch namespaces.': {
      const labels = who === 'contain' ? { [QUARANTINE]: uid, [RELEASING]: null } : {};
      return [{ request: dry(merge(core(namespace), { metadata: { labels } })) }];
    }
    case 'delete namespaces.':
      return [{ request: dry(remove(core(namespace))) }];
    case 'delete clusterrolebindings.rbac.authorization.k8s.io':
      return [{ request: remove(`${RBAC}/clusterrolebindings/of-${namespace}`) }];
    case 'create clusternetworkpolicies.networking.k8s.aws':
      return [
        {
          request: post(
            CLUSTER_POLICIES,
            clusterPolicy(`namespace-sentinel-made-${place}`, subjectOf(`made-${place}`)),
          ),
        },
      ];
    case 'delete clusternetworkpolicies.networking.k8s.aws':
      return [
        { request: remove(`${CLUSTER_POLICIES}/theirs-${place}`) },
        { of: 'nobody’s', request: remove(`${CLUSTER_POLICIES}/namespace-sentinel-not-${place}-${who}`) },
        { of: 'ours', request: remove(`${CLUSTER_POLICIES}/namespace-sentinel-${uid}`) },
      ];
    default:
      return undefined;
  }
}

/**
 * The requests that use a right in a namespace; one that succeeds is enough.
 *
 * @param right as `delete pods.`
 * @throws when there is none, so that no right goes untried
 */
export function samplesOf(right: string, who: IdentityName, place: Place, uids: Uids): Sample[] {
  const clusterWide = ofCluster(right, who, place, uids);
  if (clusterWide) return clusterWide;
  const namespace = namespaceOf(place);
  const [verb = '', kind = ''] = right.split(' ');
  if (right === 'create subjectaccessreviews.authorization.k8s.io') {
    const spec = { user: 'x', resourceAttributes: { verb: 'get', resource: 'pods' } };
    const review = { apiVersion: 'authorization.k8s.io/v1', kind: 'SubjectAccessReview', spec };
    return [{ request: post('/apis/authorization.k8s.io/v1/subjectaccessreviews', review) }];
  }
  if (right === 'create pods/exec.')
    return ['shell', 'namespace-sentinel-probe-1'].map((pod) => ({
      request: { method: 'POST', path: `${core(namespace)}/pods/${pod}/exec?command=id` },
    }));
  if (right === 'patch resourcequotas/status.')
    return [{ of: 'ours', request: merge(`${core(namespace)}/resourcequotas/q-1/status`, { status: { used: {} } }) }];
  // Release deletes no binding but the mark, which stands where contain has been.
  const isMarked = place === 'pen' || place === 'loose';
  if (right === 'delete rolebindings.rbac.authorization.k8s.io' && who === 'release' && isMarked)
    return [{ of: 'ours', request: remove(`${bindings(namespace)}/mark`) }];
  const collection = collections[kind]?.(namespace);
  const made = MADE[kind];
  const standing = STANDING[kind.split('.')[0] ?? ''];
  if (collection && verb === 'create' && made)
    return [{ request: post(collection, made(`made-${who}`, who, namespace)) }];
  if (collection && verb === 'delete')
    return [
      { request: remove(`${collection}/doomed-${who}`) },
      { of: 'ours', request: remove(`${collection}/doomed-${who}-ours`) },
    ];
  if (collection && verb === 'patch' && standing) {
    const change = kind.startsWith('networkpolicies.') && who === 'contain' ? CLOSED : { metadata: {} };
    return [{ request: merge(`${collection}/${standing}`, change) }];
  }
  throw new Error(`no sample for ${right} of ${who}: add one`);
}
