import { recordOf } from '../cloudwatch.ts';
import type { InputForm } from '../input.ts';
import { itemsOf } from '../pieces.ts';
import { objectOf, parse, textOf } from '../values.ts';

/**
 * What `aws logs filter-log-events` and `get-log-events` print, one page or several. The group's name is in neither,
 * the stream's only in the first.
 */
export const logEvents: InputForm = {
  name: '`aws logs filter-log-events` output',
  matches: ({ keys }) => ['events', 'searchedLogStreams', 'nextForwardToken'].some((key) => keys.has(key)),
  read: (chunks, origin) =>
    itemsOf(chunks, origin, { list: 'events' }, ({ text }) => {
      const event = objectOf(parse(text));
      const message = textOf(event['message']);
      if (message === undefined) return 'a log event without "message"';
      const place = { logStream: textOf(event['logStreamName']), eventId: textOf(event['eventId']) };
      return [recordOf(message, origin.cluster, place)];
    }),
};
