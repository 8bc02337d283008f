import { describe, expect, test } from '@jest/globals';
import { NOW, world } from './world.ts';

const WHO = { reason: 'because', by: 'alice' };
const HASH = 'ab'.repeat(32);

describe('an answer reaches the execution that waits', () => {
  test.each([
    ['an approval, by the question', 'approve', 'id', HASH],
    ['an approval by the first digits of the hash', 'approve', 'id', HASH.slice(0, 12).toUpperCase()],
    ['a refusal', 'refuse', 'id', undefined],
    ['an approval, by the finding', 'approve', 'findingId', HASH],
  ] as const)('%s', async (_, decision, by, planHash) => {
    const { alerted, asked, decide, answers, told, waiting } = world();
    const { question } = await asked(await alerted());
    const named = by === 'id' ? { question: question.id } : { findingId: question.findingId };
    const result = await decide({ decision, ...named, ...(planHash && { planHash }), ...WHO });
    expect(result).toMatchObject({ outcome: 'decided', decision, open: [] });
    expect(result.summary).toContain(decision === 'approve' ? 'is being stopped and removed' : 'it stays isolated');
    expect(answers).toEqual([
      { decision, planHash: HASH, reason: 'because', decidedBy: 'alice', decidedAt: new Date(NOW).toISOString() },
    ]);
    expect(waiting.size).toBe(0);
    expect(told).toMatchObject([
      {
        id: question.findingId,
        playbook: 'decide',
        outcome: 'decided',
        target: question.target,
        decision: { decision, reason: 'because', decidedBy: 'alice' },
        steps: [{ step: 'Check decision' }, { step: 'Answer question', status: 'done' }],
        proposals: [],
      },
    ]);
  });

  test('of a containment without a finding, it is told under the namespace', async () => {
    const { asked, decide, register, told } = world();
    const { question, taskToken } = await asked();
    const { findingId: _, ...rest } = question;
    await register.ask({ question: rest, taskToken });
    await decide({ decision: 'refuse', question: rest.id, ...WHO });
    expect(told[0]?.id).toBe(`containment-${rest.target.uid}`);
  });
});

describe('what cannot be answered is refused, with what to do', () => {
  test('no such question: nobody is told but who asked', async () => {
    const { decide, told } = world();
    const result = await decide({ decision: 'refuse', question: 'q-none', ...WHO });
    expect(result).toMatchObject({ outcome: 'refused', decision: 'refuse' });
    expect(result.summary).toContain(
      'There is no question q-none, or it was asked too long ago. The message that asked',
    );
    expect(told).toEqual([]);
  });

  test.each([
    ['another plan', 'cd'.repeat(32)],
    ['the beginning of another plan', `${HASH.slice(0, 11)}0`],
  ])('an approval of %s', async (_, planHash) => {
    const { asked, decide, answers, waiting, told } = world();
    const { question, taskToken } = await asked();
    const result = await decide({ decision: 'approve', question: question.id, planHash, ...WHO });
    expect(result.outcome).toBe('refused');
    expect(result.summary).toContain(`is about another plan than ${planHash}. Look at the plan`);
    expect(JSON.stringify([result, told])).not.toContain(HASH);
    expect([answers, waiting.has(taskToken)]).toEqual([[], true]);
    expect(told).toMatchObject([{ outcome: 'refused', open: [result.summary] }]);
  });

  test('a refusal that names another plan', async () => {
    const { asked, decide, answers } = world();
    const { question } = await asked();
    const input = { decision: 'refuse', question: question.id, planHash: 'cd'.repeat(32), ...WHO };
    await expect(decide(input)).resolves.toMatchObject({ outcome: 'refused' });
    expect(answers).toEqual([]);
  });

  test('one that has expired', async () => {
    const { asked, decide, answers } = world();
    const { question } = await asked(undefined, { expiresAt: new Date(NOW).toISOString() });
    const result = await decide({ decision: 'approve', question: question.id, planHash: HASH, ...WHO });
    expect(result.summary).toContain(`expired at ${question.expiresAt}: nothing was removed`);
    expect([result.outcome, answers]).toEqual(['refused', []]);
  });

  test('one that has its answer', async () => {
    const { asked, decide, answers } = world();
    const { question } = await asked();
    await decide({ decision: 'refuse', question: question.id, ...WHO }, 'first');
    const second = await decide({ decision: 'approve', question: question.id, planHash: HASH, ...WHO }, 'second');
    expect(second.outcome).toBe('refused');
    expect(second.summary).toBe(
      `Question ${question.id} was already answered by execution:first. The first answer counts.`,
    );
    expect(answers).toMatchObject([{ decision: 'refuse' }]);
  });

  test('one that nobody waits for any more; then it may be answered when it is asked again', async () => {
    const { asked, decide, answers, waiting, register } = world();
    const open = await asked();
    const input = { decision: 'approve', question: open.question.id, planHash: HASH, ...WHO };
    waiting.clear();
    const result = await decide(input);
    expect(result.summary).toContain('start contain again with the mode "remove"');
    expect([result.outcome, answers]).toEqual(['refused', []]);
    await expect(register.question(open.question.id)).resolves.toEqual(open);
  });
});

