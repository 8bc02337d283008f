/** Follows the API server's audit log through its rotations. */
import { closeSync, fstatSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** How far the log has been read. */
export interface Position {
  /** The file that was being read. */
  inode: number;
  /** Bytes of it that were handed out as whole lines. */
  offset: number;
}

const CHUNK_BYTES = 1 << 20;
const NEWLINE = 10;

export class AuditTail {
  readonly #path: string;
  #file: { descriptor: number; inode: number } | undefined;
  /** Bytes read of the file. */
  #read = 0;
  /** The beginning of a line whose end was not there yet. */
  #rest = Buffer.alloc(0);
  readonly #start: Position | undefined;
  /** The file has been rotated away: what is not in it now will never be. */
  #final = false;

  /** @param start go on from here; default: from the beginning of the oldest file */
  constructor(path: string, start?: Position) {
    this.#path = path;
    this.#start = start;
  }

  /** The file and those rotated away from it (`audit-<time>.log`), oldest first. */
  #files(): { path: string; inode: number }[] {
    const folder = dirname(this.#path);
    const stem = basename(this.#path, '.log');
    const rotated = readdirSync(folder).filter((name) => name.startsWith(`${stem}-`) && name.endsWith('.log'));
    return [...rotated.sort().map((name) => join(folder, name)), this.#path].flatMap((path) => {
      const inode = statSync(path, { throwIfNoEntry: false })?.ino;
      return inode === undefined ? [] : [{ path, inode }];
    });
  }

  #open(file: { path: string; inode: number }, offset: number): void {
    const descriptor = openSync(file.path, 'r');
    // between listing and opening the log may have been rotated: the descriptor tells which file it is
    this.#file = { descriptor, inode: fstatSync(descriptor).ino };
    this.#read = offset;
    this.#rest = Buffer.alloc(0);
    this.#final = false;
  }

  /** Opens the file of the start position, else the oldest. False when there is none. */
  #first(): boolean {
    const files = this.#files();
    const known = files.find(({ inode }) => inode === this.#start?.inode);
    const [oldest] = files;
    if (known) this.#open(known, this.#start?.offset ?? 0);
    else if (oldest) this.#open(oldest, 0);
    return this.#file !== undefined;
  }

  /** At the end of the file: goes on to the one that followed it. False when the file is still being written. */
  #next(): boolean {
    const current = this.#file;
    const files = this.#files();
    const next = files[files.findIndex(({ inode }) => inode === current?.inode) + 1];
    if (!current || !next) return false;
    if (this.#final) {
      closeSync(current.descriptor);
      this.#open(next, 0);
    } else {
      this.#final = true; // lines may have come between the last read and the rotation: once more
    }
    return true;
  }

  /**
   * Whole lines that were written since, up to so many bytes; none when there is nothing new.
   *
   * @param maxBytes soft: it ends with the chunk that exceeds it
   */
  lines(maxBytes: number): string[] {
    const lines: string[] = [];
    if (!this.#file && !this.#first()) return lines;
    for (let bytes = 0; bytes < maxBytes; ) {
      const chunk = this.#chunk();
      if (chunk.length > 0) {
        bytes += chunk.length;
        this.#split(chunk, lines);
      } else if (!this.#next()) break;
    }
    return lines;
  }

  #chunk(): Buffer {
    const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
    const length = this.#file ? readSync(this.#file.descriptor, buffer, 0, CHUNK_BYTES, this.#read) : 0;
    this.#read += length;
    return buffer.subarray(0, length);
  }

  #split(chunk: Buffer, lines: string[]): void {
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      const line = Buffer.concat([this.#rest, chunk.subarray(from, end)]);
      this.#rest = Buffer.alloc(0);
      if (line.length > 0) lines.push(line.toString());
      from = end + 1;
    }
    this.#rest = Buffer.concat([this.#rest, chunk.subarray(from)]);
  }

  /** Where the lines handed out so far end. */
  get position(): Position | undefined {
    return this.#file && { inode: this.#file.inode, offset: this.#read - this.#rest.length };
  }

  close(): void {
    if (this.#file) closeSync(this.#file.descriptor);
    this.#file = undefined;
  }
}
