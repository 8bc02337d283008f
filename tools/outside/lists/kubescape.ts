import { by, elsewhere, needsNode, type OutsideList, row } from '../item.ts';
import { command, context, given, givenToAgent, held, mounts, pod, SPACE } from '../triggers.ts';

const RBAC = 'rbac.authorization.k8s.io';
const ADMISSION = 'admissionregistration.k8s.io';
const group = (name: string) => ({ apiGroup: RBAC, kind: 'Group', name });

export const KUBESCAPE: OutsideList = {
  title: 'Kubescape: RBAC and host controls',
  source: 'https://github.com/kubescape/regolibrary/tree/master/controls',
  items: [
    {
      id: 'C-0002 Command execution',
      what: 'Rights to run commands in pods.',
      answer: by('strong-binding', givenToAgent('', 'pods/exec', 'create')),
    },
    {
      id: 'C-0007 Delete capabilities',
      what: 'Rights to delete workloads.',
      answer: by('strong-binding', given('apps,', 'deployments,pods', '*')),
    },
    {
      id: 'C-0013 Non-root containers',
      what: 'A container runs as root.',
      answer: by('weak-pod', context({ runAsUser: 0 })),
    },
    {
      id: 'C-0015 List Secrets',
      what: 'Rights to list Secrets.',
      answer: by('strong-binding', givenToAgent('', 'secrets', 'list')),
    },
    {
      id: 'C-0016 Allow privilege escalation',
      what: 'A container may gain privileges.',
      answer: by('weak-pod', context({ allowPrivilegeEscalation: true })),
    },
    {
      id: 'C-0031 Delete events',
      what: 'Rights to delete events.',
      answer: row('access-changes', 'given', given('', 'events', 'delete,deletecollection')),
    },
    {
      id: 'C-0035 Administrative roles',
      what: 'cluster-admin, or a role like it, is held.',
      answer: by('wide-binding', { bound: { role: 'cluster-admin' } }),
    },
    {
      id: 'C-0036 Validating webhooks',
      what: 'Rights to make validating webhooks.',
      answer: by('strong-binding', given(ADMISSION, 'validatingwebhookconfigurations', 'create,update')),
    },
    {
      id: 'C-0037 CoreDNS poisoning',
      what: 'The DNS of the cluster is changed.',
      answer: by('dns-change', {
        requests: [
          {
            verb: 'patch',
            resource: 'configmaps',
            namespace: 'kube-system',
            name: 'coredns',
            body: { data: { Corefile: '.:53 {}' } },
          },
        ],
      }),
    },
    {
      id: 'C-0038 Host PID or IPC',
      what: "A pod sees its node's processes or memory.",
      answer: by('host-access-workload', pod({ hostPID: true, hostIPC: true })),
    },
    {
      id: 'C-0039 Mutating webhooks',
      what: 'Rights to make mutating webhooks.',
      answer: by('strong-binding', given(ADMISSION, 'mutatingwebhookconfigurations', 'create,update')),
    },
    {
      id: 'C-0041 Host network',
      what: "A pod uses its node's network.",
      answer: by('host-access-workload', pod({ hostNetwork: true })),
    },
    {
      id: 'C-0044 Host port',
      what: 'A container opens a port of its node.',
      answer: by('weak-pod', pod({}, { ports: [{ containerPort: 22, hostPort: 2222 }] })),
    },
    {
      id: 'C-0045 Writable hostPath',
      what: 'A container can write files of its node.',
      answer: by('host-access-workload', mounts('/etc')),
    },
    {
      id: 'C-0046 Insecure capabilities',
      what: 'A container has dangerous capabilities.',
      answer: by('host-access-workload', context({ capabilities: { add: ['NET_ADMIN', 'SYS_ADMIN'] } })),
    },
    {
      id: 'C-0048 hostPath mount',
      what: 'A container mounts files of its node.',
      answer: by('host-access-workload', mounts('/etc', true)),
    },
    {
      id: 'C-0052 Instance metadata',
      what: 'A pod asks for the credentials of its node.',
      answer: by('metadata-access', command('curl', 'http://169.254.169.254/latest/meta-data/iam/')),
    },
    {
      id: 'C-0053 Accounts in containers',
      what: 'A pod holds the token of an account that was chosen for it.',
      answer: row(
        'workloads',
        'service-account-token',
        pod({ serviceAccountName: 'agent', automountServiceAccountToken: true }),
      ),
    },
    {
      id: 'C-0055 Linux hardening',
      what: 'A container has none of the protections of Linux.',
      answer: row(
        'workloads',
        'privilege-escalation',
        context({ allowPrivilegeEscalation: true, seccompProfile: { type: 'Unconfined' } }),
      ),
    },
    {
      id: 'C-0057 Privileged container',
      what: 'A container is privileged.',
      answer: by('host-access-workload', context({ privileged: true })),
    },
    {
      id: 'C-0063 Port forwarding',
      what: 'Somebody forwards ports of pods.',
      answer: by('exec', {
        requests: [{ verb: 'create', resource: 'pods/portforward', namespace: SPACE, name: 'web-0', code: 101 }],
      }),
    },
    {
      id: 'C-0065 No impersonation',
      what: 'Rights to act as others.',
      answer: by('wide-binding', given('', 'users,groups', 'impersonate')),
    },
    {
      id: 'C-0069 Kubelet: anonymous access',
      what: 'A kubelet answers without an identity.',
      answer: needsNode("it is the kubelet's configuration"),
    },
    {
      id: 'C-0070 Kubelet: TLS of clients',
      what: 'A kubelet does not ask for certificates.',
      answer: needsNode("it is the kubelet's configuration"),
    },
    {
      id: 'C-0074 Socket of the runtime',
      what: 'A container mounts the socket of the container runtime.',
      answer: by('host-access-workload', mounts('/var/run/docker.sock')),
    },
    {
      id: 'C-0162 to C-0184 Kubelet',
      what: "Files and flags of the node's kubelet.",
      answer: needsNode("they are files and flags of the node's kubelet"),
    },
    {
      id: 'C-0185 cluster-admin',
      what: 'cluster-admin is used where less would do.',
      answer: by('creator-rights', held('*', '*', '*')),
    },
    {
      id: 'C-0186 Access to Secrets',
      what: 'Rights to read Secrets.',
      answer: by('strong-binding', givenToAgent('', 'secrets', 'get,list,watch')),
    },
    { id: 'C-0187 Wildcards', what: 'A role with wildcards.', answer: by('wide-binding', given('*', '*', '*')) },
    {
      id: 'C-0188 Creating pods',
      what: 'Rights to make pods.',
      answer: by('strong-binding', given('', 'pods', 'create')),
    },
    {
      id: 'C-0189 Default accounts',
      what: 'Rights for the account that each pod has.',
      answer: by('wide-binding', given('', 'secrets', 'get,list')),
    },
    {
      id: 'C-0190 Account tokens',
      what: 'A token is mounted that is not needed.',
      answer: row(
        'workloads',
        'service-account-token',
        pod({ serviceAccountName: 'agent', automountServiceAccountToken: true }),
      ),
    },
    {
      id: 'C-0191 bind, impersonate, escalate',
      what: 'Rights to bind, impersonate or escalate.',
      answer: by('wide-binding', given(RBAC, 'clusterroles', 'bind,escalate')),
    },
    {
      id: 'C-0202 Windows HostProcess',
      what: 'A container is a process of its Windows node.',
      answer: by('host-access-workload', context({ windowsOptions: { hostProcess: true } })),
    },
    {
      id: 'C-0246 system:masters',
      what: 'The group that nothing refuses is used.',
      answer: by('creator-rights', { creator: { username: 'root', groups: ['system:masters'] } }),
    },
    {
      id: 'C-0262 Anonymous bindings',
      what: 'A role for requests without an identity.',
      answer: by('role-for-everybody', { bound: { role: 'view', subjects: [group('system:unauthenticated')] } }),
    },
    {
      id: 'C-0265 system:authenticated',
      what: 'A role for every identity.',
      answer: by('role-for-everybody', { bound: { role: 'edit', subjects: [group('system:authenticated')] } }),
    },
    {
      id: 'C-0267 Takeover roles',
      what: 'A workload has an account that can take the cluster.',
      answer: by('wide-binding', { ...given('*', '*', '*'), ...pod({ automountServiceAccountToken: true }) }),
    },
    {
      id: 'C-0272 Administrative roles',
      what: 'A workload has an account that is an administrator.',
      answer: by('wide-binding', { bound: { role: 'cluster-admin' }, ...pod({}) }),
    },
    {
      id: 'C-0278 PersistentVolumes',
      what: 'Rights to make volumes of nodes.',
      answer: by('strong-binding', given('', 'persistentvolumes', 'create')),
    },
    {
      id: 'C-0279 nodes/proxy',
      what: 'Rights to speak to kubelets.',
      answer: by('wide-binding', given('', 'nodes/proxy', 'get')),
    },
    {
      id: 'C-0280 Certificate approval',
      what: 'Rights to approve certificate requests.',
      answer: by('wide-binding', given('certificates.k8s.io', 'certificatesigningrequests/approval', 'update')),
    },
    {
      id: 'C-0281 Webhook objects',
      what: 'Rights over admission webhooks.',
      answer: by('strong-binding', given(ADMISSION, 'validatingwebhookconfigurations', '*')),
    },
    {
      id: 'C-0282 Token creation',
      what: "Rights to have ServiceAccounts' tokens issued.",
      answer: by('wide-binding', given('', 'serviceaccounts/token', 'create')),
    },
    {
      id: 'C-0014 Dashboard',
      what: "The dashboard's account is given rights.",
      answer: by('wide-binding', {
        bound: {
          role: 'cluster-admin',
          subjects: [{ kind: 'ServiceAccount', namespace: 'kubernetes-dashboard', name: 'kubernetes-dashboard' }],
        },
      }),
    },
    {
      id: 'C-0088 RBAC enabled',
      what: 'The API server asks RBAC.',
      answer: elsewhere('it is a flag of the API server, which EKS sets'),
    },
    {
      id: 'C-0193, C-0213 Privileged',
      what: 'Privileged containers are let in.',
      answer: by('host-access-workload', context({ privileged: true })),
    },
    {
      id: 'C-0194, C-0214, C-0275 Host PID',
      what: "Pods that see their node's processes are let in.",
      answer: by('host-access-workload', pod({ hostPID: true })),
    },
    {
      id: 'C-0195, C-0215, C-0276 Host IPC',
      what: "Pods that share their node's memory are let in.",
      answer: by('host-access-workload', pod({ hostIPC: true })),
    },
    {
      id: 'C-0196, C-0216 Host network',
      what: "Pods in their node's network are let in.",
      answer: by('host-access-workload', pod({ hostNetwork: true })),
    },
    {
      id: 'C-0197, C-0217 Privilege escalation',
      what: 'Containers that may gain privileges are let in.',
      answer: by('weak-pod', context({ allowPrivilegeEscalation: true })),
    },
    {
      id: 'C-0198, C-0218 Root',
      what: 'Containers that run as root are let in.',
      answer: by('weak-pod', context({ runAsUser: 0 })),
    },
    {
      id: 'C-0199 NET_RAW',
      what: 'Containers that may send any packet are let in.',
      answer: by('host-access-workload', context({ capabilities: { add: ['NET_RAW'] } })),
    },
    {
      id: 'C-0200, C-0201, C-0219, C-0220 Capabilities',
      what: 'Containers with more capabilities are let in.',
      answer: by('host-access-workload', context({ capabilities: { add: ['DAC_READ_SEARCH'] } })),
    },
    {
      id: 'C-0203 hostPath',
      what: 'Pods that mount files of their node are let in.',
      answer: by('host-access-workload', mounts('/etc')),
    },
    {
      id: 'C-0204 Host ports',
      what: 'Containers that open a port of their node are let in.',
      answer: by('weak-pod', pod({}, { ports: [{ containerPort: 22, hostPort: 2222 }] })),
    },
    {
      id: 'C-0235, C-0238 Kubelet on EKS',
      what: "Who may write the kubelet's files.",
      answer: needsNode('they are files of the node'),
    },
  ],
};
