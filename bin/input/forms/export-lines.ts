import { recordOf, streamOfPath } from '../cloudwatch.ts';
import type { InputForm } from '../input.ts';
import { linesOf } from '../lines.ts';
import { tooLong } from './audit-lines.ts';

const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z /;

/**
 * A CloudWatch Logs export to S3: time of the log event, a space, the message. The name of the log stream is in the
 * file's path only. A message of several lines has its time on the first one.
 */
export const exportLines: InputForm = {
  name: 'CloudWatch Logs export to S3',
  vague: true,
  matches: ({ text }) => TIMESTAMP.test(text),
  async *read(chunks, { file, cluster }) {
    const logStream = streamOfPath(file);
    for await (const { number, text } of linesOf(chunks)) {
      const place = { file, line: number };
      if (text === undefined) yield { problem: tooLong(), place };
      else yield { record: recordOf(text.replace(TIMESTAMP, ''), cluster, { logStream }), place };
    }
  },
};
