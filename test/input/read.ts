import { Readable } from 'node:stream';
import type { InputItem } from '../../bin/input/input.ts';
import { openRecording } from '../../bin/input/read.ts';
import { judge } from '../../functions/detect/judge.ts';
import { defined } from '../../functions/kit/defined.ts';
import { cut } from '../commands/run.ts';

/** What is read of a recording. */
export interface Read {
  /** Namespaces of findings. */
  found: string[];
  /** Audit events of something else. */
  others: number;
  /** What is not an event, and why. */
  told: string[];
  items: InputItem[];
}

/**
 * @param sizes of the chunks in which the bytes come
 * @param onPassed for who wants namespaces alone
 */
export async function read(
  text: string | Buffer,
  sizes: number[] = [],
  onPassed?: (events: number) => void,
): Promise<Read> {
  const stdin = Readable.from(cut(Buffer.from(text), sizes));
  const result: Read = { found: [], others: 0, told: [], items: [] };
  for await (const item of await openRecording('-', { stdin, cluster: {}, ...defined({ onPassed }) })) {
    result.items.push(item);
    if ('isEmpty' in item) continue;
    const verdict = 'problem' in item ? { kind: 'problem' as const, reason: item.problem } : judge(item.record);
    if (verdict.kind === 'finding') result.found.push(verdict.finding.namespace.name ?? '-');
    else if (verdict.kind === 'nothing' || verdict.kind === 'deletion') result.others += 1;
    else result.told.push(verdict.reason);
  }
  return result;
}
