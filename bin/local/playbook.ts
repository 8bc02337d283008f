/** Runs a playbook's state machine on this machine: the definition is the one that is deployed. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type RunOptions, StateMachine, type StateMachineDefinition } from 'aws-local-stepfunctions';
import type { Definition, State } from '../../functions/contain/machines/states.ts';
import { defined } from '../../functions/kit/defined.ts';

/** What a Task state does: gets the state's parameters, and answers its result. Errors are told apart by their `name`. */
export type Handler = (parameters: unknown) => Promise<unknown>;

/** What happens in an execution, as it happens. */
export type PlaybookProgress =
  | { kind: 'entered'; state: string; type: string }
  | { kind: 'left'; state: string; type: string; output: unknown }
  | { kind: 'tried-again'; state: string; error: string; cause: string }
  | { kind: 'caught'; state: string; error: string; cause: string };

export interface Execution {
  /** Names it among the executions of this playbook. */
  name: string;
  /** Where Step Functions would have an ARN. */
  id: string;
  input: unknown;
}

export interface PlaybookOptions {
  /** By the names of the states; one for each Task state. */
  handlers: Readonly<Record<string, Handler>>;
  onProgress?: (progress: PlaybookProgress) => void;
  /** Other pauses than the definition's, in milliseconds, by the names of the states. */
  pauses?: { waits?: Record<string, number>; retries?: Record<string, number> };
}

/** How an execution ended. */
export type End =
  | { succeeded: true; state: string; output: unknown }
  | { succeeded: false; state: string; error: string; cause: string };

/** What the interpreter takes for JSON. */
type Json = Parameters<StateMachine['run']>[0];

/** @throws TypeError when a task has no handler */
export async function runPlaybook(
  definition: Definition,
  { name, id, input }: Execution,
  { handlers, onProgress = () => undefined, pauses = {} }: PlaybookOptions,
): Promise<End> {
  for (const [state, { Type }] of Object.entries(definition.States))
    if (Type === 'Task' && !Object.hasOwn(handlers, state)) throw new TypeError(`nothing does the task "${state}"`);
  const { waits = {} } = pauses;
  const until = untilStates(definition, Object.keys(waits));
  const all = { ...definition, States: { ...definition.States, ...until } };
  const doers = { ...handlers, ...Object.fromEntries(Object.keys(until).map((state) => [state, untilThen])) };
  // That the definitions are valid is held by the suite.
  const machine = new StateMachine(all as unknown as StateMachineDefinition, {
    validationOptions: { noValidate: true },
  });
  const { result, eventLogs } = machine.run(input as Json, {
    // The token of a question is for Step Functions; here the handler of the state answers by itself.
    context: { Execution: { Id: id, Name: name, Input: input as Json }, Task: { Token: `local-${name}` } },
    overrides: {
      taskResourceLocalHandlers: doers as NonNullable<RunOptions['overrides']>['taskResourceLocalHandlers'] & object,
      ...defined({ waitTimeOverrides: pauses.waits, retryIntervalOverrides: pauses.retries }),
    },
  });
  // Taken now, because nobody waits for it while the events are read.
  const ended = result.then(
    (output) => ({ output }),
    (error: Error) => ({ error }),
  );
  const typed: typeof onProgress = (progress) =>
    onProgress('type' in progress && Object.hasOwn(until, progress.state) ? { ...progress, type: 'Wait' } : progress);
  const state = await follow(eventLogs, typed);
  const end = await ended;
  if ('output' in end) return { succeeded: true, state, output: end.output };
  const { name: error, message: cause } = (end.error.cause ?? end.error) as Error;
  return { succeeded: false, state, error, cause };
}

/** The pauses until an instant, as tasks: the interpreter counts one that has passed as a negative time, at which Node.js warns. */
function untilStates({ States }: Definition, shortened: readonly string[]): Record<string, State> {
  const states: Record<string, State> = {};
  for (const [name, { Type, TimestampPath, Next }] of Object.entries(States))
    if (Type === 'Wait' && TimestampPath !== undefined && !shortened.includes(name))
      states[name] = {
        Type: 'Task',
        Resource: 'arn:aws:lambda:::function:until',
        Parameters: { 'until.$': TimestampPath },
        ResultPath: null,
        Next,
      };
  return states;
}

async function untilThen(parameters: unknown): Promise<void> {
  const { until } = parameters as { until: string };
  await sleep(Math.max(0, Date.parse(until) - Date.now()));
}

type Events = ReturnType<StateMachine['run']>['eventLogs'];

/** @returns the name of the last state */
async function follow(events: Events, onProgress: (progress: PlaybookProgress) => void): Promise<string> {
  let last = '';
  let failure = { error: '', cause: '' };
  for await (const event of events) {
    if (!('state' in event)) continue;
    const { name: state, type, output } = event.state;
    last = state;
    if (event.type === 'StateEntered') onProgress({ kind: 'entered', state, type });
    else if (event.type === 'StateExited') onProgress({ kind: 'left', state, type, output });
    else if (event.type === 'StateFailed') failure = { error: event.Error, cause: String(event.Cause) };
    else if (event.type === 'StateRetried') onProgress({ kind: 'tried-again', state, ...failure });
    else if (event.type === 'StateCaught') onProgress({ kind: 'caught', state, ...failure });
  }
  return last;
}
