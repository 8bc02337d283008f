import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { LocalContainmentRegister } from '../../functions/clients/local/containment-register.ts';
import { LocalEvidenceStore } from '../../functions/clients/local/evidence-store.ts';
import { MemoryCluster } from '../../functions/clients/local/memory-cluster.ts';
import { messageIdOf } from '../../functions/contain/framework/execution.ts';
import { firstSnapshotKey, folderKey } from '../../functions/contain/framework/folder-keys.ts';
import type { StepPayload } from '../../functions/contain/framework/payload.ts';
import { runStep } from '../../functions/contain/framework/run-step.ts';
import {
  type ContainClients,
  DEFAULT_SETTINGS,
  type PlaybookStep,
  type StepOutcome,
} from '../../functions/contain/framework/step.ts';
import type { Snapshot } from '../../functions/contain/snapshot/snapshot.ts';
import { reportStep } from '../../functions/contain/steps/report.ts';
import { CONTAINMENT_SCHEMA_VERSION, type Proof, type Proposal } from '../../functions/contract/containment.ts';
import { MAX_FOLLOW_UP_BYTES } from '../../functions/contract/fit-follow-up.ts';
import type { FollowUp } from '../../functions/contract/follow-up.ts';
import { CONTAIN_STEPS, type StepKey } from '../../functions/contract/playbook-steps.ts';
import { jsonBytes } from '../../functions/contract/sizes.ts';
import { run as sentinel } from '../commands/run.ts';

const UID = '0a1b2c3d-0000-4000-8000-00000000000a';
const TARGET = { cluster: { name: 'prod' }, namespace: 'shop', uid: UID };
const PROOF: Proof = { id: 'pods-refused', claim: 'No pod.', verdict: 'proven', how: '403', decisive: true };

let directory: string;
let told: FollowUp[];
let clients: ContainClients;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'report-'));
  told = [];
  clients = {
    kubernetes: { connect: async () => new MemoryCluster() },
    store: new LocalEvidenceStore(directory),
    register: new LocalContainmentRegister(),
    followUps: { tell: async (followUp) => void told.push(followUp) },
  };
});
afterEach(() => rmSync(directory, { recursive: true }));

const payload = (step: StepKey, input: object, state: Partial<StepPayload>): StepPayload => ({
  step,
  execution: 'arn:run-1',
  name: 'run-1',
  startedAt: '2026-11-23T07:00:00.000Z',
  results: {},
  input: { cluster: 'prod', namespace: 'shop', uid: UID, ...input },
  ...state,
});

/** Runs steps that answer these outcomes, then the last one. */
async function report(
  playbook: 'contain' | 'release',
  outcomes: Partial<Record<StepKey, StepOutcome | Error>>,
  input: object = { mode: 'isolate' },
  state: Partial<StepPayload> = {},
) {
  const results: Partial<Record<StepKey, unknown>> = {};
  for (const [key, outcome] of Object.entries(outcomes) as [StepKey, StepOutcome | Error][]) {
    const step: PlaybookStep = {
      key,
      needs: {},
      run: async (context) => {
        if (outcome instanceof Error) throw outcome;
        if (key === 'snapshot') await context.folder.addSnapshot(SNAPSHOT, async () => {});
        if (key === 'collectEvidence') await context.folder.add('evidence/a b.log', 'log', 'text/plain');
        return outcome;
      },
    };
    try {
      results[key] = await runStep(step, payload(key, input, { results }), clients, DEFAULT_SETTINGS);
    } catch (error) {
      results[key] = {
        Error: (error as Error).name,
        Cause: JSON.stringify({ errorMessage: (error as Error).message }),
      };
    }
  }
  const run = () =>
    runStep(
      reportStep(playbook),
      payload('report', input, { ...state, results: { ...results, ...state.results } }),
      clients,
      DEFAULT_SETTINGS,
    );
  return { run, result: await run() };
}

const SNAPSHOT: Snapshot = {
  schemaVersion: CONTAINMENT_SCHEMA_VERSION,
  target: TARGET,
  takenAt: '2026-11-23T07:00:01Z',
  execution: 'x',
  namespace: { metadata: { name: 'shop' } },
  objects: [],
  bindings: [],
  secretNames: [],
  notRead: [],
};
const done: StepOutcome = { status: 'done', summary: 'Done.' };
const CONTAINED = {
  checkTarget: done,
  snapshot: done,
  disableNamespace: done,
  isolateNetwork: done,
  cutIdentity: { ...done, proposals: [{ text: 'Look at the binding.', commands: [['kubectl', 'get', 'x']] }] },
  cutConnections: done,
  collectEvidence: done,
  verifyIsolation: { ...done, proofs: [PROOF] },
  verifySessions: { ...done, proofs: [PROOF] },
} satisfies Partial<Record<StepKey, StepOutcome>>;

