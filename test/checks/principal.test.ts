import { describe, expect, jest, test } from '@jest/globals';
import type { CheckAnswer } from '../../functions/checks/check.ts';
import { principal } from '../../functions/checks/principal.ts';
import type { Eks } from '../../functions/clients/aws/eks.ts';
import { type ClusterDescription, LocalEks } from '../../functions/clients/local/eks.ts';
import type { Actor, Finding } from '../../functions/contract/finding.ts';
import { ACCOUNT, CI_ROLE, cluster, contextOf, finding, role, serviceAccount } from './examples.ts';

const NOW = Date.parse('2026-11-23T10:01:00Z');

const ask = (subject: Finding, described: ClusterDescription = cluster(), eks: Eks = new LocalEks([described])) =>
  principal.run(contextOf({ finding: subject, clients: { eks }, now: () => NOW }));

const byActor = (actor: Actor, described?: ClusterDescription) => ask(finding({ actor }), described);

const detailsOf = (answer: CheckAnswer) => (answer.status === 'not-checked' ? undefined : answer.details);

describe('an IAM role with an access entry', () => {
  test('is taken apart, with its entry and access policies', async () => {
    const answer = await ask(finding());
    expect(JSON.parse(JSON.stringify(answer))).toEqual({
      status: 'found',
      brief: 'IAM role ci has an access entry with 1 access policy.',
      summary:
        'IAM role ci of account 111122223333 (the cluster\'s own account; session "build-7" (unverified)) has an access entry (STANDARD) with groups developers and access policies AmazonEKSEditPolicy (namespaces shop cart).',
      details: {
        identity: {
          type: 'role',
          name: 'ci',
          account: ACCOUNT,
          crossAccount: false,
          sessionName: 'build-7',
          accessKeyId: 'ASIAEXAMPLE',
          credentials: 'temporary',
        },
        accessEntry: {
          principalArn: CI_ROLE,
          type: 'STANDARD',
          username: `arn:aws:sts::${ACCOUNT}:assumed-role/ci/{{SessionName}}`,
          kubernetesGroups: ['developers'],
          createdAt: '2026-01-02T03:04:05.000Z',
          modifiedAt: '2026-01-02T03:04:05.000Z',
        },
        accessPolicies: [
          {
            policyArn: 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSEditPolicy',
            scope: 'namespace',
            namespaces: ['shop', 'cart'],
            associatedAt: '2026-01-02T03:04:05.000Z',
            modifiedAt: '2026-01-02T03:04:05.000Z',
          },
        ],
      },
      completeUntil: '2026-11-23T10:01:00.000Z',
      command: [
        'aws',
        'eks',
        'describe-access-entry',
        '--cluster-name',
        'prod',
        '--principal-arn',
        CI_ROLE,
        '--region',
        'eu-central-1',
      ],
    });
  });

  test('is found by the list where its ARN has a path, which the audit log does not hold', async () => {
    const withPath = `arn:aws:iam::${ACCOUNT}:role/aws-reserved/sso.amazonaws.com/eu-central-1/AWSReservedSSO_Admin_0a1b`;
    const described = cluster({}, [
      { principalArn: `arn:aws:iam::444455556666:role/AWSReservedSSO_Admin_0a1b`, kubernetesGroups: ['other-account'] },
      { principalArn: `arn:aws:iam::${ACCOUNT}:user/AWSReservedSSO_Admin_0a1b`, kubernetesGroups: ['a-user'] },
      {
        principalArn: withPath,
        type: 'STANDARD',
        accessPolicies: [{ policyArn: 'a/Admin', accessScope: { type: 'cluster' } }],
      },
    ]);
    const answer = await byActor(
      role({ principalArn: `arn:aws:iam::${ACCOUNT}:role/AWSReservedSSO_Admin_0a1b` }),
      described,
    );
    expect(detailsOf(answer)).toMatchObject({
      accessEntry: { principalArn: withPath },
      accessPolicies: [{ policyArn: 'a/Admin' }],
    });
    expect(answer).toMatchObject({
      status: 'found',
      summary: expect.stringContaining('no groups and access policies Admin (whole cluster)'),
    });
    expect(answer.command).toContain(withPath);
  });

  test.each<[string, Partial<Actor>, object]>([
    [
      'another account',
      { principalArn: 'arn:aws:iam::444455556666:role/ci' },
      { crossAccount: true, account: '444455556666' },
    ],
    [
      'a user with a path',
      { kind: 'iam-user', principalArn: `arn:aws:iam::${ACCOUNT}:user/a/b/eve` },
      { type: 'user', name: 'eve' },
    ],
    [
      'the root user',
      { kind: 'iam-user', principalArn: `arn:aws:iam::${ACCOUNT}:root` },
      { type: 'root', name: 'root' },
    ],
    ['another partition', { principalArn: `arn:aws-us-gov:iam::${ACCOUNT}:role/ci` }, { name: 'ci' }],
    ['long-term credentials', { accessKeyId: 'AKIAEXAMPLE' }, { credentials: 'long-term' }],
  ])('by %s is told', async (_, overrides, identity) => {
    const actor = role(overrides);
    const described = cluster({}, [{ principalArn: actor.principalArn ?? '' }]);
    expect(detailsOf(await byActor(actor, described))).toMatchObject({ identity });
  });

  test("does not guess whose the account is, where the cluster's is not known", async () => {
    const answer = await ask(finding({ cluster: { name: 'prod' } }));
    expect(detailsOf(answer)).not.toHaveProperty('identity.crossAccount');
    expect(answer.command).not.toContain('--region');
  });
});

