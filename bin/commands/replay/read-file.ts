import type { Readable } from 'node:stream';
import type { Cluster, Finding } from '../../../functions/contract/finding.ts';
import { InputError } from '../../input/input.ts';
import type { PartEnd } from '../../input/read.ts';
import { harmlessInTerminal } from '../harmless.ts';
import { EXIT, type ExitCode } from '../io.ts';
import { RecordedLog } from '../recorded-log.ts';
import type { ReplayInput } from './inputs.ts';
import { noteError, PartProblems } from './problems.ts';

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
  /** The part of a file that is read goes on: the rest of the file is read with it. */
  goesOn?(): void;
}

/** How the reading of a file ended. */
export interface FileEnd {
  code: ExitCode;
  problems: number;
  /** Of a part of a file, which is not told by itself. */
  part?: { lines: number; goesOn: boolean; problems: Pick<PartProblems, 'count' | 'isAuditLog' | 'told'> };
}

/** Reads one file or object. What it is wrong with is told, and ends only this file. */
export async function readFile(
  { name, problem, part }: ReplayInput,
  { stdin, cluster }: { stdin: Readable; cluster: Cluster },
  listener: Listener,
): Promise<FileEnd> {
  if (problem !== undefined) {
    listener.note(harmlessInTerminal(`${name}: ${problem}`));
    return { code: EXIT.wrong, problems: 0 };
  }
  const problemsOfPart = new PartProblems();
  let partEnd: PartEnd | undefined;
  const log = new RecordedLog(name, {
    stdin,
    cluster,
    note: (line) => listener.note(line),
    onBytes: (count) => listener.bytes(count),
    onPassed: (events) => listener.records(events, 0),
    ...(part && {
      part: {
        part,
        problems: problemsOfPart,
        onGoesOn: () => listener.goesOn?.(),
        onEnd: (end) => {
          partEnd = end;
        },
      },
    }),
  });
  try {
    for await (const { verdict } of log.records()) {
      const isOther = verdict.kind === 'other';
      listener.records(isOther ? 0 : 1, isOther ? 1 : 0);
      if (verdict.kind === 'finding') await listener.finding(verdict.finding);
    }
    if (partEnd) {
      const { count, isAuditLog, told } = problemsOfPart;
      return { code: EXIT.done, problems: 0, part: { ...partEnd, problems: { count, isAuditLog, told } } };
    }
    const { problems } = log;
    return { code: problems > 0 ? EXIT.attention : EXIT.done, problems };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    noteError(error, listener);
    return { code: EXIT.wrong, problems: 0 };
  }
}
