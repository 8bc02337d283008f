/** One object of each kind that a controller writes, and how each write is asked for. */
import type { KubeRequest } from '../../../tools/twin/kube.ts';
import { POD } from '../cluster-side.ts';

const template = { metadata: { labels: { app: 'x' } }, spec: POD('').spec };
const selector = { matchLabels: { app: 'x' } };
const job = { template: { spec: { ...POD('').spec, restartPolicy: 'Never' } } };
const loose = (spec: object = {}) => ({ spec });

/** By group and kind, what is made besides the name; the version is the group's own. */
export const KINDS: Readonly<Record<string, { version: string; kind: string; body: object }>> = {
  '/configmaps': { version: 'v1', kind: 'ConfigMap', body: { data: { a: 'b' } } },
  '/secrets': { version: 'v1', kind: 'Secret', body: { stringData: { a: 'b' } } },
  '/services': { version: 'v1', kind: 'Service', body: { spec: { selector: { app: 'y' }, ports: [{ port: 80 }] } } },
  '/serviceaccounts': { version: 'v1', kind: 'ServiceAccount', body: {} },
  '/endpoints': { version: 'v1', kind: 'Endpoints', body: {} },
  '/events': { version: 'v1', kind: 'Event', body: { involvedObject: { namespace: 'pen' }, reason: 'Tried' } },
  '/limitranges': { version: 'v1', kind: 'LimitRange', body: { spec: { limits: [] } } },
  '/persistentvolumeclaims': {
    version: 'v1',
    kind: 'PersistentVolumeClaim',
    body: {
      spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'none', resources: { requests: { storage: '1Gi' } } },
    },
  },
  '/pods': { version: 'v1', kind: 'Pod', body: { spec: { ...POD('').spec, nodeSelector: { hall: 'far' } } } },
  '/podtemplates': { version: 'v1', kind: 'PodTemplate', body: { template } },
  '/replicationcontrollers': {
    version: 'v1',
    kind: 'ReplicationController',
    body: { spec: { replicas: 0, selector: { app: 'x' }, template } },
  },
  '/resourcequotas': { version: 'v1', kind: 'ResourceQuota', body: { spec: {} } },
  'apps/controllerrevisions': { version: 'v1', kind: 'ControllerRevision', body: { revision: 1, data: {} } },
  'apps/daemonsets': {
    version: 'v1',
    kind: 'DaemonSet',
    body: { spec: { selector, template: { ...template, spec: { ...template.spec, nodeSelector: { hall: 'far' } } } } },
  },
  'apps/deployments': { version: 'v1', kind: 'Deployment', body: { spec: { replicas: 0, selector, template } } },
  'apps/replicasets': { version: 'v1', kind: 'ReplicaSet', body: { spec: { replicas: 0, selector, template } } },
  'apps/statefulsets': {
    version: 'v1',
    kind: 'StatefulSet',
    body: { spec: { replicas: 0, serviceName: 'x', selector, template } },
  },
  'autoscaling/horizontalpodautoscalers': {
    version: 'v2',
    kind: 'HorizontalPodAutoscaler',
    body: { spec: { maxReplicas: 2, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'none' } } },
  },
  'batch/cronjobs': {
    version: 'v1',
    kind: 'CronJob',
    body: { spec: { schedule: '0 0 1 1 *', suspend: true, jobTemplate: { spec: job } } },
  },
  'batch/jobs': { version: 'v1', kind: 'Job', body: { spec: { suspend: true, ...job } } },
  'coordination.k8s.io/leases': { version: 'v1', kind: 'Lease', body: { spec: {} } },
  'discovery.k8s.io/endpointslices': {
    version: 'v1',
    kind: 'EndpointSlice',
    body: { addressType: 'IPv4', endpoints: [] },
  },
  'networking.k8s.io/ingresses': {
    version: 'v1',
    kind: 'Ingress',
    body: { spec: { defaultBackend: { service: { name: 'x', port: { number: 80 } } } } },
  },
  'networking.k8s.io/networkpolicies': { version: 'v1', kind: 'NetworkPolicy', body: { spec: { podSelector: {} } } },
  'policy/poddisruptionbudgets': { version: 'v1', kind: 'PodDisruptionBudget', body: { spec: { selector } } },
  'rbac.authorization.k8s.io/roles': { version: 'v1', kind: 'Role', body: { rules: [] } },
  'rbac.authorization.k8s.io/rolebindings': {
    version: 'v1',
    kind: 'RoleBinding',
    body: { roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' }, subjects: [] },
  },
  'resource.k8s.io/resourceclaims': { version: 'v1', kind: 'ResourceClaim', body: { spec: { devices: {} } } },
  'networking.k8s.aws/policyendpoints': { version: 'v1alpha1', kind: 'PolicyEndpoint', body: loose({ a: 1 }) },
  'networking.k8s.aws/applicationnetworkpolicies': {
    version: 'v1alpha1',
    kind: 'ApplicationNetworkPolicy',
    body: loose({ podSelector: {} }),
  },
  'eks.amazonaws.com/targetgroupbindings': { version: 'v1', kind: 'TargetGroupBinding', body: loose({ a: 1 }) },
  'elbv2.k8s.aws/targetgroupbindings': { version: 'v1beta1', kind: 'TargetGroupBinding', body: loose({ a: 1 }) },
  'gateway.networking.k8s.io/gateways': { version: 'v1', kind: 'Gateway', body: loose({ a: 1 }) },
  'gateway.networking.k8s.io/httproutes': { version: 'v1', kind: 'HTTPRoute', body: loose({ a: 1 }) },
  'gateway.k8s.aws/listenerruleconfigurations': {
    version: 'v1beta1',
    kind: 'ListenerRuleConfiguration',
    body: loose({ a: 1 }),
  },
  'gateway.k8s.aws/loadbalancerconfigurations': {
    version: 'v1beta1',
    kind: 'LoadBalancerConfiguration',
    body: loose({ a: 1 }),
  },
  'gateway.k8s.aws/targetgroupconfigurations': {
    version: 'v1beta1',
    kind: 'TargetGroupConfiguration',
    body: loose({ a: 1 }),
  },
};

