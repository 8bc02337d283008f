/** Cases of the proofs that its accounts and their tokens are worth nothing. */
import { inside, NOW } from '../stage.ts';
import { admin, binding, MIXED, type Row, withPod } from './contained.ts';

export const IDENTITY_CASES: Row[] = [
  ['bindings-cut', 'cut', () => 0, 'proven', /none names/],
  [
    'bindings-cut',
    'one names an account that is there',
    (on) => on.add(binding('left', [{ kind: 'ServiceAccount', name: 'default', namespace: 'evil' }])),
    'not-proven',
    /left/,
  ],
  [
    'bindings-cut',
    'one names the group',
    (on) => on.add(binding('left', [{ kind: 'Group', name: 'system:serviceaccounts:evil' }])),
    'not-proven',
    /left/,
  ],
  [
    'bindings-cut',
    'a mixed one names an account that is gone',
    (on) => on.add(binding('mixed', MIXED)),
    'proven',
    /mixed name only accounts that do not exist/,
  ],
  [
    'bindings-cut',
    'a mixed one, and its account is back',
    (on) => on.add(binding('mixed', MIXED), inside('v1', 'ServiceAccount', 'miner')),
    'not-proven',
    /mixed/,
  ],
  [
    'bindings-cut',
    'others have bindings',
    (on) => on.add(binding('fine', [{ kind: 'ServiceAccount', name: 'default', namespace: 'shop' }])),
    'proven',
    /none names/,
  ],

  ['accounts-powerless', 'cut', () => 0, 'proven', /43 times/],
  [
    'accounts-powerless',
    'everybody was given what it had',
    (on) => on.add(binding('all', [{ kind: 'Group', name: 'system:authenticated' }])),
    'not-proven',
    /default may get configmaps \(.*"all"/,
  ],
  [
    'accounts-powerless',
    'an authorizer fails',
    (on) => (on.cluster.may = async () => ({ allowed: false, evaluationError: 'webhook' })),
    'not-proven',
    /webhook/,
  ],
  [
    'accounts-powerless',
    'no account',
    (on) => on.drop('/api/v1/namespaces/evil/serviceaccounts/default'),
    'not-applicable',
    /no account/,
  ],

  ['tokens-refused', 'cut', () => 0, 'proven', /2 accounts gone/],
  [
    'tokens-refused',
    'one is still there',
    (on) => on.add(inside('v1', 'ServiceAccount', 'miner')),
    'not-proven',
    /as they were: miner/,
  ],
  [
    'tokens-refused',
    'a new one',
    (on) => on.add(inside('v1', 'ServiceAccount', 'late', {}, { uid: 'late' })),
    'not-proven',
    /after the snapshot.*late/,
  ],
  ['tokens-refused', 'cut just now', (on) => on.finished('cutIdentity', NOW - 4_000), 'not-proven', /for 4000 ms/],

  ['pod-identity-gone', 'not EKS', () => 0, 'not-applicable', /no EKS/],
  [
    'pod-identity-gone',
    'EKS, but no way to ask',
    (on) => {
      const { read } = on.cluster;
      on.cluster.read = async (path, signal) =>
        path === '/version' ? { metadata: {}, gitVersion: 'v1.33.5-eks-abc' } : read.call(on.cluster, path, signal);
    },
    'not-proven',
    /cannot be asked/,
  ],
  [
    'pod-identity-gone',
    'none',
    (on) => (on.clients.podIdentity = { associations: async () => [], dissociate: async () => true }),
    'proven',
    /there is none/,
  ],
  [
    'pod-identity-gone',
    'one',
    (on) =>
      (on.clients.podIdentity = {
        associations: async () => [{ associationId: 'a-1', serviceAccount: 'miner' }],
        dissociate: async () => true,
      }),
    'not-proven',
    /miner has a-1/,
  ],

  ['irsa-roles', 'none', () => 0, 'not-applicable', /none of its accounts/],
  [
    'irsa-roles',
    'one',
    (on) => {
      on.store.files.clear();
      return on.snapshot([
        inside(
          'v1',
          'ServiceAccount',
          'a',
          {},
          { annotations: { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::1:role/x' } },
        ),
      ]);
    },
    'not-proven',
    /role\/x/,
  ],

  ['nobody-overrides', 'nobody', () => 0, 'proven', /nobody else/],
  [
    'nobody-overrides',
    'somebody impersonates',
    (on) => on.add(...admin('impersonate', '', 'groups')),
    'not-proven',
    /User alice/,
  ],
  [
    'nobody-overrides',
    'somebody deletes policies',
    (on) => on.add(...admin('delete', 'admissionregistration.k8s.io', 'validatingadmissionpolicies')),
    'not-proven',
    /User alice/,
  ],
  [
    'nobody-overrides',
    'the control plane',
    (on) =>
      on.add(
        ...admin('*', '*', '*', [
          { kind: 'Group', name: 'system:masters' },
          { kind: 'ServiceAccount', namespace: 'kube-system', name: 'x' },
        ]),
      ),
    'proven',
    /nobody else/,
  ],

  ['open-watches', 'an hour later', () => 0, 'proven', /an hour has passed/],
  [
    'open-watches',
    'a pod holds a token',
    withPod({ volumes: [{ projected: { sources: [{ serviceAccountToken: {} }] } }] }),
    'not-proven',
    /other hold a token/,
  ],
  ['open-watches', 'cut just now', (on) => on.finished('cutIdentity', NOW - 60_000), 'not-proven', /an hour/],
];
