/**
 * What happens in every cluster all the time: none of it is a finding, except for the GitOps controller's own
 * namespaces.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from './client.ts';

/** Who is there on an ordinary day. */
export type Resident = 'alice' | 'bob' | 'viewer' | 'admin' | 'pipeline' | 'gitops';

const GITOPS_AGENT = { 'user-agent': 'kustomize-controller/v0.0.0 (linux/amd64) kubernetes/$Format' };
const NAMESPACES = ['apps-checkout', 'apps-payments', 'apps-search'];

/** Does a thing again and again, until told to stop. */
async function repeat(
  signal: AbortSignal,
  everyMs: number,
  action: (round: number) => Promise<unknown>,
): Promise<void> {
  for (let round = 0; !signal.aborted; round++) {
    await action(round);
    await sleep(everyMs, undefined, { signal }).catch(() => {});
  }
}

/** As Flux reconciles: first a dry run, then the same for good, whether or not anything changed. */
async function reconcile(client: Client, round: number): Promise<void> {
  for (const name of NAMESPACES) {
    const labels = {
      'kustomize.toolkit.fluxcd.io/name': 'apps',
      'kustomize.toolkit.fluxcd.io/namespace': 'flux-system',
    };
    const metadata = { labels, annotations: { 'example.com/revision': `main@sha1:${Math.floor(round / 4)}` } };
    const options = { manager: 'kustomize-controller', headers: GITOPS_AGENT };
    await client.apply(name, metadata, { ...options, query: 'dryRun=All&force=true', dryRun: true });
    await client.apply(name, metadata, { ...options, query: 'force=true' });
  }
}

const deployment = (name: string, replicas: number) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name, image: '111122223333.dkr.ecr.us-east-1.amazonaws.com/web:1.4.2' }] },
    },
  },
});

/** A rollout in a namespace that exists: controllers, scheduler and kubelets do the rest. */
async function rollout(client: Client, round: number): Promise<void> {
  const base = '/apis/apps/v1/namespaces/default/deployments';
  const name = `web-${Math.floor(round / 3)}`;
  const step = round % 3;
  const at = `${base}/${name}`;
  const headers = { 'content-type': 'application/merge-patch+json' };
  if (step === 0) await client.send({ method: 'POST', path: base, body: deployment(name, 2) });
  else if (step === 1) await client.send({ method: 'PATCH', path: at, body: { spec: { replicas: 3 } }, headers });
  else await client.send({ method: 'DELETE', path: `${at}?propagationPolicy=Background` });
}

/** People and dashboards that look; some at what they may not see. */
const READS: readonly [Resident, string][] = [
  ['alice', '/api/v1/namespaces'],
  ['bob', '/api/v1/namespaces/default/pods?limit=500'],
  ['viewer', '/apis/apps/v1/deployments?limit=500'],
  ['viewer', '/api/v1/namespaces/kube-system/secrets'],
  ['gitops', '/api/v1/namespaces/flux-system/configmaps'],
  ['admin', '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings'],
  ['pipeline', '/api/v1/nodes'],
];

const LOOKING = [
  ['get', 'pods,deployments', '--all-namespaces'],
  ['auth', 'can-i', 'create', 'namespaces'],
  ['describe', 'namespace', 'default'],
  ['create', 'namespace', 'never', '--dry-run=client', '-o', 'yaml'],
];

/** A leader that holds its lease. */
async function lead(client: Client, round: number): Promise<void> {
  const collection = '/apis/coordination.k8s.io/v1/namespaces/flux-system/leases';
  const name = 'kustomize-controller-leader-election';
  const body = { metadata: { name }, spec: { holderIdentity: 'kustomize-controller', leaseTransitions: round } };
  if (round === 0) await client.send({ method: 'POST', path: collection, body, headers: GITOPS_AGENT });
  const { json } = await client.send({ path: `${collection}/${name}`, headers: GITOPS_AGENT });
  const renewed = { ...json, spec: { ...body.spec, renewTime: new Date().toISOString().replace('Z', '000Z') } };
  await client.send({ method: 'PUT', path: `${collection}/${name}`, body: renewed, headers: GITOPS_AGENT });
}

/**
 * Begins, when the GitOps controller's namespaces are there; what is returned ends it.
 *
 * @throws at the end, what failed first
 */
export async function startBackground(as: (who: Resident) => Client): Promise<() => Promise<void>> {
  await reconcile(as('gitops'), 0);
  const end = new AbortController();
  const { signal } = end;
  const running = Promise.all([
    repeat(signal, 1_000, (round) => reconcile(as('gitops'), round)),
    repeat(signal, 1_000, (round) => lead(as('gitops'), round)),
    repeat(signal, 1_000, (round) => rollout(as('bob'), round)),
    repeat(signal, 150, async (round) => {
      const [who, path] = READS[round % READS.length] ?? ['alice', '/version'];
      await as(who).send({ path });
    }),
    repeat(signal, 3_000, (round) => as('alice').kubectl(LOOKING[round % LOOKING.length] ?? [])),
  ]);
  running.catch(() => {}); // told at the end
  return async () => {
    end.abort();
    await running;
  };
}