describe('races', () => {
  test('of many answers at once one wins, and the others are told so', async () => {
    const { asked, decide, answers, told } = world();
    const { question } = await asked();
    const approve = { decision: 'approve', question: question.id, planHash: HASH, ...WHO };
    const refuse = { decision: 'refuse', question: question.id, ...WHO };
    const results = await Promise.all([approve, refuse, approve, refuse].map((input) => decide(input)));
    const decided = results.filter(({ outcome }) => outcome === 'decided');
    expect(decided).toHaveLength(1);
    expect(answers).toHaveLength(1);
    expect(answers[0]?.decision).toBe(decided[0]?.decision);
    for (const { outcome, summary } of results)
      if (outcome === 'refused') expect(summary).toContain('already answered by');
    expect(told).toHaveLength(4);
  });

  test('asked again with another plan while it is being approved, nothing is approved', async () => {
    const { asked, decide, answers, register, clients } = world();
    const old = await asked();
    const take = register.answer.bind(register);
    clients.register.answer = async (id, by) => {
      const question = { ...old.question, planHash: 'cd'.repeat(32) };
      await register.ask({ question, taskToken: 'new' });
      return take(id, by);
    };
    clients.playbooks.answer = async (token, answer) => token === 'new' && answers.push(answer) > 0;
    clients.playbooks.ended = async () => false;
    const result = await decide({ decision: 'approve', question: old.question.id, planHash: HASH, ...WHO });
    expect([result.outcome, answers]).toEqual(['refused', []]);
    await expect(register.question(old.question.id)).resolves.not.toHaveProperty('answeredBy');
  });
});

describe('failures', () => {
  test('an answer that cannot be sent leaves the question open, and says so without what is behind it', async () => {
    const { asked, decide, clients, register, told, answers } = world();
    const open = await asked();
    const send = clients.playbooks.answer;
    clients.playbooks.answer = async () => {
      throw new Error('Throttled');
    };
    const input = { decision: 'approve', question: open.question.id, planHash: HASH, ...WHO };
    const result = await decide(input);
    expect(result).toMatchObject({ outcome: 'refused' });
    expect(result.summary).toBe('It could not be decided: Throttled. Decide again.');
    expect(told[0]?.steps).toContainEqual({
      step: 'Answer question',
      status: 'failed',
      summary: 'It failed in all tries: Throttled',
    });
    expect(JSON.stringify(told)).not.toContain('secret');
    await expect(register.question(open.question.id)).resolves.toEqual(open);
    clients.playbooks.answer = send;
    await expect(decide(input)).resolves.toMatchObject({ outcome: 'decided' });
    expect(answers).toHaveLength(1);
  });

  test.each([
    ['runs on: it has arrived', false, 'decided'],
    ['has ended: that cannot be told', true, 'refused'],
    ['cannot be asked about', undefined, 'refused'],
  ] as const)('an answer that was sent before its answer was lost, and the execution %s', async (_, ended, outcome) => {
    const { asked, decide, clients, waiting } = world();
    const { question } = await asked();
    clients.playbooks.ended = async () => ended;
    waiting.clear();
    const result = await decide({ decision: 'approve', question: question.id, planHash: HASH, ...WHO });
    expect(result.outcome).toBe(outcome);
  });

  test('a first step that fails in all tries is reported, and the question stays as it is', async () => {
    const { asked, decide, register } = world();
    const open = await asked();
    const ask = register.question.bind(register);
    let calls = 0;
    register.question = async (id) => {
      if (++calls === 1) throw new Error('DynamoDB is away');
      return ask(id);
    };
    const result = await decide({ decision: 'refuse', question: open.question.id, ...WHO });
    expect(result.summary).toContain('It could not be decided: DynamoDB is away');
    await expect(ask(open.question.id)).resolves.toEqual(open);
  });

  test('a decision that cannot be kept is reported all the same', async () => {
    const { asked, decide, clients, told } = world();
    const { question } = await asked();
    clients.store.put = async () => {
      throw new Error('AccessDenied');
    };
    await expect(decide({ decision: 'refuse', question: question.id, ...WHO })).resolves.toMatchObject({
      outcome: 'decided',
    });
    expect(told[0]?.open).toEqual(['The decision could not be kept with the evidence: AccessDenied']);
  });
});

test('the token is in nothing that decide gives out, and text stays what it is', async () => {
  const { asked, decide, told, files, answers } = world();
  const open = await asked();
  const reason = '</script><b>\u202e$(rm -rf /)\n"\\';
  const result = await decide({ decision: 'refuse', question: open.question.id, reason, by: '`id`' });
  expect(JSON.stringify([result, told, [...files.values()].map(String), answers])).not.toContain(open.taskToken);
  expect(told[0]?.decision).toEqual({ decision: 'refuse', reason, decidedBy: '`id`' });
  expect(answers[0]?.reason).toBe(reason);
  expect([...files.keys()]).toEqual([
    `containment/unknown/unknown/prod/${open.question.target.uid}/runs/decide-1/decision.json`,
  ]);
});
