import type { FindingLookup } from '../../clients/table/finding-lookup.ts';
import type { RunSubject } from '../../contract/containment.ts';
import { playbookInputOf } from '../../contract/playbook-input.ts';
import { defined } from '../../kit/defined.ts';
import type { StepPayload } from './payload.ts';
import type { PlaybookRun } from './step.ts';
import { subjectOf } from './subject.ts';

/**
 * The run that a step belongs to.
 *
 * @returns with its subject where this step has looked that up, for the steps after it
 * @throws {PlaybookInputError} with every mistake in the person's input
 */
export async function runOf(
  { execution, name, startedAt, input, results }: StepPayload,
  lookup: FindingLookup | undefined,
): Promise<{ run: PlaybookRun; subject?: RunSubject }> {
  const typed = playbookInputOf(input);
  const { subject, lookedUp } = await subjectOf({ input: typed, execution, results }, lookup);
  const run = { ...typed, execution, name, startedAt, ...subject };
  return { run, ...defined({ subject: lookedUp ? subject : undefined }) };
}
