/** Sends the digests whose hour, day or week has ended. */
import type { DigestMessages } from '../../clients/send/digest-messages.ts';
import type { DueDigests } from '../../clients/table/digests.ts';
import { MINUTE_MS } from '../../contract/schedule.ts';
import type { Job } from '../job.ts';

export interface DueDigestClients {
  digests: DueDigests;
  messages: DigestMessages;
}

/** What became of the digests, counted. */
export interface DigestSummary {
  /** Handed to *alert*. */
  digests: number;
  /** Tried too often, as by {@link MAX_TRIES}. */
  digestsGivenUp: number;
  /** Could not be handled; they come back by themselves. */
  digestsFailed: number;
}

/** Before something comes back that was taken in vain: longer than *alert* may try. */
const PAUSE_MS = 10 * MINUTE_MS;
const LONGEST_PAUSE_MS = 6 * 60 * MINUTE_MS;
/** Together with the pauses: for about a day and a half. */
const MAX_TRIES = 10;
/** There is one for each cluster and hour, and one for each day and week that an audience has. */
const MAX_PER_RUN = 100;

/**
 * @param failed is told about each that could not be handled; the others go on
 * @throws when it is not known which are due
 */
export async function sendDueDigests(
  { digests, messages }: DueDigestClients,
  now: () => number,
  failed: (id: string, error: unknown) => void,
): Promise<DigestSummary> {
  const summary: DigestSummary = { digests: 0, digestsGivenUp: 0, digestsFailed: 0 };
  for (const { id, tries } of await digests.due(MAX_PER_RUN)) {
    try {
      if (!(await digests.take(id, now() + Math.min(PAUSE_MS * 2 ** tries, LONGEST_PAUSE_MS)))) continue;
      if (tries >= MAX_TRIES) {
        await digests.close(id);
        summary.digestsGivenUp++;
        continue;
      }
      const digest = await digests.read(id);
      if (digest && digest.total > 0) {
        await messages.send(digest);
        summary.digests++;
        // Nothing was counted in it: whoever made it died before.
      } else await digests.close(id);
    } catch (error) {
      summary.digestsFailed++;
      failed(id, error);
    }
  }
  return summary;
}

export const digests: Job<DueDigestClients, 'digests'> = {
  id: 'digests',
  scope: 'stack',
  everyMinutes: 5,
  deadlineMs: 60_000,
  needs: {
    aws: [
      'dynamodb:Query',
      'dynamodb:UpdateItem',
      'dynamodb:GetItem',
      'dynamodb:BatchGetItem',
      'lambda:InvokeFunction',
    ],
    kubernetes: [],
  },
  async run({ clients, now, failed, problem }) {
    const summary = await sendDueDigests(clients, now, (id, error) => failed(`digest ${id}`, error));
    if (summary.digestsGivenUp > 0) problem('alert-missing', summary.digestsGivenUp);
    return { ...summary };
  },
};
