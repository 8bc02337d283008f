/** Audit logs that a person hands over, where there is no CloudWatch Logs to ask. */
import { access, constants } from 'node:fs/promises';
import { LocalLogSearch, type RecordedLine } from '../../functions/clients/local/log-search.ts';
import type { Cluster } from '../../functions/contract/finding.ts';
import { messageOf } from '../../functions/kit/words.ts';
import { InputError } from '../input/input.ts';
import { recordsOf } from './investigate/finding.ts';

/** @throws {InputError} where one cannot be read */
export async function checkAuditLogs(files: readonly string[]): Promise<void> {
  for (const file of files) {
    if (file === '-') throw new InputError('the audit log is read again and again, which standard input cannot be');
    try {
      await access(file, constants.R_OK);
    } catch (error) {
      throw new InputError(`${file} cannot be read: ${messageOf(error)}`);
    }
  }
}

/** Each file is the log of one API server, and read again at each question. @returns undefined where there is none */
export function auditLogOf(files: readonly string[], cluster: Cluster): LocalLogSearch | undefined {
  if (files.length === 0) return undefined;
  async function* lines(): AsyncGenerator<RecordedLine> {
    for (const file of files)
      for await (const message of recordsOf([file], cluster, () => undefined)) yield { logStream: file, message };
  }
  return new LocalLogSearch({ audit: lines });
}
