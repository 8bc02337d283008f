/** What an actor may do that matters: the fixed list, to be asked one by one. */
import type { ResourceRequest } from '../../kubernetes/rbac.ts';
import type { AuditEntry } from './audit-entry.ts';

/** Something to ask the authorizer; without `namespace` in all namespaces. */
export type RightQuestion = ResourceRequest & { namespace?: string };

export interface Right {
  /** For people and indicators. */
  right: string;
  /** The right without saying where it holds: for a role, which may be bound in one namespace. */
  gives: string;
  /** Any of them gives it. */
  any: readonly RightQuestion[];
  /**
   * `decisive`: cluster-admin by another name, because whoever has it can take all others at once. `credentials`: brings
   * those of others, or their processes; operators have one or two of them. The rest is what many operators need.
   */
  kind?: 'decisive' | 'credentials';
}

const RBAC = 'rbac.authorization.k8s.io';
const ADMISSION = 'admissionregistration.k8s.io';
const CERTIFICATES = 'certificates.k8s.io';
/**
 * The group of what is impersonated by the verbs of constrained impersonation, beta in Kubernetes 1.36. Beside one of these
 * it takes `impersonate-on:<mode>:<verb>` on what is then done (k8s.io/apiserver, pkg/endpoints/filters/impersonation/mode.go).
 */
const AUTHENTICATION = 'authentication.k8s.io';

/**
 * Rights that lead to all others, or past all controls (Kubernetes, "RBAC good practices: privilege escalation risks"),
 * the most dangerous first.
 */
