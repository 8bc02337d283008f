/** `states:TestState`, as an interpreter of the Amazon States Language answers it that is not ours. */
import { StateMachine, type StateMachineDefinition } from 'aws-local-stepfunctions';
import type { Answer } from '../account.ts';

/** Other states end at once: where it leads is seen by the next one that is entered. */
const END = { Type: 'Succeed' };

export async function testState({ definition, stateName, input, mock, context }: Answer): Promise<Answer> {
  const { States } = JSON.parse(definition);
  const machine = new StateMachine(
    {
      StartAt: stateName,
      States: { ...Object.fromEntries(Object.keys(States).map((name) => [name, END])), [stateName]: States[stateName] },
    } as unknown as StateMachineDefinition,
    { validationOptions: { noValidate: true } },
  );
  const answer = async () => {
    if (mock.result !== undefined) return JSON.parse(mock.result);
    throw Object.assign(new Error(mock.errorOutput.cause), { name: mock.errorOutput.error });
  };
  const { result, eventLogs, abort } = machine.run(JSON.parse(input), {
    ...(context && { context: JSON.parse(context) }),
    ...(mock && {
      overrides: { taskResourceLocalHandlers: { [stateName]: answer }, retryIntervalOverrides: { [stateName]: 0 } },
    }),
  } as Answer);
  const ended = result.then(
    (output) => ({ output }),
    (error: Error) => ({ error }),
  );
  const seen = { nextState: undefined as string | undefined, caught: false };
  for await (const event of eventLogs as AsyncIterable<Answer>) {
    if (event.type === 'StateRetried') {
      abort();
      await ended;
      return { status: 'RETRIABLE', error: mock.errorOutput.error };
    }
    if (event.type === 'StateCaught') seen.caught = true;
    if (event.type === 'StateEntered' && event.state.name !== stateName) seen.nextState = event.state.name;
  }
  const end = await ended;
  if ('error' in end) {
    const { name } = (end.error.cause ?? end.error) as Error;
    return { status: 'FAILED', error: name };
  }
  return {
    status: seen.caught ? 'CAUGHT_ERROR' : 'SUCCEEDED',
    output: JSON.stringify(end.output),
    ...(seen.nextState === undefined ? {} : { nextState: seen.nextState }),
  };
}
