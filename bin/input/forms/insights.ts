import { record, text } from '../../../functions/kit/json.ts';
import { recordOf } from '../cloudwatch.ts';
import type { InputForm } from '../input.ts';
import { itemsOf } from '../pieces.ts';
import { parse } from '../values.ts';

/** What `aws logs get-query-results` prints of a Logs Insights query that asks for `@message`. */
export const insights: InputForm = {
  name: 'Logs Insights results with @message',
  matches: ({ keys }) => keys.has('results'),
  read: (chunks, origin) =>
    itemsOf(chunks, origin, { list: 'results' }, ({ text: line }) => {
      const row = parse(line);
      const fields = new Map<string, string | undefined>();
      for (const cell of Array.isArray(row) ? row.map(record) : [])
        fields.set(text(cell['field']) ?? '', text(cell['value']));
      const message = fields.get('@message');
      if (message === undefined) return 'a result without "@message": let the query ask for it (`fields @message`)';
      // `@log` is `<account>:<log group>`.
      const [, owner, logGroup] = /^(\d{12}):(.+)$/.exec(fields.get('@log') ?? '') ?? [];
      return [recordOf(message, origin.cluster, { owner, logGroup, logStream: fields.get('@logStream') })];
    }),
};
