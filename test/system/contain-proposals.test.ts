/** Every command for kubectl that a playbook proposes, pasted into a shell in an empty folder, on a real control plane. */
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { KubernetesObject } from '../../functions/clients/kubernetes/kubernetes.ts';
import type { WritableKubernetes } from '../../functions/clients/kubernetes/kubernetes-writer.ts';
import { Actuator } from '../../functions/contain/framework/actuator.ts';
import type { PlaybookRun } from '../../functions/contain/framework/step.ts';
import { leftovers } from '../../functions/contain/removal/leftovers.ts';
import { COMMANDS } from '../../functions/contract/commands/table.ts';
import type { Proposal } from '../../functions/contract/containment.ts';
import type { StepKey } from '../../functions/contract/playbook-steps.ts';
import { GROUPS, QUARANTINE_LABEL } from '../../functions/kubernetes/quarantine.ts';
import {
  clusterRoleBinding,
  modestPod,
  namespace,
  roleBinding,
  serviceAccountObject,
  subject,
} from '../../tools/record/incidents/objects.ts';
import { alertOf } from '../contain/alerts.ts';
import { BRING_UP_MS } from './bring-up.ts';
import { crd, hubObjects, KINDS } from './contain/depended-on.ts';
import { commandsAbout, Terminal } from './contain/paste.ts';
import { connect, type Ended } from './contain/responder.ts';
import { bringUp, type Scene } from './contain/scene.ts';
import { until } from './until.ts';

const POLICIES = '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies';

let scene: Scene;
let terminal: Terminal;
const signal = () => AbortSignal.timeout(60_000);
const FINDING = 'nsf-0123456789abcdef0123456789abcdef';

const read = (path: string) => scene.admin.read(path, signal());
const ns = (name: string) => `/api/v1/namespaces/${name}`;
const make = async (name: string, ...objects: object[]): Promise<{ namespace: string; uid: string }> => {
  const { metadata } = await scene.maker.create(namespace(name));
  await scene.maker.createAll(...objects);
  return { namespace: name, uid: metadata.uid ?? '' };
};
const proposalsOf = async (ended: Ended, step: StepKey): Promise<Proposal[]> => (await ended.record(step)).proposals;

beforeAll(async () => {
  scene = await bringUp();
  terminal = Terminal.forKubectl(scene.cluster);
  for (const kind of KINDS) await scene.maker.create(crd(...kind));
  await until('the kinds are served', async () => {
    const served = (await scene.admin.kinds(signal())).map(({ resource }) => resource);
    return KINDS.every(([, , , plural]) => served.includes(plural));
  });
  await scene.maker.learn();
  await scene.maker.createAll(namespace('shop'), namespace('tools'), namespace('argocd'), namespace('flux-system'));
}, BRING_UP_MS);
afterAll(async () => scene?.close());

