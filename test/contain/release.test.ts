/** Release: what containment took is given back, what was changed since is left alone, the rest is said. */
import { gunzipSync, gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { RELEASE_FUNCTION_STEPS } from '../../functions/contain/release/index.ts';
import { CONTAIN_FUNCTION_STEPS } from '../../functions/contain/steps/index.ts';
import type { Mode, StepResult } from '../../functions/contract/containment.ts';
import { KubernetesError } from '../../functions/contract/errors.ts';
import {
  IMPOSSIBLE_KEY,
  QUARANTINE_LABEL,
  RELEASING_LABEL,
  RESTORED_LABEL,
} from '../../functions/kubernetes/quarantine.ts';
import { Stage, UID } from './stage.ts';

const RBAC = 'rbac.authorization.k8s.io/v1';
const NS = '/api/v1/namespaces/evil';
const own = { kind: 'ServiceAccount', name: 'runner', namespace: 'evil' };

const binding = (kind: string, name: string, role: string, namespace?: string, subjects: object[] = [own]) => ({
  apiVersion: RBAC,
  kind,
  metadata: { name, ...(namespace && { namespace }) },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
  subjects,
});
const role = (name: string, rule: object) => ({
  apiVersion: RBAC,
  kind: 'ClusterRole',
  metadata: { name },
  rules: [rule],
});
const inside = (apiVersion: string, kind: string, name: string, fields: object = {}, metadata: object = {}) => ({
  apiVersion,
  kind,
  metadata: { name, namespace: 'evil', ...metadata },
  ...fields,
});

const OBJECTS = [
  {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'evil', uid: UID, labels: { team: 'a', 'pod-security.kubernetes.io/enforce': 'privileged' } },
  },
  role('view', { verbs: ['get'], apiGroups: [''], resources: ['pods'] }),
  role('everything', { verbs: ['*'], apiGroups: ['*'], resources: ['*'] }),
  role('binder', { verbs: ['bind'], apiGroups: ['rbac.authorization.k8s.io'], resources: ['clusterroles'] }),
  inside('v1', 'ServiceAccount', 'runner', { secrets: [{ name: 'runner-token-x' }] }, { annotations: { team: 'a' } }),
  binding('RoleBinding', 'runner', 'view', 'evil'),
  binding('RoleBinding', 'wild', 'everything', 'evil'),
  binding('RoleBinding', 'binds', 'binder', 'evil'),
  binding('RoleBinding', 'abroad', 'view', 'shop'),
  binding('RoleBinding', 'abroad-edit', 'edit', 'shop'),
  binding('ClusterRoleBinding', 'evil-view', 'view'),
  inside('networking.k8s.io/v1', 'NetworkPolicy', 'allow', {
    spec: { podSelector: {}, policyTypes: ['Ingress'], ingress: [{}] },
  }),
  inside('v1', 'Service', 'web', { spec: { selector: { app: 'web' }, ports: [{ port: 80 }] } }),
  inside('v1', 'Service', 'alias', { spec: { type: 'ExternalName', externalName: 'example.com' } }),
  inside('apps/v1', 'Deployment', 'web', { spec: { replicas: 3, template: {} } }),
];

let scene: Stage;
beforeEach(() => {
  scene = new Stage(OBJECTS);
});

async function step(key: string, mode: Mode, run: string, input: object = {}): Promise<StepResult> {
  const found = [...CONTAIN_FUNCTION_STEPS, ...RELEASE_FUNCTION_STEPS].find((each) => each.key === key);
  if (!found) throw new Error(`no step ${key}`);
  return scene.run(found, { mode, name: run, input });
}

async function contain(run = 'contain-1'): Promise<void> {
  for (const key of ['snapshot', 'disableNamespace', 'isolateNetwork', 'cutIdentity']) {
    const { open } = await step(key, 'isolate', run);
    expect(open).toEqual([]);
  }
}

const RELEASING = [
  'checkSnapshot',
  'liftQuarantine',
  'restoreIdentity',
  'restoreNetwork',
  'restoreWorkloads',
  'verifyRelease',
];
async function release(
  run = 'release-1',
  input: object = {},
  mode: Mode = 'release',
): Promise<Record<string, StepResult>> {
  for (const { execution } of scene.leases.values()) scene.ended.add(execution);
  const results: Record<string, StepResult> = {};
  for (const key of RELEASING) {
    const result = await step(key, mode, run, input);
    results[key] = result;
    if (result.status === 'refused') break;
  }
  return results;
}
const at = (path: string) => scene.cluster.at(path);

