import { describe, expect, test } from '@jest/globals';
import type { DetailsByCheck } from '../../functions/checks/index.ts';
import { origin } from '../../functions/checks/origin.ts';
import { marksOf } from '../../functions/checks/parts/origin/marks.ts';
import { auditLog, event, time } from './audit-log.ts';
import { ask, Faulty, NOW } from './clusters.ts';
import { finding, role, serviceAccount } from './examples.ts';
import {
  ACTORS,
  application,
  appliedBy,
  COMMIT,
  clusterOf,
  gitRepository,
  helmRelease,
  helmRepository,
  kustomization,
  listsNamespace,
  releasedBy,
  SERVED,
  trackedBy,
} from './origin-objects.ts';

type Details = DetailsByCheck['origin'];

interface Case {
  actor?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  objects: { kind: string }[];
  served?: Partial<typeof SERVED>;
  log?: string[];
  contacts?: { pattern: string; contact: string }[];
}

async function look({ actor, labels = {}, annotations = {}, objects, served, log = [], contacts = [] }: Case) {
  const subject = finding({
    namespace: { name: 'shop', uid: 'a5d1', labels, annotations },
    actor: actor === undefined ? role() : serviceAccount({ username: actor }),
  });
  const answer = await ask(origin, clusterOf(objects, served), subject, {
    clients: { logs: auditLog(...log) },
    now: () => NOW + 20 * 60_000,
    settings: { windowHours: 24, startScans: false, usualRegistries: [], contacts },
  });
  const details: Partial<Details> = answer.status === 'not-checked' ? {} : ((answer.details ?? {}) as Details);
  const [step] = details.steps ?? [];
  return {
    status: answer.status,
    said: answer.status === 'not-checked' ? answer.reason : answer.summary,
    application: step && `${step.kind} ${step.namespace}/${step.name}`,
    repository: step?.repository,
    revision: step?.revision,
    people: (details.contacts ?? []).map(({ contact }) => contact),
    verdicts: (details.marks ?? []).map(({ verdict }) => verdict),
  };
}

const DEPLOY = 'https://git.example.com/shop/deploy.git';
const FLEET = 'https://git.example.com/platform/fleet';
const REVISION = `main@sha1:${COMMIT}`;
const CHECKOUT = { application: 'Application argocd/checkout', repository: DEPLOY, revision: COMMIT };
const APPS = { application: 'Kustomization flux-system/apps', repository: FLEET, revision: REVISION };
const bySomebody = (verb: string, on: string, name: string, namespace: string) =>
  event({ at: time('09:58:00'), verb, on, name, namespace, user: { username: 'carol@example.com' }, code: 201 });