describe('an IAM role without an access entry', () => {
  test.each([
    ['API', 'it must have had one'],
    ['CONFIG_MAP', 'by its aws-auth ConfigMap, which was not looked at'],
    [
      'API_AND_CONFIG_MAP',
      'it was admitted by the aws-auth ConfigMap, which was not looked at, or its entry was removed since',
    ],
    [undefined, 'EKS does not say how else'],
  ] as const)('in authentication mode %s is never clear', async (authenticationMode, text) => {
    const accessConfig = authenticationMode ? { authenticationMode } : {};
    const answer = await byActor(role(), cluster({ accessConfig }, []));
    expect(answer).toMatchObject({ status: 'found', summary: expect.stringContaining(text) });
    expect(detailsOf(answer)).toMatchObject({
      identity: { name: 'ci' },
      ...(authenticationMode && { authenticationMode }),
    });
  });

  test('is not a statement about a cluster that EKS does not know', async () => {
    await expect(ask(finding({ cluster: { name: 'other' } }))).rejects.toThrow('No cluster found for name: other.');
  });
});

describe('without asking AWS', () => {
  const nobody: Eks = {
    describeCluster: () => Promise.reject(new Error('asked')),
    describeAccessEntry: () => Promise.reject(new Error('asked')),
    listAccessEntries: () => Promise.reject(new Error('asked')),
    listAssociatedAccessPolicies: () => Promise.reject(new Error('asked')),
  };

  test.each<[string, Partial<Finding>, string, string]>([
    ['a service account', { actor: serviceAccount() }, 'found', 'The ServiceAccount cart of namespace shop'],
    ['anonymous', { actor: { kind: 'anonymous', username: 'system:anonymous' } }, 'found', 'Nobody'],
    ['a request without user', { actor: { kind: 'anonymous' } }, 'found', 'Nobody'],
    [
      'a node',
      { actor: { kind: 'node', username: 'system:node:ip-10-0-0-1', principalArn: CI_ROLE } },
      'found',
      'The kubelet',
    ],
    [
      'the control plane',
      { actor: { kind: 'system', username: 'system:apiserver' } },
      'found',
      'A part of the control plane',
    ],
    [
      'EKS itself',
      { actor: { kind: 'system', username: 'eks:cloud-controller-manager' } },
      'found',
      'A component that EKS manages',
    ],
    [
      'an add-on',
      {
        actor: role({
          username: 'eks:addon-manager',
          principalArn: 'arn:aws:iam::999988887777:role/AWSWesleyClusterManagerLambda-AddonManagerRole',
        }),
      },
      'found',
      'A component that EKS manages',
    ],
    [
      'a certificate',
      { actor: { kind: 'user', username: 'admin' } },
      'found',
      'The user admin, whom IAM does not know',
    ],
    [
      'a cut record',
      { actor: { kind: 'anonymous' }, source: { kind: 'audit-log', truncated: true } },
      'not-checked',
      'does not say who',
    ],
    [
      'a namespace found by coverage',
      { actor: { kind: 'anonymous' }, source: { kind: 'coverage' } },
      'not-checked',
      'does not say who',
    ],
    [
      'a service account that is not one',
      { actor: serviceAccount({ username: 'system:serviceaccount:x' }) },
      'not-checked',
      'not that of a ServiceAccount',
    ],
    [
      'a role without ARN',
      { actor: { kind: 'iam-role', username: 'deployer' } },
      'not-checked',
      'does not hold the ARN',
    ],
    [
      'an ARN that is not one',
      { actor: role({ principalArn: 'arn:aws:iam::1:role/x\n' }) },
      'not-checked',
      'not an IAM ARN',
    ],
    ['no cluster', { cluster: {} }, 'not-checked', 'does not say which cluster'],
  ])('%s is answered', async (_, overrides, status, text) => {
    const answer = await ask(finding(overrides), cluster(), nobody);
    expect(answer.status).toBe(status);
    expect(answer.status === 'not-checked' ? answer.reason : answer.summary).toContain(text);
  });

  test("a name of EKS on a role of the cluster's own account is looked up like any other", async () => {
    await expect(ask(finding({ actor: role({ username: 'eks:addon-manager' }) }), cluster(), nobody)).rejects.toThrow(
      'asked',
    );
  });
});

