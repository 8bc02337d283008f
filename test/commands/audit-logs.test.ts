import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { auditLogOf, checkAuditLogs } from '../../bin/commands/audit-logs.ts';

const CLUSTER = { name: 'twin' };
const AT = Date.parse('2026-11-26T10:00:00Z');
let folder: string;
const event = (at: number) =>
  JSON.stringify({
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    auditID: String(at),
    stage: 'ResponseComplete',
    verb: 'get',
    stageTimestamp: new Date(at).toISOString(),
  });

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sentinel-audit-'));
  writeFileSync(join(folder, 'one.log'), `${event(AT - 2_000)}\n${event(AT - 1_000)}\n`);
  writeFileSync(join(folder, 'two.log'), `${event(AT - 60_000)}\n`);
});
afterAll(() => rmSync(folder, { recursive: true }));

test('each file is the log of one API server', async () => {
  const files = ['one.log', 'two.log'].map((name) => join(folder, name));
  await checkAuditLogs(files);
  const log = auditLogOf(files);
  const window = { cluster: CLUSTER, source: 'audit' as const, from: AT - 3_600_000, to: AT };
  expect(await log?.newest(window, AbortSignal.timeout(5_000))).toEqual([
    { stream: files[0], at: AT - 1_000 },
    { stream: files[1], at: AT - 60_000 },
  ]);
  expect(auditLogOf([])).toBeUndefined();
});

test('what cannot be read again and again is refused', async () => {
  await expect(checkAuditLogs([join(folder, 'none.log')])).rejects.toThrow(/none\.log: no such file/);
  await expect(checkAuditLogs(['-'])).rejects.toThrow(/standard input/);
});
