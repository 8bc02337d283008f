import { describe, expect, test } from '@jest/globals';
import type { KubernetesObject } from '../../functions/clients/kubernetes/kubernetes.ts';
import { MemoryCluster } from '../../functions/clients/local/memory-cluster.ts';
import { deniesAll } from '../../functions/contain/isolation/own-objects.ts';
import { isMark } from '../../functions/contain/isolation/quarantine-mark.ts';
import { cutConnections } from '../../functions/contain/steps/cut-connections.ts';
import { cutIdentity } from '../../functions/contain/steps/cut-identity.ts';
import { disableNamespace } from '../../functions/contain/steps/disable-namespace.ts';
import { isolateNetwork } from '../../functions/contain/steps/isolate-network.ts';
import { snapshot } from '../../functions/contain/steps/snapshot.ts';
import type { Mode } from '../../functions/contract/containment.ts';
import { KubernetesError } from '../../functions/contract/errors.ts';
import { CONTAIN_STEPS } from '../../functions/contract/playbook-steps.ts';
import { record } from '../../functions/kit/json.ts';
import { GROUPS, IMPOSSIBLE_KEY, OWNED_LABELS, QUARANTINE_LABEL } from '../../functions/kubernetes/quarantine.ts';
import { endpoint, pod, RULE } from './nodes.ts';
import { NAMESPACE, NOW, namespace, namespaceObjects, Stage, UID } from './stage.ts';

const STEPS = [snapshot, disableNamespace, isolateNetwork, cutIdentity, cutConnections];
const SPACE = `/api/v1/namespaces/${NAMESPACE}`;
const RBAC = 'rbac.authorization.k8s.io/v1';
const signal = new AbortController().signal;

const here = (name: string, more: object = {}) => ({ name, namespace: NAMESPACE, ...more });
const policy = (name: string, more: object = {}): object => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: here(name, more),
  spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'], ingress: [{}], egress: [{}] },
});
const serviceOf = (name: string, spec: object): object => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: here(name, { uid: `uid-${name}` }),
  spec,
});
const slice = (name: string, managedBy: string, owner?: string): object => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: here(name, {
    labels: {
      'endpointslice.kubernetes.io/managed-by': managedBy,
      ...(owner && { 'kubernetes.io/service-name': name === 'orphan' ? 'nobody' : owner }),
    },
    ...(owner && {
      ownerReferences: [{ apiVersion: 'v1', kind: 'Service', name: owner, uid: `uid-${owner}`, controller: true }],
    }),
  }),
  endpoints: managedBy.startsWith('endpointslice-controller') && owner === 'web' ? [] : [{ addresses: ['192.0.2.1'] }],
});
const CONTROLLER = 'endpointslice-controller.k8s.io';
const bot = { kind: 'ServiceAccount', name: 'bot', namespace: NAMESPACE };
const group = { kind: 'Group', name: `system:serviceaccounts:${NAMESPACE}` };
const alice = { kind: 'User', name: 'alice' };
const binding = (namespace: string | undefined, name: string, subjects: object[]): object => ({
  apiVersion: RBAC,
  kind: namespace ? 'RoleBinding' : 'ClusterRoleBinding',
  metadata: { name, ...(namespace && { namespace }) },
  roleRef: { kind: 'ClusterRole', name: 'cluster-admin' },
  subjects,
});

