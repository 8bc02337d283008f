import { stat } from 'node:fs/promises';
import { counted } from '../../../functions/kit/words.ts';
import { InputError } from '../../input/input.ts';
import type { Part } from '../../input/read.ts';
import { type S3Place, s3Name, s3PlaceOf } from '../../input/s3-place.ts';
import { PRICES } from '../../prices.ts';
import { harmlessInTerminal } from '../harmless.ts';
import type { Task } from '../task.ts';
import type { ReplayState } from './state.ts';
import { megabytes } from './wording.ts';

/** What is read: a file, or an object in S3. */
export interface ReplayInput {
  /** A path, `-`, or the URL of an object. */
  name: string;
  /** Before decompression; undefined where it is not known, as of a pipe. */
  bytes?: number;
  /** Why it cannot be read, where that is known beforehand. */
  problem?: string;
  /** What tells that it has changed. Absent for a file. */
  etag?: string;
  /** Not a pipe, nor an object. */
  isFile?: boolean;
  /** Where only a part of it is meant. */
  part?: Part;
}

/** Classes whose objects have to be restored before they can be read (Amazon S3 user guide, "Storage classes"). */
const ARCHIVED = ['GLACIER', 'DEEP_ARCHIVE'];
/** What CloudWatch Logs writes to see whether it may export. */
const WRITE_TEST = /(?:^|\/)aws-logs-write-test$/;
/** A plain assumption, for the time that is told first; afterwards the real speed is. In bytes a second. */
const ASSUMED_SPEED = 50_000_000;

/** The inputs that the arguments name, in their order. @throws {InputError} {Error} what AWS answers */
export async function inputsOf(
  names: readonly string[],
  state: ReplayState | undefined,
  task: Task,
): Promise<ReplayInput[]> {
  const inputs: ReplayInput[] = [];
  for (const name of names) {
    const place = s3PlaceOf(name);
    if (place) inputs.push(...(await objectsIn(place, state, task)));
    else inputs.push(await fileInput(name));
  }
  return inputs;
}

async function fileInput(name: string): Promise<ReplayInput> {
  if (name === '-') return { name };
  const found = await stat(name).catch(() => undefined);
  // What cannot be looked at has no length; it is told when it is read.
  if (!found || found.isDirectory()) return { name, bytes: 0 };
  return found.isFile() ? { name, bytes: found.size, isFile: true } : { name };
}

async function objectsIn(place: S3Place, state: ReplayState | undefined, task: Task): Promise<ReplayInput[]> {
  const { listObjects } = await import('../../input/s3.ts');
  task.about = s3Name(place);
  task.waitFor(`Listing ${s3Name(place)}`);
  const inputs: ReplayInput[] = [];
  let done = 0;
  for await (const { key, bytes, etag, storageClass } of listObjects(place)) {
    if (bytes === 0 || WRITE_TEST.test(key)) continue;
    const input: ReplayInput = { name: s3Name({ bucket: place.bucket, key }), bytes, etag };
    if (state?.isDone(input)) done += 1;
    else if (storageClass === undefined || !ARCHIVED.includes(storageClass)) inputs.push(input);
    else
      inputs.push({
        ...input,
        problem: `is archived (${storageClass}): restore it first ("aws s3api restore-object")`,
      });
  }
  task.waitFor(undefined);
  if (inputs.length + done === 0) throw new InputError(`${s3Name(place)}: no object has a key that begins so`);
  task.note(harmlessInTerminal(announcement(s3Name(place), inputs, done)));
  return inputs;
}

/** Told before anything is read, so that whoever has given the wrong prefix can stop it. */
function announcement(name: string, inputs: readonly ReplayInput[], done: number): string {
  const before = done > 0 ? `${counted(done, 'object')} of before left out, ` : '';
  const bytes = inputs.reduce((sum, input) => sum + (input.bytes ?? 0), 0);
  const seconds = Math.ceil(bytes / ASSUMED_SPEED);
  const requests =
    (inputs.length / 1_000) * PRICES.bucketGets + ((inputs.length + done) / 1_000_000) * PRICES.bucketPuts;
  const transfer = (bytes / 1e9) * PRICES.transferOut;
  return `${name}: ${before}${counted(inputs.length, 'object')} of ${megabytes(bytes)} to read; about ${seconds} s at ${megabytes(ASSUMED_SPEED)} a second, $${requests.toFixed(4)} for requests, and from outside of its Region $${transfer.toFixed(2)} for the transfer.`;
}