describe('the quarantined namespace', () => {
  test('is deleted by its UID, and quarantined to its end', async () => {
    const target = await make(
      'gone',
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'gone', name: 'a' } },
      {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { namespace: 'gone', name: 'bare' },
        spec: { ...modestPod('bare'), automountServiceAccountToken: false },
      },
    );
    const ended = await scene.responder.run('isolate', target);
    const commands = commandsAbout(await proposalsOf(ended, 'writeRemediation'), 'delete it as an administrator');
    // Who may not, changes nothing by trying: it stays there, and quarantined.
    await scene.cluster.certificates.issue({ name: 'nobody', commonName: 'nobody' });
    const nobody = await connect(scene.cluster, 'outsider', []);
    expect(nobody).toBeDefined();
    const outsider = Terminal.forKubectl(scene.cluster, `${scene.cluster.processes.folder}/outsider.kubeconfig`);
    for (const argv of commands) expect((await outsider.paste(argv)).code).not.toBe(0);
    // Nor does an administrator delete it by its name alone.
    await expect(scene.kubectl('delete', 'namespace', 'gone', '--wait=false')).rejects.toThrow(/quarantined namespace/);
    expect((await read(ns('gone')))?.metadata.labels?.[QUARANTINE_LABEL]).toBe(target.uid);

    await terminal.pasteAll(commands);
    await until('it is gone', async () => {
      const live = await read(ns('gone'));
      if (live) expect(live.metadata.labels?.[QUARANTINE_LABEL]).toBe(target.uid);
      return live === undefined;
    });
    // Another of its name stays.
    await scene.maker.create(namespace('gone'));
    const again = await terminal.paste(commands.at(-1) ?? []);
    expect(again.code).not.toBe(0);
    expect(again.stderr).toMatch(/quarantined|UID|Precondition/i);
    expect((await read(ns('gone')))?.metadata['deletionTimestamp']).toBeUndefined();
  }, 120_000);

  test('is let go only while it is on its way out, where a finalizer keeps it', async () => {
    const held = { namespace: 'held', name: 'held', finalizers: ['evil.example.com/never'] };
    const target = await make('held', { apiVersion: 'v1', kind: 'ConfigMap', metadata: held });
    const ended = await scene.responder.run('isolate', target);
    const proposals = await proposalsOf(ended, 'writeRemediation');
    const lift = commandsAbout(proposals, 'in Terminating, its status');
    const early = await terminal.paste(lift.at(-1) ?? []);
    expect(early.code).not.toBe(0);
    expect((await read(ns('held')))?.metadata.labels?.[QUARANTINE_LABEL]).toBe(target.uid);

    await terminal.pasteAll(commandsAbout(proposals, 'delete it as an administrator'));
    const strip = [
      'patch',
      'configmap',
      'held',
      '-n',
      'held',
      '--type=merge',
      '-p',
      '{"metadata":{"finalizers":null}}',
    ];
    await expect(scene.kubectl(...strip)).rejects.toThrow(/quarantined/);
    await terminal.pasteAll(lift);
    await until('the label is off', async () =>
      scene
        .kubectl(...strip)
        .then(() => true)
        .catch(() => false),
    );
    await until('it is gone', async () => (await read(ns('held'))) === undefined);
  }, 120_000);

  test('loses a policy of a network plugin, which the freeze refuses to an administrator', async () => {
    const policy = {
      apiVersion: 'cilium.io/v2',
      kind: 'CiliumNetworkPolicy',
      metadata: { namespace: 'meshed', name: 'open' },
    };
    const target = await make('meshed', policy);
    const ended = await scene.responder.run('isolate', target);
    const commands = commandsAbout(await proposalsOf(ended, 'isolateNetwork'), 'CiliumNetworkPolicy open');
    await expect(scene.kubectl('delete', 'ciliumnetworkpolicies', 'open', '-n', 'meshed')).rejects.toThrow(
      /quarantined/,
    );
    await terminal.pasteAll(commands);
    expect(await read('/apis/cilium.io/v2/namespaces/meshed/ciliumnetworkpolicies/open')).toBeUndefined();
  }, 60_000);
});

describe('the break-glass group', () => {
  const as = ['--as=break-glass', `--as-group=${GROUPS.breakGlass}`];
  test.each<[string, string[]]>([
    ['a namespace that is not quarantined', ['delete', '--raw', '/api/v1/namespaces/shop']],
    ['a pod elsewhere', ['delete', 'pod', 'till', '-n', 'shop', '--wait=false']],
    ['a new pod', ['run', 'x', '--image=x', '-n', 'meshed']],
    ['a Secret', ['get', 'secrets', '-n', 'meshed']],
    ['the label', ['label', 'namespace', 'meshed', `${QUARANTINE_LABEL}-`]],
  ])('is refused %s', async (_, args) => {
    await scene.maker
      .create({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { namespace: 'shop', name: 'till' },
        spec: { ...modestPod('till'), automountServiceAccountToken: false },
      })
      .catch(() => undefined);
    await expect(scene.kubectl(...args, ...as)).rejects.toThrow(/orbidden/);
  });
});

test('what is done about bindings elsewhere', async () => {
  const bot = subject.account('bound', 'bot');
  const sticky = roleBinding('shop', 'sticky', 'view', bot);
  const target = await make(
    'bound',
    serviceAccountObject('bound', 'bot'),
    roleBinding('shop', 'mixed', 'view', bot, subject.user('alice')),
    roleBinding('kube-system', 'protected', 'view', bot),
    { ...sticky, metadata: { ...sticky.metadata, finalizers: ['evil.example.com/never'] } },
  );
  const ended = await scene.responder.run('isolate', target);
  const proposals = await proposalsOf(ended, 'cutIdentity');
  await terminal.pasteAll(commandsAbout(proposals, 'RoleBinding shop/mixed'));
  await terminal.pasteAll(commandsAbout(proposals, 'RoleBinding kube-system/protected'));
  await terminal.pasteAll(commandsAbout(proposals, 'RoleBinding shop/sticky'));
  const path = (space: string, name: string) =>
    `/apis/rbac.authorization.k8s.io/v1/namespaces/${space}/rolebindings/${name}`;
  expect((await read(path('shop', 'mixed')))?.['subjects']).toEqual([expect.objectContaining({ name: 'alice' })]);
  expect(await read(path('kube-system', 'protected'))).toBeUndefined();
  expect(await read(path('shop', 'sticky'))).toBeUndefined();
}, 60_000);

