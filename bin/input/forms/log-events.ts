import { record, text } from '../../../functions/kit/json.ts';
import { recordOf } from '../cloudwatch.ts';
import type { InputForm } from '../input.ts';
import { itemsOf } from '../pieces.ts';
import { parse } from '../values.ts';

/**
 * What `aws logs filter-log-events` and `get-log-events` print, one page or several. The group's name is in neither,
 * the stream's only in the first.
 */
export const logEvents: InputForm = {
  name: '`aws logs filter-log-events` output',
  matches: ({ keys }) => ['events', 'searchedLogStreams', 'nextForwardToken'].some((key) => keys.has(key)),
  read: (chunks, origin) =>
    itemsOf(chunks, origin, { list: 'events' }, ({ text: line }) => {
      const event = record(parse(line));
      const message = text(event['message']);
      if (message === undefined) return 'a log event without "message"';
      const place = { logStream: text(event['logStreamName']), eventId: text(event['eventId']) };
      return [recordOf(message, origin.cluster, place)];
    }),
};
