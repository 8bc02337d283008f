import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ID } from '../../functions/contract/ids.ts';
import {
  type IamPrincipal,
  isSameRole,
  parseArn,
  parsePrincipal,
  parseSession,
  roleArnOf,
  roleNameOf,
} from '../../functions/kubernetes/names/arn.ts';
import { ACCOUNT, EKS_CLUSTER, LOG_GROUP, REGION } from '../../functions/kubernetes/names/aws.ts';
import { consoleOf, isConsoleHost } from '../../functions/kubernetes/names/console.ts';
import { digestOf, ecrRepository, parseImage } from '../../functions/kubernetes/names/image.ts';
import { isPathSegment, LABEL, QUALIFIED_PART, SUBDOMAIN, UID } from '../../functions/kubernetes/names/kubernetes.ts';
import { partitionOf } from '../../functions/kubernetes/names/partition.ts';
import { objectPath } from '../../functions/kubernetes/object-path.ts';
import { KUBERNETES, LAMBDA_REGION, PUBLISHED } from './published-names.ts';
import { REGIONS } from './sdk-partitions.ts';

const whole = (pattern: string): RegExp => new RegExp(`^(?:${pattern.replace(/^\^|\$$/g, '')})$`);
const RUNS = { numRuns: 500 };

/** What ours takes, what is published takes, and the other way round. */
function same(ours: RegExp, { pattern, min = 1, max }: { pattern: string; min?: number; max: number }): void {
  const theirs = whole(pattern);
  const takes = (text: string): boolean => theirs.test(text) && text.length >= min && text.length <= max;
  const edges = [min - 1, min, max, max + 1].map((length) => 'a'.repeat(Math.max(0, length)));
  for (const text of edges) expect([text.length, ours.test(text)]).toEqual([text.length, takes(text)]);
  const texts = fc.oneof(
    fc.stringMatching(theirs),
    fc.stringMatching(new RegExp(ours.source.replace(/\(\?=[^)]*\)/, ''))),
    fc.string(),
    // Near misses: one character is another.
    fc
      .tuple(fc.stringMatching(theirs), fc.nat(), fc.constantFrom('', '-', '_', '.', '/', 'A', 'é', '\n', ' ', '%'))
      .map(
        ([text, at, other]) => text.slice(0, at % (text.length + 1)) + other + text.slice((at % (text.length + 1)) + 1),
      ),
  );
  fc.assert(
    fc.property(texts, (text) => {
      expect([text, ours.test(text)]).toEqual([text, takes(text)]);
    }),
    RUNS,
  );
}

describe('is what is published', () => {
  test('EKS: ClusterName', () => same(EKS_CLUSTER, PUBLISHED.cluster));
  test('CloudWatch Logs: AccountId', () => same(ACCOUNT, { ...PUBLISHED.account }));
  test('Kubernetes: RFC 1123 label', () => same(LABEL, KUBERNETES.label));
  test('Kubernetes: RFC 1123 subdomain', () => same(SUBDOMAIN, KUBERNETES.subdomain));
  test('Kubernetes: a part of a qualified name', () => same(QUALIFIED_PART, KUBERNETES.qualifiedPart));

  test('IAM: the names of roles, whatever their paths', () => {
    const name = fc.stringMatching(whole(PUBLISHED.roleName.pattern), { maxLength: PUBLISHED.roleName.max });
    const path = fc
      .array(fc.stringMatching(/^[!-.0-~]{1,9}$/))
      .map((parts) => parts.map((part) => `${part}/`).join(''));
    fc.assert(
      fc.property(name, path, (role, folder) => {
        const arn = `arn:aws:iam::111122223333:role/${folder}${role}`;
        expect(roleNameOf(arn)).toBe(role);
        expect(parsePrincipal(arn)).toEqual({ account: '111122223333', type: 'role', name: role });
        expect(roleArnOf(arn)).toBe(`arn:aws:iam::111122223333:role/${role}`);
      }),
      RUNS,
    );
    expect(roleNameOf(`arn:aws:iam::111122223333:role/${'a'.repeat(65)}`)).toBeUndefined();
  });

  test('STS: sessions of roles', () => {
    const name = fc.stringMatching(whole(PUBLISHED.roleName.pattern), { maxLength: PUBLISHED.roleName.max });
    const session = fc.stringMatching(whole(PUBLISHED.sessionName.pattern.replace('*', '{2,64}')));
    fc.assert(
      fc.property(name, session, (role, by) => {
        const arn = `arn:aws-cn:sts::111122223333:assumed-role/${role}/${by}`;
        const roleArn = `arn:aws-cn:iam::111122223333:role/${role}`;
        expect(parseSession(arn)).toEqual({ account: '111122223333', role, session: by, roleArn });
        expect(roleArnOf(arn)).toBe(roleArn);
      }),
      RUNS,
    );
  });

  test('CloudWatch Logs: log groups that begin with a slash', () => {
    fc.assert(
      fc.property(fc.stringMatching(whole(PUBLISHED.logGroup.pattern), { maxLength: 511 }), (name) => {
        expect(LOG_GROUP.test(`/${name}`)).toBe(true);
      }),
      RUNS,
    );
    expect(LOG_GROUP.test(`/${'a'.repeat(512)}`)).toBe(false);
  });

  test('Lambda: Regions', () => {
    const region = fc.stringMatching(whole(LAMBDA_REGION)).filter((text) => /-[a-z]{2,12}-\d$/.test(text));
    fc.assert(
      fc.property(region, (text) => {
        expect(REGION.test(text)).toBe(true);
      }),
      RUNS,
    );
  });
});

