import { type InputForm, inMiB, MAX_RECORD_BYTES } from '../input.ts';
import { linesOf } from '../lines.ts';

export const tooLong = (): string => `the line is longer than ${inMiB(MAX_RECORD_BYTES)}; passed over`;

/** The audit log as the API server writes it: one event a line. Lines are not parsed here, since they may be cut. */
export const auditLines: InputForm = {
  name: 'audit log, one JSON event a line',
  vague: true,
  matches: () => true,
  async *read(chunks, { file, cluster }) {
    for await (const { number, text } of linesOf(chunks)) {
      const place = { file, line: number };
      yield text === undefined ? { problem: tooLong(), place } : { record: { text, cluster }, place };
    }
  },
};
