/** A thread of `sentinel replay`, which reads one file after another, beside other threads. */
import { Readable } from 'node:stream';
import { parentPort } from 'node:worker_threads';
import type { Finding } from '../../../functions/contract/finding.ts';
import { type FromThread, MAX_WAITING, type ThreadReport, type ToThread } from './messages.ts';
import { type Listener, readFile } from './read-file.ts';

const port = parentPort;
if (!port) throw new Error('this file is a thread of "sentinel replay", not a program');

const tell = (message: FromThread): void => port.postMessage(message);
let counts = { bytes: 0, events: 0, others: 0 };
let waiting = 0;
let onTaken: (() => void) | undefined;

/** A message for each event would cost more than the event. */
function tellCounts(): void {
  tell({ kind: 'counts', ...counts });
  counts = { bytes: 0, events: 0, others: 0 };
}

let told: ThreadReport[] = [];
let size = 0;

/** They go together, as a message costs as much as a finding. */
function keep(each: ThreadReport, length: number): void {
  told.push(each);
  size += length;
  waiting += length;
}

function tellKept(): void {
  if (told.length > 0) tell({ kind: 'told', told, size });
  told = [];
  size = 0;
}

async function room(): Promise<void> {
  if (waiting > MAX_WAITING) tellKept();
  while (waiting > MAX_WAITING)
    await new Promise<void>((resolve) => {
      onTaken = resolve;
    });
}

const listener: Listener = {
  bytes(count) {
    counts.bytes += count;
    tellCounts();
    tellKept();
  },
  records(events, others) {
    counts.events += events;
    counts.others += others;
  },
  note: (line) => keep({ note: line }, line.length),
  goesOn: () => tell({ kind: 'goesOn' }),
  async finding(finding: Finding) {
    const text = JSON.stringify(finding);
    keep({ finding: text }, text.length);
    await room();
  },
};

port.on('message', async (message: ToThread) => {
  if ('taken' in message) {
    waiting -= message.taken;
    onTaken?.();
    return;
  }
  await room();
  try {
    const end = await readFile(message.input, { stdin: Readable.from([]), cluster: message.cluster }, listener);
    tellCounts();
    tellKept();
    tell({ kind: 'end', end });
  } catch (error) {
    const { name = '', message: said = String(error), stack, $metadata } = Object(error);
    tell({ kind: 'failure', failure: { name, message: said, stack, $metadata } });
  }
});
