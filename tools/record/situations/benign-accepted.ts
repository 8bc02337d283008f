/** Ordinary work that the installation knows about: accepted by a person, or done through a proxy that is known. */
import { clusterRole, clusterRoleBinding, subject, workload } from '../incidents/objects.ts';
import { acts, times } from './acts.ts';
import { FACTS, PEOPLE, quiet } from './people.ts';
import type { Person, Situation } from './situation.ts';
import { account, container, denyAll, job, OWN, quota, rule, runs, space } from './things.ts';

const dana = acts(PEOPLE.dana);
const flux = acts(PEOPLE.flux);
const pipeline = acts(PEOPLE.pipeline);
const lately = (person: Person) => acts(person).get('/api/v1/namespaces');

/** What a person accepted: nothing is told but in the digest of the day. */
const silent = (facts: object) => ({ ...quiet(facts), told: [] });
const DANA = 'arn:aws:iam::111122223333:role/Admin';

const proxy: Person = {
  who: {
    account: 'access/proxy',
    rights: [
      rule('', 'users,groups', 'impersonate'),
      rule('authentication.k8s.io', 'userextras/principal', 'impersonate'),
    ],
  },
  address: '10.0.4.33',
  userAgent: 'kubectl/v1.36.3 (darwin/arm64) kubernetes/abcdef0',
};
const asErin = {
  'impersonate-user': 'erin@example.com',
  'impersonate-group': 'platform',
  'impersonate-extra-principal': 'erin@example.com',
};
const throughProxy = acts(proxy);

/** In an account of AWS. */
const ADDONS = 'arn:aws:iam::444455556666:role/AWSWesleyClusterManagerLambda-AddonManagerRole-EXAMPLE';
const addons: Person = {
  who: { certificate: 'eks:addon-manager' },
  address: '10.0.0.9',
  userAgent: 'eks-addon-manager/v1',
  canonicalArn: ADDONS,
};
const eks = acts(addons);

const agent = (name: string, registry = OWN) => ({
  serviceAccountName: name,
  hostNetwork: true,
  hostPID: true,
  volumes: [{ name: 'proc', hostPath: { path: '/proc' } }],
  containers: [
    container(`${registry}/${name}:7.2.0`, undefined, {
      volumeMounts: [{ name: 'proc', mountPath: '/host/proc', readOnly: true }],
    }),
  ],
});

export const ACCEPTED: readonly Situation[] = [
  {
    name: 'accepted-backup-tool',
    kind: 'benign',
    story:
      'A platform engineer installs a backup tool, whose account is cluster-admin as its documentation says. It was accepted before that administrators do so.',
    expect: silent(FACTS.dana),
    settings: {
      accepted: [
        {
          principal: DANA,
          namePattern: 'velero',
          indicators: ['new-creator', 'wide-binding', 'strong-binding', 'creator-rights'],
          addresses: ['203.0.113.0/24'],
        },
      ],
    },
    before: [lately(PEOPLE.dana)],
    creation: [dana.create(space('velero', { 'app.kubernetes.io/managed-by': 'Helm' }))],
    after: [
      dana.create(account('velero', 'velero')),
      dana.create(clusterRoleBinding('velero-server', 'cluster-admin', subject.account('velero', 'velero'))),
      dana.create(
        workload(
          'Deployment',
          'velero',
          'velero',
          {
            serviceAccountName: 'velero',
            automountServiceAccountToken: true,
            ...runs(`${OWN}/velero:1.17.0`, ['/velero', 'server']),
          },
          1,
        ),
      ),
    ],
  },
  {
    name: 'accepted-node-agent',
    kind: 'benign',
    story:
      'Flux installs an agent that watches every node. Its namespace, and that it reaches the nodes, was accepted before.',
    expect: silent(FACTS.flux),
    settings: {
      accepted: [
        {
          principal: FACTS.flux.actor,
          namePattern: 'node-agent',
          indicators: [
            'new-creator',
            'service-account-creator',
            'host-access-workload',
            'daemonset-or-cronjob',
            'privileged-pod-security',
            'strong-binding',
            'wide-binding',
            'creator-rights',
            'weak-pod',
            'secrets-read',
          ],
          addresses: ['10.0.0.0/16'],
        },
      ],
    },
    before: [lately(PEOPLE.flux)],
    creation: [
      flux.apply(space('node-agent', { 'pod-security.kubernetes.io/enforce': 'privileged' }), 'helm-controller'),
    ],
    after: [
      flux.create(account('node-agent', 'node-agent')),
      flux.create(clusterRole('node-agent', rule('', 'nodes,pods,namespaces', 'get,list,watch'))),
      flux.create(clusterRoleBinding('node-agent', 'node-agent', subject.account('node-agent', 'node-agent'))),
      flux.create(workload('DaemonSet', 'node-agent', 'node-agent', agent('node-agent'))),
    ],
  },
  {
    name: 'access-proxy-that-is-known',
    kind: 'benign',
    story:
      'An administrator signs in through the access proxy of the installation, which is listed as such, and makes a namespace for a team.',
    expect: quiet({
      actor: 'system:serviceaccount:access:proxy',
      right: 'namespace-maker',
      binding: 'ClusterRoleBinding platform-people',
      person: 'erin@example.com',
    }),
    settings: { proxies: ['system:serviceaccount:access:proxy'] },
    standing: [
      clusterRole(
        'namespace-maker',
        rule(',networking.k8s.io', 'namespaces,resourcequotas,networkpolicies', 'get,list,create,patch'),
      ),
      clusterRoleBinding('platform-people', 'namespace-maker', subject.group('platform')),
    ],
    before: [throughProxy.get('/api/v1/namespaces', asErin)],
    creation: [
      throughProxy.create(space('returns', { team: 'returns' }), asErin),
      throughProxy.create(quota('returns'), asErin),
      throughProxy.create(denyAll('returns'), asErin),
    ],
  },
  {
    name: 'pipeline-gone-at-once',
    kind: 'benign',
    story: 'The pipeline makes a namespace for a smoke test, and has deleted it before anybody can look.',
    expect: quiet(FACTS.pipeline),
    before: [times(2, lately(PEOPLE.pipeline))],
    creation: [
      pipeline.create(space('smoke-311', { 'example.com/run': '311' })),
      pipeline.create(job('smoke-311', 'smoke', runs(`${OWN}/smoke:311`, ['npm', 'run', 'smoke']))),
      pipeline.remove('/api/v1/namespaces/smoke-311'),
    ],
  },
  {
    name: 'addon-with-node-agent',
    kind: 'benign',
    story:
      'EKS installs a managed add-on: its own identity makes the namespace, an account and an agent on every node.',
    expect: {
      first: { atMost: 'MEDIUM' },
      second: { atMost: 'MEDIUM' },
      told: ['first'],
      facts: {
        actor: ADDONS,
        right: 'cluster-admin',
        binding: 'ClusterRoleBinding eks:addon-cluster-admin',
      },
    },
    standing: [clusterRoleBinding('eks:addon-cluster-admin', 'cluster-admin', subject.user('eks:addon-manager'))],
    before: [lately(addons)],
    creation: [eks.apply(space('amazon-runtime-agent', { 'app.kubernetes.io/managed-by': 'EKS' }), 'eks')],
    after: [
      eks.create(account('amazon-runtime-agent', 'aws-agent')),
      eks.create(
        workload(
          'DaemonSet',
          'amazon-runtime-agent',
          'aws-agent',
          agent('aws-agent', '602401143452.dkr.ecr.us-east-1.amazonaws.com/eks'),
        ),
      ),
    ],
  },
];
