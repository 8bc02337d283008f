/** What whoever has stolen the identity of contain is refused. */
import { beforeAll, describe, expect } from '@jest/globals';
import { dry, merge, OURS, POD, post, QUARANTINE, RELEASING, remove } from '../cluster-side.ts';
import {
  account,
  apps,
  batch,
  binding,
  bindings,
  CLUSTER_POLICIES,
  clusterPolicy,
  core,
  DENY_ALL,
  group,
  MARK,
  network,
  RBAC,
  slices,
  user,
} from './objects.ts';
import { type Case, refuses, side } from './scene.ts';
import { stickyPaths } from './staged.ts';

/** Registers the tests. */
export function stolenContainIsRefused(): void {
  describe('a stolen contain cannot', () => {
    const label = (namespace: string, value: string) =>
      merge(core(namespace), { metadata: { labels: { [QUARANTINE]: value } } });
    let free: string;
    beforeAll(async () => {
      free = await side.uid('free');
      expect((await side.ask(side.contain, post(bindings('pen'), MARK))).code).toBe(201);
      // Contain may do everything there: that is not a mark.
      await side.make('anarchy');
      await side.done(
        post(bindings('anarchy'), binding('all', [group('namespace-sentinel:contain')], 'cluster-admin')),
      );
      for (const [name, subjects] of Object.entries({
        innocent: [account('free')],
        mixed: [account('pen'), account('free')],
        'mixed-groups': [group('system:serviceaccounts:pen'), group('system:serviceaccounts:free')],
        'two-pens': [account('pen'), account('pen-2')],
        'with-user': [account('pen'), user('alice')],
        everybody: [group('system:serviceaccounts')],
        empty: [],
        platform: [account('kube-system', 'default')],
        guarded: [account('amazon-guardduty')],
        nowhere: [account('nowhere')],
        unmarked: [account('pen-2')],
        lookalike: [user('system:serviceaccounts:pen')],
        'first-of-it': [group('system:serviceaccounts:pen'), group('developers')],
        anarchy: [account('anarchy')],
      })) {
        await side.done(post(`${RBAC}/clusterrolebindings`, binding(name, subjects)));
        await side.done(post(bindings('free'), binding(name, subjects)));
      }
      await side.done(post(bindings('kube-system'), binding('of-pen', [account('pen')])));
      await side.done(post(CLUSTER_POLICIES, clusterPolicy('theirs', {}, {})));
    });

    refuses(
      () => side.contain,
      [
        ['label the platform', () => label('kube-system', 'x'), 'guard-contain', 'quarantine-label'],
        ['label a protected namespace', () => label('amazon-guardduty', 'x'), 'guard-contain', 'quarantine-label'],
        ['label with another value', () => label('free', 'x'), 'guard-contain', 'quarantine-label'],
        [
          'lift the label',
          () => merge(core('pen'), { metadata: { labels: { [QUARANTINE]: null } } }),
          'guard-contain',
          'quarantine-label',
        ],
        ['change the label', () => label('pen', 'x'), 'guard-contain', 'quarantine-label'],
        [
          'open Pod Security',
          () => merge(core('pen'), { metadata: { labels: { 'pod-security.kubernetes.io/enforce': 'privileged' } } }),
          'guard-contain',
        ],
        [
          'change Pod Security of a namespace without the label',
          () => merge(core('free'), { metadata: { labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } } }),
          'guard-contain',
        ],
        [
          'add another label beside ours',
          () => merge(core('free'), { metadata: { labels: { [QUARANTINE]: free, team: 'x' } } }),
          'guard-contain',
        ],
        ['annotate otherwise', () => merge(core('pen'), { metadata: { annotations: { a: 'b' } } }), 'guard-contain'],
        ['add a finalizer', () => merge(core('pen'), { metadata: { finalizers: ['a.example/b'] } }), 'guard-contain'],
        [
          'say that a namespace is being released',
          () => merge(core('pen'), { metadata: { labels: { [RELEASING]: 'x' } } }),
          'quarantine-label',
        ],
        ['delete a pod elsewhere', () => remove(`${core('free')}/pods/bare`), 'guard-contain'],
        ['delete an account elsewhere', () => remove(`${core('free')}/serviceaccounts/agent`), 'guard-contain'],
        [
          'delete an account of the platform',
          () => remove(`${core('kube-system')}/serviceaccounts/default`),
          'guard-contain',
        ],
        ['try that', () => dry(remove(`${core('kube-system')}/serviceaccounts/default`)), 'guard-contain'],
        [
          'cut off another namespace',
          () => post(`${network('free')}/networkpolicies`, { metadata: { name: 'x', labels: OURS }, spec: DENY_ALL }),
          'guard-contain',
        ],
        ['scale elsewhere', () => merge(`${apps('free')}/deployments/web`, { spec: { replicas: 0 } }), 'guard-contain'],
        ['unbind the platform', () => remove(`${bindings('kube-system')}/of-pen`), 'guard-contain'],
        ...[
          'innocent',
          'mixed',
          'mixed-groups',
          'two-pens',
          'with-user',
          'everybody',
          'empty',
          'platform',
          'guarded',
          'nowhere',
          'unmarked',
          'lookalike',
          'first-of-it',
          'anarchy',
        ].flatMap((name): Case[] => [
          [
            `delete the ClusterRoleBinding "${name}"`,
            () => remove(`${RBAC}/clusterrolebindings/${name}`),
            'guard-contain',
          ],
          [`delete the RoleBinding "${name}" elsewhere`, () => remove(`${bindings('free')}/${name}`), 'guard-contain'],
        ]),
        ['delete cluster-admin', () => remove(`${RBAC}/clusterrolebindings/cluster-admin`), 'guard-contain'],
        ['mark another namespace', () => post(bindings('free'), MARK), 'guard-contain'],
        ['mark the cluster', () => post(`${RBAC}/clusterrolebindings`, MARK), 'rbac'],
        [
          'mark it for release',
          () => post(bindings('pen'), { ...MARK, subjects: [group('namespace-sentinel:release')] }),
          'guard-contain',
        ],
        [
          'open the network',
          () =>
            post(`${network('pen')}/networkpolicies`, {
              metadata: { name: 'x', labels: OURS },
              spec: { podSelector: {}, ingress: [{}] },
            }),
          'guard-edits',
        ],
        [
          'open half of it',
          () =>
            post(`${network('pen')}/networkpolicies`, {
              metadata: { name: 'x', labels: OURS },
              spec: { podSelector: {}, policyTypes: ['Ingress'] },
            }),
          'guard-edits',
        ],
        [
          'let more through',
          () => merge(`${network('pen')}/networkpolicies/allow`, { spec: { egress: [{}] } }),
          'guard-edits',
        ],
        ['take away their quota', () => remove(`${core('pen')}/resourcequotas/theirs`), 'guard-contain', 'guard-edits'],
        ['take away a network policy', () => remove(`${network('pen')}/networkpolicies/allow`), 'guard-contain'],
        ['try that', () => dry(remove(`${network('pen')}/networkpolicies/allow`)), 'guard-contain'],
        [
          'scale by the subresource',
          () => merge(`${apps('pen')}/deployments/web/scale`, { spec: { replicas: 0 } }),
          'rbac',
        ],
        [
          'let a living pod go',
          () => merge(`${core('pen')}/pods/shell`, { metadata: { finalizers: null } }),
          'guard-edits',
        ],
        ['deny under a name of its own', () => post(CLUSTER_POLICIES, clusterPolicy('x')), 'guard-contain'],
        [
          'run another image',
          () => ({
            ...merge(`${core('pen')}/pods/bare`, { spec: { containers: [{ name: 'main', image: 'evil' }] } }),
            headers: { 'content-type': 'application/strategic-merge-patch+json' },
          }),
          'guard-edits',
        ],
        ...stickyPaths('pen').flatMap(([kind, path]): Case[] => [
          [
            `hold a ${kind}`,
            () => merge(path, { metadata: { finalizers: ['a.example/b', 'a.example/c'] } }),
            'guard-edits',
          ],
          // Of a binding, RBAC refuses it before: its role is wider than contain's own rights.
          [`label a ${kind}`, () => merge(path, { metadata: { labels: { a: 'b' } } }), 'guard-edits', 'rbac'],
        ]),
        ...stickyPaths('free').map(
          ([kind, path]): Case => [
            `take the finalizer from a ${kind} elsewhere`,
            () => merge(path, { metadata: { finalizers: null } }),
            'guard-contain',
            'guard-edits',
          ],
        ),
        [
          'serve from elsewhere',
          () => merge(`${slices('pen')}/sticky`, { endpoints: [{ addresses: ['10.0.0.9'] }] }),
          'guard-edits',
        ],
        [
          'give an account an IAM role',
          () =>
            merge(`${core('pen')}/serviceaccounts/sticky`, {
              metadata: { annotations: { 'eks.amazonaws.com/role-arn': 'x' } },
            }),
          'guard-edits',
        ],
        ['hide a pod', () => merge(`${core('pen')}/pods/bare`, { metadata: { labels: { app: 'y' } } }), 'guard-edits'],
        [
          'keep a pod',
          () => merge(`${core('pen')}/pods/bare`, { metadata: { finalizers: ['a.example/b'] } }),
          'guard-edits',
        ],
        [
          'wait in a Deployment',
          () =>
            merge(`${apps('pen')}/deployments/web`, {
              spec: { template: { spec: { containers: [{ name: 'main', image: 'evil' }] } } },
            }),
          'guard-edits',
        ],
        [
          'wait in a DaemonSet',
          () => merge(`${apps('pen')}/daemonsets/agent`, { spec: { template: { spec: { hostPID: true } } } }),
          'guard-edits',
        ],
        [
          'wait in a CronJob',
          () => merge(`${batch('pen')}/cronjobs/often`, { spec: { schedule: '* * * * *' } }),
          'guard-edits',
        ],
        [
          'take over an address',
          () => merge(`${core('pen')}/services/web`, { spec: { externalIPs: ['10.0.0.1'] } }),
          'guard-edits',
        ],
        [
          'make a load balancer',
          () =>
            merge(`${core('pen')}/services/web`, {
              metadata: { annotations: { 'service.beta.kubernetes.io/x': 'y' } },
            }),
          'guard-edits',
        ],
        [
          'take over a host',
          () => merge(`${network('pen')}/ingresses/web`, { spec: { rules: [{ host: 'bank.example' }] } }),
          'guard-edits',
        ],
        [
          'cut off the cluster',
          () => post(CLUSTER_POLICIES, clusterPolicy('x', { subject: { namespaces: {} } })),
          'guard-contain',
        ],
        [
          'cut off a namespace by name',
          () =>
            post(
              CLUSTER_POLICIES,
              clusterPolicy('x', {
                subject: { namespaces: { matchLabels: { 'kubernetes.io/metadata.name': 'free' } } },
              }),
            ),
          'guard-contain',
        ],
        [
          'cut off pods elsewhere',
          () =>
            post(
              CLUSTER_POLICIES,
              clusterPolicy('x', { subject: { pods: { namespaceSelector: {}, podSelector: {} } } }),
            ),
          'guard-contain',
        ],
        [
          'open the cluster',
          () => post(CLUSTER_POLICIES, clusterPolicy('x', { egress: [{ action: 'Accept' }] })),
          'guard-contain',
        ],
        ['delete the policy of others', () => remove(`${CLUSTER_POLICIES}/theirs`), 'guard-contain'],
        ['create a pod', () => dry(post(`${core('pen')}/pods`, POD('x'))), 'rbac'],
        [
          'bind a role',
          () => dry(post(bindings('pen'), binding('x', [group('namespace-sentinel:contain')], 'cluster-admin'))),
          'guard-contain',
          'rbac',
        ],
      ],
    );
  });
}
