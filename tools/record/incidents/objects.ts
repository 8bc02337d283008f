import { defined } from '../../../functions/kit/defined.ts';

/** Objects that the scripts share. */
const RBAC = 'rbac.authorization.k8s.io';

export const NAMESPACES = '/api/v1/namespaces';

export const subject = {
  group: (name: string) => ({ apiGroup: RBAC, kind: 'Group', name }),
  user: (name: string) => ({ apiGroup: RBAC, kind: 'User', name }),
  account: (namespace: string, name: string) => ({ kind: 'ServiceAccount', namespace, name }),
};

export const clusterRole = (name: string, ...rules: object[]) => ({
  apiVersion: `${RBAC}/v1`,
  kind: 'ClusterRole',
  metadata: { name },
  rules,
});

export const clusterRoleBinding = (name: string, role: string, ...subjects: object[]) => ({
  apiVersion: `${RBAC}/v1`,
  kind: 'ClusterRoleBinding',
  metadata: { name },
  roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: role },
  subjects,
});

export const roleBinding = (namespace: string, name: string, role: string, ...subjects: object[]) => ({
  ...clusterRoleBinding(name, role, ...subjects),
  kind: 'RoleBinding',
  metadata: { namespace, name },
});

export const namespace = (
  name: string,
  labels: Record<string, string> = {},
  annotations: Record<string, string> = {},
) => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, labels, annotations },
});

export const serviceAccountObject = (namespace: string, name: string) => ({
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: { namespace, name },
});

/** A Deployment, or with another kind a DaemonSet. */
export const workload = (
  kind: 'Deployment' | 'DaemonSet',
  namespace: string,
  name: string,
  pod: object,
  replicas?: number,
) => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { namespace, name, labels: { app: name } },
  spec: {
    ...defined({ replicas }),
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: pod },
  },
});

/** The account's own registry, by digest. */
const ownImage = (name: string): string =>
  `111122223333.dkr.ecr.us-east-1.amazonaws.com/${name}@sha256:${'0123456789abcdef'.repeat(4)}`;

/** A pod that meets the restricted Pod Security standard. */
export const modestPod = (name: string) => ({
  automountServiceAccountToken: false,
  securityContext: { runAsNonRoot: true, runAsUser: 10_001, seccompProfile: { type: 'RuntimeDefault' } },
  containers: [
    {
      name,
      image: ownImage(name),
      ports: [{ containerPort: 8080 }],
      resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '128Mi' } },
      securityContext: {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      },
    },
  ],
});
