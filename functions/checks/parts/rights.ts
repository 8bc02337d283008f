/** What an actor may do that matters: the fixed list, to be asked one by one. */
import type { ResourceRequest } from '../../kubernetes/rbac.ts';

/** Something to ask the authorizer; without `namespace` in all namespaces. */
export type RightQuestion = ResourceRequest & { namespace?: string };

export interface Right {
  /** For people and indicators. */
  right: string;
  /** The right without saying where it holds: for a role, which may be bound in one namespace. */
  gives: string;
  /** Any of them gives it. */
  any: readonly RightQuestion[];
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
  { right: 'everything (cluster-admin)', gives: 'everything', any: [{ verb: '*', group: '*', resource: '*' }] },
  {
    right: 'read Secrets of all namespaces',
    gives: 'reading Secrets',
    any: ['list', 'get', 'watch'].map((verb) => ({ verb, resource: 'secrets' })),
  },
  {
    right: 'run commands in all pods',
    gives: 'running commands in pods',
    // With a WebSocket the verb was get until Kubernetes 1.35.
    any: ['create', 'get'].map((verb) => ({ verb, resource: 'pods', subresource: 'exec' })),
  },
  {
    right: 'bind any role (bind)',
    gives: 'binding any role',
    any: [{ verb: 'bind', group: RBAC, resource: 'clusterroles' }],
  },
  {
    right: 'widen any role (escalate)',
    gives: 'widening any role',
    any: [{ verb: 'escalate', group: RBAC, resource: 'clusterroles' }],
  },
  {
    right: 'act as any user or group (impersonate)',
    gives: 'impersonation',
    any: ['users', 'groups'].flatMap((resource) => [
      { verb: 'impersonate', resource },
      { verb: 'impersonate:user-info', group: AUTHENTICATION, resource },
    ]),
  },
  {
    right: 'act as any ServiceAccount (impersonate)',
    gives: 'impersonation of ServiceAccounts',
    any: [
      { verb: 'impersonate', resource: 'serviceaccounts' },
      { verb: 'impersonate:serviceaccount', group: AUTHENTICATION, resource: 'serviceaccounts' },
    ],
  },
  {
    right: 'act as any node (impersonate)',
    gives: 'impersonation of nodes',
    any: [{ verb: 'impersonate:arbitrary-node', group: AUTHENTICATION, resource: 'nodes' }],
  },
  {
    right: 'get tokens of all ServiceAccounts',
    gives: 'tokens of ServiceAccounts',
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
    // Enough to run commands in pods, past audit log and admission.
    any: ['get', 'create'].map((verb) => ({ verb, resource: 'nodes', subresource: 'proxy' })),
  },
  {
    right: 'approve certificate requests',
    gives: 'approving certificate requests',
    any: [{ verb: 'update', group: CERTIFICATES, resource: 'certificatesigningrequests', subresource: 'approval' }],
  },
  {
    right: 'run pods on all nodes from kube-system (DaemonSets)',
    gives: 'running DaemonSets',
    any: [{ verb: 'create', group: 'apps', resource: 'daemonsets', namespace: 'kube-system' }],
  },
  {
    right: 'change who IAM identities are (aws-auth)',
    gives: 'changing ConfigMap aws-auth',
    any: ['update', 'patch'].map((verb) => ({
      verb,
      resource: 'configmaps',
      name: 'aws-auth',
      namespace: 'kube-system',
    })),
  },
];