describe('what deployed it, from where, and who began that', () => {
  test.each<[string, Case, { application: string; repository: string; revision: string; person: string }]>([
    [
      'Argo CD, which tracks by annotation',
      { actor: ACTORS.argocd, annotations: trackedBy('checkout'), objects: [application()] },
      { ...CHECKOUT, person: 'alice@example.com' },
    ],
    [
      'Argo CD, which tracks by its own label',
      { actor: ACTORS.argocd, labels: { 'argocd.argoproj.io/instance': 'checkout' }, objects: [application()] },
      { ...CHECKOUT, person: 'alice@example.com' },
    ],
    [
      'an Application that creates the namespace it deploys into, without any mark',
      {
        actor: ACTORS.argocd,
        objects: [
          application({ name: 'other', deploys: 'other' }),
          application({ createNamespace: true, resources: [] }),
        ],
      },
      { ...CHECKOUT, person: 'alice@example.com' },
    ],
    [
      'an Application outside of the namespace of Argo CD',
      {
        actor: ACTORS.argocd,
        annotations: trackedBy('team-a_checkout'),
        objects: [application(), application({ namespace: 'team-a', revision: 'v1' })],
      },
      { ...CHECKOUT, application: 'Application team-a/checkout', revision: 'v1', person: 'alice@example.com' },
    ],
    [
      'an Application that syncs by itself, with an owner in its labels',
      {
        actor: ACTORS.argocd,
        annotations: trackedBy('checkout'),
        objects: [application({ initiatedBy: { automated: true }, metadata: { labels: { team: 'shop-team' } } })],
      },
      { ...CHECKOUT, person: 'shop-team' },
    ],
    [
      'an Application with a contact in its information',
      {
        actor: ACTORS.argocd,
        annotations: trackedBy('checkout'),
        objects: [
          application({ initiatedBy: { automated: true }, spec: { info: [{ name: 'Contact', value: '#shop' }] } }),
        ],
      },
      { ...CHECKOUT, person: '#shop' },
    ],
    [
      'an Application that somebody made just before',
      {
        actor: ACTORS.argocd,
        annotations: trackedBy('checkout'),
        objects: [application({ initiatedBy: { automated: true } })],
        log: [bySomebody('create', 'applications.argoproj.io', 'checkout', 'argocd')],
      },
      { ...CHECKOUT, person: 'carol@example.com' },
    ],
    [
      'a repository whose owner is configured',
      {
        actor: ACTORS.argocd,
        annotations: trackedBy('checkout'),
        objects: [application({ initiatedBy: { automated: true } })],
        contacts: [{ pattern: 'https://git.example.com/shop/*', contact: '#shop-oncall' }],
      },
      { ...CHECKOUT, person: '#shop-oncall' },
    ],
    [
      'no contact: the author of the commit',
      {
        actor: ACTORS.argocd,
        annotations: trackedBy('checkout'),
        objects: [application({ initiatedBy: { automated: true } })],
      },
      { ...CHECKOUT, person: `the author of ${COMMIT}` },
    ],
    [
      'an Application of a chart, and one repository of values',
      {
        actor: ACTORS.argocd,
        annotations: trackedBy('checkout'),
        objects: [
          application({
            spec: {
              source: undefined,
              sources: [
                { repoURL: 'https://charts.example.com', chart: 'shop', targetRevision: '1.2.3' },
                { repoURL: DEPLOY, ref: 'values' },
              ],
            },
          }),
        ],
      },
      { ...CHECKOUT, repository: `https://charts.example.com, ${DEPLOY}`, person: 'alice@example.com' },
    ],
    [
      'credentials in the address of the repository',
      {
        actor: ACTORS.argocd,
        annotations: trackedBy('checkout'),
        objects: [application({ repoURL: 'https://bot:ghp_secret@git.example.com/shop/deploy.git' })],
      },
      { ...CHECKOUT, person: 'alice@example.com' },
    ],
    [
      'Argo CD of an operator, under another name',
      {
        actor: 'system:serviceaccount:openshift-gitops:openshift-gitops-argocd-application-controller',
        annotations: trackedBy('checkout'),
        objects: [application()],
      },
      { ...CHECKOUT, person: 'alice@example.com' },
    ],
    [
      'the managed Argo CD, which comes as an IAM role',
      { annotations: trackedBy('checkout'), objects: [application()] },
      { ...CHECKOUT, person: 'alice@example.com' },
    ],
    [
      'Flux, a Kustomization',
      {
        actor: ACTORS.kustomize,
        labels: appliedBy('apps'),
        objects: [
          kustomization({ metadata: { annotations: { 'example.com/owner': 'platform@example.com' } } }),
          gitRepository(),
        ],
      },
      { ...APPS, person: 'platform@example.com' },
    ],
    [
      'Flux, whose source names somebody',
      {
        actor: ACTORS.kustomize,
        labels: appliedBy('apps'),
        objects: [kustomization(), gitRepository({ labels: { team: 'platform' } })],
      },
      { ...APPS, person: 'platform' },
    ],
    [
      'Flux, whose inventory does not have it yet',
      {
        actor: ACTORS.kustomize,
        labels: appliedBy('apps'),
        objects: [kustomization({ entries: ['_old__Namespace'], ready: 'Unknown' }), gitRepository()],
      },
      { ...APPS, person: `the author of ${REVISION}` },
    ],
    [
      'Flux, whose Kustomization somebody has just changed',
      {
        actor: ACTORS.kustomize,
        labels: appliedBy('apps'),
        objects: [kustomization(), gitRepository()],
        log: [bySomebody('patch', 'kustomizations.kustomize.toolkit.fluxcd.io', 'apps', 'flux-system')],
      },
      { ...APPS, person: 'carol@example.com' },
    ],
    [
      'Flux, from an OCI artifact that was made from Git',
      {
        actor: ACTORS.kustomize,
        labels: appliedBy('apps'),
        objects: [
          kustomization({
            spec: { sourceRef: { kind: 'OCIRepository', name: 'fleet' } },
            status: { lastAppliedRevision: 'latest@sha256:aaaa', lastAppliedOriginRevision: REVISION },
          }),
          {
            apiVersion: 'source.toolkit.fluxcd.io/v1',
            kind: 'OCIRepository',
            metadata: { name: 'fleet', namespace: 'flux-system' },
            spec: { url: 'oci://registry.example.com/fleet' },
            status: {
              artifact: {
                revision: 'latest@sha256:aaaa',
                metadata: { 'org.opencontainers.image.source': FLEET, 'org.opencontainers.image.revision': REVISION },
              },
            },
          },
        ] as never,
      },
      { ...APPS, person: `the author of ${REVISION}` },
    ],
    [
      'Flux, a HelmRelease that creates its namespace, without any mark',
      {
        actor: ACTORS.helm,
        objects: [helmRelease({ metadata: { labels: { team: 'observability' } } }), helmRepository],
      },
      {
        application: 'HelmRelease flux-system/monitoring',
        repository: 'https://charts.example.com/stable',
        revision: '65.1.0',
        person: 'observability',
      },
    ],
    [
      'Flux, a HelmRelease whose chart holds the namespace',
      {
        actor: ACTORS.helm,
        labels: releasedBy('monitoring'),
        objects: [
          helmRelease({ spec: { install: {} }, metadata: { labels: { team: 'observability' } } }),
          helmRepository,
        ],
      },
      {
        application: 'HelmRelease flux-system/monitoring',
        repository: 'https://charts.example.com/stable',
        revision: '65.1.0',
        person: 'observability',
      },
    ],
    [
      'a namespace that Flux took over from a person',
      {
        labels: appliedBy('apps'),
        objects: [kustomization({ metadata: { labels: { owner: 'dora' } } }), gitRepository()],
      },
      { ...APPS, person: 'dora' },
    ],
  ])('%s', async (_, given, { person, ...expected }) => {
    const found = await look(given);
    expect(found).toMatchObject({ status: 'found', ...expected });
    expect(found.people[0]).toBe(person);
    expect(found.verdicts).not.toContain('forged');
    expect(JSON.stringify(found)).not.toMatch(/secret/);
  });

  test('what deployed the Application is followed, to the first one', async () => {
    const parent = application({
      name: 'root',
      deploys: 'argocd',
      resources: [{ kind: 'Application', name: 'checkout' }],
      initiatedBy: { username: 'bob@example.com' },
    });
    const child = application({
      initiatedBy: { automated: true },
      metadata: { annotations: { 'argocd.argoproj.io/tracking-id': 'root:argoproj.io/Application:argocd/checkout' } },
    });
    const found = await look({ actor: ACTORS.argocd, annotations: trackedBy('checkout'), objects: [parent, child] });
    expect(found.said).toContain('; that comes from Application argocd/root');
    expect(found.people[0]).toBe('bob@example.com');
  });

  test('objects that deploy each other do not end in a loop', async () => {
    const looped = (name: string, other: string) =>
      application({
        name,
        resources: [...listsNamespace('shop'), { kind: 'Application', name: other }],
        metadata: {
          annotations: { 'argocd.argoproj.io/tracking-id': `${other}:argoproj.io/Application:argocd/${name}` },
        },
      });
    const found = await look({
      actor: ACTORS.argocd,
      annotations: trackedBy('a'),
      objects: [looped('a', 'b'), looped('b', 'a')],
    });
    expect(found.application).toBe('Application argocd/a');
  });
});

