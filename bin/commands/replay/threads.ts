import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Cluster } from '../../../functions/contract/finding.ts';
import { PACKAGE_ROOT } from '../../package-root.ts';
import type { FromThread, ToThread } from './messages.ts';
import type { FileEnd, Listener } from './read-file.ts';

const IS_BUILT = import.meta.filename.endsWith('.js');
const THREAD = join(PACKAGE_ROOT, ...(IS_BUILT ? ['dist', 'bin', 'replay-thread.js'] : ['bin', 'replay-thread.mjs']));

/** What a file has told and nobody has taken yet. */
class Waiting {
  readonly #messages: { message: FromThread; thread: Worker }[] = [];
  #onMessage: (() => void) | undefined;

  push(message: FromThread, thread: Worker): void {
    this.#messages.push({ message, thread });
    this.#onMessage?.();
  }

  async next(): Promise<{ message: FromThread; thread: Worker }> {
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
 * @returns how each file ended, in their order
 */
export async function readBeside(
  files: readonly string[],
  cluster: Cluster,
  threads: number,
  listener: Listener,
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
        const file = files[begun];
        current = waiting[begun];
        begun += 1;
        if (file !== undefined) thread.postMessage({ file, cluster } satisfies ToThread);
      };
      thread.on('error', reject);
      thread.on('message', (message: FromThread) => {
        if (message.kind === 'counts') {
          listener.bytes(message.bytes);
          listener.records(message.events, message.others);
          return;
        }
        current?.push(message, thread);
        if (message.kind === 'end') readNext();
      });
      readNext();
    };
    for (let index = 0; index < Math.min(threads, files.length); index++) start();
  });
  try {
    return await Promise.race([failed, tellInOrder(waiting, listener)]);
  } finally {
    await Promise.all(workers.map((thread) => thread.terminate()));
  }
}

async function tellInOrder(waiting: readonly Waiting[], listener: Listener): Promise<FileEnd[]> {
  const ends: FileEnd[] = [];
  for (const file of waiting) ends.push(await tell(file, listener));
  return ends;
}

async function tell(file: Waiting, listener: Listener): Promise<FileEnd> {
  for (;;) {
    const { message, thread } = await file.next();
    if (message.kind === 'end') return message.end;
    if (message.kind === 'counts') continue;
    if (message.kind === 'note') listener.note(message.text);
    else await listener.finding(JSON.parse(message.text));
    thread.postMessage({ taken: message.text.length } satisfies ToThread);
  }
}
