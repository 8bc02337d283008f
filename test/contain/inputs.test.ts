/**
 * What a person types to start the playbooks, on the definitions that are deployed: every input leads to the namespace that
 * is meant, or ends as refused, with what to type instead.
 */
import { describe, expect, test } from '@jest/globals';
import { type End, type PlaybookProgress, runPlaybook } from '../../bin/local/playbook.ts';
import { arnOf, PLAYBOOKS, STEPS } from '../../bin/local/playbooks.ts';
import { taskHandlers } from '../../bin/local/tasks.ts';
import { EksKubernetes } from '../../functions/clients/kubernetes/eks-kubernetes.ts';
import type { FindingLookup } from '../../functions/clients/table/finding-lookup.ts';
import { type ContainClients, DEFAULT_SETTINGS } from '../../functions/contain/framework/step.ts';
import type { Finding } from '../../functions/contract/finding.ts';
import type { PlanAnswer } from '../../functions/contract/follow-up.ts';
import { QUARANTINE_LABEL } from '../../functions/kubernetes/quarantine.ts';
import { someFinding } from '../clients/findings-table.contract.ts';
import { NAMESPACE, namespaceObjects, Stage, TARGET, UID } from './stage.ts';

const ID = `nsf-47514e8a4998${'0'.repeat(20)}`;
const SHORT = ID.slice(0, 16);
const about = (changes: Partial<Finding> = {}): Finding =>
  someFinding({ id: ID, cluster: TARGET.cluster, namespace: { name: NAMESPACE, uid: UID }, ...changes });

type Playbook = keyof typeof PLAYBOOKS;
const EXECUTION = 'arn:aws:states:eu-west-1:111122223333:execution:sentinel-contain:run';
const NO_PAUSES = {
  waits: { 'Wait for caches': 0, 'Wait for the nodes': 0, 'Wait for removal': 0, 'Wait for the audit log': 0 },
  retries: Object.fromEntries(
    Object.values(PLAYBOOKS).flatMap(({ definition }) => Object.keys(definition.States).map((state) => [state, 0])),
  ),
};

interface Run {
  end: End;
  /** The states that were entered. */
  path: string[];
}

let executions = 0;
/** A Step Functions execution of a playbook, whose functions have these clients; *probe* may look no finding up. */
async function start(
  on: Stage,
  playbook: Playbook,
  input: unknown,
  { more = {}, answer }: { more?: Partial<ContainClients>; answer?: () => Promise<PlanAnswer> } = {},
): Promise<Run> {
  const { definition, roles } = PLAYBOOKS[playbook];
  const name = `run-${++executions}`;
  const path: string[] = [];
  const functions = roles.map((role) => {
    const { lookup, ...others } = { ...on.clients, ...more };
    return { arn: arnOf(role), steps: STEPS[role], clients: role === 'probe' ? others : { lookup, ...others } };
  });
  const settings = { ...DEFAULT_SETTINGS, agentsMs: 20 };
  const handlers = taskHandlers(definition, { functions, settings, ...(answer && { answer }) } as never);
  const onProgress = (each: PlaybookProgress) => each.kind === 'entered' && path.push(each.state);
  const end = await runPlaybook(
    definition,
    { name, id: `${EXECUTION}-${executions}`, input },
    { handlers, onProgress, pauses: NO_PAUSES },
  );
  return { end, path };
}

/** A cluster with the namespace, and the findings that are known. */
async function stage(...findings: Finding[]): Promise<Stage> {
  const on = new Stage(namespaceObjects());
  for (const finding of findings) await on.findings.record(finding);
  return on;
}
const labelOf = (on: Stage) => on.cluster.at(`/api/v1/namespaces/${NAMESPACE}`)?.metadata.labels?.[QUARANTINE_LABEL];

const TYPED = { cluster: 'prod', namespace: NAMESPACE, uid: UID };

