import type { Place } from '../../input/input.ts';
import { shortInTerminal } from '../harmless.ts';
import { placeText } from './wording.ts';

/** Problems that are reported one by one; more are counted. */
const MAX_TOLD = 20;
const MAX_LENGTH = 300;

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

  /** Why nothing in the file was an audit event. */
  whyNothing(): string {
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
