import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Cluster } from '../../../functions/contract/finding.ts';
import { PACKAGE_ROOT } from '../../package-root.ts';
import type { ReplayInput } from './inputs.ts';
import type { FromThread, ToThread } from './messages.ts';
import type { FileEnd, Listener } from './read-file.ts';

const IS_BUILT = import.meta.filename.endsWith('.js');
const THREAD = join(PACKAGE_ROOT, ...(IS_BUILT ? ['dist', 'bin', 'replay-thread.js'] : ['bin', 'replay-thread.mjs']));

type OfFile = Exclude<FromThread, { kind: 'counts' | 'failure' }>;

/** What a file has told and nobody has taken yet. */
class Waiting {
  readonly #messages: { message: OfFile; thread: Worker }[] = [];
  #onMessage: (() => void) | undefined;

  push(message: OfFile, thread: Worker): void {
    this.#messages.push({ message, thread });
    this.#onMessage?.();
  }

  async next(): Promise<{ message: OfFile; thread: Worker }> {
    for (;;) {
      const first = this.#messages.shift();
      if (first) return first;
      await new Promise<void>((resolve) => {
        this.#onMessage = resolve;
      });
    }
  }
}

/**
 * Reads files side by side. What they hold is told in the order of the files; only counts come as they are made.
 *
 * @param threads how many, at least one
 * @param onEnd told when all findings of a file were taken
 * @returns how each file ended, in their order
 */
export async function readBeside(
  files: readonly ReplayInput[],
  cluster: Cluster,
  threads: number,
  listener: Listener,
  onEnd: OnEnd,
): Promise<FileEnd[]> {
  const waiting = files.map(() => new Waiting());
  const workers: Worker[] = [];
  let begun = 0;
  const failed = new Promise<never>((_, reject) => {
    const start = (): void => {
      const thread = new Worker(THREAD);
      workers.push(thread);
      let current: Waiting | undefined;
      const readNext = (): void => {
        const input = files[begun];
        current = waiting[begun];
        begun += 1;
        if (input !== undefined) thread.postMessage({ input, cluster } satisfies ToThread);
      };
      thread.on('error', reject);
      thread.on('message', (message: FromThread) => {
        if (message.kind === 'counts') {
          listener.bytes(message.bytes);
          listener.records(message.events, message.others);
          return;
        }
        if (message.kind === 'failure') reject(Object.assign(new Error(), message.failure));
        else current?.push(message, thread);
        if (message.kind === 'end') readNext();
      });
      readNext();
    };
    for (let index = 0; index < Math.min(threads, files.length); index++) start();
  });
  try {
    return await Promise.race([failed, tellInOrder(files, waiting, listener, onEnd)]);
  } finally {
    await Promise.all(workers.map((thread) => thread.terminate()));
  }
}

/** Told how the reading of a file has ended. */
export type OnEnd = (input: ReplayInput, end: FileEnd) => Promise<void>;

async function tellInOrder(
  files: readonly ReplayInput[],
  waiting: readonly Waiting[],
  listener: Listener,
  onEnd: OnEnd,
): Promise<FileEnd[]> {
  const ends: FileEnd[] = [];
  for (const [index, each] of waiting.entries()) {
    const end = await tell(each, listener);
    await onEnd(files[index] as ReplayInput, end);
    ends.push(end);
  }
  return ends;
}

async function tell(file: Waiting, listener: Listener): Promise<FileEnd> {
  for (;;) {
    const { message, thread } = await file.next();
    if (message.kind === 'end') return message.end;
    if (message.kind === 'note') listener.note(message.text);
    else await listener.finding(JSON.parse(message.text));
    thread.postMessage({ taken: message.text.length } satisfies ToThread);
  }
}