describe('contain', () => {
  test.each<[string, object]>([
    ['the finding as its subject has it', { findingId: SHORT, mode: 'isolate' }],
    ['the finding as a telephone writes it', { findingId: SHORT.replace('n', 'N'), mode: 'isolate' }],
    ['more of its digits', { findingId: ID.slice(0, 25), mode: 'isolate' }],
    ['its whole id', { findingId: ID, mode: 'isolate' }],
    ['the namespace itself', { ...TYPED, mode: 'isolate' }],
    ['the namespace itself, with the finding as its subject has it', { ...TYPED, findingId: SHORT, mode: 'isolate' }],
    [
      'the namespace itself, with a finding that nobody knows',
      { ...TYPED, findingId: `${ID.slice(0, -1)}1`, mode: 'isolate' },
    ],
  ])('takes %s', async (_, input) => {
    const on = await stage(about());
    const { path } = await start(on, 'contain', input);
    expect(labelOf(on)).toBe(UID);
    expect(path).toContain('Verify isolation');
    expect(on.told.at(-1)?.target).toEqual(TARGET);
  });

  test('a plan by the finding alone is the default, and changes nothing', async () => {
    const on = await stage(about());
    const { end } = await start(on, 'contain', { findingId: SHORT });
    expect(end).toMatchObject({ succeeded: true, state: 'Planned' });
    expect(labelOf(on)).toBeUndefined();
  });

  test('asks about the namespace of the finding, and removes what runs in it', async () => {
    const on = await stage(about());
    const answer = async (): Promise<PlanAnswer> => ({
      decision: 'approve',
      planHash: on.questions[0]?.question.planHash ?? '',
      reason: '',
      decidedBy: '',
      decidedAt: '',
    });
    const { path } = await start(on, 'contain', { findingId: SHORT, mode: 'remove' }, { answer });
    expect(on.questions[0]?.question.target).toEqual(TARGET);
    expect(path).toContain('Remove workloads');
  });

  test('is looked up once, whatever becomes of the finding meanwhile', async () => {
    const on = await stage(about());
    const asked: string[] = [];
    const lookup: FindingLookup = {
      find: async (id) => {
        asked.push(id);
        return on.findings.find(id);
      },
    };
    await start(on, 'contain', { findingId: SHORT, mode: 'isolate' }, { more: { lookup } });
    expect(asked).toEqual([SHORT]);
  });

  test('pasted again it works again: the execution has no name that is used up', async () => {
    const on = await stage(about());
    const input = { findingId: SHORT, mode: 'isolate' };
    for (const _ of ['first', 'second']) expect((await start(on, 'contain', input)).path).toContain('Verify isolation');
  });
});

test('release takes the finding', async () => {
  const on = await stage(about());
  await start(on, 'contain', { findingId: SHORT, mode: 'isolate' });
  expect((await start(on, 'release', { findingId: SHORT })).end).toMatchObject({ state: 'Planned' });
  const { end } = await start(on, 'release', { findingId: SHORT, mode: 'release' });
  expect(end).toMatchObject({ succeeded: true, state: 'Released' });
  expect(labelOf(on)).toBeUndefined();
});

const INSTEAD = '{"cluster":"CLUSTER","namespace":"NAMESPACE","uid":"UID","mode":"plan"}';

