import { isDeepStrictEqual } from 'node:util';
import {
  DescribeStateMachineCommand,
  TestStateCommand,
  type TestStateInput,
  type TestStateOutput,
  ValidateStateMachineDefinitionCommand,
} from '@aws-sdk/client-sfn';
import { andMore, counted, messageOf } from '../../../../../functions/kit/words.ts';
import { deployedPlaybooks } from '../deployed.ts';
import { notAsked } from '../each.ts';
import type { LiveContext, LiveProbe, Observation } from '../probe.ts';
import { casesOf, type StateCase } from '../state-cases.ts';

/**
 * Whether the service reads the deployed definitions as we do. Tasks are given their answers as mocks, so nothing is called;
 * `states:TestState` counts as writing in the Service Authorization Reference, because without a mock it would call.
 */
export const stateMachines: LiveProbe = {
  id: 'state-machines',
  question: 'Does each state of the playbooks lead where its definition says?',
  needs: ['states:DescribeStateMachine', 'states:ValidateStateMachineDefinition', 'states:TestState'],
  claims: ['definitions-valid', 'states-lead'],
  async run(context) {
    const playbooks = deployedPlaybooks(context);
    if (playbooks.size === 0) {
      const says = context.config.containment.enabled
        ? 'The outputs of the stack name no state machine.'
        : 'Containment is switched off in the configuration: there are no playbooks.';
      return stateMachines.claims.map((claim) => ({ claim, verdict: 'not-seen', says }));
    }
    const all: Observation[] = [];
    for (const [name, arn] of playbooks) {
      const found = await judge(context, name, arn).catch((error: unknown) => notAsked(stateMachines, error));
      all.push(...found.map((observed) => ({ ...observed, says: `${name}: ${observed.says}` })));
    }
    return all;
  },
};

async function judge(context: LiveContext, name: string, stateMachineArn: string): Promise<Observation[]> {
  const { view, signal, waitFor } = context;
  const options = { abortSignal: signal };
  const { definition = '' } = await view.clients.sfn.send(
    new DescribeStateMachineCommand({ stateMachineArn }),
    options,
  );
  const { result, diagnostics = [] } = await view.clients.sfn.send(
    new ValidateStateMachineDefinitionCommand({ definition, type: 'STANDARD' }),
    options,
  );
  const problems = diagnostics.map(({ severity, code, message }) => `${severity} ${code}: ${message}`);
  const valid: Observation =
    result === 'OK'
      ? {
          claim: 'definitions-valid',
          verdict: 'proven',
          says: `the service finds the definition valid${problems.length > 0 ? ` (${andMore(problems, 3)})` : ''}.`,
        }
      : {
          claim: 'definitions-valid',
          verdict: 'contradicted',
          says: `the service finds mistakes: ${andMore(problems, 3)}.`,
          todo: REPORT,
        };
  const cases = casesOf(definition);
  if (!cases) {
    const says = 'this version does not know its definition: nothing in it was tried.';
    return [
      valid,
      { claim: 'states-lead', verdict: 'not-asked', says, todo: 'deploy the configuration with this version' },
    ];
  }
  const wrong: string[] = [];
  const refused: string[] = [];
  for (const [index, each] of cases.entries()) {
    waitFor(`Trying states of ${name}: ${index + 1} of ${cases.length}`);
    try {
      const difference = differenceOf(each, await tried(context, definition, each));
      if (difference !== undefined) wrong.push(`${each.state} ${each.what}: ${difference}`);
    } catch (error) {
      // A kind of state that cannot be tried without a role is not the fault of the definition.
      if (Object(error).name !== 'ValidationException' || each.mock) throw error;
      refused.push(`${each.state} (${messageOf(error)})`);
    }
  }
  const count = cases.length - refused.length;
  const leads: Observation =
    wrong.length > 0
      ? {
          claim: 'states-lead',
          verdict: 'contradicted',
          says: `${counted(wrong.length, 'case')} of ${count} otherwise: ${andMore(wrong, 4)}.`,
          todo: REPORT,
        }
      : {
          claim: 'states-lead',
          verdict: 'proven',
          says: `${counted(count, 'case')} lead where the definition says${refused.length > 0 ? `; the service does not try ${andMore(refused, 2)}` : ''}.`,
        };
  return [valid, leads];
}

const REPORT = 'this is a fault of Namespace Sentinel: please report it, with the file that --report writes';

const CONTEXT = {
  Execution: {
    Id: 'arn:aws:states:eu-west-1:111122223333:execution:x:y',
    Name: 'y',
    StartTime: '2026-11-26T10:00:00.000Z',
    Input: {},
  },
  Task: { Token: 'token' },
};

function tried({ view, signal }: LiveContext, definition: string, each: StateCase): Promise<TestStateOutput> {
  const { state, input, mock } = each;
  const request: TestStateInput = {
    definition,
    stateName: state,
    input: JSON.stringify(input),
    ...(mock && {
      // What a function answers is ours: the service cannot know its fields.
      mock: {
        fieldValidationMode: 'NONE',
        ...('result' in mock
          ? { result: JSON.stringify(mock.result) }
          : { errorOutput: { error: mock.error, cause: 'a trial' } }),
      },
      context: JSON.stringify(CONTEXT),
    }),
  };
  return view.clients.sfn.send(new TestStateCommand(request), { abortSignal: signal });
}

/** Undefined where it is as expected. */
function differenceOf(
  { expected }: StateCase,
  { status, nextState, output, error }: TestStateOutput,
): string | undefined {
  if (status !== expected.status) return `${status}${error ? ` (${error})` : ''}, not ${expected.status}`;
  if (expected.nextState !== undefined && nextState !== expected.nextState)
    return `leads to ${nextState}, not to ${expected.nextState}`;
  if (expected.error !== undefined && error !== expected.error) return `fails as ${error}, not as ${expected.error}`;
  if (expected.output !== undefined && !isDeepStrictEqual(JSON.parse(output ?? 'null'), expected.output))
    return `passes on ${output}, not ${JSON.stringify(expected.output)}`;
  return undefined;
}