const inFolder = (name: string): string => join(directory, folderKey(TARGET), name);
const hashOf = async (name: string): Promise<string> =>
  createHash('sha256')
    .update(readFileSync(inFolder(`runs/run-1/${name}`)))
    .digest('hex');

test('contained: it is told once and for all, and the whole is kept', async () => {
  const finding = { cluster: TARGET.cluster, namespace: { name: TARGET.namespace, uid: UID } };
  clients = { ...clients, findings: { alert: async () => ({ finding }) as never } };
  const { result } = await report('contain', CONTAINED, { mode: 'isolate', findingId: 'f-1', reason: 'a miner' });
  expect(result).toMatchObject({ status: 'done', outcome: 'contained', proofs: [{ id: 'pods-refused' }], open: [] });
  expect(told).toEqual([
    {
      schemaVersion: CONTAINMENT_SCHEMA_VERSION,
      id: 'f-1',
      messageId: messageIdOf('contain-end', 'arn:run-1', 'run-1'),
      playbook: 'contain',
      target: TARGET,
      mode: 'isolate',
      execution: 'arn:run-1',
      startedAt: '2026-11-23T07:00:00.000Z',
      at: expect.any(String),
      outcome: 'contained',
      summary: 'shop is contained: its isolation is shown by 1 decisive proof.',
      open: [],
      proofs: [PROOF],
      proposals: CONTAINED.cutIdentity.proposals.map((proposal) => ({ aim: 'access', ...proposal })),
      steps: [
        'Check target',
        'Snapshot',
        'Disable namespace',
        'Isolate network',
        'Cut identity',
        'Cut connections',
        'Collect evidence',
        'Verify isolation',
        'Verify sessions',
      ].map((step) => ({ step, status: 'done', summary: 'Done.' })),
      folder: inFolder(''),
      hashList: await hashOf('hashes.txt'),
    },
  ]);
  const kept = JSON.parse(String(await clients.store.get(`${folderKey(TARGET)}runs/run-1/report.json`)));
  expect(kept).toMatchObject({ outcome: 'contained', given: { reason: 'a miner' }, target: TARGET });
  expect(kept.steps.map(({ step }: { step: string }) => step)).toEqual(Object.keys(CONTAINED));
});

test('the hash list has every file of the run and the snapshots, as sha256sum --check reads it', async () => {
  const { run } = await report('contain', CONTAINED);
  // A second try leaves no hash of what it writes again.
  await run();
  const lines = readFileSync(inFolder('runs/run-1/hashes.txt'), 'utf8').trimEnd().split('\n');
  const listed = lines.map((line) => /^([0-9a-f]{64}) {2}(.+)$/.exec(line)?.slice(1) ?? [line]);
  for (const [sha256, path = ''] of listed)
    expect(
      createHash('sha256')
        .update(readFileSync(join(directory, path)))
        .digest('hex'),
    ).toBe(sha256);
  expect(listed.map(([, path]) => path).sort()).toEqual(
    [
      `${folderKey(TARGET)}runs/run-1/evidence/a b.log`,
      `${folderKey(TARGET)}runs/run-1/report.json`,
      firstSnapshotKey(TARGET),
      ...Object.keys(CONTAINED).map((key) => `${folderKey(TARGET)}runs/run-1/steps/${key}.json`),
    ].sort(),
  );
  const noted = await clients.register.hashes('hashList', `${folderKey(TARGET)}runs/run-1/hashes.txt`);
  expect(noted).toContain(await hashOf('hashes.txt'));
  expect(told.at(-1)?.hashList).toBe(await hashOf('hashes.txt'));
  const args = ['verify-evidence', directory, '--hash', told.at(-1)?.hashList ?? ''];
  expect(await sentinel(args)).toMatchObject({ code: 0, stderr: '' });
});

test('a step that failed in all tries is open, by its message alone', async () => {
  const { result } = await report('contain', { ...CONTAINED, cutIdentity: new Error('the API server is away') });
  const open = 'Cut identity: It failed in all tries: the API server is away';
  expect(result).toMatchObject({ status: 'partly', outcome: 'partly-contained', open: [open] });
  expect(result.summary).toBe(`shop is only partly contained: one thing is open, first: ${open}`);
  expect(told).toMatchObject([{ outcome: 'partly-contained', open: [open] }]);
});

