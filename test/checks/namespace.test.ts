import { describe, expect, test } from '@jest/globals';
import type { DetailsByCheck } from '../../functions/checks/index.ts';
import { namespace } from '../../functions/checks/namespace.ts';
import { LocalKubernetes } from '../../functions/clients/local/kubernetes.ts';
import type { Finding } from '../../functions/contract/finding.ts';
import { ask, cluster, detailsOf, type Fault, Faulty, NOW, named, SHOP, textOf, timePasses } from './clusters.ts';
import { finding } from './examples.ts';

const shop = (overrides: object, metadata: object = {}) =>
  cluster({ Namespace: [{ ...SHOP, ...overrides, metadata: { ...SHOP.metadata, ...metadata } }] });
const named63 = `${'a'.repeat(63)}`;
const of = (overrides: Partial<Finding['namespace']>, more: Partial<Finding> = {}) =>
  finding({ namespace: { name: 'shop', uid: 'a5d1', ...overrides }, ...more });

describe('what the cluster confirms', () => {
  test('the same UID', async () => {
    const answer = await ask(namespace, cluster());
    expect(answer).toMatchObject({ status: 'found', completeUntil: new Date(NOW).toISOString() });
    expect(detailsOf<DetailsByCheck['namespace']>(answer)).toEqual({
      live: 'confirmed',
      uid: 'a5d1',
      phase: 'Active',
      createdAt: '2026-11-23T10:00:00Z',
      labels: { 'kubernetes.io/metadata.name': 'shop' },
      annotations: {},
      managers: ['kubectl-create'],
      inventory: [{ kind: 'ServiceAccount', count: 1, complete: true }],
      notListed: [],
      similar: [],
      quotas: [],
    });
    expect(textOf(answer)).toBe(
      'Confirmed: the namespace shop exists with the recorded UID, created at 2026-11-23T10:00:00Z, written by kubectl-create; Pod Security not set; it is empty.',
    );
  });

  test.each<[string, Finding, LocalKubernetes, DetailsByCheck['namespace']['live'], string, string]>([
    ['another UID', of({ uid: 'other' }), cluster(), 'other-uid', 'found', 'forged'],
    ['none', of({}), cluster({ Namespace: [] }), 'absent', 'found', 'forged'],
    [
      'none, of unknown outcome',
      of({}, { outcome: 'outcome-unknown' }),
      cluster({ Namespace: [] }),
      'absent',
      'found',
      'forged',
    ],
    [
      'none after a refusal',
      of({}, { outcome: 'attempt-denied' }),
      cluster({ Namespace: [] }),
      'absent',
      'clear',
      'left nothing behind',
    ],
    [
      'one, and the record has no UID',
      finding({ namespace: { name: 'shop' } }),
      cluster(),
      'present',
      'found',
      'no UID to tell',
    ],
    ['one without UID', of({}), shop({}, { uid: undefined }), 'present', 'found', 'exists'],
    [
      'one that was there before a refusal',
      finding({ namespace: { name: 'shop' }, outcome: 'attempt-denied' }),
      cluster(),
      'present',
      'found',
      'A namespace shop exists, created at 2026-11-23T10:00:00Z, written',
    ],
  ])('%s', async (_, subject, kubernetes, live, status, text) => {
    const answer = await ask(namespace, kubernetes, subject);
    expect([answer.status, detailsOf<DetailsByCheck['namespace']>(answer).live]).toEqual([status, live]);
    expect(textOf(answer)).toContain(text);
  });

  test.each([
    ['no name', {}, 'does not give the name'],
    ['a prefix', { name: 'ci-*' }, 'how the name of the namespace begins'],
    ['a path', { name: '../secrets' }, 'not a valid namespace name'],
    ['capitals', { name: 'Shop' }, 'not a valid namespace name'],
    ['a text too long', { name: `${named63}a` }, 'not a valid namespace name'],
  ])('is not asked for %s', async (_, recorded, reason) => {
    const kubernetes = new Faulty(cluster(), { '/': 'failing' });
    expect(await ask(namespace, kubernetes, finding({ namespace: recorded }))).toMatchObject({
      status: 'not-checked',
      reason: expect.stringContaining(reason),
    });
  });

  test('a name that was cut is none', async () => {
    const subject = finding({ cut: [{ path: 'namespace.name', bytes: 1e6, sha256: 'x' }] });
    expect((await ask(namespace, cluster(), subject)).status).toBe('not-checked');
  });
});

