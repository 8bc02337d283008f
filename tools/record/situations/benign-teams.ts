/** What teams, pipelines and portals do all day. */
import { clusterRole, clusterRoleBinding, roleBinding, subject } from '../incidents/objects.ts';
import { acts, refused, times } from './acts.ts';
import { FACTS, PEOPLE, quiet } from './people.ts';
import type { Act, Person, Situation } from './situation.ts';
import {
  account,
  app,
  bindRole,
  config,
  cronJob,
  job,
  OWN,
  pod,
  quota,
  roleIn,
  rule,
  runs,
  secret,
  service,
  space,
} from './things.ts';

const alice = acts(PEOPLE.alice);
const bob = acts(PEOPLE.bob);
const dana = acts(PEOPLE.dana);
const pipeline = acts(PEOPLE.pipeline);

const lately = (person: Person): Act => acts(person).get('/api/v1/namespaces');

/** Software of the installation with just the rights that it needs. */
const software = (name: string, userAgent: string, ...rights: object[]) => {
  const person: Person = { who: { account: name, rights }, address: '10.0.4.50', userAgent };
  const [ns, own] = name.split('/');
  const facts = {
    actor: `system:serviceaccount:${ns}:${own}`,
    right: `${ns}-${own}`,
    binding: `ClusterRoleBinding ${ns}-${own}`,
  };
  return { person, facts, by: acts(person) };
};

const makes = rule('', 'namespaces', 'get,list,create,delete,patch');
const fills = rule(
  ',apps,batch',
  'pods,services,configmaps,secrets,serviceaccounts,deployments,statefulsets,jobs,resourcequotas,persistentvolumeclaims',
  '*',
);

const backstage = software('portal/backstage', 'node-fetch', makes, fills);
const runner = software('runners/runner', 'kubectl/v1.36.1', makes, fills);
const hub = software('jupyter/hub', 'kubernetes-asyncio/34.3.0', makes, fills);
const tenants = software(
  'capsule/controller',
  'capsule/v0.11.0',
  makes,
  fills,
  rule('rbac.authorization.k8s.io', 'rolebindings', '*'),
  rule('rbac.authorization.k8s.io', 'clusterroles', 'bind', ['admin']),
);
const backup = software('backup/velero', 'velero-server/v1.17.0', makes, fills);
/** Developers may open shells. */
const SHELLS = [
  clusterRole('developer-shell', rule('', 'pods/exec', 'create,get')),
  clusterRoleBinding('developer-shells', 'developer-shell', subject.group('developers')),
];
const teleport: Person = {
  who: {
    account: 'teleport/teleport',
    rights: [
      rule('', 'users,groups', 'impersonate'),
      rule('authentication.k8s.io', 'userextras/principal', 'impersonate'),
    ],
  },
  address: '10.0.4.31',
  userAgent: 'kubectl/v1.36.3 (darwin/arm64) kubernetes/abcdef0',
};