test('what is done about dangers', async () => {
  const target = await make('hub', ...hubObjects());
  const webhook = {
    clientConfig: { service: { namespace: 'hub', name: 'hub', path: '/convert' } },
    conversionReviewVersions: ['v1'],
  };
  await scene.admin.patch(
    '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.example.com',
    { spec: { conversion: { strategy: 'Webhook', webhook } } },
    signal(),
  );
  await scene.kubectl('delete', 'validatingadmissionpolicybinding', 'namespace-sentinel-freeze');
  const proposals = await proposalsOf(await scene.responder.run('plan', target), 'checkTarget');

  for (const about of [
    /configuration alone /,
    /configuration shared /,
    /Objects of widgets/,
    /The API v1\.hub/,
    /argocd\/web/,
    /flux-system\/apps/,
    /flux-system\/hub/,
  ])
    await terminal.pasteAll(commandsAbout(proposals, about));
  // The folder that the text names: that of the project.
  const install = proposals.find(({ text }) => text.includes('namespace-sentinel-freeze'));
  expect(install?.text).toContain('in the folder of Namespace Sentinel');
  await terminal.pasteAll(install?.commands ?? [], process.cwd());

  const admission = '/apis/admissionregistration.k8s.io/v1';
  expect(await read(`${admission}/validatingwebhookconfigurations/alone`)).toBeUndefined();
  expect((await read(`${admission}/validatingwebhookconfigurations/shared`))?.['webhooks']).toEqual([
    expect.objectContaining({ name: 'other.example.com' }),
  ]);
  expect(await read(`${admission}/validatingadmissionpolicybindings/namespace-sentinel-freeze`)).toBeDefined();
  expect(
    (await read('/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.example.com'))?.spec,
  ).toMatchObject({ conversion: { strategy: 'None' } });
  expect(await read('/apis/apiregistration.k8s.io/v1/apiservices/v1.hub.example.com')).toBeUndefined();
  expect(
    (await read('/apis/argoproj.io/v1alpha1/namespaces/argocd/applications/web'))?.metadata.annotations,
  ).toMatchObject({ 'argocd.argoproj.io/skip-reconcile': 'true' });
  for (const path of [
    'kustomize.toolkit.fluxcd.io/v1/namespaces/flux-system/kustomizations/apps',
    'helm.toolkit.fluxcd.io/v2/namespaces/flux-system/helmreleases/hub',
  ])
    expect((await read(`/apis/${path}`))?.spec).toMatchObject({ suspend: true });
}, 120_000);

test('what is done so that it does not happen again', async () => {
  const target = await make('found', clusterRoleBinding('too-wide', 'view', subject.user('mallory')));
  await scene.maker
    .create({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { namespace: 'kube-system', name: 'aws-auth' },
      data: { mapRoles: '' },
    })
    .catch(() => undefined);
  const details = {
    principal: { identity: {}, authenticationMode: 'CONFIG_MAP' },
    permissions: { grantedBy: { kind: 'ClusterRoleBinding', binding: 'too-wide', role: 'view' }, may: [] },
    'cluster-weaknesses': {
      namespacesWithoutPodSecurity: ['shop'],
      namespacesWithoutNetworkPolicy: ['tools'],
      totals: {},
    },
  };
  const alert = alertOf(details);
  alert.finding = {
    ...alert.finding,
    cluster: { name: 'twin' },
    namespace: { name: target.namespace, uid: target.uid },
  };
  const { more } = scene.responder;
  scene.responder.more = { ...more, findings: { alert: async () => alert } };
  const ended = await scene.responder.run('isolate', target, { findingId: FINDING });
  scene.responder.more = more;
  const proposals = await proposalsOf(ended, 'writeRemediation');
  const kubectl = (commands: string[][]) => commands.filter(([program]) => program === 'kubectl');
  for (const about of [
    'aws-auth ConfigMap',
    'This binding allowed',
    'Pod Security level "baseline" in shop',
    'Deny by default in tools',
  ])
    await terminal.pasteAll(kubectl(commandsAbout(proposals, about)));
  expect(await read('/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/too-wide')).toBeUndefined();
  expect((await read(ns('shop')))?.metadata.labels).toMatchObject({ 'pod-security.kubernetes.io/enforce': 'baseline' });
  expect(await read('/apis/networking.k8s.io/v1/namespaces/tools/networkpolicies/default-deny')).toBeDefined();
}, 60_000);

