/** Every command for kubectl that a playbook proposes, pasted into a shell in an empty folder, on a real control plane. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { COMMANDS } from '../../functions/contract/commands/table.ts';
import type { Proposal, StepKey } from '../../functions/contract/containment.ts';
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
import { commandsAbout, Terminal } from './contain/paste.ts';
import { connect, type Ended } from './contain/responder.ts';
import { bringUp, type Scene } from './contain/scene.ts';
import { until } from './until.ts';

let scene: Scene;
let terminal: Terminal;
const signal = () => AbortSignal.timeout(60_000);
const FINDING = 'nsf-0123456789abcdef0123456789abcdef';

const crd = (group: string, version: string, kind: string, plural: string) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: {
    name: `${plural}.${group}`,
    // As of a published API: the API server wants to be told that it was approved.
    annotations: { 'api-approved.kubernetes.io': 'unapproved, for a test' },
  },
  spec: {
    group,
    scope: 'Namespaced',
    names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
    versions: [
      {
        name: version,
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
});
const KINDS: [string, string, string, string][] = [
  ['cilium.io', 'v2', 'CiliumNetworkPolicy', 'ciliumnetworkpolicies'],
  ['argoproj.io', 'v1alpha1', 'Application', 'applications'],
  ['kustomize.toolkit.fluxcd.io', 'v1', 'Kustomization', 'kustomizations'],
  ['helm.toolkit.fluxcd.io', 'v2', 'HelmRelease', 'helmreleases'],
  ['example.com', 'v1', 'Widget', 'widgets'],
];

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
  terminal = new Terminal(scene.cluster);
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
    const commands = commandsAbout(await proposalsOf(ended, 'writeRemediation'), 'delete it, as an administrator');
    // Who may not, changes nothing by trying: it stays there, and quarantined.
    await scene.cluster.certificates.issue({ name: 'nobody', commonName: 'nobody' });
    const nobody = await connect(scene.cluster, 'outsider', []);
    expect(nobody).toBeDefined();
    const outsider = new Terminal(scene.cluster, `${scene.cluster.processes.folder}/outsider.kubeconfig`);
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
    const lift = commandsAbout(proposals, 'stay in Terminating');
    const early = await terminal.paste(lift.at(-1) ?? []);
    expect(early.code).not.toBe(0);
    expect((await read(ns('held')))?.metadata.labels?.[QUARANTINE_LABEL]).toBe(target.uid);

    await terminal.pasteAll(commandsAbout(proposals, 'delete it, as an administrator'));
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
  const service = { namespace: 'hub', name: 'hub', port: 443 };
  const leads = {
    clientConfig: { service },
    sideEffects: 'None',
    admissionReviewVersions: ['v1'],
    failurePolicy: 'Ignore',
    timeoutSeconds: 1,
  };
  const rules = [{ apiGroups: ['example.com'], apiVersions: ['*'], operations: ['CREATE'], resources: ['widgets'] }];
  const configuration = (name: string, ...webhooks: object[]) => ({
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name },
    webhooks,
  });
  const other = {
    ...leads,
    name: 'other.example.com',
    rules,
    clientConfig: { service: { ...service, namespace: 'shop' } },
  };
  const target = await make(
    'hub',
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { namespace: 'hub', name: 'hub' },
      spec: { ports: [{ port: 443 }] },
    },
    configuration('alone', { ...leads, name: 'alone.example.com', rules }),
    configuration('shared', other, { ...leads, name: 'mine.example.com', rules }),
    {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Application',
      metadata: { namespace: 'argocd', name: 'web' },
      spec: { destination: { server: 'https://kubernetes.default.svc', namespace: 'hub' } },
    },
    {
      apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
      kind: 'Kustomization',
      metadata: { namespace: 'flux-system', name: 'apps' },
      status: { inventory: { entries: [{ id: '_hub__Namespace', v: 'v1' }] } },
    },
    {
      apiVersion: 'helm.toolkit.fluxcd.io/v2',
      kind: 'HelmRelease',
      metadata: { namespace: 'flux-system', name: 'hub' },
      spec: { targetNamespace: 'hub' },
    },
    {
      apiVersion: 'apiregistration.k8s.io/v1',
      kind: 'APIService',
      metadata: { name: 'v1.hub.example.com' },
      spec: {
        group: 'hub.example.com',
        version: 'v1',
        groupPriorityMinimum: 100,
        versionPriority: 10,
        service,
        insecureSkipTLSVerify: true,
      },
    },
  );
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
  expect(install?.text).toContain('for the folder of Namespace Sentinel');
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
  scene.responder.more = { findings: { alert: async () => alert } };
  const ended = await scene.responder.run('isolate', target, { findingId: FINDING });
  scene.responder.more = {};
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

test('each form of a command that changes the cluster was pasted', () => {
  const proposed = COMMANDS.filter(({ start, effect }) => start.startsWith('kubectl') && effect === 'changes').map(
    ({ start }) => start,
  );
  expect(proposed.filter((start) => !terminal.ran.has(start))).toEqual([]);
});
