/** Where a namespace comes from, on a real API server that serves the kinds of Argo CD and Flux as these publish them. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { DetailsByCheck } from '../../functions/checks/index.ts';
import { origin } from '../../functions/checks/origin.ts';
import { namespaceReader } from '../../functions/checks/parts/target.ts';
import { KubeApi } from '../../functions/clients/kubernetes/kube-api.ts';
import { Kubeconfig } from '../../functions/clients/kubernetes/kubeconfig.ts';
import { LocalLogSearch } from '../../functions/clients/local/log-search.ts';
import type { Finding } from '../../functions/contract/finding.ts';
import { judge } from '../../functions/detect/judge.ts';
import { runCheck } from '../../functions/investigate/run-check.ts';
import { type Cluster, startCluster } from '../../tools/twin/cluster.ts';
import { run } from '../../tools/twin/commands.ts';
import { gitOpsDefinitions } from '../../tools/twin/gitops-crds.ts';
import { kubeconfig, kubeRequest } from '../../tools/twin/kube.ts';
import { SETTINGS } from '../checks/clusters.ts';
import {
  application,
  appliedBy,
  COMMIT,
  gitRepository,
  helmRelease,
  helmRepository,
  kustomization,
  releasedBy,
  trackedBy,
} from '../checks/origin-objects.ts';
import { BRING_UP_MS, progress } from './bring-up.ts';

let cluster: Cluster;
let observer: KubeApi;
const tokens = new Map<string, string>();

const kubectl = (args: string[], input?: string) =>
  run(cluster.kubectl, [`--kubeconfig=${cluster.adminKubeconfig}`, ...args], input ? { input } : {});

/** Controllers and people, each with a token or certificate of its own. */
const ACCOUNTS = {
  'argocd-application-controller': 'argocd',
  'kustomize-controller': 'flux-system',
  'helm-controller': 'flux-system',
  intruder: 'default',
} as const;
type Account = keyof typeof ACCOUNTS;

beforeAll(async () => {
  const report = progress();
  cluster = await startCluster(report);
  await kubectl(['apply', '--server-side', '-f', '-'], await gitOpsDefinitions(report));
  await kubectl(['wait', '--for=condition=Established', '--timeout=60s', 'crd', '--all']);
  await kubectl(['apply', '-k', 'cluster/']);
  for (const namespace of ['argocd', 'flux-system', 'team-a']) await kubectl(['create', 'namespace', namespace]);
  for (const [account, namespace] of Object.entries(ACCOUNTS)) {
    await kubectl(['create', 'serviceaccount', account, '-n', namespace]);
    await kubectl([
      'create',
      'clusterrolebinding',
      account,
      '--clusterrole=cluster-admin',
      `--serviceaccount=${namespace}:${account}`,
    ]);
    tokens.set(account, (await kubectl(['create', 'token', account, '-n', namespace])).trim());
  }
  const group = 'namespace-sentinel:observer';
  await cluster.certificates.issue({ name: 'observer', commonName: 'observer', organizations: [group] });
  const file = join(cluster.processes.folder, 'observer.kubeconfig');
  writeFileSync(file, kubeconfig(cluster.endpoint, 'observer', cluster.certificates.pair('observer')), { mode: 0o600 });
  observer = new KubeApi(new Kubeconfig({ kubeconfig: file }));
}, BRING_UP_MS);
afterAll(() => cluster?.close());

interface KubeObject {
  kind: string;
  metadata: object;
  status?: object;
}

/** As the controllers write them: the status by its own subresource, where the kind has one. */
async function put({ status, ...object }: KubeObject): Promise<void> {
  const { name, namespace } = object.metadata as { name: string; namespace: string };
  const { generation: _, ...metadata } = object.metadata as { generation?: number };
  const isWhole = object.kind === 'Application';
  const body = { ...object, metadata, ...(isWhole && { status }) };
  await kubectl(['apply', '--server-side', '--force-conflicts', '-f', '-'], JSON.stringify(body));
  if (isWhole || !status) return;
  const generation = await kubectl([
    'get',
    object.kind,
    name,
    '-n',
    namespace,
    '-o',
    'jsonpath={.metadata.generation}',
  ]);
  const patch = { status: { ...status, observedGeneration: Number(generation) } };
  const args = ['patch', object.kind, name, '-n', namespace, '--subresource=status', '--type=merge'];
  await kubectl([...args, '-p', JSON.stringify(patch)]);
}