describe('what its name can be taken for', () => {
  const before = '2026-11-20T00:00:00Z';
  const others = (...names: [string, string][]) =>
    cluster({
      Namespace: [SHOP, ...names.map(([name, creationTimestamp]) => ({ metadata: { name, creationTimestamp } }))],
    });
  const similar = async (...names: [string, string][]) =>
    detailsOf<DetailsByCheck['namespace']>(await ask(namespace, others(...names), of({ name: 'payrnents' }))).similar;

  test('the namespaces that were there before', async () => {
    expect(await similar(['payments', before], ['orders', before])).toEqual(['payments']);
  });
  test('those that came later are the lookalikes', async () => {
    expect(await similar(['payments', '2026-11-23T11:00:00Z'])).toEqual([]);
  });
});

describe('the object as it is now', () => {
  test('its Pod Security levels, phase, tools and quotas', async () => {
    const kubernetes = cluster({
      Namespace: [
        {
          metadata: {
            ...SHOP.metadata,
            labels: {
              'pod-security.kubernetes.io/enforce': 'privileged',
              'pod-security.kubernetes.io/warn': 'baseline',
            },
            managedFields: [
              { manager: 'helm' },
              { manager: 'helm' },
              { manager: 'argocd' },
              { manager: 'kube-controller-manager', subresource: 'status' },
            ],
          },
          status: { phase: 'Terminating' },
        },
      ],
      ResourceQuota: [named('q', 'shop', { spec: { hard: { pods: '10', cpu: 4 } } })],
    });
    const answer = await ask(namespace, kubernetes);
    expect(detailsOf<DetailsByCheck['namespace']>(answer)).toMatchObject({
      podSecurity: { enforce: 'privileged', warn: 'baseline' },
      phase: 'Terminating',
      managers: ['helm', 'argocd'],
      quotas: [{ name: 'q', hard: { pods: '10' } }],
    });
    expect(textOf(answer)).toContain(
      ', written by helm, argocd; it is Terminating; Pod Security enforce=privileged, warn=baseline; ',
    );
  });

  test('hostile labels and annotations are shortened, and stay data', async () => {
    const annotations = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`a${i}`, '<script>'.repeat(1000)]));
    const details = detailsOf<DetailsByCheck['namespace']>(await ask(namespace, shop({}, { annotations })));
    expect(Object.keys(details.annotations ?? {})).toHaveLength(50);
    expect(details.annotations?.['a0']).toHaveLength(500);
  });
});

describe('the inventory', () => {
  const many = cluster({
    Pod: [named('a', 'shop'), named('b', 'shop'), named('c', 'other')],
    Deployment: [named('d', 'shop')],
    ServiceAccount: [],
  });

  test('counts by kind, the largest first', async () => {
    const { inventory } = detailsOf<DetailsByCheck['namespace']>(await ask(namespace, many));
    expect(inventory).toEqual([
      { kind: 'Pod', count: 2, complete: true },
      { kind: 'Deployment.apps', count: 1, complete: true },
    ]);
  });

  test('leaves out Secrets, events and what is only measured, and does not ask for them', async () => {
    const list = (kind: string) => ({ kind: `${kind}List`, items: [named('x', 'shop')] });
    const kubernetes = new Faulty(
      new LocalKubernetes({
        '/api/v1/namespaces': { kind: 'NamespaceList', items: [SHOP] },
        '/api/v1/secrets': list('Secret'),
        '/api/v1/events': list('Event'),
        '/apis/events.k8s.io/v1/events': list('Event'),
        '/apis/metrics.k8s.io/v1beta1/pods': list('PodMetrics'),
        '/apis/example.com/v1/events': list('Event'),
      }),
      {
        secrets: 'failing',
        '/api/v1/namespaces/shop/events': 'failing',
        'events.k8s.io': 'failing',
        metrics: 'failing',
        '/example.com': { answers: { items: [{}], complete: true } },
      },
    );
    const details = detailsOf<DetailsByCheck['namespace']>(await ask(namespace, kubernetes));
    expect(details.inventory).toEqual([{ kind: 'Event.example.com', count: 1, complete: true }]);
    expect(details.notListed).toEqual([]);
  });

  test('without a total says that there are more', async () => {
    const kubernetes = new Faulty(cluster(), {
      'shop/pods': { answers: { items: [{ metadata: {} }], complete: false } },
      'shop/deployments': { answers: { items: [{ metadata: {} }], complete: false, total: 7 } },
    });
    const answer = await ask(namespace, kubernetes);
    expect(detailsOf<DetailsByCheck['namespace']>(answer).inventory).toContainEqual({
      kind: 'Pod',
      count: 1,
      complete: false,
    });
    expect(detailsOf<DetailsByCheck['namespace']>(answer).inventory).toContainEqual({
      kind: 'Deployment.apps',
      count: 7,
      complete: true,
    });
    expect(textOf(answer)).toContain('at least 1 pod');
  });

  test('an empty namespace is said to be empty only where every kind could be listed', async () => {
    const empty = cluster({ ServiceAccount: [] });
    expect(textOf(await ask(namespace, empty))).toContain('it is empty');
    expect(textOf(await ask(namespace, new Faulty(empty, { 'shop/pods': 'denied' })))).not.toContain('empty');
  });
});

