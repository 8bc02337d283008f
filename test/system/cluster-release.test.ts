/** What the releasing identity may restore, against the check list of Pod Security itself, on the real API server. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { run } from '../../tools/twin/commands.ts';
import { BRING_UP_MS } from './bring-up.ts';
import { type ClusterSide, dry, merge, POD, post, QUARANTINE, RELEASING, startClusterSide } from './cluster-side.ts';

const NAMESPACE = 'loose';
const PODS = `/api/v1/namespaces/${NAMESPACE}/pods`;
const BINDINGS = `/apis/rbac.authorization.k8s.io/v1/namespaces/${NAMESPACE}/rolebindings`;

let side: ClusterSide;
/** Folder of the pods by which the module tests its own checks at the newest level "baseline". */
let fixtures: string;

beforeAll(async () => {
  const source = 'tools/twin/go/controlplane';
  const module = ['list', '-mod=readonly', '-m', '-f', '{{.Dir}}', 'k8s.io/pod-security-admission'];
  const levels = join((await run('go', ['-C', source, ...module])).trim(), 'test/testdata/baseline');
  const newest = readdirSync(levels).sort((a, b) => Number(b.split('.')[1]) - Number(a.split('.')[1]))[0] ?? '';
  fixtures = join(levels, newest);

  side = await startClusterSide();
  await side.make(NAMESPACE);
  await side.make('free');
  await side.quarantine(NAMESPACE);
  const uid = await side.uid(NAMESPACE);
  const lifted = merge(`/api/v1/namespaces/${NAMESPACE}`, {
    metadata: { uid, labels: { [QUARANTINE]: null, [RELEASING]: uid } },
  });
  expect((await side.ask(side.release, lifted)).code).toBe(200);
  const account = post(`/api/v1/namespaces/${NAMESPACE}/serviceaccounts`, { metadata: { name: 'agent' } });
  await side.cluster.processes.until(async () => (await side.ask(side.release, account)).code === 201, {
    what: 'release may restore',
  });
}, BRING_UP_MS);
afterAll(() => side?.close());

const policyOf = (text: string): string | undefined =>
  /ValidatingAdmissionPolicy 'namespace-sentinel-([a-z-]+)'/.exec(text)?.[1];
const podsIn = (folder: string) =>
  readdirSync(join(fixtures, folder)).map(
    (file) => parse(readFileSync(join(fixtures, folder, file), 'utf8')) as { metadata: { name: string } },
  );
/** Under a name that is one: those of the module have underscores. */
const tried = async (pod: { metadata: object }) => {
  const named = { ...pod, metadata: { ...pod.metadata, name: 'tried' } };
  const { code, text } = await side.ask(side.release, dry(post(PODS, named)));
  return { code, policy: policyOf(text) };
};

test('restores each pod that Pod Security allows at "baseline"', async () => {
  const pods = podsIn('pass');
  expect(pods.length).toBeGreaterThan(10);
  for (const pod of pods)
    expect({ pod: pod.metadata.name, ...(await tried(pod)) }).toEqual({
      pod: pod.metadata.name,
      code: 201,
      policy: undefined,
    });
});

test('restores none that it refuses, whatever the level of the namespace', async () => {
  const pods = podsIn('fail');
  const controls = new Set(pods.map(({ metadata }) => metadata.name.replace(/\d+$/, '')));
  expect([...controls].sort()).toEqual([
    ...['apparmorprofile', 'capabilities_baseline', 'hostnamespaces', 'hostpathvolumes', 'hostports'],
    ...['hostprobesandhostlifecycle', 'privileged', 'procmount', 'seccompprofile_baseline', 'selinuxoptions'],
    ...['sysctls', 'windowshostprocess'],
  ]);
  const answers = await Promise.all(pods.map(async (pod) => ({ pod: pod.metadata.name, ...(await tried(pod)) })));
  // The API server itself takes no unmasked /proc without a user namespace, before any policy is asked.
  expect(answers.filter(({ policy }) => policy !== 'guard-release')).toEqual(
    ['procmount0', 'procmount1'].map((pod) => ({ pod, code: 422, policy: undefined })),
  );
});

describe('when stolen, starts no pod', () => {
  test.each<[string, object]>([
    ['on a node by name', { nodeName: 'ip-10-0-1-11.ec2.internal' }],
    ['before the pods of the platform', { priorityClassName: 'system-node-critical' }],
    ['of cluster priority', { priorityClassName: 'system-cluster-critical' }],
    [
      'with a port of its node',
      { containers: [{ name: 'x', image: 'x', ports: [{ containerPort: 443, hostPort: 443 }] }] },
    ],
    ['as SELinux sees fit', { securityContext: { seLinuxOptions: { type: 'spc_t' } } }],
    ['without seccomp', { securityContext: { seccompProfile: { type: 'Unconfined' } } }],
    ['without AppArmor', { securityContext: { appArmorProfile: { type: 'Unconfined' } } }],
  ])('%s', async (_, spec) => {
    expect(await tried(POD('x', spec))).toEqual({ code: 403, policy: 'guard-release' });
  });

  test('with more annotations than can be looked at', async () => {
    const annotations = Object.fromEntries(Array.from({ length: 1_001 }, (_, n) => [`a${n}`, '']));
    expect(await tried({ ...POD('x'), metadata: { name: 'x', annotations } })).toEqual({
      code: 403,
      policy: 'guard-release',
    });
  });
});

describe('binds', () => {
  const binding = (subjects: object[], role = 'view') => ({
    metadata: { name: 'x', labels: { 'namespace-sentinel.io/restored': 'true' } },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
    subjects,
  });
  const account = (namespace: string) => ({ kind: 'ServiceAccount', name: 'agent', namespace });
  const apiGroup = 'rbac.authorization.k8s.io';

  test('accounts of the namespace that it releases', async () => {
    expect((await side.ask(side.release, dry(post(BINDINGS, binding([account(NAMESPACE)], 'edit'))))).code).toBe(201);
  });

  test.each<[string, object[]]>([
    ['a person', [{ apiGroup, kind: 'User', name: 'mallory' }]],
    ['a group of people', [{ apiGroup, kind: 'Group', name: 'developers' }]],
    [
      'all accounts of the namespace, by their group',
      [{ apiGroup, kind: 'Group', name: `system:serviceaccounts:${NAMESPACE}` }],
    ],
    ['an account named as a user', [{ apiGroup, kind: 'User', name: `system:serviceaccount:${NAMESPACE}:agent` }]],
    ['an account of another namespace', [account('free')]],
    ['an account of a namespace that is not there yet', [account('not-there-yet')]],
    ['somebody beside its account', [account(NAMESPACE), { apiGroup, kind: 'User', name: 'mallory' }]],
  ])('not %s', async (_, subjects) => {
    for (const role of ['view', 'admin']) {
      const { code, text } = await side.ask(side.release, post(BINDINGS, binding(subjects, role)));
      expect([code, policyOf(text)]).toEqual([403, 'guard-release']);
    }
  });

  test.each(['free', 'not-there-yet'])('nothing in %s', async (namespace) => {
    const path = BINDINGS.replace(NAMESPACE, namespace);
    for (const owner of [NAMESPACE, namespace, 'not-there-yet']) {
      const { code } = await side.ask(side.release, post(path, binding([account(owner)])));
      expect([403, 404]).toContain(code);
    }
  });
});