describe('a mark without the object that it names', () => {
  test.each<[string, Case, 'forged' | 'not-confirmed', RegExp]>([
    [
      'no such Application',
      { annotations: trackedBy('checkout'), objects: [application({ name: 'other', deploys: 'other' })] },
      'forged',
      /is forged or was copied: there is no Application checkout\./,
    ],
    [
      'an Application that deploys something else',
      { annotations: trackedBy('checkout'), objects: [application({ deploys: 'other' })] },
      'forged',
      /does not deploy it/,
    ],
    [
      'a mark that was copied from another namespace',
      { annotations: trackedBy('checkout', 'other'), objects: [application({ deploys: 'other' })] },
      'forged',
      /says itself that it belongs to another object/,
    ],
    [
      'no such Kustomization',
      { labels: appliedBy('apps'), objects: [kustomization({ name: 'other' })] },
      'forged',
      /there is no Kustomization flux-system\/apps/,
    ],
    [
      'a Kustomization that has applied other things',
      {
        labels: appliedBy('apps'),
        objects: [kustomization({ entries: ['_other__Namespace', '_shop-2__Namespace', 'x_shop_apps_Deployment'] })],
      },
      'forged',
      /does not deploy it/,
    ],
    [
      'no such HelmRelease',
      { labels: releasedBy('monitoring'), objects: [helmRelease({ name: 'other' })] },
      'forged',
      /there is no HelmRelease/,
    ],
    [
      'the controller itself names one that is not there',
      {
        actor: ACTORS.argocd,
        annotations: trackedBy('checkout'),
        objects: [application({ name: 'other', deploys: 'other' })],
      },
      'forged',
      /there is no Application/,
    ],
    [
      'an Application that is syncing',
      { annotations: trackedBy('checkout'), objects: [application({ resources: [], phase: 'Running' })] },
      'not-confirmed',
      /does not say/,
    ],
    [
      'a Kustomization at work',
      { labels: appliedBy('apps'), objects: [kustomization({ entries: ['_other__Namespace'], ready: 'Unknown' })] },
      'not-confirmed',
      /does not say/,
    ],
    [
      'a cluster without Argo CD, which may be deployed to from another one',
      { annotations: trackedBy('checkout'), objects: [], served: { Bucket: SERVED.Bucket } },
      'not-confirmed',
      /this cluster knows no Application; Argo CD may run in another one/,
    ],
  ])('%s', async (_, given, verdict, words) => {
    const found = await look(given);
    expect(found).toMatchObject({ status: 'found', verdicts: [verdict] });
    expect(found.said).toMatch(words);
  });

  test('a client that only calls itself the controller is told as that', async () => {
    const subject = finding({
      request: { verb: 'create', code: 201, userAgent: 'argocd-application-controller/v3.2' },
    });
    const answer = await ask(origin, clusterOf([application({ deploys: 'other' })]), subject, {
      clients: { logs: auditLog() },
    });
    expect(answer).toMatchObject({
      status: 'found',
      summary: expect.stringContaining('is, or calls itself, the controller of Argo CD, and no object of it says'),
    });
  });
});

