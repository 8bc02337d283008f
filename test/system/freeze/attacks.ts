/** What nobody does in a quarantined namespace, and nobody but contain and release to its label. */
import { describe, expect, test } from '@jest/globals';
import type { KubeRequest } from '../../../tools/twin/kube.ts';
import { dry, merge, OURS, POD, post, QUARANTINE, RELEASING, refusedBy, remove } from '../cluster-side.ts';
import { NODE, PATH, pen, side } from './scene.ts';

/** In `pen` for the attack, in `free` to see that the request is one that works. */
const ATTACKS: [string, (paths: ReturnType<typeof PATH>) => KubeRequest][] = [
  ['create a pod', ({ core }) => post(`${core}/pods`, POD('new'))],
  ['create a ConfigMap', ({ core }) => post(`${core}/configmaps`, { metadata: { name: 'new' } })],
  ['create a Secret', ({ core }) => post(`${core}/secrets`, { metadata: { name: 'new' } })],
  ['create a ServiceAccount', ({ core }) => post(`${core}/serviceaccounts`, { metadata: { name: 'new' } })],
  ['create a quota', ({ core }) => post(`${core}/resourcequotas`, { metadata: { name: 'new' }, spec: {} })],
  [
    'create a network policy',
    ({ network }) => post(`${network}/networkpolicies`, { metadata: { name: 'new' }, spec: { podSelector: {} } }),
  ],
  [
    'bind a role',
    ({ rbac }) =>
      post(`${rbac}/rolebindings`, {
        metadata: { name: 'new' },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
        subjects: [],
      }),
  ],
  [
    'create a custom resource',
    ({ aws }) =>
      post(aws, { apiVersion: 'networking.k8s.aws/v1alpha1', kind: 'PolicyEndpoint', metadata: { name: 'new' } }),
  ],
  [
    'update a ConfigMap',
    ({ core }) => ({ method: 'PUT', path: `${core}/configmaps/settings`, body: { metadata: { name: 'settings' } } }),
  ],
  ['patch a Deployment', ({ apps }) => merge(`${apps}/deployments/web`, { spec: { replicas: 3 } })],
  ['scale a Deployment', ({ apps }) => merge(`${apps}/deployments/web/scale`, { spec: { replicas: 3 } })],
  ['patch a Service', ({ core }) => merge(`${core}/services/web`, { spec: { selector: { app: 'y' } } })],
  ['label a pod', ({ core }) => merge(`${core}/pods/shell`, { metadata: { labels: { app: 'y' } } })],
  ['patch the status of a pod', ({ core }) => merge(`${core}/pods/shell/status`, { status: { message: 'x' } })],
  ['patch a custom resource', ({ aws }) => merge(`${aws}/one`, { spec: { a: 1 } })],
  [
    'apply from the server',
    ({ core }) => ({
      method: 'PATCH',
      path: `${core}/configmaps/settings?fieldManager=x&force=true`,
      body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' }, data: { a: 'c' } },
      headers: { 'content-type': 'application/apply-patch+yaml' },
    }),
  ],
  ['delete a pod', ({ core }) => remove(`${core}/pods/shell`)],
  ['delete a network policy', ({ network }) => remove(`${network}/networkpolicies/allow`)],
  ['delete a custom resource', ({ aws }) => remove(`${aws}/one`)],
  ['delete all pods', ({ core }) => remove(`${core}/pods`)],
  ['delete all Secrets', ({ core }) => remove(`${core}/secrets`)],
  [
    'evict a pod',
    ({ core }) =>
      post(`${core}/pods/shell/eviction`, {
        apiVersion: 'policy/v1',
        kind: 'Eviction',
        metadata: { name: 'shell' },
      }),
  ],
  [
    'debug a pod',
    ({ core }) => ({
      ...merge(`${core}/pods/shell/ephemeralcontainers`, {
        spec: { ephemeralContainers: [{ name: 'debug', image: 'busybox' }] },
      }),
      headers: { 'content-type': 'application/strategic-merge-patch+json' },
    }),
  ],
  [
    'get a token',
    ({ core }) =>
      post(`${core}/serviceaccounts/agent/token`, {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenRequest',
        spec: {},
      }),
  ],
  [
    'put a pod on a node',
    ({ core }) =>
      post(`${core}/pods/pending/binding`, {
        apiVersion: 'v1',
        kind: 'Binding',
        metadata: { name: 'pending' },
        target: { kind: 'Node', name: NODE },
      }),
  ],
];

/** These know no dry run. */
const CONNECTIONS: [string, (paths: ReturnType<typeof PATH>) => KubeRequest][] = [
  ['exec', ({ core }) => ({ method: 'POST', path: `${core}/pods/shell/exec?command=id&stdout=1` })],
  ['attach', ({ core }) => ({ method: 'POST', path: `${core}/pods/shell/attach?stdout=1` })],
  ['port-forward', ({ core }) => ({ method: 'POST', path: `${core}/pods/shell/portforward?ports=80` })],
  ['a proxy to a pod', ({ core }) => ({ path: `${core}/pods/shell/proxy/` })],
  ['a proxy to a Service', ({ core }) => ({ path: `${core}/services/web/proxy/` })],
];

