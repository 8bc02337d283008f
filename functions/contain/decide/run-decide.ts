import { defined } from '../../kit/defined.ts';
import type { StepPayload } from '../framework/payload.ts';
import { shortList, shortSentence } from '../framework/run-step.ts';
import { decisionOf } from './input.ts';
import type { DecideClients, DecideContext, DecideResult, DecideSettings, DecideStep } from './step.ts';

/**
 * Runs one step of *decide*. What was decided is written down by the last one.
 *
 * @throws {InputError} where the person's input is wrong
 */
export async function runDecide(
  step: DecideStep,
  { input, execution, name, startedAt, results, failure }: StepPayload,
  clients: DecideClients,
  settings: DecideSettings,
  now: () => number = Date.now,
): Promise<DecideResult> {
  const decision = decisionOf(input);
  const context: DecideContext = {
    input: decision,
    execution,
    name,
    startedAt,
    results,
    clients,
    settings,
    now,
    ...defined({ failure }),
  };
  const { status, summary, open = [], outcome } = await step.run(context);
  return {
    step: step.key,
    status: status === 'done' && open.length > 0 ? 'partly' : status,
    summary: shortSentence(summary),
    // None to a cluster.
    actions: 0,
    open: shortList(open),
    decision: decision.decision,
    ...defined({ outcome }),
  };
}
