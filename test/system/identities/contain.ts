/** What the steps of contain need. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { IMPOSSIBLE_KEY } from '../../../functions/kubernetes/quarantine.ts';
import type { KubeRequest } from '../../../tools/twin/kube.ts';
import { dry, merge, OURS, post, QUARANTINE, remove } from '../cluster-side.ts';
import {
  account,
  apps,
  batch,
  binding,
  bindings,
  CLOSED,
  CLUSTER_POLICIES,
  clusterPolicy,
  core,
  DENY_ALL,
  group,
  network,
  RBAC,
  scalers,
  slices,
} from './objects.ts';
import { allows, pen, side } from './scene.ts';
import { stickyPaths } from './staged.ts';

/** Registers the tests, which change what stands in `pen`. */
export function containIsLetIn(): void {
  describe('contain can', () => {
    beforeAll(async () => {
      const ours = {
        'wholly-pen': [account('pen'), group('system:serviceaccounts:pen')],
      };
      for (const [name, subjects] of Object.entries(ours)) {
        await side.done(post(`${RBAC}/clusterrolebindings`, binding(name, subjects)));
        await side.done(post(bindings('free'), binding(name, subjects)));
      }
      await side.done(post(`${RBAC}/clusterrolebindings`, binding('pen-admin', [account('pen')], 'cluster-admin')));
    });
    test('plan all steps as dry runs, before there is a label', async () => {
      const uid = await side.uid('free');
      for (const request of [
        merge(core('free'), { metadata: { uid, labels: { [QUARANTINE]: uid } } }),
        post(`${core('free')}/resourcequotas`, {
          metadata: { name: 'x', labels: OURS },
          spec: { hard: { pods: '0' } },
        }),
        post(`${network('free')}/networkpolicies`, { metadata: { name: 'x', labels: OURS }, spec: DENY_ALL }),
        merge(`${network('free')}/networkpolicies/allow`, CLOSED),
        remove(`${core('free')}/serviceaccounts/agent`),
        remove(`${bindings('free')}/own`),
        remove(`${RBAC}/clusterrolebindings/innocent`),
        merge(`${core('free')}/services/web`, { spec: { selector: { [IMPOSSIBLE_KEY]: uid } } }),
        merge(`${apps('free')}/deployments/web`, { spec: { replicas: 0 } }),
        remove(`${core('free')}/pods/bare`),
        post(CLUSTER_POLICIES, clusterPolicy('x')),
      ]) {
        const { code, text } = await side.ask(side.contain, dry(request));
        expect([request.path, code < 300 || text]).toEqual([request.path, true]);
      }
    });

    allows(
      () => side.contain,
      [
        [
          'mark the namespace, and tighten Pod Security',
          () =>
            merge(core('pen'), {
              metadata: {
                labels: {
                  'pod-security.kubernetes.io/enforce': 'restricted',
                  'pod-security.kubernetes.io/enforce-version': 'latest',
                },
              },
            }),
        ],
        [
          'set a quota of zero',
          () =>
            post(`${core('pen')}/resourcequotas`, {
              metadata: { name: 'q-1', labels: OURS },
              spec: { hard: { 'count/secrets': '0' } },
            }),
        ],
        [
          'put it in force',
          () =>
            merge(`${core('pen')}/resourcequotas/q-1/status`, {
              status: { hard: { 'count/secrets': '0' }, used: { 'count/secrets': '1' } },
            }),
        ],
        [
          'deny all',
          () =>
            post(`${network('pen')}/networkpolicies`, { metadata: { name: 'deny-1', labels: OURS }, spec: DENY_ALL }),
        ],
        ['close a policy', () => merge(`${network('pen')}/networkpolicies/allow`, CLOSED)],
        ['deny above the policies', () => post(CLUSTER_POLICIES, clusterPolicy('namespace-sentinel-uid'))],
        [
          'mute a Service',
          () =>
            merge(`${core('pen')}/services/web`, {
              spec: { selector: { [IMPOSSIBLE_KEY]: pen } },
            }),
        ],
        ['delete addresses that somebody wrote', () => remove(`${slices('pen')}/by-hand`)],
        ['in the old form too', () => remove(`${core('pen')}/endpoints/by-hand`)],
        [
          'take away an Ingress',
          () =>
            merge(`${network('pen')}/ingresses/web`, {
              spec: { ingressClassName: `quarantined-${pen}` },
            }),
        ],
        ['unbind inside', () => remove(`${bindings('pen')}/own`)],
        ['delete an account', () => remove(`${core('pen')}/serviceaccounts/agent`)],
        ['unbind cluster-admin', () => remove(`${RBAC}/clusterrolebindings/pen-admin`)],
        ['unbind what is wholly its own', () => remove(`${RBAC}/clusterrolebindings/wholly-pen`)],
        ['in other namespaces too', () => remove(`${bindings('free')}/wholly-pen`)],
        ['read what is there', () => ({ path: `${core('pen')}/configmaps` })],
        ['list events', () => ({ path: `${core('pen')}/events` })],
        [
          'ask what an account may do',
          () =>
            post('/apis/authorization.k8s.io/v1/subjectaccessreviews', {
              apiVersion: 'authorization.k8s.io/v1',
              kind: 'SubjectAccessReview',
              spec: { user: 'system:serviceaccount:pen:agent', resourceAttributes: { verb: 'get', resource: 'pods' } },
            }),
        ],
        ['delete what scales', () => remove(`${scalers('pen')}/web`)],
        ['scale a Deployment', () => merge(`${apps('pen')}/deployments/web`, { spec: { replicas: 0 } })],
        [
          'keep volumes as it scales',
          () =>
            merge(`${apps('pen')}/statefulsets/data`, {
              spec: {
                replicas: 0,
                persistentVolumeClaimRetentionPolicy: { whenScaled: 'Retain', whenDeleted: 'Retain' },
              },
            }),
        ],
        [
          'send a DaemonSet nowhere',
          () =>
            merge(`${apps('pen')}/daemonsets/agent`, {
              spec: { template: { spec: { nodeSelector: { [IMPOSSIBLE_KEY]: pen } } } },
            }),
        ],
        ['suspend a Job', () => merge(`${batch('pen')}/jobs/once`, { spec: { suspend: true } })],
        ['suspend a CronJob', () => merge(`${batch('pen')}/cronjobs/often`, { spec: { suspend: true } })],
        [
          'scale a ReplicationController',
          () => merge(`${core('pen')}/replicationcontrollers/old`, { spec: { replicas: 0 } }),
        ],
        ...stickyPaths('pen').flatMap(([kind, path]): [string, () => KubeRequest][] => [
          [`delete a ${kind} with a finalizer`, () => remove(path)],
          [`take the finalizer from a ${kind}`, () => merge(path, { metadata: { finalizers: null } })],
        ]),
        ['delete a pod with a finalizer', () => remove(`${core('pen')}/pods/kept`)],
        ['take the finalizer from a pod', () => merge(`${core('pen')}/pods/kept`, { metadata: { finalizers: null } })],
        ['delete a pod', () => remove(`${core('pen')}/pods/bare`)],
      ],
    );

    test('read logs', async () => {
      // No kubelet answers here; RBAC and the policies let it through.
      const { code, text } = await side.ask(side.contain, { path: `${core('pen')}/pods/shell/log` });
      expect([code === 403, text.includes('ValidatingAdmissionPolicy')]).toEqual([false, false]);
    });
  });
}
