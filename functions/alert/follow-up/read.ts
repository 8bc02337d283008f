import { type FollowUp, followUpSchema } from '../../contract/follow-up.ts';
import { read } from '../../contract/read.ts';
import { isRecord } from '../../kit/json.ts';

/**
 * A follow-up of the playbooks, as *contain*, *release* and *decide* send it by an asynchronous invocation.
 *
 * @returns undefined where the event is something else
 * @throws {Unreadable} where it is one without what it is about, or with a question that nobody could answer
 */
export const followUpFrom = (event: unknown): FollowUp | undefined =>
  isRecord(event) && Object.hasOwn(event, 'followUp')
    ? read(followUpSchema, event['followUp'], 'follow-up')
    : undefined;
