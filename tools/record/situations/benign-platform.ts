/** What platform teams and their tools install. */
import { clusterRole, clusterRoleBinding, roleBinding, subject, workload } from '../incidents/objects.ts';
import { acts, times } from './acts.ts';
import { FACTS, PEOPLE, quiet } from './people.ts';
import type { Act, Person, Situation } from './situation.ts';
import {
  account,
  app,
  bindRole,
  config,
  denyAll,
  quota,
  roleIn,
  rule,
  runs,
  service,
  space,
  webhook,
} from './things.ts';

const dana = acts(PEOPLE.dana);
const flux = acts(PEOPLE.flux);
const argocd = acts(PEOPLE.argocd);
const terraform = acts(PEOPLE.terraform);

const HELM = 'Helm/3.19.0';
const helm = acts({ ...PEOPLE.dana, userAgent: HELM });

/** Looks round as on any day: address and client are known. */
const lately = (person: Person): Act => acts(person).get('/api/v1/namespaces');

/** What a controller's chart brings: an account, rights in the cluster, a lease in its namespace, a Deployment. */
const controller = (by: ReturnType<typeof acts>, ns: string, name: string, ...rules: object[]): Act[] => [
  by.create(account(ns, name)),
  by.create(clusterRole(name, ...rules)),
  by.create(clusterRoleBinding(name, name, subject.account(ns, name))),
  by.create(roleIn(ns, `${name}-leader`, rule('coordination.k8s.io', 'leases', 'get,create,update'))),
  by.create(bindRole(ns, `${name}-leader`, `${name}-leader`, subject.account(ns, name))),
  by.create(app(ns, name, { serviceAccountName: name, automountServiceAccountToken: true })),
];

const backend = (ns: string, name: string) => ({ service: { namespace: ns, name, path: '/validate' } });

const ingress: Situation = {
  name: 'helm-ingress-controller',
  kind: 'benign',
  story:
    'A platform engineer installs an ingress controller with Helm: rights to read Services, a load balancer, a validating webhook.',
  expect: quiet(FACTS.dana),
  before: [lately({ ...PEOPLE.dana, userAgent: HELM })],
  creation: [helm.create(space('ingress', { 'app.kubernetes.io/managed-by': 'Helm' }))],
  after: [
    ...controller(
      helm,
      'ingress',
      'edge-ingress',
      rule('', 'services,endpoints,configmaps', 'get,list,watch'),
      rule('networking.k8s.io', 'ingresses', 'get,list,watch'),
    ),
    helm.create(service('ingress', 'edge-ingress', 'LoadBalancer')),
    helm.create(webhook('Validating', 'edge-ingress', backend('ingress', 'edge-ingress'), ['ingresses'])),
  ],
};

const certificates: Situation = {
  name: 'kubectl-certificate-manager',
  kind: 'benign',
  story:
    'A platform engineer applies the manifests of a certificate manager: three controllers, webhooks, the right to sign requests of its own signer.',
  expect: quiet(FACTS.dana),
  before: [lately(PEOPLE.dana)],
  creation: [dana.apply(space('certificates', { 'app.kubernetes.io/part-of': 'certificates' }), 'kubectl')],
  after: [
    ...controller(
      dana,
      'certificates',
      'cert-controller',
      rule('', 'events', 'create,patch'),
      rule('networking.k8s.io', 'ingresses', 'get,list,watch,update'),
    ),
    ...controller(
      dana,
      'certificates',
      'cert-injector',
      rule('apiextensions.k8s.io', 'customresourcedefinitions', 'get,list,watch,update'),
    ),
    dana.create(webhook('Validating', 'cert-webhook', backend('certificates', 'cert-webhook'), ['configmaps'])),
  ],
};

const policies: Situation = {
  name: 'flux-policy-engine',
  kind: 'benign',
  story:
    'Flux installs a policy engine by its HelmRelease: admission webhooks of both kinds, a reports controller, a clean-up job.',
  expect: quiet(FACTS.flux),
  before: [flux.get('/api/v1/namespaces/flux-system/secrets?limit=500'), lately(PEOPLE.flux)],
  creation: [
    flux.apply(
      space('policy-engine', {
        'helm.toolkit.fluxcd.io/name': 'policy-engine',
        'helm.toolkit.fluxcd.io/namespace': 'flux-system',
      }),
      'helm-controller',
    ),
  ],
  after: [
    ...controller(flux, 'policy-engine', 'policy-admission', rule('*', '*', 'get,list,watch')),
    flux.create(webhook('Validating', 'policy-admission', backend('policy-engine', 'policy-admission'), ['*'])),
    flux.create(webhook('Mutating', 'policy-admission', backend('policy-engine', 'policy-admission'), ['*'])),
    flux.create(config('policy-engine', 'policy-engine', { exclude: 'kube-system' })),
  ],
};

const scaler: Situation = {
  name: 'flux-event-scaler',
  kind: 'benign',
  story: 'Flux installs an event-driven autoscaler: it may scale Deployments everywhere and serves metrics.',
  expect: quiet(FACTS.flux),
  before: [lately(PEOPLE.flux)],
  creation: [flux.apply(space('keda', { 'helm.toolkit.fluxcd.io/name': 'keda' }), 'helm-controller')],
  after: controller(
    flux,
    'keda',
    'scaler',
    rule('apps', 'deployments,deployments/scale', 'get,list,watch,update,patch'),
    rule('autoscaling', 'horizontalpodautoscalers', '*'),
  ),
};

