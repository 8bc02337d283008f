import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { afterAll, describe, expect, test } from '@jest/globals';
import { clusterNamed } from '../../bin/commands/contain/cluster.ts';
import { ProgressLines } from '../../bin/commands/contain/progress.ts';
import { askAtTerminal, confirm } from '../../bin/commands/contain/question.ts';
import { readSnapshots, targetIn, uidOf } from '../../bin/commands/contain/target.ts';
import { endText, proofsText } from '../../bin/commands/contain/wording.ts';
import { Task } from '../../bin/commands/task.ts';
import { localPlaybooks, newExecution } from '../../bin/local/executions.ts';
import { runPlaybook } from '../../bin/local/playbook.ts';
import { arnOf, localClients, PLAYBOOKS, SETTINGS } from '../../bin/local/playbooks.ts';
import { taskHandlers } from '../../bin/local/tasks.ts';
import { MemoryCluster } from '../../functions/clients/local/memory-cluster.ts';
import { Folder } from '../../functions/contain/framework/folder.ts';
import type { PlaybookStep, StepOutcome } from '../../functions/contain/framework/step.ts';
import { reportStep } from '../../functions/contain/steps/report.ts';
import { CONTAINMENT_SCHEMA_VERSION } from '../../functions/contract/containment.ts';
import type { ContainmentReport } from '../../functions/contract/containment-report.ts';
import type { Question } from '../../functions/contract/follow-up.ts';
import { CONTAIN_STEPS, type StepKey } from '../../functions/contract/playbook-steps.ts';
import { run } from './run.ts';

const UID = '0a1b2c3d-0000-4000-8000-00000000000a';
const TARGET = { cluster: { name: 'prod' }, namespace: 'shop', uid: UID };
const folder = mkdtempSync(join(tmpdir(), 'contain-'));
const kubeconfig = join(folder, 'kubeconfig');
const nowhere = join(folder, 'nowhere');
writeFileSync(kubeconfig, 'not: one');
const cluster = { server: 'https://127.0.0.1:1' };
writeFileSync(
  nowhere,
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'x',
    clusters: [{ name: 'x', cluster }],
    users: [{ name: 'x', user: {} }],
    contexts: [{ name: 'x', context: { cluster: 'x', user: 'x' } }],
  }),
);
afterAll(() => rmSync(folder, { recursive: true }));

const SHOP = ['--namespace', 'shop'];
test.each([
  [['contain', '--kubeconfig', 'missing', ...SHOP], /the kubeconfig missing cannot be used: ENOENT: no such file/],
  [['contain', '--kubeconfig', kubeconfig, ...SHOP], /kubeconfig is not a kubeconfig: it has no contexts/],
  [
    ['contain', '--kubeconfig', nowhere, ...SHOP],
    /the API server refuses the connection \(ECONNREFUSED: connect ECONNREFUSED 127\.0\.0\.1:1\)\n {2}where: cluster x at https:\/\/127\.0\.0\.1:1, context x of /,
  ],
  [['contain', '--kubeconfig', nowhere, '--namespace', '../kube-system'], /not a valid namespace name/],
  [['contain', '--kubeconfig', nowhere, ...SHOP, '--uid', 'x'], /not a valid UID/],
  [['contain', '--kubeconfig', nowhere, ...SHOP, '--mode', 'destroy'], /plan, isolate, remove\./],
  [['contain', '--kubeconfig', nowhere, ...SHOP, '--mode', 'release'], /plan, isolate, remove\./],
  [['contain', '--kubeconfig', nowhere, ...SHOP, '--mode', 'remove'], /asks at the terminal.*--yes/],
  [
    ['contain', '--kubeconfig', nowhere, ...SHOP, '--mode', 'isolate', '--scope', 'pods'],
    /--scope is what the mode "remove" stops/,
  ],
  [['contain', '--kubeconfig', nowhere, ...SHOP, '--scope', 'nodes'], /workloads, pods\./],
  [['contain', '--kubeconfig', nowhere], /--namespace/],
  [
    ['verify', '--kubeconfig', nowhere, ...SHOP],
    /the API server refuses the connection \(ECONNREFUSED: connect ECONNREFUSED 127\.0\.0\.1:1\)\n {2}where: cluster x at https:\/\/127\.0\.0\.1:1, context x of /,
  ],
  [['verify', '--kubeconfig', nowhere], /--namespace/],
  [['release', '--kubeconfig', nowhere, '--plan'], /say what to release: --namespace, or .* --from/],
  [['release', '--kubeconfig', nowhere, '--from', folder], /asks at the terminal.*--yes or --plan/],
  [['release', '--kubeconfig', nowhere, '--from', folder, '--plan'], /holds no snapshot/],
  [['release', '--kubeconfig', nowhere, '--from', folder, '--yes', '--uid', UID], /holds no snapshot of 0a1b/],
])('wrong input: %j', async (args, message) => {
  const { code, stdout, stderr } = await run(args);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(message);
  expect(stderr).not.toMatch(/\n\s+at /);
});

