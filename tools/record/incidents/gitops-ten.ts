import { GITOPS } from '../../twin/identities.ts';
import { serviceAccount } from '../actors.ts';
import { APPLY } from '../truth.ts';
import type { Incident } from './incident.ts';
import { NAMESPACES, namespace, roleBinding, serviceAccountObject, subject } from './objects.ts';

const TEAMS = ['atlas', 'boreas', 'ceres', 'dione', 'eos', 'fides', 'gaia', 'helios', 'iris', 'juno'];
const MANAGER = 'fieldManager=kustomize-controller&force=true';
const headers = { 'content-type': APPLY };

const labels = {
  'kustomize.toolkit.fluxcd.io/name': 'tenants',
  'kustomize.toolkit.fluxcd.io/namespace': GITOPS.namespace,
  'pod-security.kubernetes.io/enforce': 'restricted',
};

/** What each team gets, by the path to which it is applied. */
const furniture = (name: string): [string, object][] => [
  [
    `${NAMESPACES}/${name}/resourcequotas/default`,
    {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'default' },
      spec: { hard: { pods: '50', 'requests.cpu': '10' } },
    },
  ],
  [
    `/apis/networking.k8s.io/v1/namespaces/${name}/networkpolicies/default-deny`,
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'default-deny' },
      spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
    },
  ],
  [`${NAMESPACES}/${name}/serviceaccounts/deployer`, serviceAccountObject(name, 'deployer')],
  [
    `/apis/rbac.authorization.k8s.io/v1/namespaces/${name}/rolebindings/team`,
    roleBinding(name, 'team', 'edit', subject.group(name)),
  ],
];

export const gitopsTen: Incident = {
  name: 'gitops-ten',
  title: 'GitOps creates ten namespaces',
  story:
    'The platform team merges a change that brings ten new teams. The GitOps controller, a ServiceAccount with ' +
    'cluster-admin, applies a namespace for each: first as a dry run, then for good, by server-side apply. Then it applies ' +
    'to each a quota, a network policy that denies, a ServiceAccount and a binding of the team to edit. All of it is ' +
    'ordinary work of a platform, however many namespaces and bindings there are.',
  kind: 'benign',
  expect: {
    first: { atMost: 'LOW' },
    second: { atMost: 'LOW' },
    told: ['first'],
    facts: {
      actor: 'system:serviceaccount:flux-system:kustomize-controller',
      right: 'cluster-admin',
      binding: 'ClusterRoleBinding flux-cluster-admin',
    },
  },
  right: {
    kind: 'right',
    object: 'ClusterRoleBinding flux-cluster-admin',
    what: `The ServiceAccount ${GITOPS.namespace}/${GITOPS.name} is cluster-admin.`,
  },
  async run(scene) {
    const controller = {
      ...(await serviceAccount(scene.twin, GITOPS.namespace, GITOPS.name)),
      userAgent: 'kustomize-controller/v0.0.0 (linux/amd64) kubernetes/$Format',
    };
    await scene.begin();
    for (const team of TEAMS) {
      const name = `team-${team}`;
      const object = namespace(name, { ...labels, team });
      const path = `${NAMESPACES}/${name}?${MANAGER}`;
      const dry = { method: 'PATCH', path: `${path}&dryRun=All`, body: object, headers };
      await scene.act(controller, `tries the namespace of team ${team}`, dry, 201);
      const { metadata } = object;
      await scene.create(controller, `applies the namespace of team ${team}`, metadata, {
        method: 'PATCH',
        path,
        headers,
      });
    }
    await scene.look('first');
    for (const team of TEAMS) {
      for (const [path, body] of furniture(`team-${team}`))
        await scene.act(
          controller,
          `furnishes the namespace of team ${team}`,
          { method: 'PATCH', path: `${path}?${MANAGER}`, body, headers },
          201,
        );
    }
    await scene.look('second');
  },
};
