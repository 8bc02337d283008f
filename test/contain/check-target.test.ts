import { describe, expect, test } from '@jest/globals';
import { MemoryCluster } from '../../functions/clients/local/memory-cluster.ts';
import type { Danger } from '../../functions/contain/dangers/danger.ts';
import { LEASE_MS } from '../../functions/contain/framework/lease.ts';
import { checkTarget } from '../../functions/contain/steps/check-target.ts';
import { KubernetesError } from '../../functions/contract/errors.ts';
import { record } from '../../functions/kit/json.ts';
import { NAMESPACE, NOW, namespaceObjects, Stage, UID } from './stage.ts';

const here = (name: string, more: object = {}) => ({ name, namespace: NAMESPACE, ...more });
const ADMISSION = 'admissionregistration.k8s.io/v1';
const webhook = (more: object): object => ({
  apiVersion: ADMISSION,
  kind: 'ValidatingWebhookConfiguration',
  metadata: { name: 'hook' },
  webhooks: [
    {
      name: 'hook.evil.example',
      clientConfig: { service: { namespace: NAMESPACE, name: 'web' } },
      rules: [{ apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*/*'] }],
      ...more,
    },
  ],
});
const rule = (more: object) => ({
  rules: [{ apiGroups: [''], apiVersions: ['*'], operations: ['CREATE'], resources: ['pods'], ...more }],
});
const onlyHere = { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': NAMESPACE } } };

const dangersOf = async (objects: object[], extra: ConstructorParameters<typeof MemoryCluster>[1] = []) => {
  const stage = new Stage(new MemoryCluster([...namespaceObjects(), ...objects], extra));
  const result = await stage.run(checkTarget, { mode: 'plan' });
  const kept = stage.record('checkTarget');
  return { dangers: record(kept.details)['dangers'] as Danger[], details: kept.details, result, kept };
};

describe('a webhook into the namespace', () => {
  test.each<[string, object, boolean | undefined]>([
    ['refuses everything', {}, true],
    ['is asked about pods anywhere', rule({}), true],
    ['is asked about subresources anywhere', rule({ resources: ['pods/exec'] }), true],
    ['is asked about this namespace alone', { ...onlyHere, ...rule({}) }, false],
    ['is asked about this namespace alone, and about kinds of the cluster', onlyHere, true],
    [
      'is asked about kinds of the cluster alone',
      { ...onlyHere, ...rule({ scope: 'Cluster', resources: ['nodes'] }) },
      true,
    ],
    ['is asked about a kind that is not served', rule({ apiGroups: ['none.example'] }), false],
    [
      'leaves out others by an expression',
      { ...rule({}), namespaceSelector: { matchExpressions: [{ key: 'team', operator: 'DoesNotExist' }] } },
      false,
    ],
    ['ignores failures', { failurePolicy: 'Ignore' }, false],
    ['goes by a URL of a Service here', { clientConfig: { url: `https://web.${NAMESPACE}.svc:8443/x` } }, true],
    ['goes by the address of a Service here', { clientConfig: { url: 'https://10.100.0.7:8443/x' } }, true],
    ['goes by the address of a pod here', { clientConfig: { url: 'https://[fd00::7]/x' } }, true],
    ['goes by an address elsewhere', { clientConfig: { url: 'https://10.100.0.8/x' } }, undefined],
    ['leads elsewhere', { clientConfig: { service: { namespace: 'shop', name: 'web' } } }, undefined],
  ])('that %s', async (_, more, blocking) => {
    const service = { apiVersion: 'v1', kind: 'Service', metadata: here('web'), spec: { clusterIPs: ['10.100.0.7'] } };
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: here('web'), status: { podIPs: [{ ip: 'fd00::7' }] } };
    const { dangers } = await dangersOf([service, pod, webhook(more)]);
    expect(dangers.find(({ id }) => id === 'webhook/validating/hook')?.blocking).toBe(blocking);
  });

  test('that would block the cluster refuses the start, until a person accepts it', async () => {
    const stage = new Stage([...namespaceObjects(), webhook({})]);
    const result = await stage.run(checkTarget);
    const kept = stage.record('checkTarget');
    expect(result.status).toBe('refused');
    expect(result.open[0]).toContain('"accept": ["webhook/validating/hook"]');
    expect(kept.proposals[0]?.commands).toEqual([['kubectl', 'delete', 'validatingwebhookconfigurations', 'hook']]);
    expect(stage.leases.size).toBe(0);
    const accepted = await stage.run(checkTarget, { input: { accept: ['webhook/validating/hook'] } });
    expect(accepted.status).not.toBe('refused');
  });

  test('that is dead already is named', async () => {
    const stage = new Stage([
      ...namespaceObjects(),
      webhook({ clientConfig: { service: { namespace: 'shop', name: 'gone' } } }),
    ]);
    stage.cluster.may = async () => {
      throw new KubernetesError(
        500,
        'InternalError',
        'Internal error occurred: failed calling webhook "hook.evil.example": no endpoints',
      );
    };
    const kept = await stage.recordOf(checkTarget);
    expect(kept.open.join()).toContain('The webhook hook.evil.example does not answer');
    expect(kept.proposals[0]?.commands).toEqual([['kubectl', 'delete', 'validatingwebhookconfigurations', 'hook']]);
  });
});

describe('what hangs on the namespace', () => {
  const daemon = (namespace: string, name: string, args: string[] = []): object => ({
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name, namespace },
    spec: { template: { spec: { containers: [{ name: 'aws-eks-nodeagent', args }] } } },
  });
  test.each<[string, object, string]>([
    [
      'an API that it serves',
      {
        apiVersion: 'apiregistration.k8s.io/v1',
        kind: 'APIService',
        metadata: { name: 'v1.x' },
        spec: { service: { namespace: NAMESPACE, name: 'web' } },
      },
      'apiservice/v1.x',
    ],
    [
      'a conversion',
      {
        apiVersion: 'apiextensions.k8s.io/v1',
        kind: 'CustomResourceDefinition',
        metadata: { name: 'xs.x' },
        spec: { conversion: { webhook: { clientConfig: { service: { namespace: NAMESPACE } } } } },
      },
      'conversion/xs.x',
    ],
    [
      'a pod in the network of its node',
      { apiVersion: 'v1', kind: 'Pod', metadata: here('p'), spec: { hostNetwork: true } },
      'pods/is-in-its-node-s-network',
    ],
    ['a pod without an owner', { apiVersion: 'v1', kind: 'Pod', metadata: here('p'), spec: {} }, 'pods/no-owner'],
    [
      'a finalizer',
      { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: here('c', { finalizers: ['evil.example/x'] }) },
      'finalizers/persistentvolumeclaims',
    ],
    [
      'Argo CD',
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: here('d', { annotations: { 'argocd.argoproj.io/tracking-id': 'apps_shop:apps/Deployment:x/d' } }),
      },
      'gitops/applications.argoproj.io/marks',
    ],
    [
      'Flux',
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: here('s', {
          labels: { 'kustomize.toolkit.fluxcd.io/name': 'k', 'kustomize.toolkit.fluxcd.io/namespace': 'flux' },
        }),
      },
      'gitops/kustomizations.kustomize.toolkit.fluxcd.io/marks',
    ],
    [
      'a field manager of Flux',
      { apiVersion: 'v1', kind: 'Service', metadata: here('s', { managedFields: [{ manager: 'helm-controller' }] }) },
      'gitops/field-managers',
    ],
    [
      'kro',
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: here('d', { labels: { 'internal.kro.run/owned': 'true' } }),
      },
      'gitops/kro',
    ],
    [
      'an alias elsewhere',
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 's', namespace: 'shop' },
        spec: { externalName: `web.${NAMESPACE}.svc.cluster.local` },
      },
      'dependents/services',
    ],
    [
      'a volume that goes with its claim',
      {
        apiVersion: 'v1',
        kind: 'PersistentVolume',
        metadata: { name: 'v' },
        spec: { claimRef: { namespace: NAMESPACE }, persistentVolumeReclaimPolicy: 'Delete' },
      },
      'dependents/persistentvolumes',
    ],
    [
      'a route elsewhere',
      {
        apiVersion: 'gateway.networking.k8s.io/v1',
        kind: 'HTTPRoute',
        metadata: { name: 'r', namespace: 'shop' },
        spec: { rules: [{ backendRefs: [{ namespace: NAMESPACE }] }] },
      },
      'dependents/httproutes.gateway.networking.k8s.io',
    ],
    ['an agent that is off', daemon('kube-system', 'aws-node'), 'network/not-enforced'],
    ['a plugin that only has the name', daemon('shop', 'cilium'), 'network/not-enforced'],
    ['policies that are not installed', daemon('shop', 'x'), 'policies/freeze'],
  ])('%s is told', async (_, object, id) => {
    const { dangers } = await dangersOf([object], [['gateway.networking.k8s.io/v1', 'HTTPRoute', 'httproutes']]);
    expect(dangers.map((danger) => danger.id)).toContain(id);
    expect(dangers.find((danger) => danger.id === id)?.blocking).toBe(false);
  });

  test.each([
    [daemon('kube-system', 'aws-node', ['--enable-network-policy=true']), 'vpc-cni'],
    [daemon('calico-system', 'calico-node'), 'calico'],
    [daemon('kube-system', 'cilium'), 'cilium'],
  ])('who enforces policies: %#', async (object, enforcer) => {
    const { details, dangers } = await dangersOf([object]);
    expect(details).toMatchObject({ enforcer });
    expect(dangers.map(({ id }) => id)).not.toContain('network/not-enforced');
  });

  test('Auto Mode enforces where its setting is on', async () => {
    const node = {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: 'n', labels: { 'eks.amazonaws.com/compute-type': 'auto' } },
    };
    const settings = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'amazon-vpc-cni', namespace: 'kube-system' },
      data: { 'enable-network-policy-controller': 'true' },
    };
    expect((await dangersOf([node])).details).toMatchObject({ enforcer: 'none' });
    expect((await dangersOf([node, settings])).details).toMatchObject({ enforcer: 'auto-mode' });
  });

  test('what cannot be read is not known, and never taken for absent', async () => {
    const stage = new Stage(namespaceObjects());
    const list = stage.cluster.list.bind(stage.cluster);
    stage.cluster.list = async (path, ...rest) => {
      if (path.endsWith('webhookconfigurations')) throw new KubernetesError(403, 'Forbidden', 'may not list');
      return list(path, ...rest);
    };
    const result = await stage.run(checkTarget);
    expect(result.status).toBe('partly');
    expect(result.open).toContain('Not known, webhooks that lead into the namespace: may not list');
  });
});

describe('the target', () => {
  const stage = (objects = namespaceObjects()) => new Stage(objects);
  test.each([
    ['that is gone', [], {}, 'is gone'],
    ['of another UID', namespaceObjects(), { uid: '99999999-2222-4333-8444-555555555555' }, 'another namespace by now'],
    ['of Kubernetes', namespaceObjects(), { namespace: 'kube-system' }, 'a namespace of Kubernetes itself'],
  ])('%s is refused, by a plan as well', async (_, objects, input, why) => {
    for (const mode of ['plan', 'isolate'] as const) {
      const result = await stage(objects).run(checkTarget, { mode, input });
      expect(result).toMatchObject({ status: 'refused' });
      expect(result.summary).toContain(why);
    }
  });

  test.each(['kube-systern', 'kube-green', 'default-2'])('%s merely begins like one of Kubernetes', async (name) => {
    const result = await stage(namespaceObjects(name)).run(checkTarget, { input: { namespace: name } });
    expect(result.status).not.toBe('refused');
  });

  test('that is protected by the configuration is refused', async () => {
    const result = await stage().run(checkTarget, { settings: { protectedNamespaces: ['ev*'] } });
    expect(result.status).toBe('refused');
    expect(result.open?.at(-1)).toMatch(/^Or contain it as a whole: .*sentinel manifests.*start the playbook again\.$/);
  });

  test('is worked on by one execution at a time, and taken over from one that has ended', async () => {
    const one = stage();
    await one.run(checkTarget, { name: 'run-1' });
    expect(one.leases.get(UID)).toEqual({ execution: 'execution:run-1', until: NOW + LEASE_MS });
    const busy = await one.run(checkTarget, { name: 'run-2' });
    expect(busy).toMatchObject({ status: 'refused' });
    expect(busy.summary).toContain('execution:run-1');
    one.ended.add('execution:run-1');
    expect((await one.run(checkTarget, { name: 'run-2' })).status).not.toBe('refused');
    expect(one.leases.get(UID)?.execution).toBe('execution:run-2');
  });

  test('is leased by no plan', async () => {
    const one = stage();
    await one.run(checkTarget, { mode: 'plan' });
    expect(one.leases.size).toBe(0);
  });
});

test('a server of somebody that never answers is not known, and keeps nobody from containing', async () => {
  const cluster = new MemoryCluster(namespaceObjects(), [['gateway.networking.k8s.io/v1', 'HTTPRoute', 'httproutes']]);
  const list = cluster.list.bind(cluster);
  cluster.list = (path, signal, ...rest) =>
    path.includes('gateway')
      ? new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
      : list(path, signal, ...rest);
  const result = await new Stage(cluster).run(checkTarget, { settings: { budgetMs: 400 } });
  expect(result.status).toBe('partly');
  expect(result.open).toContainEqual(expect.stringMatching(/^Not known, objects elsewhere that depend/));
});
