/** `npm run fuzz`: what reads text of others, with inputs that nobody would write by mistake. */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { gunzipSync } from 'node:zlib';
import { Command, InvalidArgumentError } from 'commander';
import { reference } from './reference.ts';
import type { Share, Slow, Told } from './worker.ts';

const RECORDING = 'test/corpus/audit.jsonl.gz';
const LOG = 'test/corpus/kube-apiserver.log';
const CONFIG = 'sentinel.config.yaml';
/** A worker that says nothing for so long hangs; on a busy machine, an honest one may wait half a minute for the processor. In milliseconds. */
const SILENCE_MS = 300_000;
const SHOWN = 20;

interface Sum {
  counts: Record<string, number>;
  failures: string[];
  slowest: Slow;
  blocks: Record<string, boolean>;
}

/** Runs one worker to its end. @throws when it hangs or dies, with the last input that it told of */
function runWorker(share: Share, sum: Sum, onProgress: (done: number) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: share });
    let last = 'before its first input';
    const hangs = () => {
      reject(new Error(`a worker hangs, ${last}`));
      worker.terminate();
    };
    let silence = setTimeout(hangs, SILENCE_MS);
    worker.on('message', (told: Told) => {
      clearTimeout(silence);
      silence = setTimeout(hangs, SILENCE_MS);
      if (told.kind === 'progress') {
        last = `within 1,000 inputs from seed ${told.seed}`;
        onProgress(told.done);
      } else if (told.kind === 'failure') sum.failures.push(`seed ${told.seed}: ${told.target}: ${told.what}`);
      else {
        for (const [target, count] of Object.entries(told.counts))
          sum.counts[target] = (sum.counts[target] ?? 0) + count;
        for (const [block, ran] of Object.entries(told.blocks)) sum.blocks[block] = ran || sum.blocks[block] === true;
        if (told.slowest.ms > sum.slowest.ms) sum.slowest = told.slowest;
      }
    });
    worker.on('error', reject);
    worker.on('exit', () => {
      clearTimeout(silence);
      resolve();
    });
  });
}

async function fuzz(count: number, seed: number, workers: number): Promise<boolean> {
  const events = gunzipSync(readFileSync(RECORDING)).toString().trimEnd().split('\n').filter(isOfInterest);
  const seeds = {
    events,
    creations: events.filter((line) => reference(line) === 'created'),
    logLines: readFileSync(LOG, 'utf8').trimEnd().split('\n'),
    config: readFileSync(CONFIG, 'utf8'),
  };
  const sum: Sum = { counts: {}, failures: [], slowest: { target: '', seed: 0, ms: 0 }, blocks: {} };
  const progress = Array<number>(workers).fill(0);
  const stop = new Int32Array(new SharedArrayBuffer(4));
  process.once('SIGINT', () => Atomics.store(stop, 0, 1));
  const started = performance.now();
  let shown = started;
  await Promise.all(
    progress.map((_, index) => {
      const from = Math.floor((count * index) / workers);
      const share = {
        seeds,
        stop,
        seed: (seed + from) >>> 0,
        count: Math.floor((count * (index + 1)) / workers) - from,
      };
      return runWorker(share, sum, (done) => {
        progress[index] = done;
        if (performance.now() - shown < 5_000) return;
        shown = performance.now();
        console.error(`${progress.reduce((a, b) => a + b, 0)} of ${count}`);
      });
    }),
  );
  const done = Object.values(sum.counts).reduce((a, b) => a + b, 0);
  report(sum, done, seed, (performance.now() - started) / 1_000);
  return sum.failures.length === 0;
}

/** Those about namespaces, and some of the others: most of a recording is background. */
const isOfInterest = (line: string, index: number): boolean => line.includes('"namespaces"') || index % 50 === 0;

function report({ counts, failures, slowest, blocks }: Sum, count: number, seed: number, seconds: number): void {
  console.log(`${count} inputs from seed ${seed} in ${seconds.toFixed(1)} s`);
  for (const [target, done] of Object.entries(counts).sort()) console.log(`  ${String(done).padStart(8)}  ${target}`);
  const files = Map.groupBy(Object.entries(blocks), ([block]) => block.replace(/:[\d-]+$/, ''));
  console.log('branches that ran, as V8 tells them apart');
  for (const [file, all] of [...files].sort())
    console.log(
      `  ${String(all.filter(([, ran]) => ran).length).padStart(4)} of ${String(all.length).padStart(4)}  ${file}`,
    );
  console.log(`slowest: ${slowest.ms.toFixed(1)} ms, seed ${slowest.seed}, ${slowest.target}`);
  for (const failure of failures.slice(0, SHOWN)) console.log(failure);
  console.log(`${failures.length} wrong verdicts, unexpected errors or inputs that took too long`);
}

const whole = (text: string): number => {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 0) throw new InvalidArgumentError('It must be a whole number.');
  return number;
};

await new Command('fuzz')
  .description(
    'Feeds changed recordings to all that reads text of others, and compares its verdicts with a second reading.',
  )
  .option('--count <n>', 'how many inputs', whole, 100_000)
  .option('--seed <n>', 'the first seed: each input has its own, and --count 1 makes it again', whole, Date.now() >>> 0)
  .option('--workers <n>', 'how many threads', whole, availableParallelism())
  .action(async ({ count, seed, workers }: { count: number; seed: number; workers: number }) => {
    if (!(await fuzz(count, seed, Math.max(1, workers)))) process.exitCode = 1;
  })
  .parseAsync();
