import { expect, test } from '@jest/globals';
import type { Actor } from '../../functions/contract/finding.ts';
import { judge } from '../../functions/detect/judge.ts';
import { creation, line, role } from './events.ts';

function actorOf(changes: object): Actor {
  const verdict = judge({ text: line(creation(changes as Record<string, unknown>)), cluster: {} });
  if (verdict.kind !== 'finding') throw new Error(`no finding: ${verdict.kind}`);
  return verdict.finding.actor;
}
const uid = 'aws-iam-authenticator:111122223333:AROAEXAMPLE';
const session = 'arn:aws:sts::111122223333:assumed-role/Dev/alice';

const cases: [string, Record<string, unknown>, { [K in keyof Actor]?: Actor[K] | undefined }][] = [
  [
    'IAM role by its extra',
    role(),
    {
      kind: 'iam-role',
      principalArn: 'arn:aws:iam::111122223333:role/Dev',
      sessionName: 'alice@example.com',
      accessKeyId: 'ASIAEXAMPLE',
    },
  ],
  [
    'IAM role without extra: the session ARN, where the account is that of the uid',
    { username: session, uid },
    { kind: 'iam-role', principalArn: 'arn:aws:iam::111122223333:role/Dev', sessionName: 'alice' },
  ],
  [
    'older uid',
    { username: session, uid: 'heptio-authenticator-aws:111122223333:AROAEXAMPLE' },
    { kind: 'iam-role', principalArn: 'arn:aws:iam::111122223333:role/Dev' },
  ],
  [
    'another account in the user name than in the uid',
    { username: session.replace('1111', '9999'), uid },
    { kind: 'iam-role', principalArn: undefined },
  ],
  [
    'an ARN for a name without a uid of the authenticator',
    { username: session },
    { kind: 'user', principalArn: undefined },
  ],
  ['free text by aws-auth', { username: 'admin', uid }, { kind: 'iam-role', principalArn: undefined }],
  [
    'IAM user',
    { username: 'arn:aws:iam::111122223333:user/bob', uid: 'aws-iam-authenticator:111122223333:AIDAEXAMPLE' },
    { kind: 'iam-user', principalArn: 'arn:aws:iam::111122223333:user/bob' },
  ],
  [
    'a mapped name of a user',
    { username: 'bob', uid: 'aws-iam-authenticator:111122223333:AIDAEXAMPLE' },
    { kind: 'iam-user' },
  ],
  [
    'other partitions',
    role({ extra: { canonicalArn: ['arn:aws-us-gov:iam::111122223333:role/Dev'] } }),
    { kind: 'iam-role', principalArn: 'arn:aws-us-gov:iam::111122223333:role/Dev' },
  ],
  [
    'a service account',
    { username: 'system:serviceaccount:flux-system:kustomize-controller' },
    { kind: 'service-account' },
  ],
  [
    'a node',
    role({ username: 'system:node:ip-10-0-0-1.ec2.internal' }),
    { kind: 'node', principalArn: 'arn:aws:iam::111122223333:role/Dev' },
  ],
  ['the API server', { username: 'system:apiserver', groups: ['system:masters'] }, { kind: 'system' }],
  ['EKS itself', { username: 'eks:addon-manager' }, { kind: 'system' }],
  ['anonymous', { username: 'system:anonymous', groups: ['system:unauthenticated'] }, { kind: 'anonymous' }],
  ['nobody', {}, { kind: 'anonymous' }],
  [
    'a client certificate',
    { username: 'alice', groups: ['system:authenticated'] },
    { kind: 'user', username: 'alice' },
  ],
  ['an extra of other types', { username: 'alice', extra: { canonicalArn: 'x', sessionName: [7] } }, { kind: 'user' }],
];
test.each(cases)('%s', (_, user, expected) => {
  const actor = actorOf({ user });
  expect(actor).toMatchObject(Object.fromEntries(Object.entries(expected).filter(([, value]) => value !== undefined)));
  if ('principalArn' in expected && !expected.principalArn) expect(actor).not.toHaveProperty('principalArn');
});

test('impersonation: both are told, and the actor is who made the call', () => {
  const actor = actorOf({ impersonatedUser: { username: 'bob', groups: ['system:masters'] } });
  expect(actor).toMatchObject({ kind: 'iam-role', impersonated: { username: 'bob', groups: ['system:masters'] } });
});

test('what the request says of whom it acts for is kept, bounded, and as far as it is text', () => {
  const extra = {
    username: ['alice@example.com'],
    principalid: ['github_user://1', 7, ''],
    empty: [],
    text: 'no list',
    long: ['x'.repeat(5_000)],
    many: Array.from({ length: 50 }, (_, index) => `v${index}`),
    ...Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`k${index}-${'y'.repeat(300)}`, ['v']])),
  };
  const { impersonated } = actorOf({ impersonatedUser: { username: 'u-1', groups: ['a'], extra } });
  const kept = impersonated?.extra ?? {};
  expect(kept).toMatchObject({ username: ['alice@example.com'], principalid: ['github_user://1'] });
  expect(kept['long']).toEqual(['x'.repeat(300)]);
  expect(kept['many']).toHaveLength(5);
  expect(kept).not.toHaveProperty('empty');
  expect(kept).not.toHaveProperty('text');
  expect(Object.keys(kept).length).toBeLessThanOrEqual(20);
  expect(Object.keys(kept).every((key) => key.length <= 100)).toBe(true);
});

test('an identity without more information has no extra', () => {
  expect(actorOf({ impersonatedUser: { username: 'u-1' } }).impersonated).toEqual({ username: 'u-1' });
});
