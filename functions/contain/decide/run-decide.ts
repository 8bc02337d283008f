import type { FindingLookup } from '../../clients/table/finding-lookup.ts';
import { type DecisionInput, decisionOf } from '../../contract/decision-input.ts';
import { PlaybookInputError } from '../../contract/errors.ts';
import { isShortened } from '../../contract/ids.ts';
import { defined } from '../../kit/defined.ts';
import type { StepPayload } from '../framework/payload.ts';
import { shortList, shortSentence } from '../framework/run-step.ts';
import type { DecideClients, DecideContext, DecideResult, DecideSettings, DecideStep } from './step.ts';

/**
 * Runs one step of *decide*. What was decided is written down by the last one.
 *
 * @throws {PlaybookInputError} where the person's input is wrong, or several findings begin as it says
 */
export async function runDecide(
  step: DecideStep,
  { input, execution, name, startedAt, results, failure }: StepPayload,
  clients: DecideClients,
  settings: DecideSettings,
  now: () => number = Date.now,
): Promise<DecideResult> {
  const decision = await wholeId(decisionOf(input), clients.lookup);
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

/** With the whole id of the finding, where that is known. */
async function wholeId(decision: DecisionInput, lookup: FindingLookup): Promise<DecisionInput> {
  const { findingId } = decision;
  if (findingId === undefined || !isShortened(findingId)) return decision;
  const found = await lookup.find(findingId);
  if (found.state === 'ambiguous')
    throw new PlaybookInputError(
      `Several findings begin with ${findingId}. Give more digits of the id: it stands whole at the end of the mail.`,
    );
  return found.state === 'found' ? { ...decision, findingId: found.id } : decision;
}
