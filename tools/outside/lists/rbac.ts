import { by, elsewhere, type OutsideList, row } from '../item.ts';
import { does, given, givenToAgent, held, inAdmission, pod } from '../triggers.ts';

const WORKLOAD = { kind: 'DaemonSet', apiVersion: 'apps/v1' };

export const RBAC_PRACTICES: OutsideList = {
  title: 'Kubernetes: RBAC good practices',
  source: 'https://kubernetes.io/docs/concepts/security/rbac-good-practices/',
  mayDecline: 2,
  items: [
    {
      id: 'Rights for one namespace',
      what: 'A right that holds in the whole cluster where one namespace would do.',
      answer: by('strong-binding', givenToAgent('', 'secrets', 'get,list')),
    },
    {
      id: 'Wildcards',
      what: 'A role that allows every verb on every resource.',
      answer: by('wide-binding', given('*', '*', '*')),
    },
    {
      id: 'Use of cluster-admin',
      what: 'The creator may do everything.',
      answer: by('creator-rights', held('*', '*', '*')),
    },
    {
      id: 'system:masters',
      what: 'The creator is in the group that nothing refuses.',
      answer: by('creator-rights', { creator: { username: 'root', groups: ['system:masters'] } }),
    },
    {
      id: 'Powerful accounts in pods',
      what: 'The account that pods of the namespace run as is given rights that lead to more.',
      answer: by('wide-binding', given('', 'secrets,pods/exec', '*')),
    },
    {
      id: 'Powerful pods on many nodes',
      what: 'A DaemonSet puts a pod on every node.',
      answer: by('daemonset-or-cronjob', daemonSet()),
    },
    {
      id: 'system:unauthenticated',
      what: 'Requests without an identity are given a role.',
      answer: by('role-for-everybody', {
        bound: {
          role: 'view',
          subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'system:unauthenticated' }],
        },
      }),
    },
    {
      id: 'Automatic tokens',
      what: 'A pod holds the token of an account that was chosen for it.',
      answer: row(
        'workloads',
        'service-account-token',
        pod({ serviceAccountName: 'agent', automountServiceAccountToken: true }),
      ),
    },
    {
      id: 'Periodic review',
      what: 'A new user takes the name, and so the rights, of one who left.',
      answer: elsewhere('who is behind a name is decided where users are kept'),
    },
    {
      id: 'Listing Secrets',
      what: 'Secrets are listed, which hands out their content.',
      answer: by('secrets-read', does('list', 'secrets', { namespace: 'default' })),
    },
    {
      id: 'Creating workloads',
      what: 'Who may make pods has the rights of every account of their namespace.',
      answer: by('strong-binding', given('', 'pods', 'create')),
    },
    {
      id: 'Creating PersistentVolumes',
      what: 'A volume of the files of a node.',
      answer: by(
        'host-volume',
        does('create', 'persistentvolumes', {
          name: 'v',
          body: {
            apiVersion: 'v1',
            kind: 'PersistentVolume',
            metadata: { name: 'v' },
            spec: { hostPath: { path: '/' } },
          },
        }),
      ),
    },
    {
      id: 'nodes/proxy',
      what: 'The right to speak to kubelets.',
      answer: by('wide-binding', given('', 'nodes/proxy', 'get')),
    },
    {
      id: 'escalate',
      what: 'The right to widen roles.',
      answer: by('wide-binding', given('rbac.authorization.k8s.io', 'clusterroles', 'escalate')),
    },
    {
      id: 'bind',
      what: 'The right to bind any role.',
      answer: by('wide-binding', given('rbac.authorization.k8s.io', 'clusterroles', 'bind')),
    },
    {
      id: 'impersonate',
      what: 'The right to act as anybody.',
      answer: by('wide-binding', given('', 'users,groups', 'impersonate')),
    },
    {
      id: 'Certificate requests',
      what: 'Certificate requests are approved, which makes identities.',
      answer: by(
        'certificate-approval',
        does('update', 'certificatesigningrequests/approval', { group: 'certificates.k8s.io', name: 'c' }),
      ),
    },
    {
      id: 'Token requests',
      what: 'Tokens of ServiceAccounts are issued.',
      answer: by('token-request', does('create', 'serviceaccounts/token', { namespace: 'default', name: 'builder' })),
    },
    {
      id: 'Admission webhooks',
      what: 'Admission webhooks are made or changed.',
      answer: by('webhook-change', inAdmission('create', 'mutatingwebhookconfigurations')),
    },
    {
      id: 'Changing namespaces',
      what: 'A label lifts Pod Security from a namespace.',
      answer: by(
        'pod-security-change',
        does('patch', 'namespaces', {
          name: 'checkout',
          body: { metadata: { labels: { 'pod-security.kubernetes.io/enforce': 'privileged' } } },
        }),
      ),
    },
    {
      id: 'Denial of service by objects',
      what: 'Objects so many or so large that etcd suffers.',
      answer: elsewhere('the load of etcd is a matter of the cluster, which EKS runs'),
    },
  ],
};

function daemonSet() {
  const spec = { template: { spec: { containers: [{ name: 'main', image: 'registry.example.com/agent:1' }] } } };
  const metadata = { namespace: 'checkout-preview', name: 'agent' };
  return {
    requests: [
      { verb: 'create', resource: 'daemonsets', group: 'apps', ...metadata, body: { ...WORKLOAD, metadata, spec } },
    ],
    objects: {
      '/apis/apps/v1/daemonsets': [{ metadata: { ...metadata, uid: '11111111-2222-4333-8444-555555555555' }, spec }],
    },
  };
}