describe.each(REGIONS)('$region', ({ region, partition, dnsSuffix, dualStackDnsSuffix }) => {
  test('is a Region, of its partition', () => {
    expect(REGION.test(region)).toBe(true);
    expect(partitionOf(region)).toBe(partition);
  });

  test.each([
    `111122223333.dkr.ecr.${region}.${dnsSuffix}`,
    `111122223333.dkr.ecr-fips.${region}.${dnsSuffix}`,
    `111122223333.dkr-ecr.${region}.${dualStackDnsSuffix.replace('api.', 'on.')}`,
  ])('has the registry %s', (registry) => {
    const expected = { registryId: '111122223333', region, repository: 'shop/cart' };
    for (const rest of ['', ':1', `@sha256:${'0'.repeat(64)}`, `:1@sha256:${'0'.repeat(64)}`])
      expect(ecrRepository(`${registry}/shop/cart${rest}`)).toEqual(expected);
    expect(ecrRepository(`docker-pullable://${registry}/shop/cart@sha256:${'0'.repeat(64)}`)).toEqual(expected);
    expect(ecrRepository(`${registry}.evil.example/shop/cart`)).toBeUndefined();
    expect(ecrRepository(`evil.example/${registry}/shop/cart`)).toBeUndefined();
  });

  test('has a console of its own, or none that is known', () => {
    const console = consoleOf(region);
    expect(console === undefined).toBe(partition.startsWith('aws-iso'));
    if (console === undefined) return;
    const { hostname } = new URL(console);
    expect(hostname.startsWith(`${region}.console.`)).toBe(true);
    expect(isConsoleHost(hostname)).toBe(true);
    expect(isConsoleHost(`evil.example.${hostname}`)).toBe(false);
    expect(isConsoleHost(`${hostname}.evil.example`)).toBe(false);
  });
});

test.each([
  '1.dkr.ecr.eu-west-1.amazonaws.com/ab',
  '111122223333.dkr.ecr.eu-west-1.amazonaws.com.cn/ab',
  '111122223333.dkr.ecr.cn-north-1.amazonaws.com/ab',
  '111122223333.dkr.ecr.eu-west-1.amazonaws.com/A',
  '111122223333.dkr.ecr.eu-west-1.amazonaws.com/a',
  '111122223333.dkr.ecr.eu-west-1.amazonaws.com',
  '111122223333.dkr.ecr.--all.amazonaws.com/ab',
  'public.ecr.aws/ab',
  'nginx',
])('%s is not in a private registry of ECR', (image) => {
  expect(ecrRepository(image)).toBeUndefined();
});

const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;