export const RIGHTS: readonly Right[] = [
  {
    right: 'everything (cluster-admin)',
    gives: 'everything',
    kind: 'decisive',
    any: [{ verb: '*', group: '*', resource: '*' }],
  },
  {
    right: 'read Secrets of all namespaces',
    gives: 'reading Secrets',
    kind: 'credentials',
    any: ['list', 'get', 'watch'].map((verb) => ({ verb, resource: 'secrets' })),
  },
  {
    right: 'run commands in all pods',
    gives: 'running commands in pods',
    kind: 'credentials',
    any: [
      // With a WebSocket the verb was get until Kubernetes 1.35.
      ...['create', 'get'].map((verb) => ({ verb, resource: 'pods', subresource: 'exec' })),
      // A container more in a pod that runs.
      ...['update', 'patch'].map((verb) => ({ verb, resource: 'pods', subresource: 'ephemeralcontainers' })),
    ],
  },
  {
    right: 'bind any role (bind)',
    gives: 'binding any role',
    kind: 'decisive',
    any: [{ verb: 'bind', group: RBAC, resource: 'clusterroles' }],
  },
  {
    right: 'widen any role (escalate)',
    gives: 'widening any role',
    kind: 'decisive',
    any: [{ verb: 'escalate', group: RBAC, resource: 'clusterroles' }],
  },
  {
    right: 'act as any user or group (impersonate)',
    gives: 'impersonation',
    kind: 'decisive',
    any: ['users', 'groups'].flatMap((resource) => [
      { verb: 'impersonate', resource },
      { verb: 'impersonate:user-info', group: AUTHENTICATION, resource },
    ]),
  },
  {
    right: 'act as any ServiceAccount (impersonate)',
    gives: 'impersonation of ServiceAccounts',
    kind: 'decisive',
    any: [
      { verb: 'impersonate', resource: 'serviceaccounts' },
      { verb: 'impersonate:serviceaccount', group: AUTHENTICATION, resource: 'serviceaccounts' },
    ],
  },
  {
    right: 'act as any node (impersonate)',
    gives: 'impersonation of nodes',
    kind: 'decisive',
    any: [{ verb: 'impersonate:arbitrary-node', group: AUTHENTICATION, resource: 'nodes' }],
  },
  {
    right: 'get tokens of all ServiceAccounts',
    gives: 'tokens of ServiceAccounts',
    kind: 'credentials',
    any: [{ verb: 'create', resource: 'serviceaccounts', subresource: 'token' }],
  },
  {
    right: 'change admission webhooks and policies',
    gives: 'changing admission webhooks and policies',
    any: [
      { verb: 'create', group: ADMISSION, resource: 'mutatingwebhookconfigurations' },
      { verb: 'create', group: ADMISSION, resource: 'validatingwebhookconfigurations' },
      { verb: 'delete', group: ADMISSION, resource: 'validatingwebhookconfigurations' },
      { verb: 'delete', group: ADMISSION, resource: 'validatingadmissionpolicybindings' },
      // These rewrite what others write, as a webhook does, and need no backend.
      ...['create', 'update', 'patch'].flatMap((verb) =>
        ['mutatingadmissionpolicies', 'mutatingadmissionpolicybindings'].map((resource) => ({
          verb,
          group: ADMISSION,
          resource,
        })),
      ),
    ],
  },
  {
    right: 'reach the kubelets (nodes/proxy)',
    gives: 'reaching the kubelets',
    kind: 'credentials',
    // Enough to run commands in pods, past audit log and admission.
    any: ['get', 'create'].map((verb) => ({ verb, resource: 'nodes', subresource: 'proxy' })),
  },
  {
    right: 'approve certificate requests',
    gives: 'approving certificate requests',
    kind: 'credentials',
    any: [{ verb: 'update', group: CERTIFICATES, resource: 'certificatesigningrequests', subresource: 'approval' }],
  },
  {
    right: 'run pods on all nodes from kube-system (DaemonSets)',
    gives: 'running DaemonSets',
    any: [{ verb: 'create', group: 'apps', resource: 'daemonsets', namespace: 'kube-system' }],
  },
  {
    right: 'run pods with any ServiceAccount',
    gives: 'running pods',
    // A pod has the rights of the account that it names, and whoever can make pods chooses it.
    any: [
      { verb: 'create', resource: 'pods' },
      ...['deployments', 'statefulsets'].map((resource) => ({ verb: 'create', group: 'apps', resource })),
      ...['jobs', 'cronjobs'].map((resource) => ({ verb: 'create', group: 'batch', resource })),
    ],
  },
  {
    right: "make volumes of the nodes' files (PersistentVolumes)",
    gives: "making volumes of the nodes' files",
    any: [{ verb: 'create', resource: 'persistentvolumes' }],
  },
  {
    right: 'lift Pod Security from namespaces (labels)',
    gives: 'changing labels of namespaces',
    any: ['update', 'patch'].map((verb) => ({ verb, resource: 'namespaces' })),
  },
  {
    right: 'change who IAM identities are (aws-auth)',
    gives: 'changing ConfigMap aws-auth',
    kind: 'decisive',
    any: ['update', 'patch'].map((verb) => ({
      verb,
      resource: 'configmaps',
      name: 'aws-auth',
      namespace: 'kube-system',
    })),
  },
];

/** Requests that use such a right: who may bind or escalate writes bindings and roles. */
const USES: readonly { gives: string; question: RightQuestion }[] = [
  ...RIGHTS.flatMap(({ gives, any }) => any.map((question) => ({ gives, question }))),
  ...['rolebindings', 'clusterrolebindings'].map((resource) => ({
    gives: 'binding any role',
    question: { verb: 'create', group: RBAC, resource },
  })),
  ...['roles', 'clusterroles'].map((resource) => ({
    gives: 'widening any role',
    question: { verb: 'create', group: RBAC, resource },
  })),
];

/** The right of the list that a request would have used; undefined for any other request. */
export const rightOf = (entry: AuditEntry): string | undefined =>
  USES.find(
    ({ question: { verb, group = '', resource, subresource, name = entry.name, namespace = entry.namespace } }) =>
      verb === entry.verb &&
      group === entry.group &&
      (subresource ? `${resource}/${subresource}` : resource) === entry.resource &&
      name === entry.name &&
      namespace === entry.namespace,
  )?.gives;
