import type { StoredFile } from '../../contract/containment.ts';
import { defined } from '../../kit/defined.ts';
import { inParallel } from '../../kit/in-parallel.ts';
import { messageOf } from '../../kit/words.ts';
import type { StepContext } from '../framework/step.ts';
import type { ContainerLogSource } from './containers.ts';

/** The limit for one container. Its last lines are kept, which are nearest to what happened. */
const MAX_LINES = 20_000;
const MAX_CONTAINER_BYTES = 2 * 1024 * 1024;
/**
 * The limit for all containers together: the function stores their logs one by one, but a bucket is not free of charge.
 */
const MAX_BYTES = 128 * 1024 * 1024;
/** A node that is dead answers late or never. */
const LOG_MS = 10_000;
/** All of them together; the rest of the step needs time as well. */
const ALL_MS = 120_000;
const AT_ONCE = 8;

export interface CollectedLogs {
  files: StoredFile[];
  bytes: number;
  /** Logs that could not be had, and why. */
  missing: (ContainerLogSource & { why: string })[];
}

/** Fetches and stores what containers wrote, each as `evidence/logs/<pod>/<container>.log`. */
export async function collectLogs(
  sources: readonly ContainerLogSource[],
  context: StepContext,
): Promise<CollectedLogs> {
  const { signal, now } = context;
  const until = now() + ALL_MS;
  const collected: CollectedLogs = { files: [], bytes: 0, missing: [] };
  await inParallel(sources, AT_ONCE, async (source) => {
    const spent = now() >= until ? 'no time was left' : collected.bytes >= MAX_BYTES ? 'there were too many logs' : '';
    if (spent) return void collected.missing.push({ ...source, why: spent });
    try {
      const text = await fetchLog(source, context);
      const file = await context.folder.add(nameOf(source), text, 'text/plain; charset=utf-8');
      collected.bytes += file.bytes;
      collected.files.push(file);
    } catch (error) {
      signal.throwIfAborted();
      collected.missing.push({ ...source, why: messageOf(error) });
    }
  });
  return collected;
}

function fetchLog(
  { pod, container, previous }: ContainerLogSource,
  { cluster, run, signal }: StepContext,
): Promise<string> {
  const query = new URLSearchParams({
    container,
    timestamps: 'true',
    tailLines: String(MAX_LINES),
    limitBytes: String(MAX_CONTAINER_BYTES),
    ...defined({ previous: previous ? 'true' : undefined }),
  });
  const path = `/api/v1/namespaces/${run.target.namespace}/pods/${encodeURIComponent(pod)}/log?${query}`;
  return cluster.text(path, AbortSignal.any([signal, AbortSignal.timeout(LOG_MS)]));
}

const nameOf = ({ pod, container, previous }: ContainerLogSource): string =>
  `evidence/logs/${safe(pod)}/${safe(container)}${previous ? '.previous' : ''}.log`;

/** Kubernetes allows less, but the names come from whatever answers as its API. */
const safe = (name: string): string =>
  name
    .replace(/[^\w.-]/g, '_')
    .replace(/^\.+/, '_')
    .slice(0, 253);
