import { InputError, type Place } from '../../input/input.ts';
import { harmlessInTerminal, shortInTerminal } from '../harmless.ts';
import { placeText } from './wording.ts';

/** Problems that are reported one by one; more are counted. */
const MAX_TOLD = 20;
const MAX_LENGTH = 300;

/** Problems of a part of a file, which do not know yet what stands before it. As a thread tells them. */
export class PartProblems {
  count = 0;
  isAuditLog = false;
  readonly told: { place: Place; problem: string }[] = [];

  add(place: Place, problem: string): void {
    this.count += 1;
    if (this.count <= MAX_TOLD) this.told.push({ place, problem: problem.slice(0, MAX_LENGTH) });
  }

  /** Whether there is any event, all parts tell together. */
  end(): void {}

  tellRest(): void {}
}

/**
 * The problems of one file. They are told once it is known that the file is an audit log at all: of a picture nobody
 * wants to read twenty times that its lines are not audit events.
 */
export class Problems {
  count = 0;
  private readonly name: string;
  private readonly tell: (line: string) => void;
  private waiting: string[] = [];
  private known = false;

  constructor(name: string, tell: (line: string) => void) {
    this.name = name;
    this.tell = tell;
  }

  get isAuditLog(): boolean {
    return this.known;
  }

  set isAuditLog(known: boolean) {
    if (this.known === known) return;
    this.known = known;
    this.flush();
  }

  add(place: Place, problem: string): void {
    this.count += 1;
    if (this.count > MAX_TOLD) return;
    this.waiting.push(`${placeText(place)}: ${shortInTerminal(problem, MAX_LENGTH)}`);
    if (this.known) this.flush();
  }

  /**
   * Adds those of the next part of the file.
   *
   * @param before how many lines stand before it
   */
  addPart({ count, isAuditLog, told }: Omit<PartProblems, 'add' | 'end' | 'tellRest'>, before: number): void {
    if (isAuditLog) this.isAuditLog = true;
    for (const { place, problem } of told) this.add({ ...place, line: (place.line ?? 0) + before }, problem);
    this.count += count - told.length;
  }

  /** @throws {InputError} when there was no audit event in the file */
  end(): void {
    if (!this.known) throw new InputError(this.whyNothing());
    this.tellRest();
  }

  /** Why nothing in the file was an audit event. */
  private whyNothing(): string {
    const [first] = this.waiting;
    this.waiting = [];
    const what = 'no audit event in it; see "sentinel replay --help" for what can be read';
    return first === undefined ? what : `${what}\n  the first problem: ${first}`;
  }

  /** What is left to tell when the file has been read. */
  tellRest(): void {
    this.flush();
    if (this.known && this.count > MAX_TOLD)
      this.tell(`${this.name}: ${this.count - MAX_TOLD} more problems like these`);
  }

  private flush(): void {
    for (const line of this.waiting) this.tell(line);
    this.waiting = [];
  }
}

export function noteError(error: InputError, listener: { note(line: string): void }): void {
  // A further line of the message cannot be taken for one of ours.
  for (const [index, line] of error.message.split('\n').entries())
    listener.note(harmlessInTerminal(index > 0 ? line.replace(/^(?! {2})/, '  ') : line));
}
