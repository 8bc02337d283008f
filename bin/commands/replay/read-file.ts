import type { Readable } from 'node:stream';
import type { Cluster, Finding } from '../../../functions/contract/finding.ts';
import { InputError } from '../../input/input.ts';
import { harmlessInTerminal } from '../harmless.ts';
import { EXIT, type ExitCode } from '../io.ts';
import { RecordedLog } from '../recorded-log.ts';
import type { ReplayInput } from './inputs.ts';

/** Who is told what a file holds, while it is read. */
export interface Listener {
  /** Bytes of the file, before decompression. */
  bytes(count: number): void;
  /** Audit events, and lines of other logs of the control plane. */
  records(events: number, others: number): void;
  /** A line for a person. */
  note(line: string): void;
  /** The file is read no faster than its findings are taken. */
  finding(finding: Finding): Promise<void>;
}

/** How the reading of a file ended. */
export interface FileEnd {
  code: ExitCode;
  problems: number;
}

/** Reads one file or object. What it is wrong with is told, and ends only this file. */
export async function readFile(
  { name, problem }: ReplayInput,
  { stdin, cluster }: { stdin: Readable; cluster: Cluster },
  listener: Listener,
): Promise<FileEnd> {
  if (problem !== undefined) {
    listener.note(harmlessInTerminal(`${name}: ${problem}`));
    return { code: EXIT.wrong, problems: 0 };
  }
  const log = new RecordedLog(name, {
    stdin,
    cluster,
    note: (line) => listener.note(line),
    onBytes: (count) => listener.bytes(count),
    onPassed: (events) => listener.records(events, 0),
  });
  try {
    for await (const { verdict } of log.records()) {
      const isOther = verdict.kind === 'other';
      listener.records(isOther ? 0 : 1, isOther ? 1 : 0);
      if (verdict.kind === 'finding') await listener.finding(verdict.finding);
    }
    const { problems } = log;
    return { code: problems > 0 ? EXIT.attention : EXIT.done, problems };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    // A further line of the message cannot be taken for one of ours.
    for (const [index, line] of error.message.split('\n').entries())
      listener.note(harmlessInTerminal(index > 0 ? line.replace(/^(?! {2})/, '  ') : line));
    return { code: EXIT.wrong, problems: 0 };
  }
}