describe.each<Playbook>(['contain', 'release'])('%s refuses, and says what to type instead', (playbook) => {
  const refused = async (input: unknown, on: Stage, more: Partial<ContainClients> = {}): Promise<string> => {
    const { end, path } = await start(on, playbook, input, { more });
    expect(end).toMatchObject({ succeeded: false, error: 'refused', state: 'Wrong input' });
    // At once: the first step alone was run.
    expect(path).toHaveLength(2);
    expect([on.cluster.writes, on.leases.size, on.told]).toEqual([[], 0, []]);
    return end.succeeded ? '' : end.cause;
  };

  test.each<[string, object, string]>([
    ['an unknown finding', { findingId: 'nsf-ffffffffffff' }, `nsf-ffffffffffff is not known here.`],
    ['an unknown one by its whole id', { findingId: `nsf-${'f'.repeat(32)}` }, 'is not known here.'],
    ['an id whose end is mistyped', { findingId: `${ID.slice(0, 30)}ff` }, 'is not known here.'],
    ['too few digits', { findingId: SHORT.slice(0, -1) }, 'is not known here.'],
  ])('%s', async (_, input, why) => {
    const cause = await refused(input, await stage(about()));
    expect(cause).toContain(why);
    expect(cause).toContain(INSTEAD);
  });

  test('an expired finding', async () => {
    const lookup: FindingLookup = { find: async () => ({ state: 'expired', since: '2026-01-01T00:00:00.000Z' }) };
    const cause = await refused({ findingId: SHORT }, await stage(), { lookup });
    expect(cause).toBe(
      `The finding ${SHORT} expired at 2026-01-01T00:00:00.000Z. Name the namespace itself: ${INSTEAD}.`,
    );
  });

  test('digits with which several findings begin', async () => {
    const other = about({ id: `${ID.slice(0, 20)}${'f'.repeat(16)}`, namespace: { name: 'other', uid: UID } });
    const cause = await refused({ findingId: SHORT }, await stage(about(), other));
    expect(cause).toContain(`Several findings begin with ${SHORT}. Give more digits`);
    expect(cause).toContain(INSTEAD);
  });

  test.each<[string, Partial<Finding>, string, string]>([
    [
      'without the UID',
      { outcome: 'outcome-unknown', namespace: { name: NAMESPACE } },
      'does not give its namespace',
      `{"cluster":"prod","namespace":"${NAMESPACE}","uid":"UID","mode":"plan"}`,
    ],
    [
      'of a request that was denied',
      { outcome: 'attempt-denied', namespace: {} },
      'created no namespace',
      '"uid":"UID"',
    ],
    [
      'with hostile text in every place',
      { cluster: { name: 'x"},{"a":"b' }, namespace: { name: '$(reboot)\n', uid: '../../etc' } },
      'does not give its namespace',
      INSTEAD,
    ],
  ])('a finding %s', async (_, changes, why, instead) => {
    const cause = await refused({ findingId: SHORT }, await stage(about(changes)));
    expect(cause).toContain(why);
    expect(cause).toContain(instead);
  });

  test.each<[string, Partial<Finding>]>([
    ['Region', { cluster: { ...TARGET.cluster, region: 'us-east-1' } }],
    ['account', { cluster: { ...TARGET.cluster, account: '444455556666' } }],
  ])('a finding of a cluster in another %s', async (_, changes) => {
    expect(await refused({ findingId: SHORT }, await stage(about(changes)))).toContain('Start the playbook there.');
  });

  test.each(['AccessDeniedException', 'ResourceNotFoundException'])(
    'a cluster that it is not let to describe (%s), at once and not after many tries',
    async (name) => {
      let asked = 0;
      const describeCluster = async () => {
        asked++;
        throw Object.assign(new Error(`${name}: no`), { name });
      };
      const kubernetes = new EksKubernetes({ eks: { describeCluster }, credentials: async () => ({}) } as never);
      const on = await stage(about({ cluster: { ...TARGET.cluster, name: 'elsewhere' } }));
      const cause = await refused({ findingId: SHORT }, on, { kubernetes: kubernetes as never });
      expect(cause).toContain(`cannot reach the cluster elsewhere: ${name}: no.`);
      expect(asked).toBe(1);
    },
  );

  test.each<[string, unknown, ...string[]]>([
    ['nothing', {}, 'names no namespace', '{"findingId": "nsf-…", "mode": "plan"}'],
    ['no object', 'nsf-47514e8a4998', 'the whole'],
    ['a part of the target', { findingId: SHORT, namespace: NAMESPACE }, 'cluster must be', 'uid must be', 'all three'],
    ['hostile text for a finding', { findingId: '$(reboot)' }, 'findingId must be the id of the finding'],
    ['the key of another item', { findingId: 'lease#x' }, 'findingId must be the id of the finding'],
    ['a path', { findingId: '../../x' }, 'findingId must be the id of the finding'],
    ['a field that is unknown', { findingId: SHORT, modus: 'isolate' }, 'unknown fields: modus'],
    ['a reason that is not filled in', { findingId: SHORT, reason: 'WHY' }, '"WHY" only holds the place'],
  ])('%s', async (_, input, ...messages) => {
    const cause = await refused(input, await stage(about()));
    for (const message of messages) expect(cause).toContain(message);
  });
});

test('a cluster that gives no connection for another reason is refused after some tries, and on-call is told', async () => {
  for (const playbook of ['contain', 'release'] as const) {
    const on = await stage(about());
    const connect = async () => {
      throw new Error('the cluster has no endpoint yet (status CREATING)');
    };
    const { end, path } = await start(on, playbook, { findingId: SHORT }, { more: { kubernetes: { connect } } });
    expect(end).toMatchObject({ succeeded: false, state: 'Refused', error: 'refused' });
    expect(path).toContain('Report');
    expect(on.told).toMatchObject([
      { outcome: 'refused', target: TARGET, summary: expect.stringContaining('CREATING') },
    ]);
  }
});

test('a refusal for a danger tells what accepts it, and the next start accepts that and what was accepted before', async () => {
  const webhook = {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name: 'gate' },
    webhooks: [
      {
        name: 'gate.example.com',
        failurePolicy: 'Fail',
        clientConfig: { service: { namespace: NAMESPACE, name: 'gate' } },
        rules: [{ apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*/*'] }],
      },
    ],
  };
  const on = new Stage([...namespaceObjects(), webhook]);
  await on.findings.record(about());
  const before = { accept: ['conversion/other.example.com'] };
  const { end } = await start(on, 'contain', { findingId: SHORT, mode: 'isolate', ...before });
  expect(end).toMatchObject({ succeeded: false, state: 'Refused' });
  const { override } = on.told[0] ?? {};
  expect(override?.accept?.length).toBeGreaterThan(1);
  expect(override?.accept).toContain('conversion/other.example.com');
  const { path } = await start(on, 'contain', { findingId: SHORT, mode: 'isolate', ...override });
  expect(path).toContain('Verify isolation');
});