test('what release leaves to a person', async () => {
  const runner = subject.account('back', 'runner');
  const target = await make(
    'back',
    serviceAccountObject('back', 'runner'),
    clusterRoleBinding('back-everywhere', 'view', runner),
    roleBinding('back', 'back-admin', 'cluster-admin', runner),
  );
  expect((await scene.responder.run('isolate', target)).end).toBeDefined();
  const ended = await scene.responder.run('release', target);
  const proposals = await proposalsOf(ended, 'restoreIdentity');
  await terminal.pasteAll(commandsAbout(proposals, 'ClusterRoleBinding back-everywhere'));
  await terminal.pasteAll(commandsAbout(proposals, 'RoleBinding back/back-admin'));
  expect(
    (await read('/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/back-everywhere'))?.['subjects'],
  ).toMatchObject([{ name: 'runner' }]);
  expect(await read('/apis/rbac.authorization.k8s.io/v1/namespaces/back/rolebindings/back-admin')).toBeDefined();
}, 60_000);

test('what is done about a pod on a node that does not answer', async () => {
  const target = await make('stuck', {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace: 'stuck', name: 'held' },
    spec: { ...modestPod('held'), nodeName: 'dead', automountServiceAccountToken: false },
  });
  expect((await scene.responder.run('isolate', target)).end).toBeDefined();
  const path = '/api/v1/namespaces/stuck/pods/held';
  await scene.responder.apis.contain.remove(path, signal());
  const pod = await read(path);
  expect(pod?.metadata['deletionTimestamp']).toBeDefined();
  // The twin keeps every node ready that is there: this one is not.
  const seen = Object.create(scene.admin, {
    read: { value: async (path: string) => (path.includes('/nodes/') ? { metadata: { name: 'dead' } } : read(path)) },
  }) as WritableKubernetes;
  const [leftover] = await leftovers({ scalers: [], owners: [], pods: [], incomplete: [] }, [pod as KubernetesObject], {
    cluster: new Actuator(seen, signal(), { dryRun: true }),
    run: { target: { ...target, cluster: { name: 'twin' } } } as PlaybookRun,
    signal: signal(),
  });
  await terminal.pasteAll(leftover?.proposal?.commands ?? []);
  expect(await read(path)).toBeUndefined();
}, 60_000);

test('what keeps others away from its nodes', async () => {
  const [node] = (await scene.admin.list('/api/v1/nodes', signal())).items;
  const { name = '' } = node?.metadata ?? {};
  const target = await make('noded', {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace: 'noded', name: 'web' },
    spec: { ...modestPod('web'), nodeName: name, automountServiceAccountToken: false },
  });
  const ended = await scene.responder.run('isolate', target);
  await terminal.pasteAll(commandsAbout(await proposalsOf(ended, 'collectEvidence'), 'keep new pods away'));
  expect((await read(`/api/v1/nodes/${name}`))?.spec).toMatchObject({ unschedulable: true });
  await scene.admin.patch(`/api/v1/nodes/${name}`, { spec: { unschedulable: null } }, signal());
}, 60_000);

test('what takes our policies out of the cluster again, as preflight says for the way down', async () => {
  const policies = async () => (await scene.admin.list(POLICIES, signal())).items.length;
  expect(await policies()).toBeGreaterThan(0);
  await terminal.pasteAll([['kubectl', 'delete', '-k', resolve('cluster', 'policies')]]);
  expect(await policies()).toBe(0);
  await scene.kubectl('apply', '-k', 'cluster/');
}, 60_000);

test('each form of a command that changes the cluster was pasted', () => {
  const proposed = COMMANDS.filter(({ start, effect }) => start.startsWith('kubectl') && effect === 'changes').map(
    ({ start }) => start,
  );
  expect(proposed.filter((start) => !terminal.ran.has(start))).toEqual([]);
});