/** Nothing that the process does works any more after so many deletions. @returns what ends that, for the next process */
function killAfter(last: number): () => void {
  const { cluster, store } = scene;
  const { remove, put } = { remove: cluster.remove.bind(cluster), put: store.put.bind(store) };
  let deletions = 0;
  const live = () => {
    if (deletions >= last) throw new Error('killed');
  };
  cluster.remove = async (...args) => {
    live();
    const existed = await remove(...args);
    deletions++;
    return existed;
  };
  store.put = async (...args) => {
    live();
    return put(...args);
  };
  return () => {
    Object.assign(cluster, { remove });
    Object.assign(store, { put });
  };
}

test('each step asks for the objects that it brings back, and for no others', async () => {
  await contain();
  const { read } = scene.cluster;
  const kinds: Record<string, Set<string>> = {};
  for (const { execution } of scene.leases.values()) scene.ended.add(execution);
  for (const key of ['checkSnapshot', 'liftQuarantine', 'restoreIdentity', 'restoreNetwork', 'restoreWorkloads']) {
    const asked = new Set<string>();
    kinds[key] = asked;
    scene.cluster.read = (path, ...rest) => {
      const kind = /\/(serviceaccounts|rolebindings|services|networkpolicies|deployments)\//.exec(path)?.[1];
      if (kind) asked.add(kind);
      return read.call(scene.cluster, path, ...rest);
    };
    await step(key, 'release', 'release-1');
  }
  const of = (key: string) => [...(kinds[key] ?? [])].sort();
  expect(of('checkSnapshot')).toEqual([
    'deployments',
    'networkpolicies',
    'rolebindings',
    'serviceaccounts',
    'services',
  ]);
  expect(of('restoreIdentity')).toEqual(['rolebindings', 'serviceaccounts']);
  expect(of('restoreNetwork')).toEqual(['networkpolicies', 'services']);
  expect(of('restoreWorkloads')).toEqual(['deployments']);
});

test('gives back everything that it may, and proposes what would grant wide rights', async () => {
  await contain();
  expect(at(`${NS}/services/web`)?.['spec']).toHaveProperty(['selector', IMPOSSIBLE_KEY]);
  const { verifyRelease } = await release();
  expect(verifyRelease).toMatchObject({ status: 'done', open: [] });
  expect(at(NS)?.metadata.labels).toEqual({ team: 'a', 'pod-security.kubernetes.io/enforce': 'privileged' });
  expect(at(`${NS}/services/web`)?.['spec']).toEqual({ selector: { app: 'web' }, ports: [{ port: 80 }] });
  expect(at(`${NS}/services/alias`)?.['spec']).toEqual({ type: 'ExternalName', externalName: 'example.com' });
  const rbac = `/apis/${RBAC}`;
  expect(at(`${rbac}/namespaces/evil/rolebindings/runner`)?.metadata.labels).toEqual({ [RESTORED_LABEL]: 'true' });
  expect(at(`${NS}/serviceaccounts/runner`)).not.toHaveProperty('secrets');
  const { items } = await scene.cluster.list(
    '/apis/networking.k8s.io/v1/namespaces/evil/networkpolicies',
    new AbortController().signal,
  );
  expect(items.map(({ metadata }) => metadata.name)).toEqual(['allow']);
  const { proposals } = scene.record('restoreIdentity', 'release-1');
  expect(proposals.map(({ text }) => text).sort()).toEqual(
    [
      'RoleBinding evil/wild is left to you, because the role everything allows everything of a kind, or lets its holder grant rights.',
      'RoleBinding evil/binds is left to you, because the role binder allows everything of a kind, or lets its holder grant rights.',
      'ClusterRoleBinding evil-view is left to you, because it gives rights in the whole cluster.',
      'RoleBinding shop/abroad is left to you, because it gives rights in another namespace.',
      'RoleBinding shop/abroad-edit is left to you, because it gives rights in another namespace.',
    ].sort(),
  );
  for (const { manifest } of proposals) {
    expect(manifest).toMatchObject({ roleRef: {}, subjects: [own] });
    expect(manifest).not.toHaveProperty(['metadata', 'labels']);
  }
});

