/** An intruder with the role of each function, in AWS and in the cluster; the page has what came of it. */
import { DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { StopExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { GROUPS } from '../../../functions/kubernetes/quarantine.ts';
import type { Call } from '../rights/aws-call.ts';
import { callsOn } from '../rights/aws-calls.ts';
import { awsClients } from '../rights/aws-clients.ts';
import { allowedOf, nameOf } from '../rights/aws-matrix.ts';
import { rolesPage } from '../rights/aws-page.ts';
import { actionsOf, FUNCTIONS, type FunctionName, statementsOf, steal, thingsOf } from '../rights/aws-things.ts';
import { generatedPart } from '../rights/generated.ts';
import { account, ask, functions, inputFor, people, report, root, stack } from './scene.ts';

/** Granted, and not tried: the emulator has no such service or operation, or its services use no keys. */
const NOT_TRIED = /^(?:guardduty|inspector2|kms):|^(?:lambda:GetFunctionConcurrency|logs:GetTransformer)$/;
/** The Kubernetes group of each function that has an access entry. */
const GROUP: Readonly<Partial<Record<FunctionName, string>>> = {
  investigate: GROUPS.observer,
  watch: GROUPS.watch,
  contain: GROUPS.contain,
  probe: GROUPS.probe,
  release: GROUPS.release,
};

/** Registers the tests. */
export function intruderWithFunctionRole(): void {
  describe('an intruder with the role of a function', () => {
    let calls: Call[];
    /** Of an execution that waits for an answer. */
    let asking: string;
    const allowed = new Map<string, readonly Call[]>();

    beforeAll(async () => {
      asking = await account.start(root.sfn, 'Contain', inputFor('market', { mode: 'remove' }));
      await account.message(
        'the question',
        ({ execution, question }) => execution === asking && question !== undefined,
      );
      const open = [...(await account.items()).values()].find((item) => item['question']?.S?.includes(asking));
      const token = open?.['taskToken']?.S ?? '';
      expect(token).not.toBe('');
      const { Stacks = [] } = await root.cloudformation.send(
        new DescribeStacksCommand({ StackName: 'NamespaceSentinel' }),
      );
      calls = callsOn(thingsOf(stack, functions, { 'a question of *contain*': token }, Stacks[0]?.StackId ?? ''));
    }, 120_000);
    afterAll(async () => {
      // The emulator takes what decide says for an answer.
      if ((await account.look(asking)).status === 'RUNNING')
        await root.sfn.send(new StopExecutionCommand({ executionArn: asking }));
    });

    test('would be refused every call without its permissions', async () => {
      const outsider = awsClients(stack.emulator, await stack.identities.assume('Outsider', 'x'));
      expect((await allowedOf(calls, outsider)).map(nameOf)).toEqual([]);
    }, 120_000);

    test.each(FUNCTIONS)(
      '%s: does what the role says, on what is its own',
      async (name) => {
        const from = performance.now();
        const own = await allowedOf(calls, awsClients(stack.emulator, await steal(stack, functions[name])));
        report(`${calls.length} calls as ${name}: ${Math.round(performance.now() - from)} ms`);
        allowed.set(name, own);
        const statements = await statementsOf(stack, functions[name].roleName);
        const granted = actionsOf(statements);
        const tried = new Set(own.map(({ action }) => action));
        expect(granted.filter((action) => !tried.has(action) && !NOT_TRIED.test(action))).toEqual([]);
        expect([...tried].filter((action) => !granted.includes(action))).toEqual([]);
        // Of keys, each role has only what a service does with them for it; *watch* may read the state of ours.
        const isUse = (action: string): boolean => action.startsWith('kms:') && action !== 'kms:DescribeKey';
        const keys = statements.filter(({ Action }) => [Action].flat().some(isUse));
        for (const { Condition } of keys) expect(Condition).toHaveProperty(['StringEquals', 'kms:ViaService']);
      },
      120_000,
    );

    test.each(['Starter', 'Approver'] as const)(
      '%s: does so with its own playbooks',
      async (name) => {
        const own = await allowedOf(calls, people[name].aws);
        allowed.set(`the policy ${name}`, own);
        const machines = name === 'Starter' ? ['contain', 'release'] : ['decide'];
        const actions = [
          'StartExecution',
          'DescribeStateMachine',
          'ListExecutions',
          'DescribeExecution',
          'GetExecutionHistory',
        ];
        if (name === 'Starter') actions.push('StopExecution');
        const expected = machines.flatMap((machine) => actions.map((action) => `states:${action} on ${machine}`));
        expect(own.map(nameOf).sort()).toEqual(expected.sort());
      },
      120_000,
    );

    test('nobody but decide answers a question', () => {
      const answers = [...allowed].filter(([, own]) => own.some(({ action }) => action === 'states:SendTaskSuccess'));
      expect(answers.map(([who]) => who)).toEqual(['decide']);
    });

    test('the page says so', () => {
      const text = rolesPage(calls, allowed);
      expect(generatedPart('AWS', text)).toBe(text);
    });

    test.each(FUNCTIONS)('%s: is in the cluster who the access entry says, or nobody', async (name) => {
      const token = await stack.identities.token(await steal(stack, functions[name]));
      const review = {
        method: 'POST',
        path: '/apis/authentication.k8s.io/v1/selfsubjectreviews',
        body: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' },
      };
      const { code, json } = await ask(token, review);
      const group = GROUP[name];
      if (!group) return expect(code).toBe(401);
      expect(json).toMatchObject({ status: { userInfo: { groups: [group, 'system:authenticated'] } } });
      for (const path of ['/api/v1/secrets', '/api/v1/namespaces/shop/secrets'])
        expect((await ask(token, { path })).code).toBe(403);
      const made = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'mine' } };
      expect((await ask(token, { method: 'POST', path: '/api/v1/namespaces', body: made })).code).toBe(403);
    });
  });
}