const hostile = (): object[] => [
  ...namespaceObjects(),
  policy('allow-all'),
  policy('namespace-sentinel-fake', { labels: OWNED_LABELS }),
  policy('sticky', { finalizers: ['evil.example/stay'] }),
  policy('cleaned-up', { finalizers: ['networking.k8s.aws/resources'] }),
  serviceOf('web', { selector: { app: 'web' } }),
  serviceOf('manual', {}),
  serviceOf('alias', { type: 'ExternalName', externalName: 'c2.example' }),
  slice('web-abc', CONTROLLER, 'web'),
  slice('spoofed', CONTROLLER, 'manual'),
  slice('extra', 'evil', 'web'),
  slice('orphan', CONTROLLER, 'web'),
  slice('mirror', 'endpointslicemirroring-controller.k8s.io'),
  { apiVersion: 'v1', kind: 'Endpoints', metadata: here('manual'), subsets: [{ addresses: [{ ip: '192.0.2.2' }] }] },
  { apiVersion: 'v1', kind: 'Endpoints', metadata: here('web'), subsets: [] },
  { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: here('ing'), spec: { ingressClassName: 'nginx' } },
  { apiVersion: 'v1', kind: 'Pod', metadata: here('clever', { labels: { [IMPOSSIBLE_KEY]: UID } }), spec: {} },
  {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: here('bot', { annotations: { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::111122223333:role/bot' } }),
  },
  binding(NAMESPACE, 'here', [alice]),
  binding('shop', 'wholly', [bot, group]),
  binding('shop', 'mixed', [alice, bot]),
  binding('kube-system', 'protected', [bot]),
  binding(undefined, 'wide', [bot]),
  binding(undefined, 'innocent', [alice]),
  binding(undefined, 'user', [{ kind: 'User', name: `system:serviceaccount:${NAMESPACE}:bot` }]),
];

async function isolate(stage: Stage, mode: 'plan' | 'isolate', name: string) {
  const actions = [];
  for (const step of STEPS) actions.push(...(await stage.recordOf(step, { mode, name })).actions);
  return actions;
}
const names = async (cluster: MemoryCluster, path: string): Promise<(string | undefined)[]> =>
  (await cluster.list(path, signal)).items.map(({ metadata }) => metadata.name);
const policiesOf = async (cluster: MemoryCluster): Promise<KubernetesObject[]> =>
  (await cluster.list(`/apis/networking.k8s.io/v1/namespaces/${NAMESPACE}/networkpolicies`, signal)).items;

describe('isolation', () => {
  test('writes the label first, with the UID', async () => {
    const stage = new Stage(hostile());
    await isolate(stage, 'isolate', 'run-1');
    expect(stage.cluster.writes[0]).toBe(`patch ${SPACE}`);
    expect(stage.cluster.at(SPACE)?.metadata.labels).toEqual({
      [QUARANTINE_LABEL]: UID,
      'pod-security.kubernetes.io/enforce': 'restricted',
      'pod-security.kubernetes.io/enforce-version': 'latest',
    });
  });

  test('puts a quota of zero in force, without waiting for its controller', async () => {
    const stage = new Stage(hostile());
    await stage.run(disableNamespace);
    const [quota] = (await stage.cluster.list(`${SPACE}/resourcequotas`, signal)).items;
    const hard = record(record(quota?.['spec'])['hard']);
    expect(hard).toMatchObject({
      pods: '0',
      'count/pods': '0',
      'count/deployments.apps': '0',
      'count/serviceaccounts': '0',
    });
    expect(Object.keys(hard)).not.toEqual(expect.arrayContaining(['count/networkpolicies.networking.k8s.io']));
    expect(Object.keys(hard)).not.toEqual(expect.arrayContaining(['count/rolebindings.rbac.authorization.k8s.io']));
    expect(quota?.['status']).toEqual({ hard, used: hard });
  });

  test("does not take an attacker's quota for ours", async () => {
    const fake = {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: here('namespace-sentinel-x', { labels: OWNED_LABELS }),
      spec: { hard: { pods: '0' }, scopes: ['Terminating'] },
    };
    const stage = new Stage([...hostile(), fake]);
    await stage.run(disableNamespace);
    expect(await names(stage.cluster, `${SPACE}/resourcequotas`)).toHaveLength(2);
  });

  test('leaves one policy that denies all, and none that allows anything', async () => {
    const stage = new Stage(hostile());
    const result = await stage.run(isolateNetwork);
    const policies = await policiesOf(stage.cluster);
    expect(policies.every(deniesAll)).toBe(true);
    // None is deleted: a finalizer would keep it, and a stolen identity could open what the namespace itself had closed.
    expect(policies.map(({ metadata }) => metadata.name)).toEqual([
      ...['allow-all', 'namespace-sentinel-fake', 'sticky', 'cleaned-up'],
      expect.stringMatching(/^namespace-sentinel-/),
    ]);
    expect(
      stage.cluster.writes.filter((write) => write.startsWith('remove') && write.includes('networkpolicies')),
    ).toEqual([]);
    expect(result.open).toEqual([]);
  });

  test('closes the others even when ours cannot be made', async () => {
    const others = hostile().filter((object) => !JSON.stringify(object).includes('namespace-sentinel-fake'));
    const stage = new Stage(others);
    stage.cluster.fault = (verb, path) =>
      verb === 'create' && path.endsWith('networkpolicies') ? new KubernetesError(403, 'Forbidden', 'no') : undefined;
    const result = await stage.run(isolateNetwork);
    expect((await policiesOf(stage.cluster)).map(deniesAll)).toEqual([true, true, true]);
    expect(result.status).toBe('partly');
    expect(result.summary).toContain('still there');
    expect(result.open).toContain('No NetworkPolicy denies all traffic.');
  });

  test('empties Services, removes what was written by hand, and keeps what the control plane keeps', async () => {
    const stage = new Stage(hostile());
    await stage.run(isolateNetwork);
    expect(await names(stage.cluster, `/apis/discovery.k8s.io/v1/namespaces/${NAMESPACE}/endpointslices`)).toEqual([
      'web-abc',
    ]);
    expect(await names(stage.cluster, `${SPACE}/endpoints`)).toEqual(['web']);
    expect(stage.cluster.at(`${SPACE}/services/web`)?.['spec']).toEqual({
      selector: { app: 'web', [IMPOSSIBLE_KEY]: UID },
    });
    expect(stage.cluster.at(`${SPACE}/pods/clever`)?.metadata.labels).toEqual({});
  });

  test('says what still has addresses', async () => {
    const stuck = { ...slice('stuck', CONTROLLER, 'web'), endpoints: [{ addresses: ['192.0.2.9'] }] };
    const stage = new Stage([...hostile(), stuck]);
    const result = await stage.run(isolateNetwork);
    expect(result.open).toEqual(['EndpointSlice stuck still has addresses.']);
  });

  test.each([
    ['in the network of its node', { hostNetwork: true }, "is in its node's network"],
    ['on Fargate', { schedulerName: 'fargate-scheduler' }, 'runs on Fargate'],
    ['on Windows', { os: { name: 'windows' } }, 'runs on Windows'],
  ])('says that a pod %s is not reached', async (_, spec, why) => {
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: here('far'), spec };
    const stage = new Stage([...hostile(), pod]);
    expect(await stage.run(isolateNetwork)).toMatchObject({ status: 'done', open: [] });
    const told = stage.record('isolateNetwork').proposals.map(({ text }) => text);
    expect(told).toContain(
      `The pod far ${why}: no network policy applies to it. Only ending it cuts it off: mode "remove", scope "pods".`,
    );
  });

  test('denies above the policies of namespaces where the cluster has the kind', async () => {
    const kind = ['networking.k8s.aws/v1alpha1', 'ClusterNetworkPolicy', 'clusternetworkpolicies', false] as const;
    const stage = new Stage(new MemoryCluster(hostile(), [[...kind]]));
    await stage.run(cutConnections);
    const path = `/apis/networking.k8s.aws/v1alpha1/clusternetworkpolicies/namespace-sentinel-${UID}`;
    expect(stage.cluster.at(path)?.['spec']).toMatchObject({
      tier: 'Admin',
      subject: { namespaces: { matchLabels: { [QUARANTINE_LABEL]: UID } } },
    });
    const record = await stage.recordOf(cutConnections, { name: 'run-2' });
    expect(record.actions.find(({ kind: of }) => of === kind[1])?.outcome).toBe('already');
  });

  describe('with both denials of the VPC CNI, the one above comes last', () => {
    const AWS = 'networking.k8s.aws/v1alpha1';
    const path = `/apis/${AWS}/clusternetworkpolicies/namespace-sentinel-${UID}`;
    const web = pod(1);
    const staged = (...endpoints: object[]) =>
      new Stage(
        new MemoryCluster(
          [...hostile(), web, ...endpoints],
          [
            [AWS, 'ClusterNetworkPolicy', 'clusternetworkpolicies', false],
            [AWS, 'PolicyEndpoint', 'policyendpoints'],
          ],
        ),
      );
    const denialFirst = (stage: Stage, name?: string) => stage.record('cutConnections', name).details?.['denialFirst'];

    test('once the controller has ordered the denial for every pod', async () => {
      const stage = staged(endpoint('a', [web], RULE));
      const { list } = stage.cluster;
      let looks = 0;
      stage.cluster.list = async (asked, ...rest) => {
        // What it ordered of the policy that allowed is closed after a while; until then ours is not above.
        if (asked.endsWith('/policyendpoints') && ++looks === 3) {
          expect(stage.cluster.at(path)).toBeUndefined();
          stage.cluster.add(endpoint('a', [web]));
        }
        return list.call(stage.cluster, asked, ...rest);
      };
      await stage.run(cutConnections, { settings: { agentsMs: 200 } });
      expect(stage.cluster.at(path)).toBeDefined();
      expect(denialFirst(stage)).toBe(true);
      await stage.run(cutConnections, { name: 'run-2' });
      expect(denialFirst(stage, 'run-2')).toBe(true);
      expect(stage.cluster.writes.filter((write) => write.includes('clusternetworkpolicies'))).toHaveLength(1);
    });

    test('or is left out, where that does not come; then a later run adds it', async () => {
      const stage = staged();
      const { proposals } = await stage.recordOf(cutConnections);
      expect([stage.cluster.at(path), denialFirst(stage)]).toEqual([undefined, false]);
      expect(proposals.map(({ text }) => text).join()).toContain('Starting again adds it.');
      stage.cluster.add(endpoint('a', [web]));
      await stage.run(cutConnections, { name: 'run-2' });
      expect(denialFirst(stage, 'run-2')).toBe(true);
      expect(stage.cluster.at(path)).toBeDefined();
    });

    test('or is taken for done, where a run that was stopped has made it meanwhile', async () => {
      const before = staged(endpoint('a', [web]));
      await before.run(cutConnections);
      const stage = staged(endpoint('a', [web]));
      const { list } = stage.cluster;
      stage.cluster.list = async (asked, ...rest) => {
        if (asked.endsWith('/policyendpoints')) stage.cluster.add(before.cluster.at(path) ?? {});
        return list.call(stage.cluster, asked, ...rest);
      };
      const { actions } = await stage.recordOf(cutConnections);
      expect(actions.find(({ kind }) => kind === 'ClusterNetworkPolicy')?.outcome).toBe('already');
      expect(denialFirst(stage)).toBe(true);
    });

    test('and one that is there already stays, in whatever order it came', async () => {
      const stage = staged(endpoint('a', [web]));
      await stage.run(cutConnections);
      await stage.run(cutConnections, { name: 'run-2' });
      expect(stage.cluster.writes.filter((write) => write.includes('clusternetworkpolicies'))).toHaveLength(1);
    });
  });

  test('says from when on no token can be cached any more, wherever there was an account', async () => {
    const settlesAt = async (objects: object[], mode: Mode = 'isolate') =>
      (await new Stage(objects).recordOf(cutIdentity, { mode })).settlesAt;
    const bare = [namespace()];
    expect(await settlesAt(bare)).toBeUndefined();
    expect(await settlesAt(namespaceObjects(), 'plan')).toBeUndefined();
    expect(await settlesAt(namespaceObjects())).toBe(new Date(NOW + 12_000).toISOString());
    // A run before this one may have deleted it a moment ago.
    const again = new Stage(bare);
    await again.snapshot([{ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'bot', uid: 'u-bot' } }]);
    expect((await again.recordOf(cutIdentity)).settlesAt).toBe(new Date(NOW + 12_000).toISOString());
  });

  test('deletes the bindings that are wholly its own, and leaves the others to a person', async () => {
    const stage = new Stage(hostile());
    stage.associations = [
      { associationId: 'a-1', serviceAccount: 'bot', roleArn: 'arn:aws:iam::111122223333:role/pods' },
    ];
    const record = await stage.recordOf(cutIdentity);
    expect(await names(stage.cluster, `/apis/${RBAC}/rolebindings`)).toEqual(['mixed', 'protected']);
    expect(await names(stage.cluster, `/apis/${RBAC}/clusterrolebindings`)).toEqual(['innocent', 'user']);
    expect(await names(stage.cluster, `${SPACE}/serviceaccounts`)).toEqual([]);
    expect(stage.associations).toEqual([]);
    const commands = record.proposals.flatMap((proposal) => proposal.commands ?? []);
    const patch = JSON.stringify([
      { op: 'test', path: '/subjects/1', value: bot },
      { op: 'remove', path: '/subjects/1' },
    ]);
    expect(commands).toContainEqual([
      'kubectl',
      'patch',
      'rolebindings',
      'mixed',
      '--namespace=shop',
      '--type=json',
      `--patch=${patch}`,
    ]);
    expect(commands).toContainEqual(['kubectl', 'delete', 'rolebindings', 'protected', '--namespace=kube-system']);
    const revoked = commands
      .filter((command) => command.includes('AWSRevokeOlderSessions'))
      .map((command) => command[4]);
    // The account's annotation alone is not a reason: IAM is not asked here.
    expect(revoked).toEqual(['pods']);
    expect(record.proposals.some(({ text }) => text.includes('ClusterRoleBinding user'))).toBe(true);
  });

  describe('where the admission policies are installed, the mark of the quarantine', () => {
    const marked = {
      apiVersion: RBAC,
      kind: 'ClusterRole',
      metadata: { name: 'namespace-sentinel:quarantined' },
      rules: [],
    };
    const RULES = `/apis/${RBAC}/namespaces/${NAMESPACE}/rolebindings`;
    const marks = async ({ cluster }: Stage) => (await cluster.list(RULES, signal)).items.filter(isMark);

    test('comes before the first binding elsewhere is deleted, and stays', async () => {
      const stage = new Stage([...hostile(), marked]);
      await stage.run(cutIdentity);
      const writes = stage.cluster.writes.filter((write) => write.includes(RBAC));
      const made = writes.findIndex((write) => write.startsWith(`create ${RULES}`));
      const elsewhere = writes.findIndex((write) => write.includes('/shop/') || write.includes('clusterrolebindings'));
      expect([made >= 0, made < elsewhere]).toEqual([true, true]);
      await stage.run(cutIdentity, { name: 'run-2' });
      expect(await marks(stage)).toHaveLength(1);
    });

    test('is not made where there is nothing to delete elsewhere', async () => {
      const stage = new Stage([...namespaceObjects(), binding(NAMESPACE, 'here', [alice]), marked]);
      await stage.run(cutIdentity);
      expect(await marks(stage)).toEqual([]);
    });

    test.each([
      ['of another role', { roleRef: { kind: 'ClusterRole', name: 'cluster-admin' } }],
      ['of a Role of that name', { roleRef: { kind: 'Role', name: 'namespace-sentinel:quarantined' } }],
      ['that gives it to others, too', { subjects: [{ kind: 'Group', name: GROUPS.contain }, bot] }],
      ['that gives it to others', { subjects: [{ kind: 'User', name: GROUPS.contain }] }],
    ])('is not mistaken for a binding %s', async (_, change) => {
      const like = {
        ...binding(NAMESPACE, 'like', [{ kind: 'Group', name: GROUPS.contain }]),
        roleRef: { kind: 'ClusterRole', name: 'namespace-sentinel:quarantined' },
        ...change,
      };
      const stage = new Stage([...hostile(), marked, like]);
      await stage.run(cutIdentity);
      expect(await names(stage.cluster, RULES)).toEqual([expect.stringMatching(/^namespace-sentinel-/)]);
    });
  });

  test('a plan changes nothing and lists what is then done; a second run finds it done', async () => {
    const stage = new Stage(hostile());
    stage.associations = [{ associationId: 'a-1', serviceAccount: 'bot' }];
    const planned = await isolate(stage, 'plan', 'run-1');
    expect(stage.cluster.writes).toEqual([]);
    expect(stage.associations).toHaveLength(1);
    const done = await isolate(stage, 'isolate', 'run-2');
    expect(done).toEqual(planned);
    expect(done.every(({ outcome }) => outcome === 'done')).toBe(true);
    const before = stage.cluster.writes.length;
    const again = await isolate(stage, 'isolate', 'run-3');
    expect(again.every(({ outcome }) => outcome === 'already')).toBe(true);
    expect(stage.cluster.writes).toHaveLength(before);
  });

  test('killed before any of its writes, a second start ends the same', async () => {
    const whole = new Stage(hostile());
    await isolate(whole, 'isolate', 'run-1');
    const writes = whole.cluster.writes.length;
    const state = async ({ cluster }: Stage) => ({
      policies: (await policiesOf(cluster)).map(({ spec }) => spec),
      services: (await cluster.list(`${SPACE}/services`, signal)).items.map(({ spec }) => spec),
      labels: cluster.at(SPACE)?.metadata.labels,
      quotas: (await cluster.list(`${SPACE}/resourcequotas`, signal)).items.map(({ spec, status }) => ({
        spec,
        status,
      })),
      bindings: [
        await names(cluster, `/apis/${RBAC}/rolebindings`),
        await names(cluster, `/apis/${RBAC}/clusterrolebindings`),
      ],
      accounts: await names(cluster, `${SPACE}/serviceaccounts`),
    });
    for (let survived = 0; survived < writes; survived++) {
      const stage = new Stage(hostile());
      stage.cluster.fault = () => (stage.cluster.writes.length >= survived ? new Error('killed') : undefined);
      await expect(isolate(stage, 'isolate', 'run-1')).rejects.toThrow('killed');
      stage.cluster.fault = () => undefined;
      await isolate(stage, 'isolate', 'run-2');
      expect(await state(stage)).toEqual(await state(whole));
    }
  });

  test.each(STEPS.map((step) => [CONTAIN_STEPS[step.key as keyof typeof CONTAIN_STEPS], step] as const))(
    '%s touches no other namespace of that name',
    async (_, step) => {
      const other = hostile().map((object) => structuredClone(object) as KubernetesObject);
      for (const { kind, metadata } of other)
        if (kind === 'Namespace') metadata.uid = '99999999-2222-4333-8444-555555555555';
      const stage = new Stage(other);
      const result = await stage.run(step);
      expect(result.status).toBe('failed');
      expect(stage.cluster.writes).toEqual([]);
      expect(stage.store.files.size).toBe(1);
    },
  );

  test('stops at a label that is refused for another UID', async () => {
    const stage = new Stage(hostile());
    stage.cluster.fault = (verb, path) =>
      verb === 'patch' && path === SPACE ? new KubernetesError(422, 'Invalid', 'immutable') : undefined;
    const result = await stage.run(disableNamespace);
    const kept = stage.record('disableNamespace');
    expect(result.status).toBe('failed');
    expect(kept.actions).toHaveLength(1);
  });

  test('never claims what was refused', async () => {
    const stage = new Stage(hostile());
    stage.cluster.fault = (verb) => (verb === 'remove' ? new KubernetesError(403, 'Forbidden', 'no') : undefined);
    const result = await stage.run(cutIdentity);
    expect(result).toMatchObject({ status: 'failed', actions: 0 });
    expect(result.summary).toMatch(/^5 of 5 changes were refused[.]/);
    expect(result.open).toContain('delete RoleBinding here failed: no');
  });

  test('takes away what a finalizer would keep alive: bindings, accounts, addresses', async () => {
    const sticky = { finalizers: ['evil.example/stay'] };
    const objects: object[] = [
      ...namespaceObjects(),
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata: here('sticky', sticky) },
      { ...binding(NAMESPACE, 'sticky', [bot]), metadata: here('sticky', sticky) },
      { ...slice('sticky', 'evil'), metadata: here('sticky', sticky) },
      { apiVersion: 'v1', kind: 'Endpoints', metadata: here('sticky', sticky), subsets: [] },
      { ...binding(undefined, 'sticky', [bot]), metadata: { name: 'sticky', uid: 'u-1', ...sticky } },
    ];
    const stage = new Stage(objects);
    const plan = await isolate(stage, 'plan', 'plan-1');
    const done = await isolate(stage, 'isolate', 'run-1');
    expect(done).toEqual(plan);
    for (const path of [
      `${SPACE}/serviceaccounts/sticky`,
      `${SPACE}/endpoints/sticky`,
      `/apis/${RBAC}/namespaces/${NAMESPACE}/rolebindings/sticky`,
      `/apis/discovery.k8s.io/v1/namespaces/${NAMESPACE}/endpointslices/sticky`,
    ])
      expect([path, stage.cluster.at(path)]).toEqual([path, undefined]);
    // Elsewhere we only delete: a person is told.
    const { open, proposals } = stage.record('cutIdentity');
    expect(open).toEqual([expect.stringContaining('sticky has finalizers')]);
    expect(proposals).toContainEqual(
      expect.objectContaining({ commands: [expect.arrayContaining(['patch', 'clusterrolebindings', 'sticky'])] }),
    );
  });

  test('cuts the network and puts the quota in force although the cluster does not give its kinds', async () => {
    const stage = new Stage(hostile());
    stage.cluster.kinds = async () => {
      throw new KubernetesError(0, 'TooLarge', 'too long');
    };
    for (const step of STEPS) await stage.run(step);
    expect((await policiesOf(stage.cluster)).filter((each) => !deniesAll(each))).toEqual([]);
    const [quota] = (await stage.cluster.list(`${SPACE}/resourcequotas`, signal)).items;
    expect(record(record(quota?.['status'])['hard'])).toMatchObject({ pods: '0', 'count/deployments.apps': '0' });
    expect(stage.record('disableNamespace').open).toEqual([expect.stringContaining('only the usual kinds')]);
    expect(stage.record('isolateNetwork').open).toContainEqual(expect.stringContaining('is not known: too long'));
  });

  test('says when not every binding or account could be listed', async () => {
    const stage = new Stage(hostile());
    const list = stage.cluster.list.bind(stage.cluster);
    stage.cluster.list = async (...args) => ({ ...(await list(...args)), complete: false });
    const written = await stage.recordOf(cutIdentity);
    expect(written.open.filter((sentence) => /^There are more/.test(sentence))).toHaveLength(3);
    expect(written.status).toBe('partly');
  });
});
