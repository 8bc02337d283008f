/** What whoever has stolen the identity of release is refused. */
import { describe } from '@jest/globals';
import { dry, merge, POD, post, QUARANTINE, RELEASING, remove } from '../cluster-side.ts';
import {
  account,
  apps,
  binding,
  bindings,
  CLUSTER_POLICIES,
  core,
  group,
  network,
  RBAC,
  restored,
  user,
} from './objects.ts';
import { refuses, side } from './scene.ts';

/** Registers the tests of the time before the label of `loose` is lifted. */
export function releaseIsRefusedBeforeItLifts(): void {
  describe('when stolen, cannot, before it lifts the label', () => {
    refuses(
      () => side.release,
      [
        [
          'restore',
          () => post(`${core('loose')}/serviceaccounts`, { metadata: { name: 'x' } }),
          'freeze',
          'guard-release',
        ],
        [
          'say that any namespace is being released',
          () => merge(core('free'), { metadata: { labels: { [RELEASING]: 'x' } } }),
          'guard-release',
          'quarantine-label',
        ],
        [
          'set the label',
          () => merge(core('free'), { metadata: { labels: { [QUARANTINE]: 'x' } } }),
          'guard-release',
          'quarantine-label',
        ],
        [
          'change the label',
          () => merge(core('loose'), { metadata: { labels: { [QUARANTINE]: 'x' } } }),
          'quarantine-label',
        ],
        [
          'mark the release and keep the label',
          () => merge(core('loose'), { metadata: { labels: { [RELEASING]: 'x' } } }),
          'quarantine-label',
        ],
        [
          'lift the label and mark another UID',
          () => merge(core('loose'), { metadata: { labels: { [QUARANTINE]: null, [RELEASING]: 'x' } } }),
          'quarantine-label',
        ],
        [
          'lift the label and change others',
          () => merge(core('loose'), { metadata: { labels: { [QUARANTINE]: null, a: 'b' } } }),
          'guard-release',
        ],
      ],
    );
  });
}

