import { isRecord } from '../../functions/kit/json.ts';
import { MAX_RECORD_BYTES } from './input.ts';

/** Docker writes at most so many bytes of a line into one record. */
const DOCKER_PART = 16 * 1024;

/** Messages that a container runtime has split: containerd and CRI-O by a flag, Docker by leaving out the line break. */
export class LineParts {
  readonly #waiting = new Map<string, string[]>();

  get isEmpty(): boolean {
    return this.#waiting.size === 0;
  }

  /** @returns the message once it is whole; undefined as long as it is not */
  add(of: string, text: string, isLast: boolean): string | undefined {
    const parts = this.#waiting.get(of) ?? [];
    parts.push(text);
    const isTooLong = parts.length * DOCKER_PART > MAX_RECORD_BYTES;
    if (!isLast && !isTooLong) this.#waiting.set(of, parts);
    else this.#waiting.delete(of);
    return isLast || isTooLong ? parts.join('') : undefined;
  }

  /** @returns the document, with the whole message in it; undefined as long as that is not whole */
  join(document: unknown): unknown {
    if (!isRecord(document)) return document;
    const { log, stream, logtag, partial_message: partial } = document;
    if (typeof log !== 'string' || typeof stream !== 'string') return document;
    const isPart =
      logtag === 'P' || partial === 'true' || (!log.endsWith('\n') && Buffer.byteLength(log) >= DOCKER_PART - 3);
    if (!isPart && !this.#waiting.has(stream)) return document;
    const whole = this.add(stream, log, !isPart);
    return whole === undefined ? undefined : { ...document, log: whole };
  }

  /** What waits for the rest when the input ends. */
  rest(): string[] {
    const rest = [...this.#waiting.values()].map((parts) => parts.join(''));
    this.#waiting.clear();
    return rest;
  }
}