export const TEAMS: readonly Situation[] = [
  {
    name: 'developer-sandbox-at-home',
    kind: 'benign',
    story:
      'A developer, at home today and with a new version of kubectl, makes a sandbox and tries an image of the own registry.',
    expect: quiet(FACTS.alice),
    standing: SHELLS,
    before: [lately(PEOPLE.alice)],
    ...(() => {
      const home = acts({
        ...PEOPLE.alice,
        address: '198.51.100.140',
        userAgent: 'kubectl/v1.37.0 (darwin/arm64) kubernetes/1234567',
      });
      return {
        creation: [home.create(space('alice-sandbox'))],
        after: [home.create(app('alice-sandbox', 'trial')), home.exec('alice-sandbox', 'trial-0', 'sh')],
      };
    })(),
  },
  {
    name: 'developer-node-port',
    kind: 'benign',
    story: 'A developer shows a prototype to colleagues through a node port.',
    expect: quiet(FACTS.bob),
    before: [lately(PEOPLE.bob)],
    creation: [bob.create(space('bob-demo', { team: 'search' })), bob.create(app('bob-demo', 'prototype'))],
    after: [bob.create(service('bob-demo', 'prototype', 'NodePort'))],
  },
  {
    name: 'developer-nightly-report',
    kind: 'benign',
    story: 'A developer makes a namespace for a report that runs each night.',
    expect: quiet(FACTS.bob),
    before: [lately(PEOPLE.bob)],
    creation: [bob.create(space('reports', { team: 'finance' }))],
    after: [bob.create(cronJob('reports', 'nightly', '0 2 * * *', runs(`${OWN}/report:2.1.0`, ['report', '--all'])))],
  },
  {
    name: 'developer-after-two-refusals',
    kind: 'benign',
    story:
      'A developer tries to read Secrets and nodes, which developers may not, and makes a namespace for debugging.',
    expect: quiet(FACTS.alice),
    before: [
      lately(PEOPLE.alice),
      refused(alice.get('/api/v1/namespaces/default/secrets')),
      refused(alice.get('/api/v1/nodes')),
    ],
    creation: [alice.create(space('checkout-debug', { team: 'checkout' }))],
    after: [alice.create(pod('checkout-debug', 'curl', runs(`${OWN}/tools:1.0.0`, ['sleep', '3600'])))],
  },
  {
    name: 'preview-environment',
    kind: 'benign',
    story:
      'The pipeline makes a preview environment for a pull request, with a configuration, a Deployment and a Service.',
    expect: quiet(FACTS.pipeline),
    before: [times(2, lately(PEOPLE.pipeline))],
    creation: [pipeline.apply(space('pr-1482', { 'example.com/pull-request': '1482' }), 'kubectl')],
    after: [
      pipeline.apply(config('pr-1482', 'settings', { LOG_LEVEL: 'debug' }), 'kubectl'),
      pipeline.apply(app('pr-1482', 'shop'), 'kubectl'),
      pipeline.apply(service('pr-1482', 'shop', 'ClusterIP'), 'kubectl'),
    ],
  },
  {
    name: 'preview-environment-gone',
    kind: 'benign',
    story:
      'The pipeline makes a namespace for integration tests, runs them, and deletes it: it is gone at the second look.',
    expect: quiet(FACTS.pipeline),
    before: [times(2, lately(PEOPLE.pipeline))],
    creation: [pipeline.create(space('it-7731', { 'example.com/run': '7731' }))],
    after: [
      pipeline.create(job('it-7731', 'integration', runs(`${OWN}/integration:7731`, ['npm', 'test']))),
      pipeline.remove('/api/v1/namespaces/it-7731'),
    ],
  },
  {
    name: 'runner-ephemeral-namespace',
    kind: 'benign',
    story:
      'A self-hosted runner makes a namespace with a generated name for an end-to-end test, and deletes it when the test is over.',
    expect: quiet(runner.facts),
    before: [lately(runner.person)],
    creation: [runner.by.create(space('e2e-x4k2p', { 'example.com/ephemeral': 'true' }))],
    after: [
      runner.by.create(job('e2e-x4k2p', 'e2e', runs(`${OWN}/e2e:1.9.0`, ['pytest', '-q']))),
      runner.by.remove('/api/v1/namespaces/e2e-x4k2p'),
    ],
  },
  {
    name: 'portal-scaffolder',
    kind: 'benign',
    story:
      'A developer portal makes the namespace of a new component, with the owner in its annotations, a quota and a Secret for its database.',
    expect: quiet({ ...backstage.facts, person: 'team-orders@example.com' }),
    before: [lately(backstage.person)],
    creation: [
      backstage.by.create(
        space('orders', { 'backstage.io/kubernetes-id': 'orders' }, { 'example.com/owner': 'team-orders@example.com' }),
      ),
      backstage.by.create(quota('orders')),
      backstage.by.create(secret('orders', 'database')),
    ],
  },
  {
    name: 'notebook-hub-user',
    kind: 'benign',
    story: 'A notebook hub makes the namespace of a user who signs in for the first time, and starts the notebook.',
    expect: quiet(hub.facts),
    before: [lately(hub.person)],
    creation: [hub.by.create(space('jupyter-ana', { 'hub.jupyter.org/username': 'ana' }))],
    after: [hub.by.create(pod('jupyter-ana', 'jupyter-ana', runs(`${OWN}/notebook:4.4.0`, ['jupyterhub-singleuser'])))],
  },
  {
    name: 'tenant-operator-owner',
    kind: 'benign',
    story: 'A tenant operator makes a namespace that a tenant asked for, and makes the owner its administrator.',
    expect: quiet(tenants.facts),
    before: [lately(tenants.person)],
    creation: [
      tenants.by.create(space('oil-development', { 'capsule.clastix.io/tenant': 'oil' })),
      tenants.by.create(roleBinding('oil-development', 'capsule-oil-admin', 'admin', subject.user('joe'))),
    ],
  },
  {
    name: 'virtual-cluster',
    kind: 'benign',
    story:
      'A platform engineer makes a virtual cluster for a team: a control plane in a namespace, with a role that holds in there only.',
    expect: quiet(FACTS.dana),
    before: [lately(PEOPLE.dana)],
    creation: [dana.create(space('vc-analytics', { 'app.kubernetes.io/managed-by': 'Helm' }))],
    after: [
      dana.create(account('vc-analytics', 'vc-analytics')),
      dana.create(
        roleIn(
          'vc-analytics',
          'vc-analytics',
          rule('', 'pods,services,configmaps,secrets', '*'),
          rule('apps', 'statefulsets', 'get,list,watch'),
        ),
      ),
      dana.create(
        bindRole('vc-analytics', 'vc-analytics', 'vc-analytics', subject.account('vc-analytics', 'vc-analytics')),
      ),
      dana.create(
        app('vc-analytics', 'vc-analytics', { serviceAccountName: 'vc-analytics', automountServiceAccountToken: true }),
      ),
    ],
  },
  {
    name: 'training-day',
    kind: 'benign',
    story: 'An administrator makes five namespaces for a training, each with the role edit for one participant.',
    expect: quiet(FACTS.dana),
    before: [lately(PEOPLE.dana)],
    creation: [1, 2, 3, 4, 5].flatMap((seat) => [
      dana.create(space(`training-0${seat}`, { purpose: 'training' })),
      dana.create(
        roleBinding(`training-0${seat}`, 'participant', 'edit', subject.user(`participant-${seat}@example.com`)),
      ),
    ]),
  },
  {
    name: 'backup-restores-namespace',
    kind: 'benign',
    story:
      'The backup tool restores a namespace that was deleted by mistake, with its Secrets, configuration and Deployments.',
    expect: quiet(backup.facts),
    before: [lately(backup.person)],
    creation: [backup.by.create(space('wiki', { team: 'office' }))],
    after: [
      ...['database', 'session', 'smtp'].map((name) => backup.by.create(secret('wiki', name))),
      backup.by.create(config('wiki', 'settings', { theme: 'plain' })),
      backup.by.create(app('wiki', 'wiki')),
    ],
  },
  {
    name: 'admin-behind-access-proxy',
    kind: 'benign',
    story: 'An administrator signs in through an access proxy, which acts as her, and makes a namespace for a team.',
    expect: quiet({
      actor: 'system:serviceaccount:teleport:teleport',
      right: 'namespace-maker',
      binding: 'ClusterRoleBinding platform-people',
    }),
    standing: [
      clusterRole('namespace-maker', makes),
      clusterRoleBinding('platform-people', 'namespace-maker', subject.group('platform')),
    ],
    ...(() => {
      const as = { 'impersonate-user': 'erin@example.com', 'impersonate-group': 'platform' };
      const by = acts(teleport);
      return {
        before: [by.get('/api/v1/namespaces', as)],
        creation: [by.create(space('logistics', { team: 'logistics' }), as)],
      };
    })(),
  },
  {
    name: 'certificate-user-lab',
    kind: 'benign',
    story:
      'A colleague with a client certificate of the developers makes a lab, opens a load balancer for an hour, and looks into a pod.',
    ...(() => {
      const carol: Person = {
        who: { certificate: 'carol@example.com', groups: ['developers'] },
        address: '10.0.7.12',
        userAgent: 'k9s/v0.50.9',
      };
      const by = acts(carol);
      return {
        expect: quiet({ actor: 'carol@example.com', right: 'developer', binding: 'ClusterRoleBinding developers' }),
        standing: SHELLS,
        before: [lately(carol)],
        creation: [by.create(space('lab-carol')), by.create(app('lab-carol', 'web'))],
        after: [by.create(service('lab-carol', 'web', 'LoadBalancer')), by.exec('lab-carol', 'web-0', 'sh')],
      };
    })(),
  },
];