test.each([
  ['arn:aws:eks:eu-west-1:111122223333:cluster/prod', { name: 'prod', region: 'eu-west-1', account: '111122223333' }],
  ['kind-dev', { name: 'kind-dev' }],
  ['../../etc', { name: 'etc' }],
  ['a b/c', { name: 'a-b-c' }],
  ['\u202e', { name: 'local' }],
  ['', { name: 'local' }],
  ['x'.repeat(300), { name: 'x'.repeat(100) }],
])('the cluster that a kubeconfig calls %j', (text, expected) => expect(clusterNamed(text)).toEqual(expected));

describe('the target', () => {
  const signal = AbortSignal.timeout(5_000);
  const live = new MemoryCluster([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', uid: UID } }]);

  test('is the live namespace, or the one that was said', async () => {
    expect(await uidOf('shop', undefined, live, signal)).toBe(UID);
    expect(await uidOf('shop', 'other', live, signal)).toBe('other');
    await expect(uidOf('gone', undefined, live, signal)).rejects.toThrow('there is no namespace gone');
  });

  test('keeps the name of the cluster under which it was contained first', async () => {
    const { store } = localClients(join(folder, 'kept'));
    expect(await readSnapshots(store)).toEqual([]);
    expect(await targetIn(store, { name: 'new' }, 'shop', UID)).toEqual({ ...TARGET, cluster: { name: 'new' } });
    await new Folder(store, TARGET, 'run-1').addSnapshot(
      {
        schemaVersion: CONTAINMENT_SCHEMA_VERSION,
        target: TARGET,
        takenAt: '',
        execution: 'x',
        secretNames: [],
        namespace: { metadata: {} },
        objects: [],
        bindings: [],
        notRead: [],
      },
      async () => {},
    );
    expect(await targetIn(store, { name: 'new' }, 'shop', UID)).toEqual(TARGET);
    expect(await readSnapshots(store)).toHaveLength(1);
  });
});

/** A terminal at which this is typed; nothing is the end of input. */
function terminal(typed?: string, silent = false): { task: Task; said: () => string } {
  let said = '';
  const stderr = new Writable({
    write: (chunk, _encoding, done) => {
      said += chunk;
      done();
    },
  });
  const input = silent
    ? new Readable({ read: () => undefined })
    : Readable.from(typed === undefined ? [] : [Buffer.from(typed)]);
  const stdin = Object.assign(input, { isTTY: true });
  return { task: new Task({ stdin, stdout: stderr, stderr }), said: () => said };
}

const QUESTION: Question = {
  id: 'q',
  target: TARGET,
  execution: 'local:x:1:y',
  planHash: 'abc',
  planTotal: 3,
  askedAt: new Date().toISOString(),
  expiresAt: new Date(Date.now() + 60_000).toISOString(),
  plan: [{ kind: 'Deployment', name: 'web\u001b[2J\n', what: 'scaled to 0' }],
};

describe('the question', () => {
  test.each([
    ['yes\n', false, 'approve', 'approved at the terminal'],
    [' yes \r\n', false, 'approve', 'approved at the terminal'],
    ['y\n', false, 'refuse', 'refused at the terminal'],
    ['\n', false, 'refuse', 'refused at the terminal'],
    ['YES\n', false, 'refuse', 'refused at the terminal'],
    [undefined, true, 'approve', 'approved beforehand, by --yes'],
  ] as const)('%j, --yes %s: %s', async (typed, yes, decision, reason) => {
    const { task, said } = terminal(typed);
    expect(await askAtTerminal(QUESTION, task, yes)).toMatchObject({ decision, reason, planHash: 'abc' });
    expect(said()).toContain('3 in all');
    expect(said()).toContain('Deployment web\\u001b[2J\\u000a: scaled to 0\n');
    expect(said()).toContain('and 2 more');
    expect(said()).toContain('Plan abc');
  });

  test('without an answer it has run out of time', async () => {
    await expect(askAtTerminal(QUESTION, terminal().task, false)).rejects.toMatchObject({ name: 'States.Timeout' });
    const over = { ...QUESTION, expiresAt: QUESTION.askedAt };
    await expect(askAtTerminal(over, terminal('', true).task, false)).rejects.toMatchObject({ name: 'States.Timeout' });
  });

  test.each([
    ['yes\n', true],
    ['no\n', false],
    [undefined, false],
  ])('release is confirmed by %j: %s', async (typed, expected) =>
    expect(await confirm(terminal(typed).task, 'Go?')).toBe(expected),
  );
});

test('an execution is told to have ended when its process is gone, and never on another computer', async () => {
  const { name, id } = newExecution(new Date('2026-11-23T07:02:51.301Z'));
  expect(name).toMatch(/^20261123T070251Z-[0-9a-f]{6}$/);
  expect(await localPlaybooks.ended(id)).toBeUndefined();
  const { pid } = spawnSync('true');
  expect(await localPlaybooks.ended(`local:${hostname()}:${pid}:${name}`)).toBe(true);
  expect(await localPlaybooks.ended(`local:elsewhere:${pid}:${name}`)).toBeUndefined();
  expect(await localPlaybooks.ended('arn:aws:states:eu-west-1:111122223333:execution:contain:x')).toBeUndefined();
});

test('of each proof it is said whether its effect was seen, where that is known', () => {
  const proof = { id: 'p', claim: 'It is held.', verdict: 'proven', how: 'Read.', decisive: true } as const;
  const lines = [
    { ...proof, shows: 'effect' } as const,
    { ...proof, shows: 'configuration', decisive: false } as const,
    proof,
  ];
  expect(proofsText(lines).match(/It is held\..*/g)).toEqual([
    'It is held. (by effect)',
    'It is held. (by configuration, does not decide)',
    'It is held.',
  ]);
});

describe('the playbook with scripted steps', () => {
  const done: StepOutcome = { status: 'done', summary: 'Done\u202e[31m.' };
  const PROOF = { id: 'p', claim: 'No pod.', verdict: 'proven', how: 'Tried.', decisive: true } as const;
  const scripted = (key: StepKey): PlaybookStep => ({
    key,
    needs: {},
    async run({ cluster, clients, run: { target, execution }, taskToken }) {
      if (key === 'isolateNetwork')
        cluster.already('patch', {
          apiVersion: 'v1',
          resource: 'services',
          kind: 'Service',
          name: 'web',
          what: 'empty',
        });
      if (key === 'askOnCall')
        await clients.register.ask({ question: { ...QUESTION, target, execution }, taskToken: String(taskToken) });
      if (key === 'cutIdentity') return { ...done, settlesAt: '2026-11-23T07:00:12Z' };
      return key.startsWith('verify') ? { ...done, proofs: [PROOF] } : done;
    },
  });

  async function contain(mode: string, answer?: Parameters<typeof taskHandlers>[1]['answer']) {
    const { task, said } = terminal();
    const progress = new ProgressLines(task);
    const { definition } = PLAYBOOKS.contain;
    const steps = Object.keys(CONTAIN_STEPS).map((key) =>
      key === 'report' ? reportStep('contain') : scripted(key as StepKey),
    );
    const clients = { ...localClients(join(folder, mode)), kubernetes: { connect: async () => new MemoryCluster() } };
    const functions = (['contain', 'probe'] as const).map((role) => ({ arn: arnOf(role), steps, clients }));
    const { name, id } = newExecution();
    const end = await runPlaybook(
      definition,
      { name, id, input: { ...TARGET, mode } },
      {
        handlers: taskHandlers(definition, { functions, settings: SETTINGS, answer }),
        onProgress: progress.tell,
        pauses: { waits: { 'Wait for caches': 0 } },
      },
    );
    const kept = await new Folder(clients.store, TARGET, name).read('report.json');
    return { end, said: said(), report: JSON.parse(String(kept)) as ContainmentReport };
  }

  test('isolate: each state is told in a line, and the report is kept', async () => {
    const { end, said, report } = await contain('isolate');
    expect(end).toMatchObject({ succeeded: true, state: 'Contained' });
    expect(said.split('\n').slice(0, 3)).toEqual([
      'Check target        done      Done\\u202e[31m.',
      'Snapshot            done      Done\\u202e[31m.',
      'Disable namespace   done      Done\\u202e[31m.',
    ]);
    expect(said).toContain('Wait for caches     waited\n');
    expect(report.outcome).toBe('contained');
    const text = endText(report, '/evidence');
    expect(text).toMatch(
      /^shop is contained.*\n\nProofs\n {2}proven {10}No pod\.\n {18}Tried\.\n\nKept in \/evidence\n$/,
    );
  });

  test('plan: what would be written is listed', async () => {
    const { end, report } = await contain('plan');
    expect(end).toMatchObject({ succeeded: true, state: 'Planned' });
    expect(endText(report, '/evidence')).toContain(
      'Isolate network\n  patch   Service web: empty (it is so already)\n',
    );
  });

  test('remove: the answer comes from the terminal', async () => {
    const { task } = terminal('no\n');
    const { end, said, report } = await contain('remove', (question) => askAtTerminal(question, task, false));
    expect(end).toMatchObject({ succeeded: true, state: 'Contained' });
    expect(said).toMatch(/Ask on-call {9}refuse {4}by \S+\n/);
    expect(report.summary).toContain('refused (refused at the terminal)');
  });

  test('remove where nobody can be asked: the namespace stays isolated, and it says so', async () => {
    const { end, said } = await contain('remove');
    expect(end).toMatchObject({ succeeded: false, error: 'partly-contained' });
    expect(said).toContain('Ask on-call         failed    nobody can be asked here\n');
  });

  test('a step that is not there is no silent success', async () => {
    const { definition } = PLAYBOOKS.contain;
    expect(() => taskHandlers(definition, { functions: [], settings: SETTINGS })).toThrow('no function stands for');
  });
});
