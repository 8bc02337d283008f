/** One worker of the fuzzer: runs its share of the inputs, and tells what came of them. */
import { Session } from 'node:inspector/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { Random } from './random.ts';
import { type Seeds, TARGETS, type Target } from './targets.ts';

export interface Share {
  seeds: Seeds;
  seed: number;
  count: number;
  /** Not 0 once no further input is wanted; what was done so far is then told. */
  stop: Int32Array;
}

/** A failure is told with the seed that makes the same input again. */
export type Told =
  | { kind: 'failure'; target: string; seed: number; what: string }
  | { kind: 'progress'; done: number; target: string; seed: number }
  | { kind: 'end'; counts: Record<string, number>; slowest: Slow; blocks: Record<string, boolean> };

export interface Slow {
  target: string;
  seed: number;
  ms: number;
}

/** Processor time for one input; no honest one takes a hundredth of it. In milliseconds. */
const SLOW_MS = 1_000;
/** Whose branches are told. */
const PARSERS =
  /\/functions\/(detect|kit\/cut-json|contract\/read|alert\/destination\.ts|alert\/follow-up\/read)|\/bin\/input\//;

const everyShare = TARGETS.flatMap((target) => Array<Target>(target.share).fill(target));

async function work({ seeds, seed, count, stop }: Share): Promise<void> {
  const tell = (told: Told) => parentPort?.postMessage(told);
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  const counts: Record<string, number> = {};
  let slowest: Slow = { target: '', seed: 0, ms: 0 };
  for (let done = 0; done < count && Atomics.load(stop, 0) === 0; done++) {
    const own = (seed + done) >>> 0;
    const random = new Random(own);
    const target = random.of(everyShare);
    if (done % 1_000 === 0) tell({ kind: 'progress', done, target: target.name, seed: own });
    const before = process.threadCpuUsage();
    let what: string | undefined;
    try {
      what = await target.run(random, seeds);
    } catch (error) {
      what = `threw ${String(error)}`;
    }
    const { user, system } = process.threadCpuUsage(before);
    const ms = (user + system) / 1_000;
    counts[target.name] = (counts[target.name] ?? 0) + 1;
    if (ms > slowest.ms) slowest = { target: target.name, seed: own, ms };
    if (ms > SLOW_MS) what ??= `took ${Math.round(ms)} ms`;
    if (what !== undefined) tell({ kind: 'failure', target: target.name, seed: own, what });
  }
  tell({ kind: 'end', counts, slowest, blocks: await blocksThatRan(session) });
}

/** Whether each block that V8 tells apart ran, by file and place. */
async function blocksThatRan(session: Session): Promise<Record<string, boolean>> {
  const { result } = await session.post('Profiler.takePreciseCoverage');
  const blocks: Record<string, boolean> = {};
  for (const { url, functions } of result.filter(({ url }) => PARSERS.test(url)))
    for (const { ranges } of functions)
      for (const { startOffset, endOffset, count } of ranges)
        blocks[`${url.replace(/^.*\/(?=functions\/|bin\/)/, '')}:${startOffset}-${endOffset}`] = count > 0;
  return blocks;
}

await work(workerData as Share);
