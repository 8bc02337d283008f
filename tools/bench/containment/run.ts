/** Runs a playbook of ours, or the script of the peer, and takes the times. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from '../../twin/cluster.ts';
import { SCRIPT } from './script.ts';

export const MODES = ['plan', 'isolate', 'remove', 'release'] as const;
export type Mode = (typeof MODES)[number];

/** In seconds. */
export interface Took {
  wall: number;
  /** Of the API server, over all requests. */
  api: number;
  requests: number;
  /** From the start until the last write of the isolation. */
  force?: number | undefined;
  /** From the start until the last proof but those by the audit log. */
  proofs?: number | undefined;
  /** By step, for ours. */
  steps?: Record<string, number>;
}

/** Of the kubeconfig that both act by; ours impersonates by it. */
const ADMIN = 'kubernetes-admin';

interface Job {
  cluster: Cluster;
  namespace: string;
  mode: Mode;
  /** Of the run's own; the same for all modes of a namespace. */
  folder: string;
}

export async function ours({ cluster, namespace, mode, folder }: Job): Promise<Took> {
  const target = ['--kubeconfig', cluster.adminKubeconfig, '--namespace', namespace];
  const args =
    mode === 'release'
      ? ['release', ...target, '--from', folder, '--json', '--yes']
      : ['contain', ...target, '--mode', mode, '--out', folder, '--json', '--yes', '--audit-log-minutes', '0'];
  const { began, ...took } = await timed(cluster, process.execPath, ['bin/start.mjs', ...args], {}, [0, 1]);
  const records = await recordsOf(folder);
  const end = (step: string) => {
    const record = records.find((each) => each.step === step);
    return record && (Date.parse(record.finishedAt) - began) / 1_000;
  };
  const steps = records.map(({ step, startedAt, finishedAt }) => [
    step,
    (Date.parse(finishedAt) - Date.parse(startedAt)) / 1_000,
  ]);
  return { ...took, force: end('cutIdentity'), proofs: end('verifyIsolation'), steps: Object.fromEntries(steps) };
}

export async function peers({ cluster, namespace, mode, folder }: Job): Promise<Took> {
  const env = {
    PATH: process.env['PATH'],
    KUBECTL: cluster.kubectl,
    KUBECONFIG: cluster.adminKubeconfig,
    HOME: folder,
    NAMESPACE: namespace,
    MODE: mode,
    FOLDER: folder,
  };
  const { began, ...took } = await timed(cluster, 'bash', ['-c', SCRIPT], env, [0]);
  const marks = new Map(
    (await readFile(join(folder, 'marks'), 'utf8'))
      .trimEnd()
      .split('\n')
      .map((line) => line.split(' ') as [string, string]),
  );
  const at = (name: string) => (marks.has(name) ? (Number(marks.get(name)) - began) / 1_000 : undefined);
  return { ...took, force: at('force'), proofs: at('proofs') };
}

async function timed(
  cluster: Cluster,
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  codes: readonly number[],
): Promise<Took & { began: number }> {
  const from = await sizeOf(cluster.auditLog);
  const began = Date.now();
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-4_000);
  });
  const [code] = await once(child, 'close');
  const wall = (Date.now() - began) / 1_000;
  if (!codes.includes(code)) throw new Error(`${program} ${args.slice(0, 2).join(' ')} ended with ${code}: ${said}`);
  return { began, wall, ...(await requestsSince(cluster, from)) };
}

async function sizeOf(file: string): Promise<number> {
  const handle = await open(file);
  const { size } = await handle.stat();
  await handle.close();
  return size;
}

/** What the administrator's kubeconfig has asked: nobody else acts by it meanwhile. */
async function requestsSince(cluster: Cluster, position: number): Promise<{ api: number; requests: number }> {
  await sleep(1_500); // written in batches
  const handle = await open(cluster.auditLog);
  const result = { api: 0, requests: 0 };
  try {
    for await (const line of createInterface({ input: handle.createReadStream({ start: position }) })) {
      const { stage, verb, user, userAgent, requestReceivedTimestamp: from, stageTimestamp: to } = JSON.parse(line);
      const asked = stage === 'ResponseComplete' && verb !== 'watch' && user.username === ADMIN;
      if (!asked || !/^(?:kubectl|namespace-sentinel)/.test(userAgent)) continue;
      result.api += (Date.parse(to) - Date.parse(from)) / 1_000;
      result.requests++;
    }
  } finally {
    await handle.close();
  }
  return result;
}

interface StepTimes {
  step: string;
  startedAt: string;
  finishedAt: string;
}

/** Of the last run that is kept in a folder. */
async function recordsOf(folder: string): Promise<StepTimes[]> {
  const all = await readdir(folder, { recursive: true });
  const files = all.filter((file) => /\/runs\/[^/]+\/steps\/[^/]+\.json$/.test(file));
  const runOf = (file: string) => file.split('/runs/')[1]?.split('/')[0] ?? '';
  const last = files.map(runOf).sort().at(-1);
  const own = files.filter((file) => runOf(file) === last);
  return Promise.all(own.map(async (file) => JSON.parse(await readFile(join(folder, file), 'utf8')) as StepTimes));
}