describe('the source', () => {
  const source = (overrides: Partial<Finding>) => principal.source?.(finding(overrides));

  test('is the console, and a command', () => {
    expect(source({})).toEqual({
      link: 'https://eu-central-1.console.aws.amazon.com/eks/home?region=eu-central-1#/clusters/prod?selectedTab=cluster-access-tab',
      command: [
        'aws',
        'eks',
        'describe-access-entry',
        '--cluster-name',
        'prod',
        '--principal-arn',
        CI_ROLE,
        '--region',
        'eu-central-1',
      ],
    });
  });

  test.each([[{ actor: serviceAccount() }], [{ cluster: {} }]])('is none for %j', (overrides) => {
    expect(source(overrides)).toEqual({});
  });
});

test('EKS that describes a cluster of the same name elsewhere is not believed', async () => {
  const arn = `arn:aws:eks:eu-west-1:${ACCOUNT}:access-entry/prod/role/${ACCOUNT}/ci/1`;
  const [entry] = cluster().accessEntries ?? [];
  await expect(ask(finding(), cluster({}, [{ principalArn: CI_ROLE, ...entry, accessEntryArn: arn }]))).rejects.toThrow(
    arn,
  );
  await expect(ask(finding(), cluster({ arn: 'arn:aws:eks:eu-west-1:1:cluster/prod' }, []))).rejects.toThrow(
    'eu-west-1',
  );
});

test('the list is asked for only where there is no entry under the ARN', async () => {
  const eks = new LocalEks([cluster()]);
  const list = jest.spyOn(eks, 'listAccessEntries');
  await ask(finding(), cluster(), eks);
  expect(list).not.toHaveBeenCalled();
});

test('every call gets the signal', async () => {
  const eks = new LocalEks([cluster({}, [])]);
  const calls = [
    jest.spyOn(eks, 'describeAccessEntry'),
    jest.spyOn(eks, 'listAccessEntries'),
    jest.spyOn(eks, 'describeCluster'),
  ];
  const { signal } = new AbortController();
  await principal.run(contextOf({ clients: { eks }, signal, now: () => NOW }));
  for (const call of calls) expect(call.mock.calls[0]?.at(-1)).toBe(signal);
});
