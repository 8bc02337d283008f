import { describe, expect, test } from '@jest/globals';
import { firstSnapshotKey, ownerOf } from '../../../functions/contain/framework/folder-keys.ts';
import { EVIDENCE } from '../../../functions/contract/evidence-keys.ts';
import { creatorOf } from '../../../functions/contract/known-creator.ts';
import { NOW, RELEASE, world } from './world.ts';

const WHO = { reason: 'a new team', by: 'alice' };

describe('a legitimate finding', () => {
  test('is closed, and its creator is known from now on for this name', async () => {
    const { alerted, decide, table, told, clients } = world();
    const finding = await alerted();
    const result = await decide({ decision: 'legitimate', findingId: finding.id, ...WHO });
    expect(result).toMatchObject({ outcome: 'decided', decision: 'legitimate', open: [] });
    expect(result.summary).toContain(`The finding ${finding.id} is closed as legitimate. Until 2027-02-21`);
    await expect(table.read(finding.id)).resolves.toMatchObject({
      closed: { reason: 'a new team', decidedBy: 'alice', decidedAt: new Date(NOW).toISOString() },
    });
    expect(table.items.get(finding.id)?.due).toBeUndefined();
    const question = {
      cluster: { name: 'prod', region: 'eu-central-1', account: '111122223333' },
      principal: creatorOf(finding.actor) ?? '',
    };
    const { baseline } = clients as unknown as {
      baseline: import('../../../functions/clients/table/baseline.ts').Baseline;
    };
    await expect(baseline.lookUp({ ...question, name: 'team-a' }, NOW)).resolves.toMatchObject({
      namePattern: 'team-a',
      decidedBy: 'alice',
      reason: 'a new team',
      findingId: finding.id,
    });
    await expect(baseline.lookUp({ ...question, name: 'team-b' }, NOW)).resolves.toBeUndefined();
    expect(told).toMatchObject([
      {
        id: finding.id,
        outcome: 'decided',
        target: { namespace: 'team-a' },
        proposals: [],
        steps: [{}, { step: 'Close finding' }],
      },
    ]);
  });

  test('accepts what it shows and is not grave, from where it came; what is grave only by name', async () => {
    const shown = {
      severity: 'MEDIUM',
      indicators: { 'lookalike-name': 25, 'new-creator': 15, exec: 0, 'known-automation': -30 },
    };
    const request = { sourceIps: ['198.51.100.1', '10.0.3.4'] };
    for (const [indicators, summary] of [
      [undefined, 'Still standing: lookalike-name. Name it'],
      [['miner'], 'This can never be accepted: miner.'],
      [
        ['lookalike-name'],
        'Those from 10.0.0.0/16 that show nothing else are reported in the daily digest: exec, lookalike-name, new-creator.',
      ],
    ] as const) {
      const { alerted, decide } = world();
      const { id } = await alerted({ request }, shown as never);
      const result = await decide({ decision: 'legitimate', findingId: id, ...(indicators && { indicators }), ...WHO });
      expect(result.summary).toContain(summary);
    }
  });

  test('without an address nothing is accepted: the creator is known', async () => {
    const { alerted, decide } = world();
    const { id } = await alerted({ request: {} });
    const { summary } = await decide({ decision: 'legitimate', findingId: id, ...WHO });
    expect(summary).toContain('is known to create');
    expect(summary).not.toContain('digest');
  });

  test('accepts a creator together with whom it acted as', async () => {
    const { alerted, decide } = world();
    const actor = {
      kind: 'service-account' as const,
      username: 'system:serviceaccount:flux-system:kustomize-controller',
      impersonated: { username: 'system:serviceaccount:apps:reconciler' },
    };
    const { id } = await alerted({ actor });
    const { summary } = await decide({ decision: 'legitimate', findingId: id, ...WHO });
    expect(summary).toContain('kustomize-controller as system:serviceaccount:apps:reconciler is known');
  });

  test('teaches a wider pattern where that is said', async () => {
    const { alerted, decide } = world();
    const { id } = await alerted();
    const result = await decide({ decision: 'legitimate', findingId: id, namePattern: 'team-*', ...WHO });
    expect(result.summary).toContain('is known to create namespaces named team-* in this cluster');
  });

  test('decided twice ends the same', async () => {
    const { alerted, decide, table } = world();
    const { id } = await alerted();
    const input = { decision: 'legitimate', findingId: id, ...WHO };
    const first = await decide(input);
    await expect(decide(input)).resolves.toEqual(first);
    await expect(table.read(id)).resolves.toMatchObject({ closed: { reason: 'a new team' } });
  });

  test.each([
    ['something grave stands', {}, { severity: 'HIGH', indicators: { miner: 40 } }, 'team-a', 'Still standing: miner.'],
    ['the pattern does not cover the name', {}, undefined, 'other-*', 'The pattern does not cover the name.'],
    ['the pattern is none', {}, undefined, '*\u202e', 'is neither the name of a namespace'],
    ['nothing was created', { outcome: 'attempt-denied' }, undefined, undefined, 'Nothing was created.'],
    ['the creator is nobody', { actor: { kind: 'anonymous' } }, undefined, undefined, 'The principal is missing'],
    [
      'the cluster is known in part',
      { cluster: { name: 'prod' } },
      undefined,
      undefined,
      "The cluster's region is missing",
    ],
  ] as const)(
    'is closed although %s, which teaches nothing and is said',
    async (_, changes, verdict, namePattern, why) => {
      const { alerted, decide, table } = world();
      const { id } = await alerted(changes, verdict as never);
      const result = await decide({
        decision: 'legitimate',
        findingId: id,
        ...(namePattern && { namePattern }),
        ...WHO,
      });
      expect(result).toMatchObject({ outcome: 'decided', open: [] });
      expect(result.summary).toContain(`The baseline does not change: `);
      expect(result.summary).toContain(why);
      await expect(table.read(id)).resolves.toHaveProperty('closed');
    },
  );
});

