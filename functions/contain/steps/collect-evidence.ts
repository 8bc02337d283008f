import type { KubernetesObject } from '../../clients/kubernetes/kubernetes.ts';
import type { StoredFile } from '../../contract/containment.ts';
import type { PodEnd } from '../../contract/pod-ends.ts';
import { defined } from '../../kit/defined.ts';
import { inParallel } from '../../kit/in-parallel.ts';
import { record, text } from '../../kit/json.ts';
import { counted, messageOf } from '../../kit/words.ts';
import { containersOn, logSources } from '../evidence/containers.ts';
import { collectLogs } from '../evidence/logs.ts';
import { computeTypeOf, nodeProposals, type UsedNode } from '../evidence/nodes.ts';
import { claimedVolume, snapshotProposal } from '../evidence/volumes.ts';
import { rights } from '../framework/needs.ts';
import type { PlaybookStep, StepContext, StepOutcome } from '../framework/step.ts';
import { hasEnded } from '../removal/workloads.ts';

/** How many notes of what could not be read stand in the step's record; the file has all of them. */
const MAX_NOTED = 100;
/** Nodes and volumes are read one by one. */
const MAX_READ = 500;
/** Of so many nodes it is asked who else is on them. */
const MAX_SHARED = 20;
/** At a time: the API server serves others, too. */
const AT_ONCE = 8;

/**
 * Keeps what the pods can tell while they are muted but alive. What cannot be had is noted, and makes nothing fail: the
 * namespace is as contained without it.
 */
export const collectEvidence: PlaybookStep = {
  key: 'collectEvidence',
  target: 'must-live',
  needs: {
    kubernetes: [
      ...rights(['list'], 'pods', 'events', 'events.events.k8s.io', 'persistentvolumeclaims'),
      ...rights(['get'], 'nodes', 'persistentvolumes', 'pods/log'),
    ],
  },
  run,
};

