import { createReadStream, createWriteStream, statSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip, gunzipSync } from 'node:zlib';
import { isThere, leastOf, type Took } from './measure.ts';
import type { Bench, Row } from './row.ts';

/** Of a generated log, in bytes; and of one beside which the start of a command counts little. */
const SIZE = 200_000_000;
const LONG_SIZE = 1_000_000_000;
const ROUNDS = 3;
/** One line in so many is any of the recording; the others are about no namespace, as most of a cluster's log is. */
const ONE_IN = 20;

/** Makes of lines what carries them. */
type Carrier = (lines: Iterable<string>) => Iterable<string>;

const plain: Carrier = function* (lines) {
  for (const line of lines) yield `${line}\n`;
};

/** As CloudWatch Logs exports to S3. */
const stamped: Carrier = function* (lines) {
  for (const line of lines) yield `2026-11-20T09:15:00.123Z ${line}\n`;
};

const LINES_A_PAYLOAD = 50;

/** As a subscription hands lines on, and Firehose stores them: one behind the other. */
const payloads: Carrier = function* (lines) {
  let logEvents: object[] = [];
  const payload = (): string =>
    JSON.stringify({
      messageType: 'DATA_MESSAGE',
      owner: '111122223333',
      logGroup: '/aws/eks/prod/cluster',
      logStream: 'kube-apiserver-audit-1',
      subscriptionFilters: ['all'],
      logEvents,
    });
  for (const message of lines) {
    logEvents.push({ id: String(logEvents.length).padStart(56, '3'), timestamp: 1_795_770_900_123, message });
    if (logEvents.length < LINES_A_PAYLOAD) continue;
    yield payload();
    logEvents = [];
  }
  yield payload();
};

/** Lines of the recording again and again, until the file is as long; each with an `auditID` of its own. */
async function writeLog(file: string, size: number, carry: Carrier = plain): Promise<void> {
  const recorded = gunzipSync(await readFile('test/corpus/audit.jsonl.gz'))
    .toString()
    .trimEnd()
    .split('\n');
  const background = recorded.filter((line) => line.endsWith('}') && !line.includes('"namespaces"'));
  function* lines() {
    for (let written = 0, count = 0; written < size; count++) {
      const from = count % ONE_IN === 0 ? recorded : background;
      const line = from[Math.floor(count / (count % ONE_IN === 0 ? ONE_IN : 1)) % from.length] ?? '';
      written += line.length + 1;
      yield line.replace(/"auditID":"[^"]{8}/, `"auditID":"${String(count).padStart(8, '0')}`);
    }
  }
  await pipeline(carry(lines()), createWriteStream(file));
}

/** A script that anybody would write first. */
const LOOP = `
import { createInterface } from 'node:readline';
for await (const line of createInterface({ input: process.stdin })) {
  try {
    const event = JSON.parse(line);
    if (event.objectRef?.resource === 'namespaces' && event.verb === 'create') console.log(line);
  } catch {}
}`;
const FILTER = `select(.objectRef.resource == "namespaces" and .verb == "create")`;

interface Peer {
  name: string;
  /** Programs. */
  needs: readonly string[];
  line: string;
  goal?: number;
}

function rowsOf(work: string, ours: string, peers: readonly Peer[], tell: (what: string) => void): Row[] {
  const there = peers.filter(({ needs }) => needs.every(isThere));
  tell(work);
  const [own, ...theirs] = leastOf([ours, ...there.map(({ line }) => line)], ROUNDS, { LOOP }) as [Took, ...Took[]];
  return (['wall', 'processor'] as const).flatMap((kind) =>
    peers.map((peer): Row => {
      const took = theirs[there.indexOf(peer)];
      return {
        bench: 'replay',
        work: `${work}, ${kind} time`,
        unit: 's',
        ours: own[kind],
        peer: { name: peer.name, ...(took && { value: took[kind] }) },
        ...(kind === 'wall' && peer.goal !== undefined && { goal: peer.goal }),
      };
    }),
  );
}

/** A program that says what one of the peers does with files. */
const GREP = (files: string): string => `LC_ALL=C grep -hF '"resource":"namespaces"' ${files} | jq -c '${FILTER}'`;

async function measured(folder: string, tell: (what: string) => void): Promise<Row[]> {
  const file = (name: string): string => join(folder, name);
  tell('logs are written');
  const logs = {
    short: file('audit.log'),
    long: file('long.log'),
    exported: file('export.log'),
    carried: file('payloads.json'),
  };
  await writeLog(logs.short, SIZE);
  await writeLog(logs.long, LONG_SIZE);
  await writeLog(logs.exported, SIZE, stamped);
  await writeLog(logs.carried, SIZE, payloads);
  const quarters = [1, 2, 3, 4].map((number) => file(`${number}.log`));
  for (const each of quarters) await writeLog(each, SIZE / 4);
  for (const each of [logs.short, logs.exported, logs.carried, ...quarters]) await pack(each);
  const node = `'${process.execPath}'`;
  const replay = (files: string): string => `${node} bin/start.mjs replay --json ${files} || [ $? = 1 ]`;
  const grep = (files: string): Peer => ({
    name: 'grep -F | jq, inexact',
    needs: ['grep', 'jq'],
    line: GREP(files),
    goal: 0.8,
  });
  const unpack = (files: string): Peer => ({
    name: 'gzip -dc',
    needs: ['gzip'],
    line: `gzip -dc ${files}`,
    goal: 1.25,
  });
  const others: Peer[] = [
    { name: 'jq', needs: ['jq'], line: `jq -c '${FILTER}' ${logs.short}` },
    { name: 'JSON.parse of each line', needs: [], line: `${node} --input-type=module -e "$LOOP" < ${logs.short}` },
  ];
  const all = quarters.join(' ');
  const packed = quarters.map((each) => `${each}.gz`).join(' ');
  const rows = (work: string, files: string, peers: readonly Peer[]): Row[] => rowsOf(work, replay(files), peers, tell);
  return [
    ...rows(`replay of ${sizeOf(logs.short)} of JSON lines`, logs.short, [grep(logs.short), ...others]),
    ...rows(`replay of ${sizeOf(logs.long)} of JSON lines`, logs.long, [grep(logs.long)]),
    ...rows(`replay of four files, ${sizeOf(logs.short)} together`, all, [grep(all)]),
    ...rows('replay of the JSON lines in gzip', `${logs.short}.gz`, [unpack(`${logs.short}.gz`)]),
    ...rows('replay of the four files in gzip', packed, [unpack(packed)]),
    ...rows('replay of an export to S3, in gzip', `${logs.exported}.gz`, [unpack(`${logs.exported}.gz`)]),
    ...rows('replay of subscription payloads, in gzip', `${logs.carried}.gz`, [unpack(`${logs.carried}.gz`)]),
  ];
}

const sizeOf = (file: string): string => `${Math.round(statSync(file).size / 1e6)} MB`;

const pack = (file: string): Promise<void> =>
  pipeline(createReadStream(file), createGzip({ level: 6 }), createWriteStream(`${file}.gz`));

export const replay: Bench = {
  name: 'replay',
  about: 'replay of a long log, against grep, jq, gzip and a loop of JSON.parse',
  async run(tell) {
    const folder = await mkdtemp(join(tmpdir(), 'sentinel-bench-'));
    try {
      return await measured(folder, tell);
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};
