/** The playbook contain in its mode remove, and the answers to its question. */
import { SendTaskSuccessCommand } from '@aws-sdk/client-sfn';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Question } from '../../../functions/contract/follow-up.ts';
import { unpacked } from './account.ts';

import {
  account,
  approver,
  findingOf,
  INTRUDER,
  input,
  leaseOf,
  names,
  ns,
  STOPPED,
  SUCCEEDED,
  starter,
  stop,
  toldOf,
} from './scene.ts';

/** Registers the tests, which remove what runs in the first namespace. */
export function asksAndRemoves(): void {
  describe('remove', () => {
    let removing: string;
    let question: Question;
    let other: Question;
    let asked: string;

    const decide = (decision: object) =>
      account.run(approver, 'Decide', { reason: 'an intruder', by: 'alice', ...decision });
    /** As the message says: the digits of the finding that are in its subject. */
    const about = () => ({ findingId: findingOf(INTRUDER).slice(0, 16) });
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
      const ended = await decide({ ...about(), decision: 'approve', planHash: '0'.repeat(12) });
      expect(ended).toMatchObject({ status: 'FAILED', error: 'refused', cause: expect.stringMatching(/another plan/) });
      expect(await account.states(removing)).not.toContain('Remove workloads');
      expect(await running()).not.toEqual([]);
    });

    test('approved, it stops what runs, and proves it', async () => {
      const decided = await decide({ ...about(), decision: 'approve', planHash: question.planHash.slice(0, 12) });
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
      expect(ended).toMatchObject({
        status: 'FAILED',
        error: 'refused',
        cause: expect.stringMatching(/already answered/),
      });
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
}
