/** The way of release: refused before it lifts the label, let in afterwards, and refused again when its mark is gone. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { dry, merge, OURS, POD, post, QUARANTINE, RELEASING, remove } from '../cluster-side.ts';
import {
  account,
  apps,
  batch,
  bindings,
  CLUSTER_POLICIES,
  clusterPolicy,
  core,
  DENY_ALL,
  MARK,
  network,
  restored,
  scalers,
  slices,
} from './objects.ts';
import { allows, side } from './scene.ts';
import { releaseIsRefusedBeforeItLifts, stolenReleaseIsRefused } from './stolen-release.ts';

/** Registers the tests, which release `loose`. */
export function releaseIsLetIn(): void {
  describe('release', () => {
    const lift = (namespace: string, uid: string) =>
      merge(core(namespace), { metadata: { uid, labels: { [QUARANTINE]: null, [RELEASING]: uid } } });
    const deny = { metadata: { name: 'deny-1', labels: OURS }, spec: DENY_ALL };

    beforeAll(async () => {
      await side.ask(side.contain, post(`${network('loose')}/networkpolicies`, deny));
      await side.ask(
        side.contain,
        post(`${core('loose')}/resourcequotas`, {
          metadata: { name: 'q-1', labels: OURS },
          spec: { hard: { 'count/leases.coordination.k8s.io': '0' } },
        }),
      );
      await side.done(post(CLUSTER_POLICIES, clusterPolicy('loose-1')));
      expect((await side.ask(side.contain, post(bindings('loose'), MARK))).code).toBe(201);
    });

    releaseIsRefusedBeforeItLifts();

    test('lifts the label, and is then let in', async () => {
      const answer = await side.ask(side.release, lift('loose', await side.uid('loose')));
      expect(answer.code).toBe(200);
      const tried = dry(post(`${core('loose')}/serviceaccounts`, { metadata: { name: 'x' } }));
      // The API server's own view of the namespace follows within milliseconds.
      await side.cluster.processes.until(async () => (await side.ask(side.release, tried)).code === 201, {
        what: 'release is let in',
      });
    });

    stolenReleaseIsRefused();

    describe('can', () => {
      allows(
        () => side.release,
        [
          ['restore an account', () => post(`${core('loose')}/serviceaccounts`, { metadata: { name: 'restored' } })],
          [
            'restore a network policy',
            () => merge(`${network('loose')}/networkpolicies/allow`, { spec: { egress: [{}] } }),
          ],
          [
            'restore a binding',
            () => post(bindings('loose'), restored('restored', [account('loose'), account('loose', 'other')], 'edit')),
          ],
          [
            'restore a binding to a role of the namespace',
            () => post(bindings('loose'), restored('restored-2', [account('loose')], 'narrow', 'Role')),
          ],
          ['restore a selector', () => merge(`${core('loose')}/services/web`, { spec: { selector: { app: 'x' } } })],
          [
            'restore addresses',
            () =>
              post(slices('loose'), {
                metadata: { name: 'restored' },
                addressType: 'IPv4',
                endpoints: [{ addresses: ['10.0.0.9'] }],
              }),
          ],
          [
            'restore an Ingress',
            () => merge(`${network('loose')}/ingresses/web`, { spec: { ingressClassName: 'nginx' } }),
          ],
          ['restore replicas', () => merge(`${apps('loose')}/deployments/web`, { spec: { replicas: 2 } })],
          [
            'restore a node selector',
            () =>
              merge(`${apps('loose')}/daemonsets/agent`, {
                spec: { template: { spec: { nodeSelector: { a: 'b' } } } },
              }),
          ],
          ['resume a CronJob', () => merge(`${batch('loose')}/cronjobs/often`, { spec: { suspend: false } })],
          [
            'restore what scales',
            () =>
              post(scalers('loose'), {
                metadata: { name: 'restored' },
                spec: { maxReplicas: 2, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'other' } },
              }),
          ],
          ['restore a pod', () => post(`${core('loose')}/pods`, POD('restored'))],
          ['remove the mark of the quarantine', () => remove(`${bindings('loose')}/mark`)],
          ['remove our quota', () => remove(`${core('loose')}/resourcequotas/q-1`)],
          ['remove our policy', () => remove(`${network('loose')}/networkpolicies/deny-1`)],
          ['remove our policy of the cluster', () => remove(`${CLUSTER_POLICIES}/loose-1`)],
          [
            'restore Pod Security and remove its marks',
            () =>
              merge(core('loose'), {
                metadata: { labels: { 'pod-security.kubernetes.io/enforce': 'baseline', [RELEASING]: null } },
              }),
          ],
        ],
      );

      test('nothing more, when the mark is gone', async () => {
        const tried = dry(post(`${core('loose')}/configmaps`, { metadata: { name: 'x' } }));
        expect((await side.ask(side.release, tried)).code).toBe(403);
        await side.untilRefused(
          side.release,
          post(`${core('loose')}/serviceaccounts`, { metadata: { name: 'x' } }),
          'guard-release',
        );
      });
    });
  });
}
