import { createReadStream, createWriteStream, statSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip, gunzipSync } from 'node:zlib';
import { isThere, leastOf, type Took } from './measure.ts';
import type { Bench, Row } from './row.ts';

/** Of the generated log, in bytes. */
const SIZE = 200_000_000;
const ROUNDS = 2;
/** One line in so many is any of the recording; the others are about no namespace, as most of a cluster's log is. */
const ONE_IN = 20;

/** Lines of the recording again and again, until the file is as long; each with an `auditID` of its own. */
async function writeLog(file: string): Promise<void> {
  const recorded = gunzipSync(await readFile('test/corpus/audit.jsonl.gz'))
    .toString()
    .trimEnd()
    .split('\n');
  const background = recorded.filter((line) => line.endsWith('}') && !line.includes('"namespaces"'));
  function* lines() {
    for (let written = 0, count = 0; written < SIZE; count++) {
      const from = count % ONE_IN === 0 ? recorded : background;
      const line = from[Math.floor(count / (count % ONE_IN === 0 ? ONE_IN : 1)) % from.length] ?? '';
      const text = `${line.replace(/"auditID":"[^"]{8}/, `"auditID":"${String(count).padStart(8, '0')}`)}\n`;
      written += text.length;
      yield text;
    }
  }
  await pipeline(lines, createWriteStream(file));
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

async function measured(folder: string, tell: (what: string) => void): Promise<Row[]> {
  const log = join(folder, 'audit.log');
  const packed = `${log}.gz`;
  tell('a log is written');
  await writeLog(log);
  await pipeline(createReadStream(log), createGzip({ level: 6 }), createWriteStream(packed));
  const node = `'${process.execPath}'`;
  const replay = (file: string) => `${node} bin/start.mjs replay --json '${file}' || [ $? = 1 ]`;
  const size = `${Math.round(statSync(log).size / 1e6)} MB`;
  const plain: Peer[] = [
    {
      name: 'grep -F | jq, inexact',
      needs: ['grep', 'jq'],
      line: `LC_ALL=C grep -F '"resource":"namespaces"' '${log}' | jq -c '${FILTER}'`,
      goal: 0.8,
    },
    { name: 'jq', needs: ['jq'], line: `jq -c '${FILTER}' '${log}'` },
    { name: 'JSON.parse of each line', needs: [], line: `${node} --input-type=module -e "$LOOP" < '${log}'` },
  ];
  const gzip: Peer[] = [{ name: 'gzip -dc', needs: ['gzip'], line: `gzip -dc '${packed}'`, goal: 1.25 }];
  return [
    ...rowsOf(`replay of ${size} of JSON lines`, replay(log), plain, tell),
    ...rowsOf('replay of the same in gzip', replay(packed), gzip, tell),
  ];
}

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