describe('a removal that is asked about', () => {
  test.each(['question', 'findingId'] as const)('is refused with it, by the %s', async (by) => {
    const { alerted, asked, decide, answers, table } = world();
    const finding = await alerted();
    const { question } = await asked(finding);
    const named = by === 'question' ? { question: question.id } : { findingId: finding.id };
    const result = await decide({ decision: 'legitimate', ...named, ...WHO });
    expect(result).toMatchObject({ outcome: 'decided', open: [] });
    expect(answers).toMatchObject([{ decision: 'refuse', reason: 'a new team', decidedBy: 'alice' }]);
    await expect(table.read(finding.id)).resolves.toHaveProperty('closed');
  });

  test('that was approved before is said, with what to stop', async () => {
    const { alerted, asked, decide, answers, table } = world();
    const finding = await alerted();
    const { question } = await asked(finding);
    await decide({ decision: 'approve', question: question.id, planHash: question.planHash, ...WHO });
    const result = await decide({ decision: 'legitimate', findingId: finding.id, ...WHO });
    expect(result.outcome).toBe('decided');
    expect(result.open).toEqual([expect.stringContaining(`stop the execution ${question.execution}`)]);
    expect(answers).toHaveLength(1);
    await expect(table.read(finding.id)).resolves.toHaveProperty('closed');
  });

  test.each([
    ['has expired', { expiresAt: new Date(NOW).toISOString() }],
    ['waits no more', {}],
  ])('that %s is in nobody’s way', async (_, changes) => {
    const { alerted, asked, decide, waiting } = world();
    const finding = await alerted();
    await asked(finding, changes);
    waiting.clear();
    await expect(decide({ decision: 'legitimate', findingId: finding.id, ...WHO })).resolves.toMatchObject({
      outcome: 'decided',
      open: [],
    });
  });

  test('that cannot be refused for now leaves the finding open: what is legitimate must not be removed', async () => {
    const { alerted, asked, decide, clients, table, register } = world();
    const finding = await alerted();
    const open = await asked(finding);
    clients.playbooks.answer = async () => {
      throw new Error('Throttled');
    };
    const result = await decide({ decision: 'legitimate', findingId: finding.id, ...WHO });
    expect(result).toMatchObject({ outcome: 'refused', summary: expect.stringContaining('Throttled') });
    await expect(table.read(finding.id)).resolves.not.toHaveProperty('closed');
    await expect(register.question(open.question.id)).resolves.toEqual(open);
  });
});

