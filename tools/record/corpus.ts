/** Records the corpus: what the API server logged of every case, and the truth as its clients know it. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { Report } from '../twin/report.ts';
import { startTwin, type Twin } from '../twin/twin.ts';
import { type ActorName, cast } from './actors.ts';
import { AuditLog } from './audit-log.ts';
import { startBackground } from './background.ts';
import { CASES } from './cases/index.ts';
import { type Actor, Client } from './client.ts';
import type { Exchange } from './exchange.ts';
import { NamespaceWatch } from './namespace-watch.ts';
import { platform } from './setup.ts';
import { type Truth, truthOf } from './truth.ts';
import { startWebhook } from './webhook.ts';

export interface Recording {
  /** Lines of the audit log, as the server wrote them. */
  audit: string;
  truth: Truth[];
  /** What the API server wrote to its own log about events that it could not write to the audit log. */
  lost: string;
}

/** Runs all cases on a control plane of their own. */
export async function recordCorpus(report: Report): Promise<Recording> {
  const twin = await startTwin(report);
  try {
    return await recordOn(twin, report);
  } finally {
    await twin.close();
  }
}

/** Runs all cases. */
export async function recordOn(twin: Twin, report: Report): Promise<Recording> {
  const log = new AuditLog(twin.auditLog);
  const watch = await NamespaceWatch.open(twin);
  const root: Actor = { kind: 'user', username: 'kubernetes-admin', credentials: twin.admin };
  const exchanges: Exchange[] = [];
  const setup = new Client(twin, root, 'setup', exchanges);
  await setup.send({ path: '/api/v1/namespaces' }); // the watch has begun
  const first = new Set(watch.seen.keys());
  const webhook = await startWebhook(twin);
  const items = [...platform, webhook.configuration];
  const input = { apiVersion: 'v1', kind: 'List', items };
  const applied = await setup.kubectl(['apply', '-f', '-'], { input, asked: 'platform' });
  if (applied.code !== 0) throw new Error(`setup: ${applied.stderr}`);
  await refusing(setup);
  const actors: Record<ActorName, Actor> = await cast(twin);
  const clients = (name: string) => (who: ActorName) => new Client(twin, actors[who], name, exchanges);

  const stop = await startBackground(clients('background'));
  for (const [index, { name, run }] of CASES.entries()) {
    report(`${index + 1}/${CASES.length} ${name}`);
    await run({ as: clients(name), twin });
  }
  await stop();
  const { auditID } = await last(clients('the end'), exchanges);
  const audit = await log.readTo(auditID ?? '');
  webhook.close();
  watch.close();
  return {
    audit,
    truth: truthOf(exchanges, watch.seen, first),
    lost: lostIn(readFileSync(twin.processes.log('kube-apiserver'), 'utf8')),
  };
}

/** Waits until the admission policies work: the API server takes a moment to compile them. */
async function refusing(client: Client): Promise<void> {
  const dry = { query: 'dryRun=All', dryRun: true };
  while ((await client.create({ name: 'refused-invalid-yet' }, dry)).code !== 422) await sleep(100);
}

/** A last creation: when the watch and the log have it, they have all before it. */
async function last(as: (who: ActorName) => Client, exchanges: readonly Exchange[]): Promise<Exchange> {
  await as('root').create({ name: 'the-end' });
  const exchange = exchanges.at(-1);
  if (exchange?.code !== 201) throw new Error('the last namespace was not created');
  return exchange;
}

/** Entries of the API server's own log (on EKS: streams `kube-apiserver-…`) about audit events that it lost. */
const lostIn = (log: string): string =>
  (log.match(/^E\d{4} .*Error in audit plugin .*(?:\n(?![IWEF]\d{4} ).*)*/gm) ?? [])
    .map((entry) => `${entry}\n`)
    .join('');

export function writeCorpus(folder: string, { audit, truth, lost }: Recording): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'audit.jsonl.gz'), gzipSync(audit, { level: 9 }));
  writeFileSync(join(folder, 'truth.json'), `[\n${truth.map((entry) => JSON.stringify(entry)).join(',\n')}\n]\n`);
  writeFileSync(join(folder, 'kube-apiserver.log'), lost);
}
