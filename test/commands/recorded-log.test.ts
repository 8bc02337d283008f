/** What cannot be read is told by every command in the same words, and is never taken for a log in which nothing happened. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { creation, line } from '../detect/events.ts';
import { run } from './run.ts';

let folder: string;
let server: Server;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'recorded-'));
  // A cluster without the namespace that is asked about.
  server = createServer((_, response) => {
    response.writeHead(404, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'NotFound', code: 404 }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cluster = {
    server: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    'insecure-skip-tls-verify': true,
  };
  writeFileSync(
    join(folder, 'kubeconfig'),
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'c', cluster }],
      users: [{ name: 'u', user: {} }],
      contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
      'current-context': 'x',
    }),
  );
});
afterAll(() => {
  rmSync(folder, { recursive: true });
  server.close();
});

const file = (name: string, content: string | Buffer): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
const commands = (path: string): Record<string, string[]> => ({
  replay: ['replay', path],
  baseline: ['baseline', 'propose', path],
  demo: ['demo', path, '--out', join(folder, 'out')],
  investigate: ['investigate', '--kubeconfig', join(folder, 'kubeconfig'), '--namespace', 'a', '--audit-log', path],
});

describe.each<[string, string | Buffer, RegExp]>([
  [
    'a text',
    '# Namespace Sentinel\n\nNotices new namespaces.\n',
    /no audit event in it; see "sentinel replay --help" for what can be read\n\s+the first problem: .*:1: no audit event: not JSON/,
  ],
  ['other JSON', '{"kind":"PodList","items":[{"metadata":{}}]}', /no audit event in it; see "sentinel replay --help"/],
  ['nothing', '\n', /is empty; nothing to read/],
  ['Parquet', Buffer.concat([Buffer.from('PAR1'), Buffer.alloc(64)]), /is a Parquet file/],
  [
    'bzip2',
    Buffer.concat([Buffer.from('BZh91AY&SY'), Buffer.alloc(64, 7)]),
    /is compressed with bzip2, which is not read here; unpack it first/,
  ],
])('%s', (name, content, words) => {
  test.each(['replay', 'baseline', 'demo', 'investigate'])('%s ends with 2', async (command) => {
    const result = await run(commands(file(`${name}.log`, content))[command] ?? []);
    expect(result.code).toBe(2);
    expect(result.stderr).toMatch(words);
    expect(result.stdout).toBe('');
  });
});

describe('a log that cannot all be read', () => {
  const text = `${line(creation())}\nsomething else\n`;
  test.each(['replay', 'baseline', 'demo'])('%s tells the place, and ends with 1', async (command) => {
    const result = await run(commands(file('part.log', text))[command] ?? []);
    expect(result).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('part.log:2: no audit event: not JSON; passed over'),
    });
  });
});

test('demo takes the cluster that a payload names', async () => {
  const logEvents = [{ id: '1', timestamp: 1, message: line(creation()) }];
  const of = (logGroup: string) =>
    JSON.stringify({
      messageType: 'DATA_MESSAGE',
      owner: '444455556666',
      logGroup,
      logStream: 'kube-apiserver-audit-1',
      logEvents,
    });
  const path = file('payload.json', of('/aws/eks/shop/cluster') + of('/aws/eks/bank/cluster'));
  const { stdout, stderr } = await run(['demo', path, '--out', join(folder, 'out')]);
  expect(stderr).toBe('');
  expect(stdout).toContain('of cluster shop (eu-central-1, 444455556666), bank (eu-central-1, 444455556666)');
  expect(stdout).toContain('2 findings to investigate');
  for (const name of ['shop', 'bank']) expect(stdout).toMatch(new RegExp(`team-a.*${name}|${name}.*team-a`));
});
