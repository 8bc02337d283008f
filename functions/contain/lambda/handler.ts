/**
 * The steps of the playbooks, called by their state machines. Contain, probe, release and decide are separate functions
 * with separate identities; each knows its own steps only.
 *
 * - Retried (by the state machine): transient errors of Lambda, a step that broke off or ran out of time, and one of which
 *   a write failed in a way that may pass. Every step may be repeated.
 * - Dropped: nothing. What failed in all tries is noted by the state machine, the next steps run, and the report and the
 *   end of the execution say what is open.
 * - Wrong input is not retried: it ends the execution with a cause that says what to fix.
 * - Told to the health topic: each execution that failed (`partly-contained` and `refused` are such), timed out or was aborted.
 *   Alarm: failed invocations of these functions.
 */
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { Context as LambdaContext } from 'aws-lambda';
import type { StepResult } from '../../contract/containment.ts';
import type { StepKey } from '../../contract/playbook-steps.ts';
import { readPayload, type StepPayload } from '../framework/payload.ts';
import { runStep } from '../framework/run-step.ts';
import type { ContainClients, ContainSettings, PlaybookStep } from '../framework/step.ts';

/** The Lambda handler of a function that knows these steps of *contain* and *release*. */
export const createHandler = (
  service: string,
  steps: readonly PlaybookStep[],
  clients: ContainClients,
  settings: ContainSettings,
) => handlerOf(service, steps, (step, payload) => runStep(step, payload, clients, settings));

/** The Lambda handler of a function that knows these steps, and runs one so. */
export function handlerOf<S extends { key: StepKey }, R extends Pick<StepResult, 'status' | 'actions' | 'open'>>(
  service: string,
  steps: readonly S[],
  run: (step: S, payload: StepPayload) => Promise<R>,
): (event: unknown, context: LambdaContext) => Promise<R> {
  const logger = new Logger({ serviceName: service });
  return middy()
    .use(injectLambdaContext(logger))
    .handler(async (event: unknown) => {
      const payload = readPayload(event);
      const step = steps.find(({ key }) => key === payload.step);
      if (!step) throw new TypeError(`the function ${service} has no step ${payload.step}`);
      const result = await run(step, payload);
      const { status, actions, open } = result;
      logger.info('step ended', { step: step.key, execution: payload.execution, status, actions, open: open.length });
      return result;
    });
}