test.each<[string, object, string]>([
  ['a person', { kind: 'User', name: 'alice' }, 'User alice'],
  ['a group of people', { kind: 'Group', name: 'developers' }, 'Group developers'],
  [
    'the group of its accounts',
    { kind: 'Group', name: 'system:serviceaccounts:evil' },
    'Group system:serviceaccounts:evil',
  ],
  ['an account of another namespace', { ...own, namespace: 'shop' }, 'ServiceAccount shop/runner'],
])('a binding that serves %s is left to a person, whole', async (_, subject, shown) => {
  const path = `/apis/${RBAC}/namespaces/evil/rolebindings/team`;
  scene = new Stage([...OBJECTS, binding('RoleBinding', 'team', 'view', 'evil', [own, subject])]);
  await contain();
  const { verifyRelease } = await release();
  expect(at(path)).toBeUndefined();
  expect(verifyRelease).toMatchObject({ status: 'done', open: [] });
  const proposal = scene
    .record('restoreIdentity', 'release-1')
    .proposals.find(({ text }) => text.includes('evil/team'));
  expect(proposal?.text).toBe(
    `RoleBinding evil/team is left to you, because it gives rights to ${shown}, and not only to accounts of the namespace.`,
  );
  expect(proposal?.manifest).toMatchObject({ kind: 'RoleBinding', subjects: [own, subject] });
});

