import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { type FollowUp, MAX_FOLLOW_UP_BYTES } from '../../contract/follow-up.ts';
import { fit, jsonBytes } from '../../contract/sizes.ts';
import type { FollowUps } from './follow-ups.ts';

/** What proposals may take of it; the report has all of them. */
const MAX_PROPOSAL_BYTES = 60 * 1024;
/** How many of the cuts are named. */
const NAMED_CUTS = 50;
const MAX_CUT_BYTES = 16 * 1024;

/** What stays whole however much has to go. A command that has lost its end would be another command. */
const KEEP = `schemaVersion id messageId playbook target mode execution startedAt at outcome folder decision.decision
  steps[].step steps[].status proofs[].id proofs[].verdict proofs[].decisive proposals[].commands proposals[].manifest
  question.id question.findingId question.target question.execution question.askedAt question.expiresAt question.planHash
  question.planTotal question.plan[].kind`.split(/\s+/);

/** Hands follow-ups to *alert* by an asynchronous invocation: Lambda answers 202 once it has queued it. */
export class LambdaFollowUps implements FollowUps {
  readonly #lambda: LambdaClient;
  readonly #functionName: string;

  constructor(lambda: LambdaClient, functionName: string) {
    this.#lambda = lambda;
    this.#functionName = functionName;
  }

  async tell(followUp: FollowUp): Promise<void> {
    await this.#lambda.send(
      new InvokeCommand({
        FunctionName: this.#functionName,
        InvocationType: 'Event',
        Payload: JSON.stringify({ followUp: within(followUp) }),
      }),
    );
  }
}

/** The follow-up in at most {@link MAX_FOLLOW_UP_BYTES}; `cut` says what had to be left out. */
function within(followUp: FollowUp): FollowUp {
  if (jsonBytes(followUp) <= MAX_FOLLOW_UP_BYTES) return followUp;
  const proposals = firstOf(followUp.proposals, MAX_PROPOSAL_BYTES);
  const missing = followUp.proposals.length - proposals.length;
  const { cut: before = [], ...rest } = followUp;
  const fitted = fit({ ...rest, proposals }, MAX_FOLLOW_UP_BYTES - MAX_CUT_BYTES, KEEP);
  const cut = [
    ...before,
    ...(missing > 0 ? [`proposals (${missing} of ${followUp.proposals.length})`] : []),
    ...fitted.cut.map(({ path, bytes }) => `${path} (${bytes} bytes)`),
  ];
  const unnamed = cut.length - NAMED_CUTS;
  // Paths can hold text that somebody chose.
  const named = cut.slice(0, NAMED_CUTS).map((each) => each.slice(0, 200).toWellFormed());
  return { ...fitted.value, cut: unnamed > 0 ? [...named, `and ${unnamed} more`] : named };
}

/** As many as fit, from the first one on. */
function firstOf<T>(values: readonly T[], maxBytes: number): T[] {
  let bytes = 2;
  const end = values.findIndex((value) => {
    bytes += jsonBytes(value) + 1;
    return bytes > maxBytes;
  });
  return end < 0 ? [...values] : values.slice(0, end);
}