test('without a mark, and by another creator, nothing is asked', async () => {
  const denied = new Faulty(clusterOf([]), { '': 'denied' });
  await expect(ask(origin, denied)).resolves.toMatchObject({ status: 'clear' });
});

test('a cluster that refuses is not checked; a log that cannot be asked is said', async () => {
  const subject = finding({ namespace: { name: 'shop', labels: appliedBy('apps') } });
  const denied = new Faulty(clusterOf([kustomization(), gitRepository()]), { kustomizations: 'denied' });
  await expect(ask(origin, denied, subject)).resolves.toMatchObject({
    status: 'not-checked',
    reason: expect.stringContaining('denied'),
  });
  const answer = await ask(origin, clusterOf([kustomization(), gitRepository()]), subject, { clients: {} });
  expect(answer).toMatchObject({
    status: 'found',
    summary: expect.stringContaining('Could not look at: who changed these objects'),
  });
});

test.each(['../../secrets', 'a/b', 'a%2Fb', 'A', '', 'x'.repeat(300), '{"a":1}'])(
  'a mark that can be no name is none: %j',
  (value) => {
    expect(
      marksOf({ labels: { 'kustomize.toolkit.fluxcd.io/name': value } }, { kind: 'Namespace', name: 'shop' }),
    ).toEqual([]);
  },
);
