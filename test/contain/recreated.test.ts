/** Somebody deletes the namespace and makes another of its name, in the middle of a step. */
import { expect, test } from '@jest/globals';
import type { KubernetesObject } from '../../functions/clients/kubernetes/kubernetes.ts';
import { MemoryCluster } from '../../functions/clients/local/memory-cluster.ts';
import type { PlaybookStep } from '../../functions/contain/framework/step.ts';
import { standingOf } from '../../functions/contain/release/compare.ts';
import { restorationOf } from '../../functions/contain/release/restoration.ts';
import { cutIdentity } from '../../functions/contain/steps/cut-identity.ts';
import { disableNamespace } from '../../functions/contain/steps/disable-namespace.ts';
import { isolateNetwork } from '../../functions/contain/steps/isolate-network.ts';
import { NAMESPACE, namespaceObjects, Stage, UID } from './stage.ts';

const OTHER = '99999999-2222-4333-8444-555555555555';
const RBAC = 'rbac.authorization.k8s.io';
const subjects = [{ kind: 'ServiceAccount', name: 'default', namespace: NAMESPACE }];
const roleRef = { apiGroup: RBAC, kind: 'ClusterRole', name: 'view' };

const objects = (): object[] => [
  ...namespaceObjects(),
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: NAMESPACE },
    spec: { selector: { a: 'b' } },
  },
  {
    apiVersion: `${RBAC}/v1`,
    kind: 'RoleBinding',
    metadata: { name: 'view', namespace: 'shop' },
    roleRef,
    subjects,
  },
  { apiVersion: `${RBAC}/v1`, kind: 'ClusterRoleBinding', metadata: { name: 'view' }, roleRef, subjects },
];

test.each<[step: PlaybookStep, last: RegExp, writes: number]>([
  // The write that comes too late by a moment is taken back.
  [disableNamespace, /^create .*resourcequotas/, 4],
  [isolateNetwork, /^create .*networkpolicies/, 2],
  [cutIdentity, /^(?:delete|remove) .*rolebindings/, 1],
])('%#: nothing of the other one is touched', async (step, last, writes) => {
  const cluster = new MemoryCluster(objects());
  const stage = new Stage(cluster);
  cluster.fault = (verb, path) => {
    if (last.test(`${verb} ${path}`))
      cluster.add({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE, uid: OTHER, labels: {} } });
    return undefined;
  };
  const failure = await stage.run(step).catch((error: Error) => error);
  expect(cluster.at(`/api/v1/namespaces/${NAMESPACE}`)?.metadata.uid).toBe(OTHER);
  expect(JSON.stringify([failure, String(failure)])).toContain(`is another namespace by now: its UID is ${OTHER}`);
  expect(cluster.writes).toHaveLength(writes);
  expect(cluster.at(`/api/v1/namespaces/${NAMESPACE}/services/web`)?.['spec']).toEqual({ selector: { a: 'b' } });
  const left = await cluster.list(`/api/v1/namespaces/${NAMESPACE}/resourcequotas`, new AbortController().signal);
  expect(left.items).toEqual([]);
});

test('a pod that came back on a node of another zone is as it was', () => {
  const pod = (zone: string, more: object = {}) =>
    ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'bare', uid: zone, labels: { app: 'bare', 'topology.kubernetes.io/zone': zone, ...more } },
      spec: { nodeName: zone, containers: [{ name: 'bare', image: 'x' }] },
    }) as KubernetesObject & { apiVersion: string; kind: string };
  const restoration = restorationOf({ resource: 'pods', object: pod('a') });
  if (!restoration) throw new Error('pods are restored');
  expect(restoration.manifest(pod('a'))).toMatchObject({ metadata: { labels: { app: 'bare' } } });
  expect(standingOf(pod('a'), pod('b'), restoration, { uid: UID, deleted: new Set() })).toBe('same');
  expect(standingOf(pod('a'), pod('b', { app: 'other' }), restoration, { uid: UID, deleted: new Set() })).toBe(
    'changed',
  );
});
