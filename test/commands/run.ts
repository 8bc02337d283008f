import { readFileSync } from 'node:fs';
import { Readable, Writable } from 'node:stream';
import { main } from '../../bin/commands/main.ts';
import type { CommandLimits } from '../../bin/commands/task.ts';
import type { Finding } from '../../functions/contract/finding.ts';

export const SAMPLE = 'test/samples/first.jsonl';
/** The events of the recording, one a line. */
export const EVENTS = readFileSync(SAMPLE, 'utf8').trimEnd().split('\n');
export const TRUTH: { line: number; auditID: string; outcome: string; namespace: string | null }[] = JSON.parse(
  readFileSync('test/samples/first.truth.json', 'utf8'),
);

class Collected extends Writable {
  text = '';
  isTTY: boolean;

  constructor(isTTY = false) {
    super();
    this.isTTY = isTTY;
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk;
    done();
  }
}

export interface Result {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs the command line in this process. */
export async function run(
  args: string[],
  stdin: string | Buffer = '',
  tty = false,
  limits?: CommandLimits,
): Promise<Result> {
  const stdout = new Collected();
  const stderr = new Collected(tty);
  const code = await main(args, { stdin: Readable.from([Buffer.from(stdin)]), stdout, stderr }, limits);
  return { code, stdout: stdout.text, stderr: stderr.text };
}

export const findingsIn = ({ stdout }: Result): Finding[] =>
  stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

/** What is told about a finding in any form, whatever the form tells about the source and the cluster. */
export const essence = ({ outcome, namespace, actor, request }: Finding) => ({ outcome, namespace, actor, request });

/** The bytes in chunks of these sizes; what is left makes the last one. */
export function cut(whole: Buffer, sizes: number[]): Buffer[] {
  const chunks: Buffer[] = [];
  let start = 0;
  for (const size of sizes) {
    chunks.push(whole.subarray(start, start + size));
    start += size;
  }
  return [...chunks, whole.subarray(start)];
}