async function creation(by: Account, name: string, marks: object): Promise<Finding> {
  const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name, ...marks } };
  const request = { method: 'POST', path: '/api/v1/namespaces', body } as const;
  const answer = await kubeRequest(cluster.endpoint, { token: tokens.get(by) ?? '' }, request);
  expect(answer.code).toBe(201);
  let line: string | undefined;
  const written = async () => {
    line = readFileSync(cluster.auditLog, 'utf8')
      .split('\n')
      .find((text) => text.includes(String(answer.headers['audit-id'])));
    return line !== undefined;
  };
  await cluster.processes.until(written, { what: 'the audit event', timeoutMs: 5_000 });
  const place = { name: 'prod', region: 'us-east-1', account: '111122223333' };
  const verdict = judge({ text: line ?? '', cluster: place } as Parameters<typeof judge>[0]);
  if (verdict.kind !== 'finding') throw new Error(`no finding in ${line}`);
  return verdict.finding;
}

async function look(finding: Finding) {
  const kubernetes = async () => observer;
  const evidence = await runCheck(
    origin,
    {
      finding,
      clients: {
        logs: new LocalLogSearch({ audit: () => readFileSync(cluster.auditLog, 'utf8').trimEnd().split('\n') }),
      },
      isFirst: true,
      settings: SETTINGS,
      kubernetes,
      liveNamespace: namespaceReader(finding, kubernetes, AbortSignal.timeout(30_000)),
      now: Date.now,
    },
    origin.deadlineMs,
  );
  return { ...evidence, details: (evidence.details ?? {}) as Partial<DetailsByCheck['origin']> };
}

describe('what deployed a namespace', () => {
  test('an Application of Argo CD, and who began its sync', async () => {
    await put(application({ name: 'checkout', deploys: 'one' }));
    const { details, status, reason } = await look(
      await creation('argocd-application-controller', 'one', { annotations: trackedBy('checkout', 'one') }),
    );
    expect([status, reason]).toEqual(['found', undefined]);
    expect(details.steps?.[0]).toMatchObject({
      kind: 'Application',
      name: 'checkout',
      revision: COMMIT,
      initiator: 'alice@example.com',
    });
  });

  test('an Application that creates the namespace, without a mark', async () => {
    await put(
      application({ name: 'monitoring', namespace: 'team-a', deploys: 'two', createNamespace: true, resources: [] }),
    );
    const { details } = await look(await creation('argocd-application-controller', 'two', {}));
    expect(details.steps?.[0]).toMatchObject({ namespace: 'team-a', name: 'monitoring' });
  });

  test('a Kustomization of Flux, and its repository', async () => {
    await put(gitRepository({ labels: { team: 'platform' } }));
    await put(kustomization({ entries: ['_three__Namespace'] }));
    const { details } = await look(await creation('kustomize-controller', 'three', { labels: appliedBy('apps') }));
    expect(details.steps?.[0]).toMatchObject({
      repository: 'https://git.example.com/platform/fleet',
      revision: `main@sha1:${COMMIT}`,
    });
    expect(details.contacts?.[0]).toMatchObject({ contact: 'platform' });
  });

  test('a HelmRelease of Flux, and the repository of its chart without credentials', async () => {
    await put(helmRepository);
    await put(helmRelease({ spec: { targetNamespace: 'four' }, status: { history: undefined } }));
    const { details } = await look(await creation('helm-controller', 'four', { labels: releasedBy('monitoring') }));
    expect(details.steps?.[0]).toMatchObject({
      repository: 'https://charts.example.com/stable',
      path: 'kube-prometheus-stack',
    });
  });

  test('who made the Application is in the audit log', async () => {
    await put(application({ name: 'five', deploys: 'five', initiatedBy: { automated: true } }));
    const { details } = await look(
      await creation('argocd-application-controller', 'five', { annotations: trackedBy('five', 'five') }),
    );
    expect(details.contacts).toContainEqual(expect.objectContaining({ contact: 'kubernetes-admin' }));
  });
});

describe('a mark that an intruder copied', () => {
  test.each<[string, string, object]>([
    [
      'of an Application that is there, and deploys another namespace',
      'six',
      { annotations: trackedBy('checkout', 'six') },
    ],
    ['of an Application that is not there', 'seven', { annotations: trackedBy('none', 'seven') }],
    ['of a Kustomization that has applied other things', 'eight', { labels: appliedBy('apps') }],
    ['of a Kustomization that is not there', 'nine', { labels: appliedBy('none', 'default') }],
  ])('%s', async (_, name, marks) => {
    const { details } = await look(await creation('intruder', name, marks));
    expect(details.marks).toEqual([expect.objectContaining({ verdict: 'forged' })]);
    expect(details.steps).toEqual([]);
  });
});

test('the observer reads these kinds, and may not change them', async () => {
  for (const verb of ['create', 'update', 'patch', 'delete', 'get', 'watch']) {
    const args = [
      'auth',
      'can-i',
      verb,
      'applications.argoproj.io',
      '-A',
      '--as=o',
      '--as-group=namespace-sentinel:observer',
    ];
    await expect(kubectl(args)).rejects.toThrow(/no/);
  }
});
