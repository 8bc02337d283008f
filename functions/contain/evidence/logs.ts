import type { StoredFile } from '../../contract/containment.ts';
import { defined } from '../../kit/defined.ts';
import { inParallel } from '../../kit/in-parallel.ts';
import { messageOf } from '../../kit/words.ts';
import type { StepContext } from '../framework/step.ts';
import type { ContainerLogSource } from './containers.ts';
import { type CutLog, type KeptLog, LogWindow } from './kept-log.ts';

/**
 * What is kept of one container: its end is nearest to what happened, and its beginning tells how it began. All of it passes
 * by, because with `limitBytes` a kubelet gives the oldest bytes and drops the newest.
 */
const WINDOW = { head: 256 * 1024, tail: 2 * 1024 * 1024 - 256 * 1024 };
/** Where a log is too long to pass by in its time, its last lines are asked for alone. */
const LAST_LINES = 5_000;
/**
 * The limit for all containers together: the function stores their logs one by one, but a bucket is not free of charge.
 */
const MAX_BYTES = 128 * 1024 * 1024;
/** A node that is dead answers late or never. */
const LOG_MS = 15_000;
/** All of them together; the rest of the step needs time as well. */
const ALL_MS = 120_000;
const AT_ONCE = 8;

/** A log that was kept. */
interface CollectedLog extends ContainerLogSource {
  /** Below the folder of the run. */
  file: string;
  bytes: number;
  /** What was left out of it; absent where it is whole. */
  cut?: CutLog;
  /** Where it broke off: what the kubelet said. */
  error?: string;
}

export interface CollectedLogs {
  files: StoredFile[];
  logs: CollectedLog[];
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
  const collected: CollectedLogs = { files: [], logs: [], bytes: 0, missing: [] };
  await inParallel(sources, AT_ONCE, async (source) => {
    const spent = now() >= until ? 'no time was left' : collected.bytes >= MAX_BYTES ? 'there were too many logs' : '';
    if (spent) return void collected.missing.push({ ...source, why: spent });
    try {
      const { body, cut, error, hasLines } = await readLog(source, context);
      // The kubelet explains with status 200, in place of the log, why there is none.
      if (error !== undefined && !hasLines) throw new Error(`the kubelet answered: ${error}`);
      const name = nameOf(source);
      const file = await context.folder.add(name, body, 'text/plain; charset=utf-8');
      collected.bytes += file.bytes;
      collected.files.push(file);
      collected.logs.push({ ...source, file: name, bytes: file.bytes, ...defined({ cut, error }) });
    } catch (error) {
      signal.throwIfAborted();
      collected.missing.push({ ...source, why: messageOf(error) });
    }
  });
  return collected;
}

/** @throws where nothing of it could be had */
async function readLog(source: ContainerLogSource, context: StepContext): Promise<KeptLog> {
  const whole = new LogWindow(WINDOW);
  try {
    await passBy(source, context, whole);
    return whole.kept();
  } catch (error) {
    context.signal.throwIfAborted();
    if (whole.bytes === 0) throw error;
    const end = new LogWindow({ head: 0, tail: WINDOW.tail });
    await passBy(source, context, end, LAST_LINES);
    return whole.kept(end);
  }
}

async function passBy(
  { pod, container, previous }: ContainerLogSource,
  { cluster, run, signal }: StepContext,
  window: LogWindow,
  lastLines?: number,
): Promise<void> {
  const query = new URLSearchParams({
    container,
    timestamps: 'true',
    ...defined({ tailLines: lastLines?.toString(), previous: previous ? 'true' : undefined }),
  });
  const path = `/api/v1/namespaces/${run.target.namespace}/pods/${encodeURIComponent(pod)}/log?${query}`;
  const limit = AbortSignal.any([signal, AbortSignal.timeout(LOG_MS)]);
  await cluster.stream(path, limit, (part) => window.take(part));
}

const nameOf = ({ pod, container, previous }: ContainerLogSource): string =>
  `evidence/logs/${safe(pod)}/${safe(container)}${previous ? '.previous' : ''}.log`;

/** Kubernetes allows less, but the names come from whatever answers as its API. */
const safe = (name: string): string =>
  name
    .replace(/[^\w.-]/g, '_')
    .replace(/^\.+/, '_')
    .slice(0, 253);
