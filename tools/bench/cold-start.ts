import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { buildFunctions } from '../build/bundles.ts';
import { COMMON } from '../build/function-bundle.ts';
import type { Bench, Row } from './row.ts';

const GOALS: Record<string, number> = { detect: 1.3, alert: 2, investigate: 3, contain: 3 };
const ROUNDS = 10;

/** What anybody would begin with: middy and a logger. */
const BARE = `
import middy from '@middy/core';
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
export const handler = middy(async () => ({ statusCode: 200 })).use(injectLambdaContext(new Logger()));`;

/** The settings without which a function does not load; the stack sets them. */
export const SETTINGS = {
  AWS_REGION: 'eu-west-1',
  FINDINGS_TABLE: 'findings',
  EVIDENCE_BUCKET: 'evidence',
  INVESTIGATE_FUNCTION: 'investigate',
  ALERT_FUNCTION: 'alert',
  REJECTED_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/111122223333/rejected',
  DESTINATIONS: '{"topic":"arn:aws:sns:eu-west-1:111122223333:alerts"}',
};

const LOAD = 'require(process.argv[1]); const { user, system } = process.cpuUsage(); console.log(user + system)';

/** Processor time of a fresh process until the function is loaded, in milliseconds: a small function has part of a core. */
function loadTime(file: string): number {
  const { stdout, stderr, status } = spawnSync(process.execPath, ['-e', LOAD, file], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], ...SETTINGS },
  });
  if (status !== 0) throw new Error(`${file} cannot be loaded: ${stderr.slice(0, 1_000)}`);
  return Number(stdout) / 1_000;
}

/** Writes the bundle of the bare handler. */
export const buildBare = (outfile: string) =>
  build({ ...COMMON, stdin: { contents: BARE, resolveDir: process.cwd(), loader: 'ts' }, outfile });

async function measured(folder: string, tell: (what: string) => void): Promise<Row[]> {
  tell('bundles are made');
  const bare = join(folder, 'bare', 'index.js');
  await Promise.all([...buildFunctions(folder), buildBare(bare)]);
  const names = Object.keys(GOALS);
  const files = [bare, 'node:path', ...names.map((name) => join(folder, 'functions', name, 'index.js'))];
  const least = files.map(() => Number.POSITIVE_INFINITY);
  for (let round = 1; round <= ROUNDS; round++) {
    tell(`round ${round} of ${ROUNDS}`);
    for (const [index, file] of files.entries()) least[index] = Math.min(least[index] ?? 0, loadTime(file));
  }
  const [ofBare = 0, ofNode = 0, ...ours] = least;
  return names.map((name, index) => ({
    bench: 'cold-start',
    work: `${name} is loaded`,
    unit: 'ms' as const,
    ours: ours[index] ?? 0,
    limit: ofNode,
    peer: { name: 'bare middy handler with logger', value: ofBare },
    goal: GOALS[name] ?? 0,
  }));
}

export const coldStart: Bench = {
  name: 'cold-start',
  about: 'loading the functions, against a bare middy handler',
  async run(tell) {
    const folder = await mkdtemp(join(tmpdir(), 'sentinel-bench-'));
    try {
      return await measured(folder, tell);
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};
