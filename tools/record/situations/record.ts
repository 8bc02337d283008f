/** Records situations, one after the other, on one twin; each finds the cluster as the first one did. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { Report } from '../../twin/report.ts';
import { startTwin, type Twin } from '../../twin/twin.ts';
import { roleSession } from '../actors.ts';
import { AuditLog } from '../audit-log.ts';
import { Client } from '../client.ts';
import { describeAws } from '../incidents/aws.ts';
import { type Snapshot, snapshot } from '../incidents/snapshot.ts';
import { applyAsAdmin } from '../setup.ts';
import { Addresses, actsOf, castOf } from './cast.ts';
import type { Act, Situation } from './situation.ts';
import { sweep } from './sweep.ts';

const CLUSTER = 'shop-production';
const DETECTOR = '0123456789abcdef0123456789abcdef';
/** Time for authorizer and controllers to learn of what stands. */
const SETTLE_MS = 1_500;

/** @param folder of the corpus; the recordings of these names are replaced */
export async function recordSituations(
  situations: readonly Situation[],
  folder: string,
  report: Report,
): Promise<void> {
  const twin = await startTwin(() => {}, { cluster: CLUSTER });
  try {
    const base = await snapshot(twin);
    for (const situation of situations) {
      const begun = performance.now();
      const size = await record(twin, situation, join(folder, situation.name));
      await sweep(twin, base);
      report(`${situation.name}: ${size} audit events, ${((performance.now() - begun) / 1000).toFixed(1)} s`);
    }
  } finally {
    await twin.close();
  }
}

async function record(twin: Twin, situation: Situation, folder: string): Promise<number> {
  const { name, kind, story, expect, settings, threats, standing = [], before = [], creation, after = [] } = situation;
  const addresses = new Addresses();
  const actorOf = await castOf(twin, situation, addresses);
  if (standing.length > 0) await applyAsAdmin(twin, standing);
  await sleep(SETTLE_MS);
  const log = new AuditLog(twin.auditLog);
  await log.skip();
  const begunAt = new Date().toISOString();

  const perform = async (acts: readonly Act[]): Promise<void> => {
    for (const { by, code, times = 1, ...sent } of acts)
      for (let round = 0; round < times; round++) {
        const answer = await new Client(twin, actorOf(by), name, []).send(sent);
        if (!code.includes(answer.code))
          throw new Error(`${name}: ${sent.method} ${sent.path}: expected ${code}: ${answer.code} ${answer.text}`);
      }
  };
  await ordinaryLife(twin);
  await perform(before);
  await perform(creation);
  const first = await look(twin);
  await perform(after);
  const second = await look(twin);
  const last = await new Client(twin, await roleSession(twin, 'Viewer', 'vera'), name, []).send({
    path: '/api/v1/namespaces/default',
  });
  const logged = asNode(ownLines(await log.readTo(String(last.headers['audit-id']))));
  const audit = withArns(addresses.shownIn(logged), situation);

  const looks = { first: first.at, second: second.at };
  const incident = { name, kind, story, begunAt, looks, expect, ...(settings && { settings }) };
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'incident.json'), `${JSON.stringify(incident, null, 1)}\n`);
  const found = threats?.map((threat) => ({ ...threat, updatedAt: first.at }));
  const aws = {
    ...(await describeAws(twin, begunAt, [])),
    ...(found && { threats: { detectorId: DETECTOR, findings: found } }),
  };
  writeFileSync(join(folder, 'aws.json'), `${JSON.stringify(aws, null, 1)}\n`);
  writeFileSync(join(folder, 'audit.jsonl.gz'), gzipSync(audit, { level: 9 }));
  writeFileSync(join(folder, 'objects-first.json.gz'), packed(first.objects));
  writeFileSync(join(folder, 'objects-second.json.gz'), packed(changed(second.objects, first.objects)));
  return audit.split('\n').length - 1;
}

const packed = (value: unknown): Buffer => gzipSync(JSON.stringify(value), { level: 9 });

/** The lists that are not as they were; each has a version of its own whether or not anything in it changed. */
const changed = (now: Snapshot, before: Snapshot): Snapshot =>
  Object.fromEntries(Object.entries(now).filter(([path, list]) => contentOf(list) !== contentOf(before[path])));

const contentOf = (answer: unknown): string =>
  JSON.stringify((answer as { items?: unknown } | undefined)?.items ?? answer);

/** Without the recorder's own listings, which no real cluster has. */
const ownLines = (log: string): string =>
  log
    .split('\n')
    .filter((line) => !/"user":\{"username":"kubernetes-admin"/.test(line) || !/"verb":"(get|list)"/.test(line))
    .join('\n');

/** One process plays all kubelets here; on EKS each has the name of its node. */
const asNode = (log: string): string =>
  log.replaceAll('"user":{"username":"kubelet"', '"user":{"username":"system:node:ip-10-0-1-11.ec2.internal"');

/** With what EKS itself adds to the users of its components. */
function withArns(log: string, situation: Situation): string {
  const people = new Map(
    actsOf(situation).flatMap(({ by: { who, canonicalArn } }) =>
      canonicalArn && typeof who === 'object' && 'certificate' in who ? [[who.certificate, canonicalArn]] : [],
    ),
  );
  return [...people].reduce((text, [name, canonicalArn]) => {
    const user = `"user":{"username":${JSON.stringify(name)},"groups":["system:authenticated"]`;
    const extra = JSON.stringify({ canonicalArn: [canonicalArn], sessionName: ['eks'] });
    return text.replaceAll(`${user},"extra":{`, `${user},"extra":{${extra.slice(1, -1)},`);
  }, log);
}

/** A look at the cluster, once the pods that were asked for run. */
async function look(twin: Twin): Promise<{ at: string; objects: Snapshot }> {
  const admin = new Client(twin, { kind: 'user', credentials: twin.admin }, 'look', []);
  for (let tries = 0; tries < 30; tries++, await sleep(100)) {
    const { json } = await admin.send({ path: '/api/v1/pods' });
    const pods = (json?.['items'] ?? []) as { status: { phase: string } }[];
    if (pods.every(({ status }) => status.phase !== 'Pending')) break;
  }
  await sleep(200);
  const objects = await snapshot(twin);
  return { at: new Date().toISOString(), objects };
}

/** A little of what happens in every cluster at any time. */
async function ordinaryLife(twin: Twin): Promise<void> {
  const as = async (role: string, session: string) =>
    new Client(twin, await roleSession(twin, role, session), 'ordinary', []);
  const [bob, vera, pipeline] = [
    await as('Dev', 'bob@example.com'),
    await as('Viewer', 'vera'),
    await as('CI', 'GitHubActions'),
  ];
  for (const [client, path] of [
    [bob, '/api/v1/namespaces/default/pods?limit=500'],
    [vera, '/apis/apps/v1/deployments?limit=500'],
    [vera, '/api/v1/namespaces/kube-system/secrets'],
    [pipeline, '/api/v1/namespaces'],
  ] as const)
    await client.send({ path });
}