/** Registers the tests of the time after it. */
export function stolenReleaseIsRefused(): void {
  describe('when stolen, cannot', () => {
    refuses(
      () => side.release,
      [
        [
          'write elsewhere',
          () => post(`${core('free')}/serviceaccounts`, { metadata: { name: 'x' } }),
          'guard-release',
        ],
        [
          'write on the platform',
          () => post(`${core('kube-system')}/serviceaccounts`, { metadata: { name: 'x' } }),
          'guard-release',
        ],
        ['try that', () => dry(post(`${core('kube-system')}/pods`, POD('x'))), 'guard-release'],
        [
          'write in another quarantined namespace',
          () => post(`${core('pen')}/serviceaccounts`, { metadata: { name: 'x' } }),
          'freeze',
          'guard-release',
        ],
        [
          'patch another namespace',
          () => merge(core('free'), { metadata: { annotations: { 'namespace-sentinel.io/a': 'b' } } }),
          'guard-release',
        ],
        ['add a finalizer', () => merge(core('loose'), { metadata: { finalizers: ['a.example/b'] } }), 'guard-release'],
        ['scale elsewhere', () => merge(`${apps('free')}/deployments/web`, { spec: { replicas: 9 } }), 'guard-release'],
        ['delete their quota', () => remove(`${core('loose')}/resourcequotas/theirs`), 'guard-release', 'guard-edits'],
        ['delete their policy', () => remove(`${network('loose')}/networkpolicies/allow`), 'guard-release'],
        ['delete the policy of the cluster', () => remove(`${CLUSTER_POLICIES}/theirs`), 'guard-release'],
        [
          'start a privileged pod',
          () =>
            post(
              `${core('loose')}/pods`,
              POD('x', { containers: [{ name: 'x', image: 'x', securityContext: { privileged: true } }] }),
            ),
          'guard-release',
        ],
        [
          'start one by its first container',
          () =>
            post(
              `${core('loose')}/pods`,
              POD('x', {
                initContainers: [{ name: 'y', image: 'x', securityContext: { capabilities: { add: ['SYS_ADMIN'] } } }],
              }),
            ),
          'guard-release',
        ],
        [
          'start one with the disk of its node',
          () => post(`${core('loose')}/pods`, POD('x', { volumes: [{ name: 'x', hostPath: { path: '/' } }] })),
          'guard-release',
        ],
        [
          'start one in the network of its node',
          () => post(`${core('loose')}/pods`, POD('x', { hostNetwork: true })),
          'guard-release',
        ],
        [
          'wait in a Deployment',
          () => merge(`${apps('loose')}/deployments/web`, { spec: { template: { spec: { hostPID: true } } } }),
          'guard-edits',
        ],
        [
          'bind cluster-admin',
          () => post(bindings('loose'), restored('x', [account('loose')], 'cluster-admin')),
          'guard-release',
          'guard-clusterroles',
        ],
        [
          'bind a role of the system',
          () => post(bindings('loose'), restored('x', [account('loose')], 'system:node')),
          'guard-release',
        ],
        [
          'bind one of ours',
          () => post(bindings('loose'), restored('x', [account('loose')], 'namespace-sentinel:contain')),
          'guard-release',
        ],
        [
          'bind a wildcard',
          () => post(bindings('loose'), restored('x', [account('loose')], 'custom-wide')),
          'guard-clusterroles',
        ],
        [
          'bind what grants',
          () => post(bindings('loose'), restored('x', [account('loose')], 'custom-grants')),
          'guard-clusterroles',
        ],
        [
          'bind a wildcard of the namespace',
          () => post(bindings('loose'), restored('x', [account('loose')], 'wide', 'Role')),
          'guard-roles',
        ],
        ['bind for itself', () => post(bindings('loose'), restored('x', [user('stolen-release')])), 'guard-release'],
        [
          'bind for its group',
          () => post(bindings('loose'), restored('x', [group('namespace-sentinel:release')])),
          'guard-release',
        ],
        [
          'bind for another of ours',
          () => post(bindings('loose'), restored('x', [group('namespace-sentinel:probe')])),
          'guard-release',
        ],
        [
          'bind for everybody',
          () => post(bindings('loose'), restored('x', [group('system:authenticated')])),
          'guard-release',
        ],
        [
          'bind for nobody in particular',
          () => post(bindings('loose'), restored('x', [group('system:unauthenticated')])),
          'guard-release',
        ],
        ['bind for nodes', () => post(bindings('loose'), restored('x', [user('system:node:a')])), 'guard-release'],
        ['bind elsewhere for others', () => post(bindings('free'), restored('x', [account('free')])), 'guard-release'],
        [
          'bind elsewhere for both',
          () => post(bindings('free'), restored('x', [account('loose'), account('free')])),
          'guard-release',
        ],
        ['bind elsewhere for people', () => post(bindings('free'), restored('x', [user('a')])), 'guard-release'],
        [
          'bind elsewhere for a quarantined namespace',
          () => post(bindings('free'), restored('x', [account('pen')])),
          'guard-release',
        ],
        [
          'bind elsewhere for the platform',
          () => post(bindings('free'), restored('x', [account('kube-system')])),
          'guard-release',
        ],
        [
          'bind elsewhere for what it releases',
          () => post(bindings('free'), restored('x', [account('loose')])),
          'guard-release',
        ],
        [
          'bind without the mark of what it restores',
          () => post(bindings('loose'), binding('x', [account('loose')])),
          'guard-release',
        ],
        ['take away a binding of others', () => remove(`${bindings('loose')}/own`), 'guard-release'],
        [
          'bind edit elsewhere',
          () => post(bindings('free'), restored('x', [account('loose')], 'edit')),
          'guard-release',
        ],
        [
          'bind on the platform',
          () => post(bindings('kube-system'), restored('x', [account('loose')])),
          'guard-release',
        ],
        ['bind cluster-wide', () => post(`${RBAC}/clusterrolebindings`, restored('x', [account('loose')])), 'rbac'],
        ['create a Secret', () => dry(post(`${core('loose')}/secrets`, { metadata: { name: 'x' } })), 'rbac'],
      ],
    );
  });
}