describe('a cluster that fails', () => {
  test.each<[string, Record<string, Fault>, string]>([
    ['one kind denied', { 'shop/pods': 'denied', 'shop/jobs': 'denied' }, 'Not listed: Job.batch, Pod.'],
    ['discovery denied', { kinds: 'denied' }, 'Could not look at: what is in it (denied).'],
    [
      'discovery failing',
      { kinds: 'failing' },
      'what is in it (failed: KubernetesError: the API server cannot be reached',
    ],
    ['quotas denied', { resourcequotas: 'denied' }, 'Could not look at: quotas (denied).'],
    ['rubbish for kinds', { kinds: { answers: null } }, 'Could not look at: what is in it'],
    ['rubbish for a listing', { 'shop/pods': { answers: {} } }, 'Not listed: Pod.'],
    ['null for a listing', { 'shop/pods': { answers: null } }, 'Not listed: Pod.'],
    ['null quotas', { 'shop/resourcequotas': { answers: null } }, 'Could not look at: quotas'],
  ])('%s is said, and the rest told', async (_, faults, text) => {
    const answer = await ask(namespace, new Faulty(cluster(), faults));
    expect(answer.status).toBe('found');
    expect(detailsOf<DetailsByCheck['namespace']>(answer).live).toBe('confirmed');
    expect(textOf(answer)).toContain(text);
  });

  test('one kind that does not answer does not hold up the others', async () => {
    const answer = await timePasses(2_000, () => ask(namespace, new Faulty(cluster(), { 'shop/pods': 'silent' })));
    expect(detailsOf<DetailsByCheck['namespace']>(answer)).toMatchObject({
      notListed: ['Pod'],
      inventory: [{ kind: 'ServiceAccount' }],
    });
  });

  test.each<[string, Fault]>([
    ['denied', 'denied'],
    ['unreachable', 'failing'],
  ])('%s for the namespace itself is an error', async (_, fault) => {
    await expect(ask(namespace, new Faulty(cluster(), { '/api/v1/namespaces/shop': fault }))).rejects.toThrow();
  });

  test.each([
    {},
    { metadata: null },
    { metadata: { labels: 'x', managedFields: {}, annotations: [1], uid: 7 }, status: 'x' },
  ])('%j for the namespace does no harm', async (object) => {
    const kubernetes: Faulty = new Faulty(cluster(), {});
    kubernetes.read = async () => object as never;
    expect(detailsOf<DetailsByCheck['namespace']>(await ask(namespace, kubernetes))).toMatchObject({
      live: 'present',
      labels: {},
    });
  });
});

test('names where a person can look', () => {
  expect(namespace.source?.(finding())).toEqual({
    link: 'https://eu-central-1.console.aws.amazon.com/eks/home?region=eu-central-1#/clusters/prod?selectedTab=cluster-resources-tab',
    command: ['kubectl', 'get', 'namespace', 'shop', '--output', 'yaml'],
  });
  expect(namespace.source?.(finding({ namespace: { name: '--all' }, cluster: {} }))).toEqual({});
});