/** Registers the tests. */
export function attacksAreRefused(): void {
  describe('in a quarantined namespace, system:masters cannot', () => {
    test.each(ATTACKS)('%s', async (_, attack) => {
      const answer = await side.ask(side.cluster.admin, attack(pen));
      expect([answer.code, answer.text]).toEqual([403, expect.stringContaining(refusedBy('freeze'))]);
      expect((await side.ask(side.cluster.admin, dry(attack(pen)))).text).toContain(refusedBy('freeze'));
      expect((await side.ask(side.cluster.admin, dry(attack(PATH('free'))))).code).toBeLessThan(300);
    });

    test.each(CONNECTIONS)('use %s', async (_, attack) => {
      const answer = await side.ask(side.cluster.admin, attack(pen));
      expect([answer.code, answer.text]).toEqual([403, expect.stringContaining(refusedBy('freeze'))]);
      expect((await side.ask(side.cluster.admin, attack(PATH('free')))).text).not.toContain(
        'ValidatingAdmissionPolicy',
      );
    });

    test.each<[string, (id: string) => KubeRequest]>([
      ['remove the label', () => merge(pen.core, { metadata: { labels: { [QUARANTINE]: null } } })],
      ['change the label', () => merge(pen.core, { metadata: { labels: { [QUARANTINE]: 'x' } } })],
      ['say that it is being released', (id) => merge(pen.core, { metadata: { labels: { [RELEASING]: id } } })],
      [
        'change Pod Security',
        () => merge(pen.core, { metadata: { labels: { 'pod-security.kubernetes.io/enforce': 'privileged' } } }),
      ],
      ['annotate it', () => merge(pen.core, { metadata: { annotations: { a: 'b' } } })],
      ['add a finalizer', () => merge(pen.core, { metadata: { finalizers: ['a.example/b'] } })],
      [
        'patch its status',
        () => merge(`${pen.core}/status`, { status: { conditions: [{ type: 'x', status: 'True' }] } }),
      ],
      [
        'finalize it',
        (id) => ({
          method: 'PUT',
          path: `${pen.core}/finalize`,
          body: { metadata: { name: 'pen', uid: id, labels: { [QUARANTINE]: id } }, spec: { finalizers: [] } },
        }),
      ],
      ['delete it', () => remove(pen.core)],
      [
        'delete it at once',
        () => ({ ...remove(pen.core), body: { gracePeriodSeconds: 0, propagationPolicy: 'Orphan' } }),
      ],
    ])('%s', async (_, attack) => {
      const answer = await side.ask(side.cluster.admin, attack(await side.uid('pen')));
      expect([answer.code, answer.text]).toEqual([403, expect.stringContaining(refusedBy('quarantine-label'))]);
    });

    test('have it recreated: it is there', async () => {
      expect((await side.ask(side.cluster.admin, post('/api/v1/namespaces', { metadata: { name: 'pen' } }))).code).toBe(
        409,
      );
    });
  });

  describe('the quarantine label', () => {
    const label = (value: string) => ({ metadata: { labels: { [QUARANTINE]: value } } });

    test.each<[string, (id: string) => KubeRequest]>([
      ['on a namespace', (id) => merge('/api/v1/namespaces/free', label(id))],
      ['with no value', () => merge('/api/v1/namespaces/free', label(''))],
      ['with a new namespace', () => post('/api/v1/namespaces', { metadata: { name: 'new', ...label('x').metadata } })],
      ['on the platform', () => merge('/api/v1/namespaces/kube-system', label('x'))],
      ['of a release', (id) => merge('/api/v1/namespaces/free', { metadata: { labels: { [RELEASING]: id } } })],
    ])('is not for others to set: %s', async (_, attack) => {
      const answer = await side.ask(side.cluster.admin, attack(await side.uid('free')));
      expect([answer.code, answer.text]).toEqual([403, expect.stringContaining(refusedBy('quarantine-label'))]);
    });

    test('leaves other namespaces alone', async () => {
      const answer = await side.ask(
        side.cluster.admin,
        merge('/api/v1/namespaces/free', { metadata: { labels: { a: 'b' } } }),
      );
      expect(answer.code).toBe(200);
    });

    test.each(['kube-systern', 'kube-green'])('freezes %s, which merely begins like the platform', async (name) => {
      await side.make(name);
      await side.quarantine(name);
      const tried = dry(post(`/api/v1/namespaces/${name}/pods`, POD('tried')));
      for (const who of [side.cluster.admin, side.probe])
        expect((await side.ask(who, tried)).text).toContain(refusedBy('freeze'));
      const deny = {
        metadata: { name: 'deny', labels: OURS },
        spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
      };
      expect((await side.ask(side.contain, post(`${PATH(name).network}/networkpolicies`, deny))).code).toBe(201);
    });

    test('is in force within 100 ms', async () => {
      await side.make('quick');
      const from = performance.now();
      await side.quarantine('quick');
      expect(performance.now() - from).toBeLessThan(100);
    });
  });
}