const CUSTOM = /\.aws\/|eks\.amazonaws\.com|gateway\.networking/;

/** Definitions of the custom kinds, applied loosely: the makers' schemas do not matter here. */
export const DEFINITIONS = Object.entries(KINDS)
  .filter(([name]) => CUSTOM.test(name))
  .map(([name, { version, kind }]) => {
    const [group = '', plural = ''] = name.split('/');
    return {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: {
        name: `${plural}.${group}`,
        // The project that owns these groups on kubernetes.io asks for a mark of approval.
        annotations: { 'api-approved.kubernetes.io': 'unapproved, for tests' },
      },
      spec: {
        group,
        scope: 'Namespaced',
        names: { kind, plural, singular: kind.toLowerCase() },
        versions: [
          {
            name: version,
            served: true,
            storage: true,
            subresources: { status: {} },
            schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
          },
        ],
      },
    };
  });

const apiVersionOf = (name: string): string => {
  const group = name.split('/')[0];
  return `${group ? `${group}/` : ''}${KINDS[name]?.version}`;
};

/** The listing of a kind in a namespace. */
export const listing = (name: string, namespace: string): string => {
  const [group, resource] = name.split('/');
  return `${group ? '/apis' : '/api'}/${apiVersionOf(name)}/namespaces/${namespace}/${resource}`;
};

export const objectOf = (name: string, metadata: object) => ({
  apiVersion: apiVersionOf(name),
  kind: KINDS[name]?.kind,
  metadata,
  ...KINDS[name]?.body,
});

/** What is posted to a subresource of the object `x`. */
const POSTED: Readonly<Record<string, object>> = {
  'pods/eviction': { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'x' } },
  'pods/binding': { apiVersion: 'v1', kind: 'Binding', metadata: { name: 'x' }, target: { kind: 'Node', name: 'n' } },
  'serviceaccounts/token': { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} },
};

/**
 * The write as a request that would succeed: on the object `x`, and a dry run.
 *
 * @param live the object as it is, for what replaces it
 * @returns undefined for what the test does not know how to write
 */
export function writeOf(
  verb: string,
  { group, resource, subresource }: { group: string; resource: string; subresource?: string | undefined },
  namespace: string,
  live: object,
): KubeRequest | undefined {
  const name = `${group}/${resource}`;
  if (!KINDS[name]) return undefined;
  const collection = listing(name, namespace);
  const one = `${collection}/x${subresource ? `/${subresource}` : ''}`;
  const dry = '?dryRun=All';
  const posted = POSTED[`${resource}/${subresource}`];
  switch (verb) {
    case 'create':
      if (subresource) return posted && { method: 'POST', path: one + dry, body: posted };
      return { method: 'POST', path: collection + dry, body: objectOf(name, { name: 'new', namespace }) };
    case 'update':
      return { method: 'PUT', path: one + dry, body: live };
    case 'patch':
      return change(one, {});
    case 'delete':
      return { method: 'DELETE', path: one + dry };
    case 'deletecollection':
      return { method: 'DELETE', path: collection + dry };
    default:
      return undefined;
  }
}

/** A merge patch as a dry run. */
export const change = (path: string, body: object): KubeRequest => ({
  method: 'PATCH',
  path: `${path}?dryRun=All`,
  body,
  headers: { 'content-type': 'application/merge-patch+json' },
});