describe('release', () => {
  test.each([
    ['prod', RELEASE],
    ['blue', `${RELEASE}-blue`],
    ['constructor', RELEASE],
  ])('is offered where the namespace of cluster %s was contained', async (name, machine) => {
    const { alerted, decide, told, files } = world();
    const { id, cluster, namespace } = await alerted({
      id: `nsf-${'ab'.repeat(16)}`,
      cluster: { name, region: 'eu-central-1', account: '111122223333' },
    });
    const target = { cluster, namespace: namespace.name ?? '', uid: namespace.uid ?? '' };
    files.set(firstSnapshotKey(target), Buffer.of());
    await decide({ decision: 'legitimate', findingId: id, ...WHO });
    const commands = told[0]?.proposals[0]?.commands ?? [];
    expect(commands.map((argv) => argv.slice(0, -1))).toEqual(
      Array(2).fill(
        `aws stepfunctions start-execution --region eu-central-1 --state-machine-arn ${machine} --input`.split(' '),
      ),
    );
    expect(commands.map((argv) => JSON.parse(argv.at(-1) ?? ''))).toEqual([
      { findingId: id.slice(0, 16), mode: 'plan' },
      { findingId: id.slice(0, 16), mode: 'release' },
    ]);
  });

  test('is not offered where the namespace has been released since it was contained', async () => {
    const { alerted, decide, told, files } = world();
    const { id, cluster, namespace } = await alerted();
    const target = { cluster, namespace: namespace.name ?? '', uid: namespace.uid ?? '' };
    files.set(firstSnapshotKey(target), Buffer.of());
    files.set(`${EVIDENCE.releases}/${ownerOf(target)}run-1.json`, Buffer.of());
    await decide({ decision: 'legitimate', findingId: id, ...WHO });
    expect(told[0]?.proposals).toEqual([]);
  });

  test('is not offered for an answer', async () => {
    const { alerted, asked, decide, told, files } = world();
    const { question } = await asked(await alerted());
    files.set(firstSnapshotKey(question.target), Buffer.of());
    await decide({ decision: 'refuse', question: question.id, ...WHO });
    expect(told[0]?.proposals).toEqual([]);
  });
});

describe('what cannot be closed is refused, with what to do', () => {
  test('a finding that is not known', async () => {
    const { decide, told } = world();
    const result = await decide({ decision: 'legitimate', findingId: 'nsf-none', ...WHO });
    expect(result.outcome).toBe('refused');
    expect(result.summary).toContain('The finding nsf-none is not known here. Take its id from the alert');
    expect(told).toEqual([]);
  });
  test('a question that is not known, or is about no finding', async () => {
    const { asked, decide, register } = world();
    const none = await decide({ decision: 'legitimate', question: 'q-none', ...WHO });
    expect(none.summary).toContain('Name the finding instead ("findingId")');
    const { question, taskToken } = await asked();
    const { findingId: _, ...rest } = question;
    await register.ask({ question: rest, taskToken });
    const result = await decide({ decision: 'legitimate', question: rest.id, ...WHO });
    expect(result.summary).toContain('Answer it with "refuse", then start release');
    expect(result.outcome).toBe('refused');
  });
  test('a finding whose alert is not out yet', async () => {
    const { decide, table, alerted } = world();
    const finding = { ...(await alerted()), id: 'nsf-new' };
    await table.claim(finding, 1_000);
    const result = await decide({ decision: 'legitimate', findingId: 'nsf-new', ...WHO });
    expect(result.summary).toContain('is not out yet. Decide again when it is there');
    await expect(table.read('nsf-new')).resolves.toEqual({ finding, settled: false });
  });
  test('one that is about another cluster', async () => {
    const { alerted, decide, table } = world();
    const { id } = await alerted();
    for (const cluster of ['other', { name: 'prod', account: '999999999999' }]) {
      const result = await decide({ decision: 'legitimate', findingId: id, cluster, ...WHO });
      expect(result.summary).toContain('about another cluster than the one that is named');
    }
    await expect(table.read(id)).resolves.not.toHaveProperty('closed');
    await expect(decide({ decision: 'legitimate', findingId: id, cluster: 'prod', ...WHO })).resolves.toMatchObject({
      outcome: 'decided',
    });
  });
  test('one whose record does not give the cluster, until somebody names it', async () => {
    const { decide, table, told } = world();
    await table.leaseDelivery('nsf-bare', 1_000);
    await table.alerted('nsf-bare');
    const refused = await decide({ decision: 'legitimate', findingId: 'nsf-bare', ...WHO });
    expect(refused.summary).toContain('does not give its cluster. Name it ("cluster")');
    const result = await decide({ decision: 'legitimate', findingId: 'nsf-bare', cluster: 'prod', ...WHO });
    expect(result.outcome).toBe('decided');
    expect(result.summary).toContain('the record does not hold the finding');
    expect(told.at(-1)?.target).toEqual({ cluster: { name: 'prod' }, namespace: 'unknown', uid: 'unknown' });
  });
});
