import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { LocalPipeline } from '../../bin/local/pipeline.ts';
import { readRecording } from '../../bin/local/recorded-cluster.ts';
import { judge } from '../../functions/detect/judge.ts';
import { buildFunctions } from '../build/bundles.ts';
import { Environments } from './alert/environments.ts';
import { BenchPipeline, STAGES, type Took } from './alert/pipeline.ts';
import { buildBare, SETTINGS } from './cold-start.ts';
import type { Bench, Row } from './row.ts';

const INCIDENT = 'test/corpus/incidents/stolen-ci-role/audit.jsonl.gz';
/** Events, and those of them before the handlers are warm. */
const EVENTS = 200;
const FIRST = 20;
const ROUNDS = 5;
/** Of those with many at once. */
const FEW_ROUNDS = 2;
/** Nothing but the table is to be printed. */
const QUIET = { POWERTOOLS_LOG_LEVEL: 'SILENT', POWERTOOLS_METRICS_DISABLED: 'true' };
const AT_ONCE = 10;
/** EKS events of CloudTrail are asked for by 13 names, two a second (`functions/clients/aws/aws-trail.ts`), in seconds. */
const TRAIL_SECONDS = 6.6;

/** Of these numbers the one that so many hundredths of them are not above. */
const percentile = (numbers: readonly number[], hundredth: number): number =>
  numbers.toSorted((a, b) => a - b)[Math.ceil((numbers.length * hundredth) / 100) - 1] ?? Number.NaN;

/** A recorded creation through the real handlers, with what was recorded about it for the answers; in seconds. */
async function warm(folder: string): Promise<number[]> {
  const { cluster, clients, lines } = await readRecording(INCIDENT, Readable.from([]));
  const creation = lines.find((text) => {
    const verdict = judge({ text, cluster, eventId: '1' });
    return verdict.kind === 'finding' && verdict.finding.outcome === 'created';
  });
  if (creation === undefined) throw new Error(`${INCIDENT} has no creation`);
  const times: number[] = [];
  for (let count = 0; count < FIRST + EVENTS; count++) {
    const pipeline = new LocalPipeline({ cluster, clients, folder });
    const from = performance.now();
    const { handedOver } = await pipeline.deliver([creation]);
    times.push((performance.now() - from) / 1_000);
    if (handedOver !== 1 || pipeline.sender.sent.length === 0) throw new Error('the creation was not told');
  }
  return times.slice(FIRST);
}

const pem = (name: string) => readFileSync(join('test', 'clients', 'tls', name));

/** The median of each stage, in seconds. */
function rowsOf(work: string, all: readonly Took[], goal?: { most: number; limit?: number }): Row[] {
  const of = (key: keyof Took): number =>
    percentile(
      all.map((took) => took[key]),
      50,
    ) / 1_000;
  const row = (what: string, ours: number): Row => ({ bench: 'alert', work: `${work}: ${what}`, unit: 's', ours });
  return [{ ...row('event to message', of('whole')), ...goal }, ...STAGES.map((stage) => row(stage, of(stage)))];
}

/** What the bare handler takes until its first event is handled, in milliseconds of processor time. */
async function ofBare(bundle: string): Promise<number> {
  const environments = new Environments('bare', bundle, QUIET);
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    times.push((await environments.handle({})).processor);
    await environments.end();
  }
  return Math.min(...times);
}

const firstEvents = ({ firstEvent }: BenchPipeline, bare: number): Row[] =>
  STAGES.map((stage) => ({
    bench: 'cold-start',
    work: `${stage} is loaded and handles its first event`,
    unit: 'ms',
    ours: firstEvent[stage],
    peer: { name: 'bare middy handler with logger', value: bare },
  }));

async function deployed(folder: string, tell: (what: string) => void): Promise<Row[]> {
  tell('bundles are made');
  const bare = join(folder, 'bare', 'index.js');
  await Promise.all([...buildFunctions(folder), buildBare(bare)]);
  const certificate = { ca: pem('ca.crt'), cert: pem('server.crt'), key: pem('server.key') };
  const pipeline = new BenchPipeline(join(folder, 'functions'), certificate);
  const several = async (what: string, count: number, before: () => Promise<void>): Promise<Took[]> => {
    const all: Took[] = [];
    const rounds = count === 1 ? ROUNDS : FEW_ROUNDS;
    for (let round = 1; round <= rounds; round++) {
      tell(`${what}, ${round} of ${rounds}`);
      await before();
      all.push(...(await pipeline.create(count)));
    }
    return all;
  };
  const stay = async () => {};
  const cool = () => pipeline.cool();
  await pipeline.start({ ...SETTINGS, ...QUIET });
  try {
    tell('all cold, CloudTrail to be asked');
    const first = await pipeline.create(1);
    const cold = await several('all cold', 1, cool);
    return [
      ...firstEvents(pipeline, await ofBare(bare)),
      ...rowsOf('all cold, and CloudTrail to be asked', first, { most: 5, limit: TRAIL_SECONDS }),
      ...rowsOf('all cold', cold, { most: 5 }),
      ...rowsOf('bundles, warm', await several('bundles, warm', 1, stay)),
      ...rowsOf(`all cold, ${AT_ONCE} at once`, await several('cold, at once', AT_ONCE, cool)),
      ...rowsOf(`bundles, warm, ${AT_ONCE} at once`, await several('warm, at once', AT_ONCE, stay)),
    ];
  } finally {
    await pipeline.stop();
  }
}

export const alert: Bench = {
  name: 'alert',
  about: 'from the event of a creation to the message, stage by stage',
  async run(tell) {
    const folder = await mkdtemp(join(tmpdir(), 'sentinel-bench-'));
    try {
      Object.assign(process.env, QUIET);
      tell(`${EVENTS} creations through the handlers`);
      const times = await warm(folder);
      const work = `event to message, warm, log search and CloudTrail answering at once, 99th percentile of ${EVENTS}`;
      return [
        { bench: 'alert', work, unit: 's', ours: percentile(times, 99), most: 1 },
        ...(await deployed(folder, tell)),
      ];
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};
