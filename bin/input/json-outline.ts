import { type Tokenizer, TokenType } from '@streamparser/json';

type Token = Parameters<Tokenizer['onToken']>[0];

/** Keys of a document beyond this number, and strings longer than this many characters, are not kept. */
const MAX_FIELDS = 64;
const MAX_FIELD_LENGTH = 4096;

/** No log nests like this; the stack of what is open must not grow without end. */
const MAX_DEPTH = 10_000;

/** What an outline tells as it goes along the tokens. Offsets are in bytes. */
export interface OutlineEvents {
  /** A wanted value begins; only objects and lists do. */
  begin(offset: number): void;
  /** The wanted value ends with the byte at this offset. */
  end(offset: number): void;
  /** A wanted value that is neither object nor list. */
  scalar(value: unknown, offset: number): void;
  /** A document ended that has not the list. */
  withoutList(offset: number): void;
}

/**
 * Follows JSON documents by their tokens and finds the wanted values: the documents themselves, or the elements of the
 * list that a document has under a key.
 */
export class JsonOutline {
  private readonly events: OutlineEvents;
  private readonly list: string | undefined;
  /** The objects and lists that are open. */
  private readonly stack: ('{' | '[')[] = [];
  private next: 'value' | 'key' | 'colon' | 'comma' = 'value';
  /** The document's own keys so far, with the values that are strings. */
  fields: Map<string, string | undefined> = new Map();
  private key: string | undefined;
  private inList = false;
  private hadList = false;

  constructor(events: OutlineEvents, list?: string) {
    this.events = events;
    this.list = list;
  }

  /** How many objects and lists are open. */
  get depth(): number {
    return this.stack.length;
  }

  /** @throws Error where JSON cannot have this token */
  take({ token, value }: Token, offset: number): void {
    switch (token) {
      case TokenType.LEFT_BRACE:
        this.open('{', offset);
        break;
      case TokenType.LEFT_BRACKET:
        this.open('[', offset);
        break;
      case TokenType.RIGHT_BRACE:
        this.close('{', offset);
        break;
      case TokenType.RIGHT_BRACKET:
        this.close('[', offset);
        break;
      case TokenType.COLON:
        this.expect('colon');
        this.next = 'value';
        break;
      case TokenType.COMMA:
        this.expect('comma');
        this.next = this.stack.at(-1) === '{' ? 'key' : 'value';
        break;
      default:
        this.scalar(value, offset);
    }
  }

  /** Forgets what is open: the next token begins a document. */
  reset(): void {
    this.stack.length = 0;
    this.next = 'value';
    this.inList = false;
  }

  private expect(what: JsonOutline['next']): void {
    if (this.next !== what) throw new Error(`${what} where ${this.next} must be`);
  }

  private get wanted(): boolean {
    return this.list === undefined ? this.depth === 0 : this.inList && this.depth === 2;
  }

  private open(kind: '{' | '[', offset: number): void {
    this.expect('value');
    if (this.depth >= MAX_DEPTH) throw new Error('nested too deep');
    if (this.wanted) this.events.begin(offset);
    if (this.depth === 0) {
      this.fields = new Map();
      this.key = undefined;
      this.hadList = false;
    } else if (this.depth === 1 && kind === '[' && this.list !== undefined && this.key === this.list) {
      this.inList = this.hadList = true;
    }
    this.stack.push(kind);
    this.next = kind === '{' ? 'key' : 'value';
  }

  private close(kind: '{' | '[', offset: number): void {
    if (this.stack.at(-1) !== kind) throw new Error('nothing of the kind to close');
    this.stack.pop();
    this.next = this.depth > 0 ? 'comma' : 'value';
    if (this.wanted) this.events.end(offset);
    if (this.depth === 1) this.inList = false;
    if (this.depth === 0 && this.list !== undefined && !this.hadList) this.events.withoutList(offset);
  }

  private scalar(value: unknown, offset: number): void {
    const text = typeof value === 'string' && value.length <= MAX_FIELD_LENGTH ? value : undefined;
    if (this.next === 'key' && typeof value === 'string') {
      this.next = 'colon';
      if (this.depth > 1) return;
      this.key = text;
      if (text !== undefined && this.fields.size < MAX_FIELDS) this.fields.set(text, undefined);
      return;
    }
    this.expect('value');
    if (this.depth === 0) throw new Error('a value outside of any document');
    this.next = 'comma';
    if (this.wanted) this.events.scalar(value, offset);
    else if (this.depth === 1 && this.key !== undefined && this.fields.has(this.key)) this.fields.set(this.key, text);
  }
}
