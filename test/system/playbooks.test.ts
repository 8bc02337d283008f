/**
 * The three state machines deployed in the emulated AWS from the real bundles, on a real control plane: started by people
 * who may start them, each function with its own role in IAM and in Kubernetes. contain.test.ts has the hostile namespace
 * and what each step does to it; here it is whether the deployment does the same.
 *
 * No packet flows and nothing runs in the pods (docs/twin.md): what the proofs say about both is read from the API server.
 */

import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import {
  CreatePodIdentityAssociationCommand,
  EKSClient,
  ListPodIdentityAssociationsCommand,
} from '@aws-sdk/client-eks';
import { GetObjectTaggingCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SendTaskSuccessCommand, SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { KubernetesObject } from '../../functions/clients/kubernetes/kubernetes.ts';
import type { WritableKubernetes } from '../../functions/clients/kubernetes/kubernetes-writer.ts';
import type { HowToContain } from '../../functions/contract/alert.ts';
import type { Question } from '../../functions/contract/follow-up.ts';
import { QUARANTINE_LABEL } from '../../functions/kubernetes/quarantine.ts';
import { run } from '../../tools/twin/commands.ts';
import { deploy } from '../../tools/twin/deployment.ts';
import { clientSettings } from '../../tools/twin/identities.ts';
import { type Stack, startStack } from '../../tools/twin/stack.ts';
import { BRING_UP_MS, progress } from './bring-up.ts';
import { type Dumped, differences, dump } from './contain/dump.ts';
import { Cluster as Maker, NETWORK_AGENT } from './contain/hostile.ts';
import { connect } from './contain/responder.ts';
import { Account, type Ended, unpacked, wrongHashes } from './playbooks/account.ts';
import { belongings, RUNNER } from './playbooks/intruder.ts';

/** Is isolated, removed and released. */
const INTRUDER = 'cache-warmup';
/** Turns out to be meant. */
const MEANT = 'night-batch';
/** Its executions are stopped. */
const STOPPED = 'spare-room';
const CONTAINMENT = { protectedNamespaces: ['vault'], questionHours: 1 };

let stack: Stack;
let account: Account;
let admin: WritableKubernetes;
let maker: Maker;
let eks: EKSClient;
let starter: SFNClient;
let approver: SFNClient;
let dev: string;
/** What the alerts print, by namespace. */
const printed = new Map<string, HowToContain>();
const findings = new Map<string, string>();
const report = progress();
const signal = () => AbortSignal.timeout(60_000);
const kubectl = (kubeconfig: string, ...args: string[]) =>
  run(stack.binaries.kubectl, [`--kubeconfig=${kubeconfig}`, ...args]);
const read = (path: string) => admin.read(path, signal());
const names = async (path: string) => (await admin.list(path, signal())).items.map(({ metadata }) => metadata.name);
const ns = (name: string) => `/api/v1/namespaces/${name}`;
const netpols = (name: string) => `/apis/networking.k8s.io/v1/namespaces/${name}/networkpolicies`;
const bindings = (name: string) => `/apis/rbac.authorization.k8s.io/v1/namespaces/${name}/rolebindings`;
const associations = async (namespace: string) =>
  (await eks.send(new ListPodIdentityAssociationsCommand({ clusterName: 'twin', namespace }))).associations ?? [];
const how = (name: string): HowToContain => {
  const found = printed.get(name);
  if (!found) throw new Error(`no alert about ${name}`);
  return found;
};
const findingOf = (name: string): string => findings.get(name) ?? '';
const input = (name: string, more: object = {}) => ({ ...how(name).isolate.input, ...more });

beforeAll(async () => {
  stack = await startStack(report, { config: { containment: CONTAINMENT } });
  account = new Account(stack);
  eks = new EKSClient(clientSettings(stack.emulator));
  await kubectl(stack.adminKubeconfig, 'apply', '-k', 'cluster/');
  admin = await connect(stack, 'master', ['system:masters']);
  maker = new Maker(admin);
  await maker.learn();
  await maker.create(NETWORK_AGENT);
  [starter, approver] = [await account.person('starter', 'Starter'), await account.person('approver', 'Approver')];
  dev = await stack.identities.roleKubeconfig('Dev', 'alice@example.com', stack.processes.folder);
  for (const name of [INTRUDER, MEANT, STOPPED]) {
    await kubectl(dev, 'create', 'namespace', name);
    await maker.createAll(...belongings(name));
  }
  const roleArn = stack.identities.arn('role', 'Outsider');
  await eks.send(
    new CreatePodIdentityAssociationCommand({
      clusterName: 'twin',
      namespace: INTRUDER,
      serviceAccount: RUNNER,
      roleArn,
    }),
  );
}, BRING_UP_MS);
afterAll(() => stack?.close());

/** The folder of a namespace in the bucket. */
const folderOf = (name: string): string => {
  const { uid } = how(name).isolate.input as { uid: string };
  return `containment/${stack.emulator.account}/${stack.emulator.region}/twin/${uid}/`;
};

/** It is isolated, as the API server sees it. */
async function expectIsolated(name: string): Promise<void> {
  const { uid } = how(name).isolate.input as { uid: string };
  const { labels } = (await read(ns(name)))?.metadata ?? {};
  expect(labels).toMatchObject({ [QUARANTINE_LABEL]: uid, 'pod-security.kubernetes.io/enforce': 'restricted' });
  const [quota] = (await admin.list(`${ns(name)}/resourcequotas`, signal())).items;
  expect(quota?.['status']).toMatchObject({ hard: { pods: '0' } });
  const policies = (await admin.list(netpols(name), signal())).items;
  // Those that were there are closed, and stay.
  const denial = { podSelector: {}, policyTypes: ['Ingress', 'Egress'] };
  expect(policies.length).toBeGreaterThan(0);
  expect(policies.map(({ spec }) => spec)).toEqual(policies.map(() => denial));
  expect(await names(bindings(name))).toEqual([]);
  expect(await names(`${ns(name)}/serviceaccounts`)).not.toContain(RUNNER);
}

async function leaseOf(name: string): Promise<{ execution: string | undefined; until: number }> {
  const { uid } = how(name).isolate.input as { uid: string };
  const item = (await account.items()).get(`lease#${uid}`);
  return { execution: item?.['execution']?.S, until: Number(item?.['leaseUntil']?.N) };
}

/** Stopped by somebody with the rights to it: the account's administrator. */
const stop = (executionArn: string) =>
  new SFNClient(clientSettings(stack.emulator)).send(new StopExecutionCommand({ executionArn }));

const toldOf = ({ arn }: Pick<Ended, 'arn'>) =>
  account.message(`the end of ${arn}`, ({ execution, outcome }) => execution === arn && outcome !== undefined);

const SUCCEEDED = { status: 'SUCCEEDED', error: undefined, cause: undefined };

test('each alert prints what starts the playbooks', async () => {
  for (const name of [INTRUDER, MEANT, STOPPED]) {
    const { id, finding, contain, decide, autoStart } = await account.message(
      `the alert about ${name}`,
      (message) => message.finding?.namespace.name === name && message.finding.outcome === 'created',
    );
    expect(autoStart).toBeUndefined();
    expect(decide).toMatchObject({ stateMachine: account.output('DecidePlaybookArn') });
    if (!contain || 'leftOut' in contain) throw new Error(`it cannot be contained: ${contain?.leftOut}`);
    printed.set(name, contain);
    findings.set(name, id ?? '');
    expect(contain.stateMachine).toBe(account.output('ContainPlaybookArn'));
    for (const [mode, { input, command }] of [
      ['plan', contain.plan],
      ['isolate', contain.isolate],
    ] as const) {
      expect(input).toMatchObject({ namespace: name, uid: finding?.namespace.uid, mode, findingId: id });
      expect(command).toContain(JSON.stringify(input));
    }
  }
}, 90_000);

test('who may start does not decide, and who decides does not start', async () => {
  const denied = { name: 'AccessDeniedException' };
  await expect(account.start(approver, 'Contain', how(INTRUDER).plan.input)).rejects.toMatchObject(denied);
  await expect(account.start(approver, 'Release', how(INTRUDER).plan.input)).rejects.toMatchObject(denied);
  await expect(account.start(starter, 'Decide', {})).rejects.toMatchObject(denied);
});

describe('input that cannot be taken ends the execution as refused, with the cause', () => {
  const target = { cluster: 'twin', namespace: INTRUDER, uid: '00000000-0000-4000-8000-000000000000' };
  test.each<[string, 'Contain' | 'Release' | 'Decide', unknown, RegExp]>([
    ['no object', 'Contain', 'isolate it', /The input is wrong: the whole /],
    ['fields that are missing', 'Contain', { namespace: INTRUDER }, /cluster must be.*uid must be/],
    ['another UID', 'Contain', { ...target, mode: 'isolate' }, /UID/],
    [
      'a namespace of Kubernetes',
      'Contain',
      { ...target, namespace: 'kube-system', mode: 'isolate' },
      /kube-system is a namespace of Kubernetes/,
    ],
    ['one that the configuration protects', 'Contain', { ...target, namespace: 'vault', mode: 'isolate' }, /protected/],
    ['nothing was contained', 'Release', { ...target, mode: 'release' }, /snapshot/],
    ['no reason', 'Decide', { decision: 'refuse', question: 'x', by: 'alice' }, /reason/],
    ['no such question', 'Decide', { decision: 'refuse', question: 'x', by: 'a', reason: 'b' }, /no question x/],
  ])('%s: %s', async (_, playbook, wrong, cause) => {
    const ended = await account.run(playbook === 'Decide' ? approver : starter, playbook, wrong);
    expect(ended).toMatchObject({ status: 'FAILED', error: 'refused', cause: expect.stringMatching(cause) });
  });
});

test('a plan changes nothing, and says what isolation would do', async () => {
  const before = await dump(admin);
  const ended = await account.run(starter, 'Contain', how(INTRUDER).plan.input);
  expect(ended).toMatchObject({ ...SUCCEEDED, output: { outcome: 'planned' } });
  const after = await dump(admin);
  expect(differences(before, after, (a, b) => a.resourceVersion === b.resourceVersion)).toEqual({});
  expect(await associations(INTRUDER)).toHaveLength(1);
  const told = await toldOf(ended);
  expect(told).toMatchObject({ id: findingOf(INTRUDER), playbook: 'contain', mode: 'plan', outcome: 'planned' });
});

describe('isolate', () => {
  let before: Map<string, Dumped>;
  let ended: Ended;
  let others: string[];
  /** The first execution about it, stopped in the middle, and the lease that this one has left. */
  let stopped: string;
  let held: { execution: string | undefined; until: number };

  beforeAll(async () => {
    before = await dump(admin);
    stopped = await account.start(starter, 'Contain', input(STOPPED));
    await account.entered(stopped, 'Isolate network');
    await stop(stopped);
    held = await leaseOf(STOPPED);
    others = [
      await account.start(starter, 'Contain', input(STOPPED)),
      await account.start(starter, 'Contain', input(MEANT)),
    ];
    const { isolate } = how(INTRUDER);
    ended = await account.ended(
      await account.start(starter, 'Contain', isolate.input, `isolate-${findingOf(INTRUDER)}`),
    );
  }, 120_000);

  test('contains, by the roles of the functions', async () => {
    expect(ended).toMatchObject({ ...SUCCEEDED, output: { outcome: 'contained' } });
    await expectIsolated(INTRUDER);
    expect(await associations(INTRUDER)).toEqual([]);
  });

  test('several at once, and one that was stopped in the middle and started again', async () => {
    expect(await account.ended(stopped)).toMatchObject({ status: 'ABORTED' });
    expect(held.execution).toBe(stopped);
    expect(held.until).toBeGreaterThan(Date.now());
    for (const [index, name] of [STOPPED, MEANT].entries()) {
      const other = await account.ended(others[index] ?? '');
      expect(other).toMatchObject({ ...SUCCEEDED, output: { outcome: 'contained' } });
      await expectIsolated(name);
      expect(await leaseOf(name)).toEqual({ execution: other.arn, until: 0 });
    }
  });

  test('nothing else has changed', async () => {
    const foreign = (all: Map<string, Dumped>) =>
      new Map(
        [...all].filter(
          ([path, { namespace }]) =>
            ![INTRUDER, MEANT, STOPPED].some((name) => namespace === name || path === ns(name)),
        ),
      );
    const same = (a: Dumped, b: Dumped) => a.uid === b.uid && JSON.stringify(a.content) === JSON.stringify(b.content);
    expect(differences(foreign(before), foreign(await dump(admin)), same)).toEqual({});
  });

  test('is told under the id of the finding, with every proof', async () => {
    const told = await toldOf(ended);
    expect(told).toMatchObject({ id: findingOf(INTRUDER), playbook: 'contain', mode: 'isolate', outcome: 'contained' });
    const missing = (told.proofs ?? []).filter(({ decisive, verdict }) => decisive && verdict === 'not-proven');
    expect(missing).toEqual([]);
    expect(told.proofs?.find(({ id }) => id === 'pod-identity-gone')).toMatchObject({ verdict: 'proven' });
  });

  test('leaves its evidence in the bucket, with a list of hashes that is right', async () => {
    const files = await account.evidence();
    const [machine, name] = ended.arn.split(':').slice(-2);
    const key = `${folderOf(INTRUDER)}runs/${machine}/${name}/hashes.txt`;
    const list = files.get(key)?.toString() ?? '';
    expect(wrongHashes(list, files)).toEqual([]);
    for (const file of ['snapshot.json.gz', 'report.json', 'evidence/pods.json', 'steps/verifyIsolation.json'])
      expect(list).toContain(file);
    const hash = createHash('sha256').update(list).digest('hex');
    expect((await account.items()).get(`hash-list#${key}`)).toMatchObject({ sha256: { SS: [hash] } });
    expect((await toldOf(ended)).hashList).toBe(hash);
  });

  test('gives the lease back', async () => {
    expect(await leaseOf(INTRUDER)).toEqual({ execution: ended.arn, until: 0 });
  });
});

describe('remove', () => {
  let removing: string;
  let question: Question;
  let other: Question;
  let asked: string;

  const decide = (decision: object) =>
    account.run(approver, 'Decide', { reason: 'an intruder', by: 'alice', ...decision });
  const questionOf = async (arn: string): Promise<Question> => {
    const { id, question } = await account.message(
      `the question of ${arn}`,
      ({ execution, question }) => execution === arn && question !== undefined,
    );
    expect([INTRUDER, STOPPED].map(findingOf)).toContain(id);
    if (!question) throw new Error('no question');
    return question;
  };
  const running = async () => [
    ...(await names(`${ns(INTRUDER)}/pods`)),
    ...(await names(`/apis/apps/v1/namespaces/${INTRUDER}/replicasets`)),
  ];

  beforeAll(async () => {
    asked = await account.start(starter, 'Contain', input(STOPPED, { mode: 'remove' }));
    removing = await account.start(starter, 'Contain', input(INTRUDER, { mode: 'remove' }));
    question = await questionOf(removing);
    other = await questionOf(asked);
  }, 120_000);

  test('asks on-call under the id of the finding, with the plan', () => {
    expect(question).toMatchObject({ findingId: findingOf(INTRUDER), execution: removing });
    expect(question.planHash).toMatch(/^[0-9a-f]{64}$/);
    expect(question.plan.map(({ kind, name }) => `${kind} ${name}`)).toEqual(
      expect.arrayContaining(['Deployment web', 'Pod bare']),
    );
    expect(Date.parse(question.expiresAt) - Date.parse(question.askedAt)).toBe(3_600_000);
  });

  test('while it waits, no other execution works on the namespace', async () => {
    const second = await account.run(starter, 'Contain', input(INTRUDER));
    expect(second).toMatchObject({ status: 'FAILED', error: 'refused', cause: expect.stringContaining(removing) });
  });

  const tokenOf = async () => (await account.items()).get(`question#${question.id}`)?.['taskToken']?.S ?? '';

  test('who has the task token still needs the right to answer', async () => {
    const answer = new SendTaskSuccessCommand({ taskToken: await tokenOf(), output: '{"decision":"approve"}' });
    for (const person of [starter, approver])
      await expect(person.send(answer)).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  test('an approval of another plan is refused, and nothing is removed', async () => {
    const ended = await decide({ decision: 'approve', question: question.id, planHash: '0'.repeat(64) });
    expect(ended).toMatchObject({ status: 'FAILED', error: 'refused', cause: expect.stringMatching(/another plan/) });
    expect(await account.states(removing)).not.toContain('Remove workloads');
    expect(await running()).not.toEqual([]);
  });

  test('approved, it stops what runs, and proves it', async () => {
    const { id, planHash } = question;
    const decided = await decide({ decision: 'approve', question: id, planHash });
    expect(decided).toMatchObject({ ...SUCCEEDED, output: { outcome: 'decided' } });
    expect(await toldOf(decided)).toMatchObject({
      id: findingOf(INTRUDER),
      playbook: 'decide',
      decision: { decision: 'approve', decidedBy: 'alice' },
    });
    const ended = await account.ended(removing);
    expect(ended).toMatchObject({ ...SUCCEEDED, output: { outcome: 'contained' } });
    expect(await names(`${ns(INTRUDER)}/pods`)).toEqual([]);
    const told = await toldOf(ended);
    expect(told.proofs?.map(({ id }) => id)).toEqual(expect.arrayContaining(['no-pods', 'nothing-can-start']));
    expect(await account.states(removing)).toContain('Verify removal');
  }, 120_000);

  test('a second answer is refused', async () => {
    const ended = await decide({ decision: 'refuse', question: question.id });
    expect(ended).toMatchObject({ status: 'FAILED', error: 'refused', cause: expect.stringMatching(/answer already/) });
  });

  test('the task token is in the table, and in no message, log, evidence or output', async () => {
    const token = await tokenOf();
    expect(token.length).toBeGreaterThan(20);
    const evidence = [...(await account.evidence())].map(([key, body]) => ({ key, text: unpacked(key, body) }));
    expect(evidence.filter(({ text }) => text.includes(question.id))).not.toEqual([]);
    expect(evidence.filter(({ text }) => text.includes(token))).toEqual([]);
    expect(JSON.stringify(account.messages)).toContain(question.id);
    expect(JSON.stringify(account.messages)).not.toContain(token);
    expect(JSON.stringify(await account.ended(removing))).not.toContain(token);
    const logs = await account.logs();
    expect(logs.filter((line) => line.includes('askOnCall'))).not.toEqual([]);
    expect(logs.filter((line) => line.includes(token))).toEqual([]);
  });

  test('stopped while it waits, it takes no answer, and nothing is removed', async () => {
    await stop(asked);
    const { id, planHash } = other;
    const late = await decide({ decision: 'approve', question: id, planHash });
    expect(late).toMatchObject({ status: 'FAILED', error: 'refused', cause: expect.stringMatching(/Nobody waits/) });
    expect(await names(`${ns(STOPPED)}/pods`)).toContain('bare');
    expect((await leaseOf(STOPPED)).until).toBeGreaterThan(Date.now());
  });
});

describe('legitimate', () => {
  let ended: Ended;
  beforeAll(async () => {
    const decision = { decision: 'legitimate', findingId: findingOf(MEANT), reason: 'planned work', by: 'bob' };
    ended = await account.run(approver, 'Decide', decision);
  }, 60_000);

  test('closes the finding, and says what the baseline learns of it', async () => {
    expect(ended).toMatchObject({ ...SUCCEEDED, output: { outcome: 'decided' } });
    const item = (await account.items()).get(findingOf(MEANT));
    expect(JSON.stringify(item)).toContain('planned work');
    const told = await toldOf(ended);
    expect(told).toMatchObject({
      id: findingOf(MEANT),
      playbook: 'decide',
      decision: { decision: 'legitimate', reason: 'planned work', decidedBy: 'bob' },
    });
    const known = `${stack.identities.arn('role', 'Dev')} is known to make namespaces named ${MEANT} in this cluster`;
    expect(told.summary).toContain(known);
    const lessons = [...(await account.items()).keys()].filter((id) => id.startsWith('baseline#'));
    expect(lessons).toHaveLength(1);
  });

  test('offers release, by a line that works', async () => {
    const { proposals = [] } = await toldOf(ended);
    const line =
      proposals.flatMap(({ commands = [] }) => commands).find((argv) => argv.join().includes('"release"')) ?? [];
    const argument = (flag: string) => line[line.indexOf(flag) + 1] ?? '';
    expect(argument('--state-machine-arn')).toBe(account.output('ReleasePlaybookArn'));
    const released = await account.run(starter, 'Release', JSON.parse(argument('--input')));
    expect(released).toMatchObject({ ...SUCCEEDED, output: { outcome: 'released' } });
    expect((await read(ns(MEANT)))?.metadata.labels).not.toHaveProperty([QUARANTINE_LABEL]);
    expect(await names(bindings(MEANT))).toEqual([RUNNER]);
    expect(await toldOf(released)).toMatchObject({ id: findingOf(MEANT), playbook: 'release', outcome: 'released' });
  }, 60_000);
});

describe('release', () => {
  let before: Map<string, Dumped>;

  test('a plan of it changes nothing', async () => {
    before = await dump(admin);
    const ended = await account.run(starter, 'Release', input(INTRUDER, { mode: 'plan' }));
    expect(ended).toMatchObject({ ...SUCCEEDED, output: { outcome: 'planned' } });
    const same = (a: Dumped, b: Dumped) => a.resourceVersion === b.resourceVersion;
    expect(differences(before, await dump(admin), same)).toEqual({});
  });

  const snapshotKey = (): string => `${folderOf(INTRUDER).replace('containment/', 'snapshots/')}snapshot.json.gz`;
  const s3 = (): S3Client => new S3Client({ ...clientSettings(stack.emulator), forcePathStyle: true });
  const tagsOf = async () =>
    (await s3().send(new GetObjectTaggingCommand({ Bucket: account.output('EvidenceBucketName'), Key: snapshotKey() })))
      .TagSet;

  test('restores nothing from a snapshot that somebody has written over', async () => {
    const original = (await account.evidence(snapshotKey())).get(snapshotKey()) ?? Buffer.alloc(0);
    // As the administrator of the account, who is not asked about policies here.
    const put = (Body: Buffer) =>
      s3().send(new PutObjectCommand({ Bucket: account.output('EvidenceBucketName'), Key: snapshotKey(), Body }));
    const forged = JSON.parse(gunzipSync(original).toString());
    forged.secretNames.push('somebody-elses');
    const body = gzipSync(JSON.stringify(forged));
    expect(body.equals(original)).toBe(false);
    await put(body);
    try {
      const ended = await account.run(starter, 'Release', input(INTRUDER, { mode: 'release' }));
      expect(ended).toMatchObject({
        status: 'FAILED',
        error: 'refused',
        cause: expect.stringContaining('is not the one'),
      });
      expect((await read(ns(INTRUDER)))?.metadata.labels).toHaveProperty([QUARANTINE_LABEL]);
    } finally {
      await put(original);
    }
    expect(await tagsOf()).toEqual([]);
  }, 60_000);

  test('gives back what was there, whoever names the cluster without its account and Region', async () => {
    const ended = await account.run(starter, 'Release', input(INTRUDER, { cluster: 'twin', mode: 'release' }));
    expect(ended).toMatchObject({ ...SUCCEEDED, output: { outcome: 'released' } });
    expect((await read(ns(INTRUDER)))?.metadata.labels).toEqual({ 'kubernetes.io/metadata.name': INTRUDER });
    expect(await names(`${ns(INTRUDER)}/resourcequotas`)).toEqual([]);
    const specOf = ({ spec }: KubernetesObject) => spec as Record<string, unknown>;
    const policies = (await admin.list(netpols(INTRUDER), signal())).items;
    expect(policies.map((policy) => [policy.metadata.name, specOf(policy)['ingress']])).toEqual([['allow-all', [{}]]]);
    const [service] = (await admin.list(`${ns(INTRUDER)}/services`, signal())).items;
    expect(service && specOf(service)['selector']).toEqual({ app: 'web' });
    expect(await names(bindings(INTRUDER))).toEqual([RUNNER]);
    expect(await names(`${ns(INTRUDER)}/serviceaccounts`)).toEqual(['default', RUNNER]);
    const [deployment] = (await admin.list(`/apis/apps/v1/namespaces/${INTRUDER}/deployments`, signal())).items;
    expect(deployment && specOf(deployment)['replicas']).toBe(2);
    // What lives in AWS is left to a person.
    const told = await toldOf(ended);
    expect(told).toMatchObject({ id: findingOf(INTRUDER), playbook: 'release', outcome: 'released' });
    expect(JSON.stringify(told.proposals)).toContain('create-pod-identity-association');
    expect(await leaseOf(INTRUDER)).toEqual({ execution: ended.arn, until: 0 });
    expect(await tagsOf()).toEqual([{ Key: 'released', Value: 'true' }]);
  }, 60_000);
});

test('without the freeze policy it ends as partly contained, and says so', async () => {
  // The lease of the execution that was stopped while it waited is taken over.
  await kubectl(stack.adminKubeconfig, 'delete', 'validatingadmissionpolicybinding', 'namespace-sentinel-freeze');
  const ended = await account.run(starter, 'Contain', input(STOPPED));
  expect(ended).toMatchObject({ status: 'FAILED', error: 'partly-contained', cause: expect.stringMatching(/partly/) });
  const told = await toldOf(ended);
  expect(told).toMatchObject({ id: findingOf(STOPPED), outcome: 'partly-contained' });
  expect(told.proofs?.find(({ id }) => id === 'freeze-policy-in-force')).toMatchObject({ verdict: 'not-proven' });
  await kubectl(stack.adminKubeconfig, 'apply', '-k', 'cluster/');
}, 60_000);

describe('deployed with an automatic start from HIGH on', () => {
  const isCreation = (name: string) => (message: Awaited<ReturnType<Account['message']>>) =>
    message.finding?.namespace.name === name && message.finding.outcome === 'created';

  beforeAll(async () => {
    const autoStart = { severity: 'HIGH', maxPerHour: 3 };
    await deploy(stack, report, { containment: { ...CONTAINMENT, autoStart } });
  }, 120_000);

  test('a grave finding is isolated by itself, and the alert says so', async () => {
    // By the administrator's certificate, whom AWS does not know.
    await kubectl(stack.adminKubeconfig, 'create', 'namespace', 'grave');
    const { id, assessment, autoStart, contain } = await account.message('the alert', isCreation('grave'));
    expect(['HIGH', 'CRITICAL']).toContain(assessment?.severity);
    expect(autoStart).toEqual({ stateMachine: account.output('ContainPlaybookArn'), name: `auto-${id}` });
    if (!contain || 'leftOut' in contain) throw new Error('it cannot be contained');
    printed.set('grave', contain);
    const arn = `${account.output('ContainPlaybookArn').replace(':stateMachine:', ':execution:')}:auto-${id}`;
    // First of all the message: the execution starts only after the alert.
    expect(await toldOf({ arn })).toMatchObject({ id, outcome: 'contained' });
    const ended = await account.ended(arn);
    expect(ended).toMatchObject({ ...SUCCEEDED, output: { outcome: 'contained', mode: 'isolate' } });
    await expectIsolated('grave');
  }, 120_000);

  test('a lesser one is left to people', async () => {
    await kubectl(dev, 'create', 'namespace', 'slight');
    const { assessment, autoStart } = await account.message('the alert', isCreation('slight'));
    expect(['LOW', 'MEDIUM']).toContain(assessment?.severity);
    expect(autoStart).toBeUndefined();
    expect((await read(ns('slight')))?.metadata.labels).not.toHaveProperty([QUARANTINE_LABEL]);
  }, 60_000);
});
