/** Audit logs that a person hands over, where there is no CloudWatch Logs to ask. */
import { LocalLogSearch, type RecordedLine } from '../../functions/clients/local/log-search.ts';
import { InputError } from '../input/input.ts';
import { checkRecordedLog, textsOf } from './recorded-log.ts';

/** @throws {InputError} where one cannot be read, or has no audit event in it */
export async function checkAuditLogs(files: readonly string[]): Promise<void> {
  for (const file of files) {
    if (file === '-') throw new InputError('the audit log is read again and again, which standard input cannot be');
    await checkRecordedLog(file);
  }
}

/** Each file is the log of one API server, and read again at each question. @returns undefined where there is none */
export function auditLogOf(files: readonly string[]): LocalLogSearch | undefined {
  if (files.length === 0) return undefined;
  async function* lines(): AsyncGenerator<RecordedLine> {
    for (const file of files) for await (const message of textsOf([file])) yield { logStream: file, message };
  }
  return new LocalLogSearch({ audit: lines });
}