test.each<[string, string, string]>([
  [
    'by an admission policy',
    `pods "x" is forbidden: ValidatingAdmissionPolicy 'namespace-sentinel-guard-roles' with binding 'namespace-sentinel-guard-roles' denied request: the releasing identity binds no role with a wildcard, or that may grant rights`,
    'the releasing identity binds no role with a wildcard, or that may grant rights',
  ],
  [
    'as it has no such right',
    'rolebindings.rbac.authorization.k8s.io is forbidden: User "x" cannot create resource "rolebindings" in API group',
    'release has no right to make it without the admission policies',
  ],
])('what the API server refuses to release %s becomes a proposal, and no failure', async (_, says, why) => {
  await contain();
  const refused = new KubernetesError(403, 'Forbidden', says);
  scene.cluster.fault = (verb, path) => (verb === 'create' && path.endsWith('/rolebindings') ? refused : undefined);
  const { verifyRelease } = await release();
  expect(verifyRelease).toMatchObject({ status: 'done', open: [] });
  const { proposals, actions } = scene.record('restoreIdentity', 'release-1');
  expect(proposals.map(({ text }) => text)).toContain(`RoleBinding evil/runner is left to you, because ${why}.`);
  expect(actions.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
});

test('the mark that let bindings elsewhere be deleted goes with the quarantine', async () => {
  scene = new Stage([...OBJECTS, role('namespace-sentinel:quarantined', {})]);
  const marks = async () => {
    const { items } = await scene.cluster.list(
      `/apis/${RBAC}/namespaces/evil/rolebindings`,
      new AbortController().signal,
    );
    return items.filter(({ roleRef }) => Object(roleRef).name === 'namespace-sentinel:quarantined').length;
  };
  await contain();
  await contain('contain-2');
  expect(await marks()).toBe(1);
  const { verifyRelease } = await release();
  expect(await marks()).toBe(0);
  expect(verifyRelease).toMatchObject({ status: 'done', open: [] });
});

describe('our policy, with the finalizer of the controller of the VPC CNI', () => {
  const path = () => `/apis/networking.k8s.io/v1/namespaces/evil/networkpolicies/${name}`;
  let name = '';
  beforeEach(async () => {
    await contain();
    const { items } = await scene.cluster.list(
      '/apis/networking.k8s.io/v1/namespaces/evil/networkpolicies',
      new AbortController().signal,
    );
    name =
      items.flatMap(({ metadata }) => metadata.name ?? []).find((each) => each.startsWith('namespace-sentinel-')) ?? '';
    await scene.cluster.patch(
      path(),
      { metadata: { finalizers: ['networking.k8s.aws/resources'] } },
      new AbortController().signal,
    );
  });

  test('is waited for', async () => {
    const released = release();
    const strip = async (): Promise<void> => {
      if (at(path())?.metadata['deletionTimestamp'] !== undefined)
        await scene.cluster.patch(path(), { metadata: { finalizers: null } }, new AbortController().signal);
      else setTimeout(() => void strip(), 20);
    };
    await strip();
    expect((await released)['verifyRelease']?.open).toEqual([]);
  });

  test('is said where the controller does not let it go', async () => {
    await release();
    expect(scene.record('verifyRelease', 'release-1').proofs[0]).toMatchObject({
      verdict: 'not-proven',
      how: expect.stringMatching(/being deleted, held by networking\.k8s\.aws\/resources/),
    });
  }, 15_000);
});

test('the label is lifted first, in the patch that allows release to write', async () => {
  await contain();
  scene.cluster.writes.length = 0;
  await release();
  expect(scene.cluster.writes[0]).toBe(`patch ${NS}`);
  const { actions } = scene.record('liftQuarantine', 'release-1');
  expect(actions[0]).toMatchObject({ verb: 'patch', kind: 'Namespace' });
  expect(at(NS)?.metadata.labels).not.toHaveProperty([QUARANTINE_LABEL]);
  expect(at(NS)?.metadata.labels).not.toHaveProperty([RELEASING_LABEL]);
});

test('a plan does not claim that the quarantine is lifted', async () => {
  await contain();
  const { liftQuarantine } = await release('plan-1', {}, 'plan');
  expect(liftQuarantine?.summary).toMatch(/would no longer be in quarantine, and its quota would be gone/);
  expect((await release()).liftQuarantine?.summary).toMatch(/is no longer in quarantine, and its quota is gone/);
});

test('contained twice, the original comes back', async () => {
  await contain('contain-1');
  await contain('contain-2');
  const { verifyRelease } = await release();
  expect(verifyRelease).toMatchObject({ status: 'done', open: [] });
  expect(at(`${NS}/services/web`)?.['spec']).toEqual({ selector: { app: 'web' }, ports: [{ port: 80 }] });
});

test('released twice, nothing is written the second time', async () => {
  await contain();
  await release();
  scene.cluster.writes.length = 0;
  const { verifyRelease } = await release('release-2');
  expect(verifyRelease).toMatchObject({ status: 'done' });
  expect(scene.cluster.writes.filter((write) => !write.includes('rolebindings'))).toEqual([]);
});

test.each(RELEASING.slice(1))('killed in the middle of %s, a second start ends the same', async (dying) => {
  await contain();
  await step('checkSnapshot', 'release', 'release-1');
  for (const key of RELEASING.slice(1, RELEASING.indexOf(dying))) await step(key, 'release', 'release-1');
  let writes = 0;
  scene.cluster.fault = () => (writes++ > 0 ? new Error('killed') : undefined);
  await step(dying, 'release', 'release-1').catch(() => undefined);
  scene.cluster.fault = () => undefined;
  const { verifyRelease } = await release('release-2');
  expect(verifyRelease).toMatchObject({ status: 'done', open: [] });
  expect(at(NS)?.metadata.labels).toEqual({ team: 'a', 'pod-security.kubernetes.io/enforce': 'privileged' });
});

describe('what was changed since', () => {
  beforeEach(async () => {
    await contain();
    const signal = new AbortController().signal;
    await scene.cluster.patch(`${NS}/services/web`, { spec: { selector: { app: 'other' } } }, signal);
  });

  test('refuses, names it, and touches nothing', async () => {
    scene.cluster.writes.length = 0;
    const { checkSnapshot } = await release();
    expect(checkSnapshot).toMatchObject({
      status: 'refused',
      open: ['Service evil/web was changed since by somebody else.'],
    });
    expect(scene.cluster.writes).toEqual([]);
  });

  test('writes over it when told', async () => {
    const { verifyRelease } = await release('release-1', { overwrite: true });
    expect(verifyRelease).toMatchObject({ status: 'done', open: [] });
    expect(at(`${NS}/services/web`)?.['spec']).toMatchObject({ selector: { app: 'web' } });
  });
});

describe('a snapshot is believed as far as its hash was noted', () => {
  const key = () => [...scene.store.files.keys()].find((each) => each.startsWith('snapshots/')) ?? '';
  /** As whoever may write in the bucket would: with a pod of its own, and a binding for itself. */
  async function forge(): Promise<void> {
    const whole = JSON.parse(gunzipSync(scene.store.files.get(key()) ?? Buffer.alloc(0)).toString());
    whole.objects.push(
      { resource: 'pods', object: inside('v1', 'Pod', 'theirs', { spec: { containers: [] } }, { uid: 'pod-1' }) },
      { resource: 'rolebindings', object: binding('RoleBinding', 'mallory', 'view', 'evil') },
    );
    scene.store.files.set(key(), gzipSync(JSON.stringify(whole)));
  }

  test('one that was changed is refused, whatever a person accepts', async () => {
    await contain();
    await forge();
    const before = structuredClone(at(NS));
    for (const accept of [[], ['snapshot/unconfirmed']]) {
      const { checkSnapshot } = await release('release-1', { accept });
      expect(checkSnapshot).toMatchObject({ status: 'refused', summary: expect.stringContaining('is not the one') });
    }
    expect(at(NS)).toEqual(before);
    expect(at(`${NS}/pods/theirs`)).toBeUndefined();
  });

  test('one that is swapped between two steps stops the next one', async () => {
    await contain();
    expect((await step('checkSnapshot', 'release', 'release-1')).status).toBe('done');
    expect((await step('liftQuarantine', 'release', 'release-1')).status).toBe('done');
    await forge();
    await expect(step('restoreWorkloads', 'release', 'release-1')).rejects.toThrow('is not the one that was taken');
    expect(at(`${NS}/pods/theirs`)).toBeUndefined();
  });

  test('one without a note is for a person to accept', async () => {
    await contain();
    const bare = new Stage(OBJECTS);
    scene.clients.register.hashes = bare.clients.register.hashes;
    const { checkSnapshot } = await release();
    expect(checkSnapshot).toMatchObject({
      status: 'refused',
      summary: expect.stringContaining('"snapshot/unconfirmed"'),
    });
    const { verifyRelease } = await release('release-2', { accept: ['snapshot/unconfirmed'] });
    expect(verifyRelease).toMatchObject({ status: 'done', open: [] });
  });

  test('from one that was accepted, only what containment has deleted is made again', async () => {
    await contain();
    await forge();
    scene.clients.register.hashes = async () => [];
    await release('release-1', { accept: ['snapshot/unconfirmed'] });
    expect(at(`/apis/${RBAC}/namespaces/evil/rolebindings/runner`)).toBeDefined();
    expect(at(`${NS}/pods/theirs`)).toBeUndefined();
    expect(at(`/apis/${RBAC}/namespaces/evil/rolebindings/mallory`)).toBeUndefined();
    const { proposals } = scene.record('restoreWorkloads', 'release-1');
    expect(proposals.map(({ text }) => text)).toContainEqual(
      expect.stringMatching(/^Pod evil\/theirs is left to you, because no record says that containment deleted it/),
    );
  });

  test('records that probe may write count for nothing', async () => {
    await contain();
    await forge();
    scene.clients.register.hashes = async () => [];
    const [noted = ''] = [...scene.store.files.keys()].filter((each) => each.endsWith('/deletions/cutIdentity.json'));
    const forged = JSON.stringify({ uids: ['pod-1'] });
    for (const name of ['steps/verifyIsolation.json', 'steps/report.json', 'evidence/deletions/cutIdentity.json'])
      scene.store.files.set(noted.replace('deletions/cutIdentity.json', name), Buffer.from(forged));
    await release('release-1', { accept: ['snapshot/unconfirmed'] });
    expect(at(`${NS}/pods/theirs`)).toBeUndefined();
  });

  test('what was deleted in an earlier try stays noted', async () => {
    await contain();
    await step('cutIdentity', 'isolate', 'contain-1');
    const { verifyRelease } = await release();
    expect(verifyRelease?.open).toEqual([]);
  });

  test.each([1, 2, 3, 4])('what a try deleted that was killed after %i deletions comes back', async (last) => {
    for (const key of ['snapshot', 'disableNamespace', 'isolateNetwork']) await step(key, 'isolate', 'contain-1');
    const revive = killAfter(last);
    await expect(step('cutIdentity', 'isolate', 'contain-1')).rejects.toThrow('killed');
    revive();
    await step('cutIdentity', 'isolate', 'contain-1');
    const { verifyRelease } = await release();
    expect(verifyRelease?.open).toEqual([]);
    expect(at(`/apis/${RBAC}/namespaces/evil/rolebindings/runner`)).toBeDefined();
    expect(at(`${NS}/serviceaccounts/runner`)).toBeDefined();
  });

  test('what was to be deleted, and was not, is not brought back when somebody deletes it', async () => {
    scene.cluster.fault = (verb, path) =>
      verb === 'remove' && path.endsWith('/rolebindings/runner')
        ? new KubernetesError(403, 'Forbidden', 'no')
        : undefined;
    for (const key of ['snapshot', 'disableNamespace', 'isolateNetwork', 'cutIdentity'])
      await step(key, 'isolate', 'contain-1');
    scene.cluster.fault = () => undefined;
    await scene.cluster.remove(`/apis/${RBAC}/namespaces/evil/rolebindings/runner`, new AbortController().signal);
    await release();
    expect(at(`/apis/${RBAC}/namespaces/evil/rolebindings/runner`)).toBeUndefined();
  });

  test('once released, it need not be kept any longer', async () => {
    await contain();
    expect(scene.store.released.size).toBe(0);
    await release();
    expect([...scene.store.released]).toEqual([key()]);
  });
});

test('what somebody deleted since is said, with its manifest', async () => {
  await contain();
  await scene.cluster.remove(`${NS}/services/web`, new AbortController().signal);
  expect((await release()).checkSnapshot).toMatchObject({ status: 'refused' });
  await release('release-2', { overwrite: true });
  const { proposals } = scene.record('restoreNetwork', 'release-2');
  expect(proposals).toEqual([
    expect.objectContaining({
      text: expect.stringContaining('Service evil/web is left to you'),
      manifest: expect.objectContaining({ kind: 'Service', spec: { selector: { app: 'web' }, ports: [{ port: 80 }] } }),
    }),
  ]);
});

test('a plan writes nothing, and lists what would come back', async () => {
  await contain();
  scene.cluster.writes.length = 0;
  const results = await release('plan-1', {}, 'plan');
  expect(scene.cluster.writes).toEqual([]);
  expect(results['restoreIdentity']).toMatchObject({ actions: 2 });
});

describe('refused', () => {
  test.each<[why: string, prepare: () => Promise<void>, expected: RegExp]>([
    ['without a snapshot', async () => undefined, /no snapshot of evil/],
    [
      'for another namespace of the name',
      async () => {
        await contain();
        scene.cluster.add({
          apiVersion: 'v1',
          kind: 'Namespace',
          metadata: { name: 'evil', uid: 'ffffffff-0000-0000-0000-000000000000' },
        });
      },
      /another namespace by now/,
    ],
    [
      'while another execution works on it',
      async () => {
        await contain();
        scene.clients.register.lease = async () => ({ execution: 'arn:other', until: 0 });
      },
      /arn:other/,
    ],
  ])('%s', async (_, prepare, expected) => {
    await prepare();
    const { checkSnapshot } = await release();
    expect(checkSnapshot?.status).toBe('refused');
    expect(checkSnapshot?.summary).toMatch(expected);
  });

  test.each(['isolate', 'remove'] as const)('mode %s is a mistake of input', async (mode) => {
    await contain();
    await expect(step('checkSnapshot', mode, 'x')).rejects.toMatchObject({ name: 'InputError' });
  });
});

test('what lives in EKS is a command for a person', async () => {
  scene.clients.podIdentity = {
    associations: async () => [
      { associationId: 'a-1', serviceAccount: 'runner', roleArn: 'arn:aws:iam::111122223333:role/r' },
    ],
    dissociate: async () => true,
  };
  await contain();
  await release();
  const { proposals } = scene.record('checkSnapshot', 'release-1');
  expect(proposals[0]?.commands?.[0]?.join(' ')).toBe(
    'aws eks create-pod-identity-association --region eu-west-1 --cluster-name prod --namespace evil --service-account runner --role-arn arn:aws:iam::111122223333:role/r',
  );
});

test('released, changed honestly and contained again: the change comes back, and not what was before', async () => {
  await contain('contain-1');
  await release('release-1');
  const signal = new AbortController().signal;
  await scene.cluster.patch(`${NS}/services/web`, { spec: { selector: { app: 'newer' } } }, signal);
  await contain('contain-2');
  expect((await release('release-2')).verifyRelease).toMatchObject({ status: 'done', open: [] });
  expect(at(`${NS}/services/web`)?.['spec']).toEqual({ selector: { app: 'newer' }, ports: [{ port: 80 }] });
  const snapshots = [...scene.store.files.keys()].filter((path) => /snapshot[^/]*\.json\.gz$/.test(path));
  expect(snapshots.map((path) => path.split('/').at(-1))).toEqual(['snapshot.json.gz', 'snapshot-2.json.gz']);
});
