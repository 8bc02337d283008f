import { describe, expect, test } from '@jest/globals';
import type { Cause } from '../../functions/contain/causes/cause.ts';
import type { Snapshot } from '../../functions/contain/snapshot/snapshot.ts';
import { findRootCause } from '../../functions/contain/steps/find-root-cause.ts';
import type { Alert } from '../../functions/contract/alert.ts';
import type { Actor } from '../../functions/contract/finding.ts';
import { alertOf, ROLE } from './alerts.ts';
import { RUN, Stage } from './stage.ts';

const withAlert = (alert: Alert | undefined, objects: object[] = []): Stage =>
  new Stage(objects, { findings: { alert: async () => alert } });

async function causesOf(scene: Stage, run = {}): Promise<Cause[]> {
  const { details } = await findRootCause.run(scene.context(run));
  return details?.['causes'] as Cause[];
}
const texts = (causes: Cause[], kind: Cause['kind']) =>
  causes.filter((cause) => cause.kind === kind).map(({ text }) => text);

describe('how the actor got in', () => {
  test.each<[what: string, Actor, object, expected: RegExp]>([
    [
      'an IAM role, by its access entry',
      { kind: 'iam-role', principalArn: ROLE },
      {
        accessEntry: { kubernetesGroups: ['ci'], createdAt: '2026-11-24T02:00:00Z' },
        accessPolicies: [{ policyArn: 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy' }],
      },
      /access entry of 2026-11-24T02:00:00Z.*groups ci and the access policies AmazonEKSClusterAdminPolicy/,
    ],
    [
      'an IAM role, by aws-auth',
      { kind: 'iam-role', principalArn: ROLE },
      { authenticationMode: 'API_AND_CONFIG_MAP' },
      /aws-auth ConfigMap/,
    ],
    [
      'an IAM role whose entry is gone',
      { kind: 'iam-role', principalArn: ROLE },
      { authenticationMode: 'API' },
      /has been deleted/,
    ],
    [
      'a service account',
      { kind: 'service-account', username: 'system:serviceaccount:a:b' },
      {},
      /token of system:serviceaccount:a:b/,
    ],
    ['nobody', { kind: 'anonymous' }, {}, /without any identity/],
    [
      'somebody as somebody else',
      { kind: 'user', username: 'eve', impersonated: { username: 'system:admin' } },
      {},
      /acted as system:admin/,
    ],
  ])('%s', async (_, actor, principal, expected) => {
    const alert = alertOf(
      Object.keys(principal).length > 0 ? { principal: { identity: {}, ...principal } } : {},
      actor,
    );
    alert.finding.actor = actor;
    expect(texts(await causesOf(withAlert(alert)), 'entry').join('\n')).toMatch(expected);
  });

  test.each([
    ['without a finding', new Stage(), { findingId: undefined }, 'started without a finding'],
    ['where alerts cannot be read', new Stage(), {}, 'cannot be read from here'],
    ['where the alert is gone', withAlert(undefined), {}, 'was not kept'],
    [
      'where reading it fails',
      new Stage([], { findings: { alert: async () => Promise.reject(new Error('denied')) } }),
      {},
      'could not be read: denied',
    ],
  ])('%s it says that it does not know, and why', async (_, scene, run, why) => {
    const [cause] = await causesOf(scene, run);
    expect(cause).toMatchObject({ kind: 'entry', unknown: true, text: expect.stringContaining(why) });
  });
});

test('what gave the right, and who had changed access before', async () => {
  const alert = alertOf({
    permissions: {
      grantedBy: {
        kind: 'ClusterRoleBinding',
        binding: 'ci-admin',
        role: 'cluster-admin',
        subject: 'User "ci"',
        bindingCreatedAt: '2026-11-24T02:59:00Z',
        wildcard: true,
      },
      may: [],
    },
    'access-changes': {
      changes: [
        {
          at: '2026-11-24T02:59:00Z',
          verb: 'create',
          what: 'ClusterRoleBinding',
          name: 'ci-admin',
          by: ROLE,
          gives: 'cluster-admin to ci',
          concerns: ['actor'],
          source: 'audit',
        },
        { at: '2026-11-24T01:00:00Z', verb: 'create', what: 'Role', name: 'other', concerns: [], source: 'audit' },
      ],
      total: 2,
      notAsked: [{ source: 'cloudtrail', reason: 'denied' }],
    },
  });
  const right = texts(await causesOf(withAlert(alert)), 'right');
  expect(right[0]).toBe(
    'What allowed it is the ClusterRoleBinding ci-admin: it gives the role cluster-admin to User "ci" which allows everything. It was created at 2026-11-24T02:59:00Z.',
  );
  expect(right[1]).toBe(`2026-11-24T02:59:00Z: ${ROLE} did create ClusterRoleBinding ci-admin (cluster-admin to ci).`);
  expect(right[2]).toContain('CloudTrail were not read: denied');
  expect(right).toHaveLength(3);
});

test('weaknesses: those that the checks saw, and bindings that gave its accounts everything', async () => {
  const binding = (name: string, role: string) => ({
    resource: 'clusterrolebindings',
    object: {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name },
      roleRef: { kind: 'ClusterRole', name: role },
    },
  });
  const role = (name: string, rule: object) => ({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name },
    rules: [rule],
  });
  const scene = withAlert(
    alertOf({
      'cluster-posture': { weak: ['the audit log is off'], notes: [], unknown: [] },
      'cluster-weaknesses': {
        namespacesWithoutNetworkPolicy: ['shop', 'tools'],
        anonymousBindings: [{ binding: 'open', role: 'view' }],
        totals: {},
      },
    }),
    [
      role('cluster-admin', { verbs: ['*'], apiGroups: ['*'], resources: ['*'] }),
      role('view', { verbs: ['get'], apiGroups: [''], resources: ['pods'] }),
    ],
  );
  const snapshot: Snapshot = {
    schemaVersion: 1,
    target: RUN.target,
    takenAt: '2026-11-24T03:00:00Z',
    execution: RUN.execution,
    namespace: { metadata: { name: 'evil' } },
    objects: [],
    bindings: [binding('evil-admin', 'cluster-admin'), binding('evil-view', 'view')],
    secretNames: [],
    notRead: [],
  };
  await scene.context().folder.addSnapshot(snapshot, async () => {});
  const weak = texts(await causesOf(scene), 'weakness');
  expect(weak).toEqual([
    'ClusterRoleBinding evil-admin gave accounts of this namespace everything in the whole cluster (cluster-admin).',
    'The audit log is off.',
    'The binding open gives view to everybody, authenticated or not.',
    'Namespaces without a network policy: shop, tools.',
  ]);
});

test('a question that fails is said, and the others are answered', async () => {
  const scene = withAlert(alertOf({ principal: { identity: {}, accessEntry: {} } }));
  scene.cluster.read = () => Promise.reject(new Error('the API server is gone'));
  await scene.context().folder.addSnapshot(
    {
      schemaVersion: 1,
      target: RUN.target,
      takenAt: '2026-11-24T03:00:00Z',
      execution: RUN.execution,
      namespace: { metadata: {} },
      objects: [],
      bindings: [
        {
          resource: 'clusterrolebindings',
          object: {
            apiVersion: 'v1',
            kind: 'ClusterRoleBinding',
            metadata: { name: 'x' },
            roleRef: { kind: 'ClusterRole', name: 'y' },
          },
        },
      ],
      secretNames: [],
      notRead: [],
    },
    async () => {},
  );
  const causes = await causesOf(scene);
  expect(causes.some(({ kind, unknown }) => kind === 'entry' && !unknown)).toBe(true);
  expect(
    causes
      .filter(({ unknown }) => unknown)
      .map(({ text }) => text)
      .join('\n'),
  ).toContain('the API server is gone');
});
