/** What does the tasks of a playbook on this machine: the steps themselves, where Lambda functions would call them. */

import { readPayload } from '../../functions/contain/framework/payload.ts';
import { runOf } from '../../functions/contain/framework/run.ts';
import { runStep } from '../../functions/contain/framework/run-step.ts';
import type { ContainClients, ContainSettings, PlaybookStep } from '../../functions/contain/framework/step.ts';
import type { Definition } from '../../functions/contain/machines/states.ts';
import type { PlanAnswer, Question } from '../../functions/contract/follow-up.ts';
import type { Handler } from './playbook.ts';

/** Stands for a deployed function: its steps, with the identity that it acts by. */
export interface LocalFunction {
  arn: string;
  steps: readonly PlaybookStep[];
  clients: ContainClients;
}

export interface LocalTaskOptions {
  functions: readonly LocalFunction[];
  settings: ContainSettings;
  /** Epoch milliseconds. @default the time of day */
  now?: () => number;
  /** Answers a question in place of *decide*. @throws {@link UnansweredError} */
  answer?: ((question: Question, taskToken: string) => Promise<PlanAnswer>) | undefined;
}

/** Nobody has answered: to the state machine it is a question that has run out of time. */
export class UnansweredError extends Error {
  override name = 'States.Timeout';
}

/** @returns a handler for each Task state of the definition */
export function taskHandlers(definition: Definition, options: LocalTaskOptions): Record<string, Handler> {
  const handlers: Record<string, Handler> = {};
  for (const [name, { Type, Resource, Parameters }] of Object.entries(definition.States)) {
    if (Type !== 'Task') continue;
    const waits = String(Resource).endsWith('.waitForTaskToken');
    const arn = waits ? (Parameters as { FunctionName: string }).FunctionName : Resource;
    const called = options.functions.find((each) => each.arn === arn);
    if (!called) throw new TypeError(`no function stands for ${arn}, which the state "${name}" calls`);
    handlers[name] = waits
      ? (parameters) => asked((parameters as { Payload: unknown }).Payload, called, options)
      : (parameters) => stepResult(parameters, called, options);
  }
  return handlers;
}

async function stepResult(event: unknown, { steps, clients }: LocalFunction, { settings, now }: LocalTaskOptions) {
  const payload = readPayload(event);
  const step = steps.find(({ key }) => key === payload.step);
  if (!step) throw new TypeError(`there is no step ${payload.step}`);
  return runStep(step, payload, clients, settings, now);
}

/** The state waits for an answer: the step asks, and what a person says is the result. */
async function asked(event: unknown, called: LocalFunction, options: LocalTaskOptions): Promise<PlanAnswer> {
  const payload = readPayload(event);
  await stepResult(event, called, options);
  const { run } = await runOf(payload, called.clients.lookup);
  const kept = await called.clients.register.question(run.target.uid);
  if (kept?.question.execution !== payload.execution) throw new Error(`the step ${payload.step} has asked nothing`);
  if (!options.answer) throw new UnansweredError('nobody can be asked here');
  return options.answer(kept.question, kept.taskToken);
}
