import type { PutEventsResponse } from '@aws-sdk/client-eventbridge';

/**
 * What EventBridge answered to one entry: one that was taken has an id.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsResultEntry.html
 *
 * @returns the id
 * @throws when it answers well and says in its answer that it did not take the event
 */
export function taken({ Entries: answers = [] }: PutEventsResponse): string {
  const [answer] = answers;
  if (!answer?.EventId)
    throw new Error(
      `EventBridge did not take the event: ${answer?.ErrorCode ?? 'no reason was given'} ${answer?.ErrorMessage ?? ''}`.trim(),
    );
  return answer.EventId;
}