async function run(context: StepContext): Promise<StepOutcome> {
  const { run, cluster, signal } = context;
  const inside = `/api/v1/namespaces/${run.target.namespace}`;
  const { items: pods, complete } = await cluster.kubernetes.list(`${inside}/pods`, signal);
  const sources = pods.flatMap(logSources);
  if (run.mode === 'plan')
    return {
      status: 'done',
      summary: `Would keep ${counted(sources.length, 'log')} of ${counted(pods.length, 'pod')}, their status, events, nodes and volumes.`,
      details: { pods: pods.length, logs: sources.length },
    };

  const missing: string[] = complete ? [] : ['not every pod could be listed'];
  const files: StoredFile[] = [];
  const attempt = async <T>(what: string, read: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await read();
    } catch (error) {
      signal.throwIfAborted();
      missing.push(`${what}: ${messageOf(error)}`);
      return undefined;
    }
  };
  const keep = async (name: string, content: unknown): Promise<void> => {
    files.push(
      await context.folder.add(
        `evidence/${name}.json`,
        `${JSON.stringify(content, undefined, 1)}\n`,
        'application/json',
      ),
    );
  };
  const listed = async (what: string, path: string): Promise<KubernetesObject[]> => {
    const found = await attempt(what, () => cluster.kubernetes.list(path, signal));
    if (found?.complete === false) missing.push(`${what}: not all of them could be listed`);
    return found?.items ?? [];
  };
  const each = (what: string, path: string, names: readonly string[]) => {
    if (names.length > MAX_READ) missing.push(`${what}: ${names.length - MAX_READ} were not read`);
    return inParallel(names.slice(0, MAX_READ), AT_ONCE, async (name) => ({
      name,
      object: await attempt(`${what} ${name}`, () =>
        cluster.kubernetes.read(`${path}/${encodeURIComponent(name)}`, signal),
      ),
    }));
  };

  await keep('pods', pods.map(withoutManagers));
  const events = [
    ...(await listed('events', `${inside}/events`)),
    ...(await listed('events of events.k8s.io', `/apis/events.k8s.io/v1/namespaces/${run.target.namespace}/events`)),
  ];
  // One store, served by two groups.
  const once = [...new Map(events.map((event) => [event.metadata.uid ?? event.metadata.name, event])).values()];
  await keep('events', once.map(withoutManagers));

  const nodeNames = unique(pods.map(({ spec }) => text(record(spec)['nodeName'])));
  const nodes = (await each('node', '/api/v1/nodes', nodeNames)).map(({ name, object }) => {
    const providerId = text(record(object?.['spec'])['providerID']);
    const computeType = object && computeTypeOf(object);
    return { name, ...defined({ providerId, computeType }), pods: podsOn(pods, name) };
  });
  await keep('nodes', nodes);
  const used = await inParallel(
    nodes.slice(0, MAX_SHARED),
    AT_ONCE,
    async ({ pods: _, ...node }): Promise<UsedNode> => {
      const fieldSelector = `spec.nodeName=${node.name}`;
      const all = await attempt(`pods on ${node.name}`, () =>
        cluster.kubernetes.list('/api/v1/pods', signal, { fieldSelector }),
      );
      const others = all?.items.filter(({ metadata }) => metadata.namespace !== run.target.namespace).length;
      return { ...node, ...defined({ others }) };
    },
  );
  const containers = pods.flatMap(containersOn);
  await keep('containers', containers);

  const claims = await listed('volume claims', `${inside}/persistentvolumeclaims`);
  const named = new Map(claims.map((claim) => [claim, text(record(claim['spec'])['volumeName'])]));
  const found = await each('volume', '/api/v1/persistentvolumes', unique([...named.values()]));
  const byName = new Map(found.map(({ name, object }) => [name, object]));
  const volumes = claims.map((claim) => claimedVolume(claim, byName.get(named.get(claim) ?? '')));
  await keep('volumes', volumes);

  const logs = await collectLogs(sources, context);
  if (logs.logs.length > 0) await keep('logs', logs.logs);
  const lacking = [
    ...missing,
    ...logs.missing.map(
      ({ pod, container, previous, why }) => `log of ${pod}/${container}${previous ? ' before' : ''}: ${why}`,
    ),
  ];
  if (lacking.length > 0) await keep('missing', lacking);
  const cut = logs.logs.filter((log) => log.cut !== undefined);
  const shortened =
    cut.length > 0
      ? ` The middle of ${counted(cut.length, 'log')} was cut because of the length (see evidence/logs.json).`
      : '';
  const note = lacking.length > 0 ? ` Not available: ${lacking.length} (see evidence/missing.json).` : '';
  return {
    status: 'done',
    summary: `Kept ${counted(logs.files.length, 'log')} of ${counted(pods.length, 'pod')}, ${counted(once.length, 'event')}, ${counted(nodes.length, 'node')} and ${counted(volumes.length, 'volume claim')}.${shortened}${note}`,
    proposals: [...nodeProposals([...used, ...nodes.slice(MAX_SHARED)], run), ...snapshotProposal(volumes, run)],
    files: [...files, ...logs.files],
    details: {
      pods: pods.length,
      logs: {
        kept: logs.files.length,
        bytes: logs.bytes,
        cut: cut.slice(0, MAX_NOTED).map(({ pod, container, previous, cut }) => ({ pod, container, previous, ...cut })),
      },
      // What removal holds against what it then sees.
      placed: pods.flatMap(placed),
      missing: lacking.slice(0, MAX_NOTED),
      missingTotal: lacking.length,
      images: containers.map(({ pod, container, image, imageID }) => ({
        pod,
        container,
        ...defined({ image, imageID }),
      })),
      nodes: nodes.map(({ name, providerId }) => ({ name, ...defined({ providerId: providerId || undefined }) })),
      volumes,
    },
  };
}

function placed(pod: KubernetesObject): PodEnd[] {
  const { name = '', uid = '' } = pod.metadata;
  const node = text(record(pod['spec'])['nodeName']);
  return node === undefined || hasEnded(pod) ? [] : [{ name, uid, node, seen: 'unseen' }];
}

const unique = (names: readonly (string | undefined)[]): string[] => [...new Set(names.flatMap((name) => name ?? []))];

const podsOn = (pods: readonly KubernetesObject[], node: string): string[] =>
  pods.filter(({ spec }) => record(spec)['nodeName'] === node).map(({ metadata }) => metadata.name ?? '');

/** Who wrote which field is long, and the snapshot's to keep. */
const withoutManagers = ({ metadata: { managedFields: _, ...metadata }, ...rest }: KubernetesObject) => ({
  ...rest,
  metadata,
});