test('the first step failed: nothing was touched', async () => {
  const failure = { Error: 'Sandbox.Timedout', Cause: '' };
  const { result } = await report('contain', {}, { mode: 'isolate' }, { failure });
  expect(result.outcome).toBe('refused');
  expect(told).toMatchObject([
    {
      id: `containment-${UID}`,
      summary: 'Nothing was touched: It failed in all tries: Sandbox.Timedout',
      steps: [{ step: 'Check target', status: 'failed' }],
    },
  ]);
});

test('an answer of a person is told', async () => {
  const answer = { decision: 'refuse', reason: 'it is ours', decidedBy: 'dana', decidedAt: '2026-11-23T07:02:51Z' };
  const { result } = await report('contain', CONTAINED, { mode: 'remove' }, { results: { askOnCall: answer } });
  expect(result.outcome).toBe('contained');
  expect(told[0]?.summary).toContain('What runs was not removed: dana refused (it is ours).');
});

test('a step that was killed is not taken for done', async () => {
  await report('contain', CONTAINED);
  const { cutIdentity: _, ...others } = CONTAINED;
  const results = Object.fromEntries(
    Object.keys(others).map((key) => [key, { ...done, step: key, mode: 'isolate', open: [] }]),
  );
  const { outcome } = await runStep(
    reportStep('contain'),
    payload('report', { mode: 'isolate' }, { results }),
    clients,
    DEFAULT_SETTINGS,
  );
  expect(outcome).toBe('partly-contained');
});

test('release has an end of its own', async () => {
  const steps = ['checkSnapshot', 'liftQuarantine', 'restoreIdentity', 'restoreNetwork', 'restoreWorkloads'] as const;
  const all = Object.fromEntries([...steps, 'verifyRelease'].map((key) => [key, done]));
  expect((await report('release', all)).result.outcome).toBe('released');
  expect(told).toMatchObject([
    { playbook: 'release', messageId: messageIdOf('release-end', 'arn:run-1', 'run-1'), outcome: 'released' },
  ]);
});

test('the lease is given back, also where nobody could be told', async () => {
  const now = Date.parse('2026-11-23T07:00:00Z');
  const other = () => clients.register.lease(UID, 'arn:other', now + 60_000, now);
  await clients.register.lease(UID, 'arn:run-1', now + 60_000, now);
  expect(await other()).toMatchObject({ execution: 'arn:run-1' });
  clients.followUps.tell = async () => {
    throw new Error('no such function');
  };
  await expect(report('contain', CONTAINED)).rejects.toThrow('no such function');
  expect(await other()).toBeUndefined();
});

test('a lease of somebody else stays, and one that cannot be given back keeps nobody from being told', async () => {
  const now = Date.parse('2026-11-23T07:00:00Z');
  await clients.register.lease(UID, 'arn:other', now + 60_000, now);
  await report('contain', CONTAINED);
  expect(await clients.register.lease(UID, 'arn:third', now + 60_000, now)).toMatchObject({ execution: 'arn:other' });
  clients.register.giveBack = async () => {
    throw new Error('throttled');
  };
  await report('contain', CONTAINED);
  expect(told).toHaveLength(2);
});

