import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Cluster } from '../../../functions/contract/finding.ts';
import { PACKAGE_ROOT } from '../../package-root.ts';
import type { ReplayInput } from './inputs.ts';
import type { FromThread, ToThread } from './messages.ts';
import { FileOfParts } from './parts.ts';
import type { FileEnd, Listener } from './read-file.ts';

const IS_BUILT = import.meta.filename.endsWith('.js');
const THREAD = join(PACKAGE_ROOT, ...(IS_BUILT ? ['dist', 'bin', 'replay-thread.js'] : ['bin', 'replay-thread.mjs']));

type OfFile = Exclude<FromThread, { kind: 'counts' | 'failure' | 'goesOn' }>;

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

/** A file, an object or a part of a file; a thread reads one at a time. */
class Unit {
  readonly input: ReplayInput;
  readonly waiting = new Waiting();
  readonly counts = { bytes: 0, events: 0, others: 0 };
  isBegun = false;
  /** The part before it goes on, and is read with what is in this one. */
  isVoid = false;

  constructor(input: ReplayInput) {
    this.input = input;
  }
}

/**
 * Reads files side by side. What they hold is told in the order of the files; only counts come as they are made.
 *
 * @param threads how many, at least one
 * @param onEnd told when all findings of a file were taken
 * @returns how each file ended, in their order; the parts of one together
 */
export async function readBeside(
  inputs: readonly ReplayInput[],
  cluster: Cluster,
  threads: number,
  listener: Listener,
  onEnd: OnEnd,
): Promise<FileEnd[]> {
  const units = inputs.map((input) => new Unit(input));
  const workers: Worker[] = [];
  let next = 0;
  const failed = new Promise<never>((_, reject) => {
    const start = (): void => {
      const thread = new Worker(THREAD);
      workers.push(thread);
      let current: Unit | undefined;
      const readNext = (): void => {
        do current = units[next++];
        while (current?.isVoid);
        if (!current) return;
        current.isBegun = true;
        thread.postMessage({ input: current.input, cluster } satisfies ToThread);
      };
      thread.on('error', reject);
      thread.on('message', (message: FromThread) => {
        if (message.kind === 'failure') reject(Object.assign(new Error(), message.failure));
        else if (!current) return;
        else if (message.kind === 'counts') addCounts(current, message, listener);
        else if (message.kind === 'goesOn') voidBehind(current, units);
        else {
          current.waiting.push(message, thread);
          if (message.kind === 'end') readNext();
        }
      });
      readNext();
    };
    for (let index = 0; index < Math.min(threads, units.length); index++) start();
  });
  try {
    return await Promise.race([failed, tellInOrder(units, listener, onEnd)]);
  } finally {
    await Promise.all(workers.map((thread) => thread.terminate()));
  }
}

function addCounts({ counts }: Unit, { bytes, events, others }: Unit['counts'], listener: Listener): void {
  counts.bytes += bytes;
  counts.events += events;
  counts.others += others;
  listener.bytes(bytes);
  listener.records(events, others);
}

/** The other parts of the file are read with this one. */
function voidBehind(unit: Unit, units: readonly Unit[]): void {
  for (const behind of units.slice(units.indexOf(unit) + 1)) {
    const { name, part } = behind.input;
    if (name !== unit.input.name || !part || part.from === 0) return;
    behind.isVoid = true;
  }
}

/** Told how the reading of a file has ended. */
export type OnEnd = (input: ReplayInput, end: FileEnd) => Promise<void>;

async function tellInOrder(units: readonly Unit[], listener: Listener, onEnd: OnEnd): Promise<FileEnd[]> {
  const ends: FileEnd[] = [];
  const told = async (input: ReplayInput, end: FileEnd): Promise<void> => {
    await onEnd(input, end);
    ends.push(end);
  };
  let whole: FileOfParts | undefined;
  for (const unit of units) {
    const { input } = unit;
    if (!input.part) {
      await told(input, await tell(unit.waiting, listener));
      continue;
    }
    whole ??= new FileOfParts(input.name, listener);
    if (!unit.isVoid) whole.add(await tell(unit.waiting, listener));
    else if (unit.isBegun) await takeBack(unit, listener);
    if (input.part.to < Number.POSITIVE_INFINITY) continue;
    await told(input, whole.end());
    whole = undefined;
  }
  return ends;
}

/** What was read of a part that is read with another one. */
async function takeBack({ waiting, counts }: Unit, listener: Listener): Promise<void> {
  const nobody = { note: () => {}, finding: async () => {} };
  await tell(waiting, nobody);
  listener.bytes(-counts.bytes);
  listener.records(-counts.events, -counts.others);
}

async function tell(waiting: Waiting, listener: Pick<Listener, 'note' | 'finding'>): Promise<FileEnd> {
  for (;;) {
    const { message, thread } = await waiting.next();
    if (message.kind === 'end') return message.end;
    for (const each of message.told) {
      if ('note' in each) listener.note(each.note);
      else await listener.finding(JSON.parse(each.finding));
    }
    thread.postMessage({ taken: message.size } satisfies ToThread);
  }
}
