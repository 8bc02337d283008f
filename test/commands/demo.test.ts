import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { SIMULATED_PROOFS } from '../../bin/local/simulation/proofs.ts';
import { ISOLATION, REMOVAL } from '../../functions/contain/proofs/index.ts';
import { type Result, run, SAMPLE } from './run.ts';

jest.setTimeout(90_000);

const root = mkdtempSync(join(tmpdir(), 'demo-test-'));
afterAll(() => rmSync(root, { recursive: true }));

/** The stages in their order, each with what has to be told about it. */
const STAGES: [stage: string, told: RegExp[]][] = [
  ['Detect and investigate', [/Detect +2 findings/, /Investigate +created metrics-cache/, /mail 1 /, /CRITICAL/]],
  ['Look again', [/mail \d+ +CRITICAL \(update\): metrics-cache/]],
  ['Plan', [/Planned +\S/, /mail \d+ +PLAN/]],
  [
    'Isolate',
    [
      /Check target/,
      /Snapshot +\S/,
      /Disable namespace/,
      /Isolate network/,
      /Cut identity/,
      /Collect evidence/,
      /Verify isolation +\S/,
      /Find root cause +\S/,
      /Write remediation/,
      /Verify sessions/,
      /Contained +metrics-cache/,
      /mail \d+ +CONTAINED/,
      /proven, simulated +8: pods-refused, exec-refused/,
    ],
  ],
  [
    'Remove',
    [
      /mail \d+ +ANSWER NEEDED/,
      /Ask on-call +approve/,
      /Remove workloads +\S/,
      /Verify removal/,
      /Contained/,
      /mail \d+ +DECIDED/,
      /mail \d+ +CONTAINED/,
    ],
  ],
  ['Release', [/Restore workloads +Of 1 object: 1 restored/, /Released +metrics-cache/, /mail \d+ +RELEASED/]],
];

describe('the recording that comes with it', () => {
  const out = join(root, 'default');
  let result: Result;
  let took: number;
  beforeAll(async () => {
    const begun = performance.now();
    result = await run(['demo', '--out', out]);
    took = performance.now() - begun;
  });

  test('ends well, within a minute', () => {
    expect([result.code, result.stderr]).toEqual([0, '']);
    expect(took).toBeLessThan(60_000);
  });

  test('tells every stage in its order', () => {
    const [, ...parts] = result.stdout.split(new RegExp(`^(?=${STAGES.map(([stage]) => stage).join(':|')}:)`, 'm'));
    expect(parts).toHaveLength(STAGES.length);
    for (const [index, [stage, told]] of STAGES.entries()) {
      const part = parts[index] ?? '';
      expect(part.startsWith(`${stage}: `)).toBe(true);
      for (const each of told) expect(part).toMatch(each);
    }
  });

  test('says what is simulated and what is written by hand', () => {
    expect(result.stdout).toMatch(/Simulated +AWS; in the cluster admission policies, authorization, tokens/);
    expect(result.stdout).toMatch(/Staged +answers of logs, .* written by hand/);
  });

  test('ends with a mail that has all answers, and with where to look; is short', () => {
    const [, mail = '', places = ''] = result.stdout.split(/^──── .*$/m);
    expect(mail).toMatch(/=== NOT KNOWN ===\n[^\n-]*\n\n/);
    expect(mail).toContain('"mode":"isolate"');
    for (const [, path = ''] of places.matchAll(/^ {2}[A-Z][a-z, ]+ {2,}([^\s:]+)/gm))
      expect(existsSync(path)).toBe(true);
    expect(places.match(/^ {2}[A-Z]/gm)).toHaveLength(4);
    expect(result.stdout.split('\n').length).toBeLessThan(165);
    for (const line of result.stdout.replace(mail, '').split('\n').slice(0, 60))
      expect(line.length).toBeLessThanOrEqual(130);
  });

  test('each mail is a file, and each playbook mail has its report', () => {
    const mails = readdirSync(out).filter((name) => name.endsWith('topic-email.txt'));
    expect(mails).toHaveLength(10);
    const folder = /^ {2}Containment reports +(\S+)/m.exec(result.stdout)?.[1] ?? '';
    const reports = readdirSync(folder).filter((name) => name.endsWith('.html'));
    expect(reports).toHaveLength(6);
    for (const report of reports) expect(readFileSync(join(folder, report), 'utf8')).toContain('metrics-cache');
  });
});

test('--json is one line, with every stage and no mail', async () => {
  const { code, stdout } = await run(['demo', '--json', '--out', join(root, 'json')]);
  expect(code).toBe(0);
  expect(stdout.trim().split('\n')).toHaveLength(1);
  const { steps, mails, seconds } = JSON.parse(stdout);
  expect([...new Set(steps.map(({ stage }: { stage: string }) => stage))]).toEqual(STAGES.map(([stage]) => stage));
  expect(mails).toHaveLength(10);
  expect(seconds).toBeLessThan(60);
});

test('a log without the objects of its cluster: no containment, and it says so', async () => {
  const { code, stdout } = await run(['demo', SAMPLE, '--out', join(root, 'bare')]);
  expect(code).toBe(0);
  expect(stdout).toContain('Containment is not shown');
  expect(stdout).not.toMatch(/^Isolate: /m);
});

test.each([
  ['developer-namespace', 0, /^ {2}[\d:]+ {2}Released {2}/m],
  // A binding in a namespace of the platform is left to a person.
  ['compromised-serviceaccount', 1, /^ {2}[\d:]+ {2}Partly contained .*^ {2}[\d:]+ {2}left out {2}/ms],
])('%s: its Services lead nowhere, and what is open is told', async (name, code, told) => {
  const file = `test/corpus/incidents/${name}/audit.jsonl.gz`;
  const result = await run(['demo', file, '--out', join(root, name)]);
  expect([result.code, result.stderr]).toEqual([code, '']);
  expect(result.stdout).toMatch(told);
});

test('help tells what it does', async () => {
  const { code, stdout } = await run(['demo', '--help']);
  expect(code).toBe(0);
  expect(stdout.replace(/\s+/g, ' ')).toContain('It talks to no cluster and not to AWS');
});

test('Ctrl-C ends it with a sentence', async () => {
  const child = spawn(process.execPath, ['bin/sentinel.ts', 'demo', '--out', join(root, 'stopped')]);
  let stderr = '';
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  let stdout = '';
  await new Promise<void>((resolve) =>
    child.stdout.on('data', (text) => {
      stdout += text;
      if (/^Isolate: /m.test(stdout)) resolve();
    }),
  );
  child.kill('SIGINT');
  const [code] = await once(child, 'close');
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /^Stopped at "[A-Z][a-z ]+"\. The files so far are in .*stopped; nothing else was touched\.\n$/,
  );
});

/** They read back what was stored, which the cluster in memory does like any other. */
const READ_BACK = ['target-unchanged', 'writes-unchanged'];

test('every proof of an effect is known to be simulated, and nothing that is not a proof', () => {
  const all = [...ISOLATION, ...REMOVAL];
  const effects = all.filter(({ shows }) => shows === 'effect').map(({ id }) => id);
  expect(effects.filter((id) => !(id in SIMULATED_PROOFS) && !READ_BACK.includes(id))).toEqual([]);
  for (const id of Object.keys(SIMULATED_PROOFS)) expect(all.map((each) => each.id)).toContain(id);
});