test('however much there is to tell, it fits, and says what was cut; the folder has all', async () => {
  const proofs = Array.from({ length: 60 }, (_, index) => ({ ...PROOF, id: `proof-${index}`, how: 'é'.repeat(4_000) }));
  const open = Array.from({ length: 3_000 }, (_, index) => `pod ${index} ${'x'.repeat(300)}`);
  await report('contain', {
    ...CONTAINED,
    collectEvidence: { ...done, open },
    verifyIsolation: { ...done, proofs },
    verifySessions: { ...done, proofs: proofs.slice(0, 1) },
  });
  const [followUp] = told as [FollowUp];
  expect(jsonBytes(followUp)).toBeLessThanOrEqual(MAX_FOLLOW_UP_BYTES);
  expect(followUp.outcome).toBe('contained');
  expect(followUp.proofs.map(({ id, verdict }) => [id, verdict])).toEqual(proofs.map(({ id }) => [id, 'proven']));
  expect(followUp.cut?.[0]).toMatch(/^open \(/);
  const kept = JSON.parse(String(await clients.store.get(`${folderKey(TARGET)}runs/run-1/report.json`)));
  expect(kept.open).toHaveLength(3_000);
});

test('told although the evidence can neither be read nor written; never as contained', async () => {
  const broken = {
    list: async () => [],
    place: (key: string) => key,
    putFirst: async () => true,
    put: async () => Promise.reject(new Error('AccessDenied')),
    markReleased: async () => {},
    get: async () => Promise.reject(new Error('AccessDenied')),
  };
  const results = Object.fromEntries(
    Object.keys(CONTAINED).map((step) => [step, { step, status: 'done', mode: 'isolate', summary: '', open: [] }]),
  );
  const run = runStep(
    reportStep('contain'),
    payload('report', { mode: 'isolate' }, { results }),
    { ...clients, store: broken },
    DEFAULT_SETTINGS,
  );
  await expect(run).rejects.toThrow('AccessDenied');
  expect(told).toHaveLength(1);
  expect(told[0]).toMatchObject({
    outcome: 'partly-contained',
    messageId: messageIdOf('contain-end-unkept', 'arn:run-1', 'run-1'),
  });
  expect(told[0]?.open).toEqual(
    expect.arrayContaining([
      expect.stringContaining('report.json could not be stored'),
      expect.stringContaining('could not be read'),
    ]),
  );
});

test('the results of all steps fit into an execution, however long and wild a refusal is', async () => {
  const wild = '\u0001"\\日'.repeat(4_000);
  const open = Array.from({ length: 50 }, () => wild);
  const outcome: StepOutcome = { status: 'partly', summary: wild, open };
  const keys = Object.keys(CONTAIN_STEPS) as StepKey[];
  const results = await Promise.all(
    keys.map((key) =>
      runStep(
        { key, needs: {}, run: async () => outcome },
        payload(key, { mode: 'isolate' }, {}),
        clients,
        DEFAULT_SETTINGS,
      ),
    ),
  );
  expect(jsonBytes(results)).toBeLessThan(200 * 1024);
  const failing = runStep(
    { key: 'snapshot', needs: {}, run: async () => Promise.reject(new Error(wild)) },
    payload('snapshot', { mode: 'isolate' }, {}),
    clients,
    DEFAULT_SETTINGS,
  );
  await expect(failing).rejects.toMatchObject({ message: expect.stringMatching(/^.{0,2000}$/s) });
});

test.each([
  ['HIGH', 'found', 'HIGH'],
  ['LOW', 'found', 'LOW'],
  ['LOW', 'not-checked', undefined],
])('the severity %s of an alert whose evidence is %s is told as %s', async (severity, status, expected) => {
  const alert = { finding: { cluster: {}, namespace: {} }, evidence: [{ status }], assessment: { severity } };
  clients = { ...clients, findings: { alert: async () => alert as never } };
  await report('contain', CONTAINED, { mode: 'isolate', findingId: 'f-1' });
  expect(told[0]?.severity).toBe(expected);
});

test('what cuts live access is proposed first, whichever step has found it, and what is not urgent last', async () => {
  const of = (...proposals: Proposal[]): StepOutcome => ({ ...done, proposals });
  await report('contain', {
    ...CONTAINED,
    checkTarget: of({ text: 'Repoint the webhook.' }),
    cutIdentity: of({ text: 'Take the account out of the binding.' }),
    collectEvidence: of({ text: 'Keep the volume.' }),
    writeRemediation: of(
      { aim: 'deletion', text: 'Delete the namespace.' },
      { aim: 'creator-access', text: 'Remove the access of the creator.' },
      { text: 'Add network policies.' },
    ),
  });
  expect(told[0]?.proposals.map(({ aim, text }) => [aim, text])).toEqual([
    ['creator-access', 'Remove the access of the creator.'],
    ['access', 'Take the account out of the binding.'],
    ['isolation', 'Repoint the webhook.'],
    ['evidence', 'Keep the volume.'],
    ['hardening', 'Add network policies.'],
    ['deletion', 'Delete the namespace.'],
  ]);
});

test('every command of 200 long proposals that is told is whole', async () => {
  const proposals = Array.from({ length: 200 }, (_, index) => ({
    aim: 'hardening' as const,
    text: `Give deployment ${index} back what it had.`,
    commands: [
      ['kubectl', 'patch', 'deployment', `d-${index}`, `--patch=${JSON.stringify([{ op: 'x'.repeat(1_280) }])}`],
    ],
  }));
  await report('contain', { ...CONTAINED, writeRemediation: { ...done, proposals } });
  const [followUp] = told as [FollowUp];
  expect(jsonBytes(followUp)).toBeLessThanOrEqual(MAX_FOLLOW_UP_BYTES);
  const patches = followUp.proposals.filter(({ commands }) => commands?.[0]?.[1] === 'patch');
  expect(patches.length).toBeGreaterThan(50);
  expect(patches.every((patch, index) => JSON.stringify(patch) === JSON.stringify(proposals[index]))).toBe(true);
  expect(followUp.cut).toEqual([`proposals (${200 - patches.length} of 201)`]);
});
