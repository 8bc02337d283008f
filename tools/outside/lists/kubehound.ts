import { by, type OutsideList, row } from '../item.ts';
import { command, context, does, execs, given, mounts, pod, SPACE } from '../triggers.ts';

const web = (type: string) => ({
  objects: {
    '/api/v1/services': [
      {
        metadata: { namespace: SPACE, name: 'web', uid: '11111111-2222-4333-8444-555555555556' },
        spec: { type, ports: [{ port: 80, nodePort: 30080 }] },
      },
    ],
  },
});

export const KUBEHOUND: OutsideList = {
  title: 'KubeHound: attack edges',
  source: 'https://kubehound.io/reference/attacks/',
  mayDecline: 2,
  items: [
    {
      id: 'CE_MODULE_LOAD',
      what: 'A container may load modules into the kernel of its node.',
      answer: by('host-access-workload', context({ capabilities: { add: ['SYS_MODULE'] } })),
    },
    {
      id: 'CE_NSENTER',
      what: "A privileged container with the node's processes enters the namespaces of the node.",
      answer: by('host-access-workload', context({ privileged: true }, { hostPID: true })),
    },
    {
      id: 'CE_PRIV_MOUNT',
      what: 'A privileged container mounts the disks of its node.',
      answer: by('host-access-workload', context({ privileged: true })),
    },
    {
      id: 'CE_SYS_PTRACE',
      what: 'A container traces processes of its node.',
      answer: by('host-access-workload', context({ capabilities: { add: ['SYS_PTRACE'] } }, { hostPID: true })),
    },
    {
      id: 'CE_UMH_CORE_PATTERN',
      what: "A container writes the node's core pattern, which the kernel runs.",
      answer: by('host-access-workload', mounts('/proc/sys/kernel')),
    },
    {
      id: 'CE_VAR_LOG_SYMLINK',
      what: "A link in the node's log folder shows any of its files.",
      answer: by('host-access-workload', mounts('/var/log')),
    },
    { id: 'CONTAINER_ATTACH', what: 'From a pod into one of its containers.', answer: by('exec', execs('sh')) },
    {
      id: 'ENDPOINT_EXPLOIT',
      what: 'A container can be reached by its endpoint.',
      answer: by('node-port', web('NodePort')),
    },
    {
      id: 'EXPLOIT_CONTAINERD_SOCK',
      what: 'A container speaks to the container runtime of its node.',
      answer: by('host-access-workload', mounts('/run/containerd/containerd.sock', true)),
    },
    {
      id: 'EXPLOIT_HOST_READ',
      what: 'A container reads files of its node.',
      answer: by('host-access-workload', mounts('/', true)),
    },
    {
      id: 'EXPLOIT_HOST_TRAVERSE',
      what: "A container goes through the node's files to tokens of other pods.",
      answer: by('host-access-workload', mounts('/var/lib/kubelet/pods')),
    },
    {
      id: 'EXPLOIT_HOST_WRITE',
      what: 'A container writes files of its node.',
      answer: by('host-access-workload', mounts('/')),
    },
    {
      id: 'IDENTITY_ASSUME',
      what: 'A container has the identity of its ServiceAccount.',
      answer: row(
        'workloads',
        'service-account-token',
        pod({ serviceAccountName: 'agent', automountServiceAccountToken: true }),
      ),
    },
    {
      id: 'IDENTITY_IMPERSONATE',
      what: 'An identity may act as others.',
      answer: by('wide-binding', given('', 'users,groups,serviceaccounts', 'impersonate')),
    },
    {
      id: 'PERMISSION_DISCOVER',
      what: 'An identity finds out what it may do.',
      answer: by(
        'permission-discovery',
        does('create', 'selfsubjectrulesreviews', { group: 'authorization.k8s.io', times: 12 }),
      ),
    },
    {
      id: 'POD_ATTACH',
      what: 'From a node to the pods that run on it.',
      answer: by('host-access-workload', command('nsenter', '--target', '1', '--mount', '--pid', 'crictl', 'exec')),
    },
    {
      id: 'POD_CREATE',
      what: 'Who may make pods takes a node by a privileged one.',
      answer: by('strong-binding', given('', 'pods', 'create')),
    },
    { id: 'POD_EXEC', what: 'Commands in running pods.', answer: by('exec', execs('id')) },
    {
      id: 'POD_PATCH',
      what: 'A running pod is given another image or container.',
      answer: by('exec', does('patch', 'pods/ephemeralcontainers', { namespace: SPACE, name: 'web-0' })),
    },
    {
      id: 'ROLE_BIND',
      what: 'An identity binds a role to itself.',
      answer: by('wide-binding', given('rbac.authorization.k8s.io', 'clusterroles', 'bind')),
    },
    {
      id: 'SHARE_PS_NAMESPACE',
      what: "Containers of a pod see each other's processes.",
      answer: by('weak-pod', pod({ shareProcessNamespace: true })),
    },
    {
      id: 'TOKEN_BRUTEFORCE',
      what: 'Secrets are read by guessed names.',
      answer: by(
        'secrets-read',
        does('get', 'secrets', { namespace: 'default', name: 'default-token-abcde', times: 12 }),
      ),
    },
    {
      id: 'TOKEN_LIST',
      what: 'Tokens are read from listed Secrets.',
      answer: by('secrets-read', does('list', 'secrets')),
    },
    {
      id: 'TOKEN_STEAL',
      what: 'Tokens are read from volumes.',
      answer: by('host-access-workload', mounts('/var/lib/kubelet')),
    },
    {
      id: 'VOLUME_ACCESS',
      what: "A node's user reads the volumes that are mounted on it.",
      answer: by('host-access-workload', mounts('/var/lib/kubelet/plugins')),
    },
    {
      id: 'VOLUME_DISCOVER',
      what: 'A container finds what is mounted into it.',
      answer: row('workloads', 'host-path', mounts('/opt', true)),
    },
  ],
};
