import { by, needsNode, type OutsideList, row } from '../item.ts';
import { context, does, execs, inAdmission, inRbac, mounts, SPACE } from '../triggers.ts';

const body = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { namespace: 'kube-system', name: 'helper' },
  spec: { containers: [{ name: 'c', image: 'registry.example.com/c:1' }] },
};
const job = {
  metadata: { namespace: SPACE, name: 'c', uid: '11111111-2222-4333-8444-555555555557' },
  spec: {
    schedule: '* * * * *',
    jobTemplate: { spec: { template: { spec: { containers: [{ name: 'c', image: 'registry.example.com/c:1' }] } } } },
  },
};

export const SIGMA: OutsideList = {
  title: 'Sigma: Kubernetes audit rules',
  source: 'https://github.com/SigmaHQ/sigma/tree/master/rules/application/kubernetes/audit',
  items: [
    {
      id: 'change_admission_controller',
      what: 'Admission configuration is changed.',
      answer: by('webhook-change', inAdmission('patch', 'mutatingwebhookconfigurations')),
    },
    {
      id: 'compiler_execution_in_container',
      what: 'A compiler runs in a container.',
      answer: needsNode('what a process does in a container is seen on its node only'),
    },
    {
      id: 'cronjob_modification',
      what: 'A CronJob is made or changed.',
      answer: by('daemonset-or-cronjob', { objects: { '/apis/batch/v1/cronjobs': [job] } }),
    },
    {
      id: 'deployment_deleted',
      what: 'A Deployment is deleted.',
      answer: row(
        'actor-activity',
        '"verb":"delete","resource":"deployments',
        does('delete', 'deployments', { group: 'apps', namespace: 'default', name: 'shop' }),
      ),
    },
    {
      id: 'events_deleted',
      what: 'Events are deleted.',
      answer: by('event-deletion', does('delete', 'events', { namespace: SPACE, name: 'e' })),
    },
    { id: 'exec_into_container', what: 'A shell in a pod.', answer: by('exec', execs('sh')) },
    {
      id: 'hostpath_mount',
      what: 'A pod mounts files of its node.',
      answer: by('host-access-workload', mounts('/etc')),
    },
    {
      id: 'pod_in_system_namespace',
      what: "A pod among the system's own.",
      answer: by('system-workload', does('create', 'pods', { namespace: 'kube-system', name: 'helper', body })),
    },
    {
      id: 'potential_enumeration_activity',
      what: 'One identity asks for many kinds of objects.',
      answer: row('actor-activity', 'clusterroles', {
        requests: ['roles', 'rolebindings', 'clusterroles', 'clusterrolebindings'].map((resource) => ({
          verb: 'list',
          resource,
          group: 'rbac.authorization.k8s.io',
          before: true,
        })),
      }),
    },
    {
      id: 'privileged_pod_creation',
      what: 'A privileged pod.',
      answer: by('host-access-workload', context({ privileged: true })),
    },
    {
      id: 'rbac_permissions_listing',
      what: 'An identity lists its rights.',
      answer: by(
        'permission-discovery',
        does('create', 'selfsubjectrulesreviews', { group: 'authorization.k8s.io', times: 12 }),
      ),
    },
    {
      id: 'rolebinding_modification',
      what: 'A binding is changed or deleted.',
      answer: row(
        'actor-activity',
        '"verb":"delete","resource":"rolebindings',
        inRbac('delete', 'rolebindings', { namespace: 'default', name: 'b' }),
      ),
    },
    { id: 'secrets_enumeration', what: 'Secrets are listed.', answer: by('secrets-read', does('list', 'secrets')) },
    {
      id: 'secrets_modified_or_deleted',
      what: 'A Secret is changed or deleted.',
      answer: row(
        'actor-activity',
        '"verb":"delete","resource":"secrets',
        does('delete', 'secrets', { namespace: 'default', name: 's' }),
      ),
    },
    {
      id: 'serviceaccount_creation',
      what: 'A ServiceAccount is made.',
      answer: row(
        'actor-activity',
        '"verb":"create","resource":"serviceaccounts',
        does('create', 'serviceaccounts', { namespace: 'default', name: 'builder' }),
      ),
    },
    {
      id: 'sidecar_injection',
      what: 'A workload that runs is given one more container.',
      answer: row(
        'actor-activity',
        '"verb":"patch","resource":"deployments',
        does('patch', 'deployments', { group: 'apps', namespace: 'default', name: 'shop' }),
      ),
    },
    {
      id: 'suspicious_enumeration_or_attack',
      what: 'One identity is refused many different things.',
      answer: by('refused-before', {
        requests: Array.from({ length: 12 }, (_, index) => ({
          verb: 'get',
          resource: 'configmaps',
          namespace: 'default',
          name: `c${index}`,
          code: 403,
          before: true,
        })),
      }),
    },
    {
      id: 'unauthorized_unauthenticated_actions',
      what: 'Requests are refused, or have no identity.',
      answer: by('anonymous-creator', {
        creator: { username: 'system:anonymous', groups: ['system:unauthenticated'] },
      }),
    },
  ],
};