describe('an image reference', () => {
  test.each<[string, object]>([
    ['nginx', { registry: 'docker.io', repository: 'library/nginx' }],
    ['nginx:1', { registry: 'docker.io', repository: 'library/nginx', tag: '1' }],
    ['a/b:1', { registry: 'docker.io', repository: 'a/b', tag: '1' }],
    ['localhost/a', { registry: 'localhost', repository: 'a' }],
    ['r:5000/a', { registry: 'r:5000', repository: 'a' }],
    ['r.example/a/b:1', { registry: 'r.example', repository: 'a/b', tag: '1' }],
    [`R.Example:5000/a:1@${DIGEST}`, { registry: 'r.example:5000', repository: 'a', tag: '1', digest: DIGEST }],
    ['a@sha256:short', { registry: 'docker.io', repository: 'library/a' }],
    ['docker.io/a', { registry: 'docker.io', repository: 'library/a' }],
    ['', { registry: 'docker.io', repository: 'library/' }],
    ['//\n@', { registry: 'docker.io', repository: '//\n' }],
  ])('%j', (image, parts) => {
    expect(parseImage(image)).toEqual(parts);
  });

  test('a configuration is not a digest', () => {
    expect(digestOf(DIGEST)).toBeUndefined();
    expect(digestOf(`a@${DIGEST}`)).toBe(DIGEST);
  });
});

describe('an ARN', () => {
  test.each([
    [
      'arn:aws:eks:eu-west-1:111122223333:cluster/prod',
      { partition: 'aws', service: 'eks', region: 'eu-west-1', account: '111122223333', resource: 'cluster/prod' },
    ],
    [
      'arn:aws:eks::aws:cluster-access-policy/X',
      { partition: 'aws', service: 'eks', resource: 'cluster-access-policy/X' },
    ],
    ['arn:aws-iso-b:s3:::bucket/key', { partition: 'aws-iso-b', service: 's3', resource: 'bucket/key' }],
    ['arn:gcp:s3:::x', undefined],
    ['arn:aws:s3::1234:x', undefined],
    ['arn:aws:s3:::', undefined],
    ['', undefined],
  ])('%s', (text, expected) => {
    expect(parseArn(text)).toEqual(expected);
  });

  test.each([
    'arn:aws:iam::111122223333:user/a',
    'arn:aws:sts::111122223333:role/a',
    'arn:aws:iam::111122223333:role/',
    'arn:aws:iam::111122223333:role/a b',
    'arn:aws:iam::111122223333:root',
  ])('%s names no role', (arn) => {
    expect(roleNameOf(arn)).toBeUndefined();
  });

  test('roles are the same without their paths, users are not roles', () => {
    const of = (resource: string) => parsePrincipal(`arn:aws:iam::111122223333:${resource}`) as IamPrincipal;
    expect(isSameRole(of('role/a'), of('role/team/a'))).toBe(true);
    expect(isSameRole(of('role/a'), of('role/b'))).toBe(false);
    expect(isSameRole(of('user/a'), of('user/a'))).toBe(false);
  });
});

test.each([
  ['default', true],
  ['system:controller:job-controller', true],
  ['a..b', true],
  ['', false],
  ['.', false],
  ['..', false],
  ['a/b', false],
  ['a%2fb', false],
  ['a\n/b', false],
])('%j as a part of a path: %j', (name, expected) => {
  expect(isPathSegment(name)).toBe(expected);
  const path = () => objectPath({ apiVersion: 'v1', resource: 'pods', namespace: 'n', name });
  if (expected) expect(path()).toBe(`/api/v1/namespaces/n/pods/${encodeURIComponent(name)}`);
  else expect(path).toThrow('not the name of a Kubernetes object');
});

test('a UID is a UUID as the API server writes it', () => {
  fc.assert(
    fc.property(fc.uuid(), (uuid) => {
      expect([UID.test(uuid), UID.test(uuid.toUpperCase())]).toEqual([true, !/[a-f]/.test(uuid)]);
    }),
  );
});

test.each([
  ['nsf-0123456789abcdef0123456789abcdef', true],
  ['a_b', true],
  ['a'.repeat(128), true],
  ['a'.repeat(129), false],
  ['-x', false],
  ['_x', false],
  ['a#b', false],
  ['a/b', false],
  ['', false],
])('%j as an id: %j', (id, expected) => {
  expect(ID.test(id)).toBe(expected);
});
