/** An intruder with the policy `Starter` of the stack, as a responder's stolen session has it. */
import { SendTaskFailureCommand, SendTaskSuccessCommand } from '@aws-sdk/client-sfn';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Question } from '../../../functions/contract/follow-up.ts';
import { QUARANTINE_LABEL } from '../../../functions/kubernetes/quarantine.ts';
import { account, admin, expectIsolated, findingOf, inputFor, people, signal } from './scene.ts';

const DENIED = { name: 'AccessDeniedException' };
/** Whose namespace he takes. */
const VICTIM = 'shop';
const FORGED = `nsf-${'0'.repeat(32)}`;

/** Registers the tests. */
export function intruderWithStarter(): void {
  describe('an intruder with the policy Starter', () => {
    const start = (playbook: 'Contain' | 'Release' | 'Decide', input: unknown) =>
      account.start(people.Starter.aws.sfn, playbook, input);
    const labels = async (name: string) =>
      (await admin.read(`/api/v1/namespaces/${name}`, signal()))?.metadata.labels ?? {};

    test.each<[string, () => Record<string, unknown>, RegExp]>([
      ['what the configuration protects', () => inputFor('vault', { mode: 'isolate' }), /protected/],
      [
        'the platform',
        () => inputFor(VICTIM, { namespace: 'kube-system', mode: 'isolate' }),
        /namespace of Kubernetes/,
      ],
      ['a namespace that has been made again', () => inputFor(VICTIM, { uid: inputFor('market')['uid'] }), /UID/],
      ['one under the finding of another', () => inputFor(VICTIM, { findingId: findingOf('market') }), /finding/],
      ['one by a field of his own', () => inputFor(VICTIM, { steps: ['removeWorkloads'] }), /input is wrong/],
    ])('contains not %s', async (_, input, cause) => {
      const ended = await account.ended(await start('Contain', input()));
      expect(ended).toMatchObject({ status: 'FAILED', error: 'refused', cause: expect.stringMatching(cause) });
      for (const name of [VICTIM, 'market', 'vault', 'kube-system'])
        expect(await labels(name)).not.toHaveProperty([QUARANTINE_LABEL]);
    });

    describe('cuts off a namespace that is not protected', () => {
      let removing: string;
      let question: Question;

      beforeAll(async () => {
        removing = await start('Contain', inputFor(VICTIM, { mode: 'remove', findingId: FORGED }));
        const asked = await account.message(
          'the question',
          ({ execution, question }) => execution === removing && question !== undefined,
        );
        question = asked.question as Question;
      }, 120_000);

      test('which on-call is told, and not under a finding that he made up', async () => {
        expect(await labels(VICTIM)).toHaveProperty([QUARANTINE_LABEL]);
        expect(question).toMatchObject({ target: { namespace: VICTIM }, execution: removing });
        expect(question.findingId).toBeUndefined();
      });

      // The history of the execution shows it on AWS; the emulator's does not.
      test('and does not answer the question: not with its token, not by decide', async () => {
        const items = [...(await account.items()).values()];
        const taskToken = items.find((item) => item['question']?.S?.includes(removing))?.['taskToken']?.S ?? '';
        expect(taskToken).not.toBe('');
        const { sfn } = people.Starter.aws;
        const output = JSON.stringify({
          decision: 'approve',
          planHash: question.planHash,
          reason: 'x',
          decidedBy: 'x',
        });
        await expect(sfn.send(new SendTaskSuccessCommand({ taskToken, output }))).rejects.toMatchObject(DENIED);
        await expect(sfn.send(new SendTaskFailureCommand({ taskToken }))).rejects.toMatchObject(DENIED);
        const approval = {
          decision: 'approve',
          question: question.id,
          planHash: question.planHash,
          by: 'x',
          reason: 'x',
        };
        await expect(start('Decide', approval)).rejects.toMatchObject(DENIED);
        expect(await account.look(removing)).toMatchObject({ status: 'RUNNING' });
        expect((await admin.list(`/api/v1/namespaces/${VICTIM}/pods`, signal())).items.length).toBeGreaterThan(0);
      });

      test('until somebody else refuses, and gives it back', async () => {
        const refusal = { decision: 'refuse', question: question.id, by: 'bob', reason: 'it is ours' };
        const decided = await account.run(people.Approver.aws.sfn, 'Decide', refusal);
        expect(decided).toMatchObject({ status: 'SUCCEEDED' });
        expectIsolated(await account.ended(removing));
        const released = await account.run(people.Starter.aws.sfn, 'Release', inputFor(VICTIM, { mode: 'release' }));
        expect(released).toMatchObject({ status: 'SUCCEEDED', output: { outcome: 'released' } });
        expect(await labels(VICTIM)).not.toHaveProperty([QUARANTINE_LABEL]);
      }, 120_000);
    });
  });
}
