/** Manifests that the stories use. */
import { modestPod, workload } from '../incidents/objects.ts';

const RBAC = 'rbac.authorization.k8s.io/v1';
const CORE = 'v1';

export const space = (name: string, labels: Record<string, string> = {}, annotations: Record<string, string> = {}) => ({
  apiVersion: CORE,
  kind: 'Namespace',
  metadata: { name, labels, annotations },
});

export const account = (namespace: string, name: string) => ({
  apiVersion: CORE,
  kind: 'ServiceAccount',
  metadata: { namespace, name },
});

export const rule = (apiGroups: string, resources: string, verbs: string, resourceNames?: string[]) => ({
  apiGroups: apiGroups.split(','),
  resources: resources.split(','),
  verbs: verbs.split(','),
  ...(resourceNames && { resourceNames }),
});

export const roleIn = (namespace: string, name: string, ...rules: object[]) => ({
  apiVersion: RBAC,
  kind: 'Role',
  metadata: { namespace, name },
  rules,
});

export const bindRole = (namespace: string, name: string, role: string, ...subjects: object[]) => ({
  apiVersion: RBAC,
  kind: 'RoleBinding',
  metadata: { namespace, name },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: role },
  subjects,
});

export const config = (namespace: string, name: string, data: Record<string, string>) => ({
  apiVersion: CORE,
  kind: 'ConfigMap',
  metadata: { namespace, name },
  data,
});

export const secret = (namespace: string, name: string) => ({
  apiVersion: CORE,
  kind: 'Secret',
  metadata: { namespace, name },
  type: 'Opaque',
  data: { token: 'cGxhY2Vob2xkZXI=' },
});

export const service = (namespace: string, name: string, type: string, more: object = {}) => ({
  apiVersion: CORE,
  kind: 'Service',
  metadata: { namespace, name },
  spec: { type, selector: { app: name }, ports: [{ port: 80, targetPort: 8080 }], ...more },
});

export const quota = (namespace: string) => ({
  apiVersion: CORE,
  kind: 'ResourceQuota',
  metadata: { namespace, name: 'default' },
  spec: { hard: { pods: '40', 'requests.cpu': '8' } },
});

export const denyAll = (namespace: string) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { namespace, name: 'default-deny' },
  spec: { podSelector: {}, policyTypes: ['Ingress'] },
});

/** A Deployment of an ordinary image, as an ordinary account. */
export const app = (namespace: string, name: string, pod: object = {}) =>
  workload('Deployment', namespace, name, { ...modestPod(name), ...pod }, 2);

export const pod = (namespace: string, name: string, spec: object) => ({
  apiVersion: CORE,
  kind: 'Pod',
  metadata: { namespace, name },
  spec,
});

export const job = (namespace: string, name: string, spec: object) => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { namespace, name },
  spec: { template: { spec: { restartPolicy: 'Never', ...spec } } },
});

export const cronJob = (namespace: string, name: string, schedule: string, spec: object) => ({
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  metadata: { namespace, name },
  spec: { schedule, jobTemplate: { spec: { template: { spec: { restartPolicy: 'Never', ...spec } } } } },
});

const webhooks = (name: string, clientConfig: object, resources: string[]) => [
  {
    name: `${name}.example.com`,
    clientConfig,
    rules: [{ apiGroups: ['*'], apiVersions: ['*'], operations: ['CREATE', 'UPDATE'], resources }],
    admissionReviewVersions: ['v1'],
    sideEffects: 'None',
    failurePolicy: 'Ignore',
    // Nothing here is to wait for a backend that does not exist.
    objectSelector: { matchLabels: { 'example.com/reviewed': 'yes' } },
  },
];

export const webhook = (kind: 'Validating' | 'Mutating', name: string, clientConfig: object, resources = ['pods']) => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: `${kind}WebhookConfiguration`,
  metadata: { name },
  webhooks: webhooks(name, clientConfig, resources),
});

/** One container. */
export const container = (image: string, command?: string[], more: object = {}) => ({
  name: 'main',
  image,
  ...(command && { command }),
  ...more,
});

export const runs = (image: string, command?: string[], more: object = {}) => ({
  containers: [container(image, command, more)],
});

/** The account's own registry. */
export const OWN = '111122223333.dkr.ecr.us-east-1.amazonaws.com';