const mesh: Situation = {
  name: 'mesh-control-plane',
  kind: 'benign',
  story:
    'A platform engineer installs the control plane of a service mesh: a webhook that injects sidecars, a gateway with a load balancer.',
  expect: quiet(FACTS.dana),
  before: [lately(PEOPLE.dana)],
  creation: [dana.create(space('mesh-system', { 'topology.example.com/network': 'main' }))],
  after: [
    ...controller(
      dana,
      'mesh-system',
      'mesh-pilot',
      rule('', 'pods,services,endpoints,namespaces', 'get,list,watch'),
      rule('discovery.k8s.io', 'endpointslices', 'get,list,watch'),
    ),
    dana.create(webhook('Mutating', 'mesh-injector', backend('mesh-system', 'mesh-pilot'), ['pods'])),
    dana.create(service('mesh-system', 'mesh-gateway', 'LoadBalancer')),
  ],
};

const team: Situation = {
  name: 'terraform-team-namespace',
  kind: 'benign',
  story: 'Terraform makes a namespace for a team, with quota, network policy, and the role edit in it for the team.',
  expect: quiet(FACTS.terraform),
  before: [times(3, lately(PEOPLE.terraform))],
  creation: [
    terraform.create(space('billing', { team: 'billing' }, { 'example.com/owner': 'billing@example.com' })),
    terraform.create(quota('billing')),
    terraform.create(denyAll('billing')),
    terraform.create(roleBinding('billing', 'billing-edit', 'edit', subject.group('billing'))),
  ],
};

const nodes: Situation = {
  name: 'terraform-node-provisioner',
  kind: 'benign',
  story:
    'Terraform installs a provisioner of nodes by its chart: it may read pods and nodes, and delete the nodes that it made.',
  expect: quiet(FACTS.terraform),
  before: [lately(PEOPLE.terraform)],
  creation: [terraform.create(space('karpenter', { 'app.kubernetes.io/managed-by': 'Terraform' }))],
  after: controller(
    terraform,
    'karpenter',
    'karpenter',
    rule('', 'pods,nodes', 'get,list,watch'),
    rule('', 'nodes', 'create,patch,delete'),
    rule('', 'pods/eviction', 'create'),
  ),
};

const queue: Situation = {
  name: 'kubectl-job-queue',
  kind: 'benign',
  story:
    'A platform engineer applies the manifests of a job queue into the namespace that its documentation names, kueue-system, and its webhooks.',
  expect: quiet(FACTS.dana),
  before: [lately(PEOPLE.dana)],
  creation: [dana.apply(space('kueue-system', { 'control-plane': 'controller-manager' }), 'kubectl')],
  after: [
    ...controller(
      dana,
      'kueue-system',
      'queue-controller',
      rule('batch', 'jobs', 'get,list,watch,update,patch'),
      rule('', 'pods', 'get,list,watch,update'),
    ),
    dana.create(webhook('Mutating', 'queue-webhook', backend('kueue-system', 'queue-webhook'), ['jobs'])),
  ],
};

const apps: Situation = {
  name: 'argocd-three-applications',
  kind: 'benign',
  story:
    'Argo CD makes the namespaces of three applications in one sync, and deploys them; it lists Secrets as it always does.',
  expect: quiet(FACTS.argocd),
  before: [argocd.get('/api/v1/secrets?limit=500'), lately(PEOPLE.argocd)],
  creation: ['cart', 'search', 'mailer'].flatMap((name) => [
    argocd.create(space(name, { 'argocd.argoproj.io/managed-by': 'argocd' })),
    argocd.create(app(name, name)),
    argocd.create(service(name, name, 'ClusterIP')),
  ]),
  after: [argocd.get('/api/v1/secrets?limit=500')],
};

const serving: Situation = {
  name: 'operator-serverless',
  kind: 'benign',
  story:
    'An operator for serverless workloads, installed long ago, makes the namespace of its data plane, with a controller and its rights.',
  expect: quiet({
    actor: 'system:serviceaccount:serverless-operator:serverless-operator',
    right: 'cluster-admin',
    binding: 'ClusterRoleBinding serverless-operator-serverless-operator',
  }),
  ...(() => {
    const operator: Person = {
      who: { account: 'serverless-operator/serverless-operator', clusterRole: 'cluster-admin' },
      address: '10.0.4.25',
      userAgent: 'operator/v1.21.0',
    };
    const by = acts(operator);
    return {
      before: [lately(operator)],
      creation: [by.create(space('serverless', { 'app.kubernetes.io/name': 'serverless' }))],
      after: controller(
        by,
        'serverless',
        'serverless-controller',
        rule('apps', 'deployments', '*'),
        rule('', 'services,endpoints', '*'),
      ),
    };
  })(),
};

const loadTest: Situation = {
  name: 'load-test-daemonless',
  kind: 'benign',
  story:
    'A platform engineer runs a load test from a namespace of its own, with forty pods of the own registry, and opens a shell in one.',
  expect: quiet(FACTS.dana),
  before: [lately(PEOPLE.dana)],
  creation: [dana.create(space('load-test', { purpose: 'load-test' }))],
  after: [
    dana.create(
      workload(
        'Deployment',
        'load-test',
        'generator',
        runs('111122223333.dkr.ecr.us-east-1.amazonaws.com/k6:1.3.0', ['k6', 'run', '/scripts/checkout.js']),
        12,
      ),
    ),
    dana.exec('load-test', 'generator-0', 'sh'),
  ],
};

export const PLATFORM: readonly Situation[] = [
  ingress,
  certificates,
  policies,
  scaler,
  mesh,
  team,
  nodes,
  queue,
  apps,
  serving,
  loadTest,
];
