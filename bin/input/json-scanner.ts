import { closingQuote } from '../../functions/kit/cut-json.ts';

/** No log nests like this; the stack of what is open must not grow without end. */
const MAX_DEPTH = 10_000;
/** Keys of a document beyond these are not kept. */
const MAX_KEYS = 64;
const MAX_KEY_LENGTH = 256;

const LITERAL = /^(?:-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)$/;
const IN_LITERAL = /[-+.\w]+/y;
const LONGEST_LITERAL = 1_000;

/**
 * Follows the grammar of one JSON value through the pieces of a text, without parsing it. A piece is a line or part of one:
 * no string goes on behind the end of a line.
 */
export class JsonScanner {
  state: 'open' | 'closed' | 'broken' = 'open';
  /** The keys of the value itself, as they are written. */
  readonly keys = new Set<string>();
  /** The objects and lists that are open, by their first character. */
  readonly #stack: string[] = [];
  #next: 'value' | 'first' | 'key' | 'colon' | 'comma' = 'value';
  #string: { isKey: boolean; text: string } | undefined;
  #escaped = false;
  #literal = '';

  /** How many objects and lists are open. */
  get depth(): number {
    return this.#stack.length;
  }

  get isInString(): boolean {
    return this.#string !== undefined;
  }

  /** @returns how far it came: behind the value, to what JSON cannot have there, or to the end of the piece */
  push(text: string, from = 0): number {
    let at = from;
    while (at < text.length) {
      at = this.#step(text, at);
      if (this.state !== 'open') break;
    }
    return at;
  }

  /** The line ends here. */
  endLine(): void {
    if (this.#string) this.state = 'broken';
    else this.#endLiteral();
  }

  #step(text: string, at: number): number {
    if (this.#string) return this.#inString(text, at);
    if (this.#literal !== '' || this.#next === 'value' || this.#next === 'first') {
      IN_LITERAL.lastIndex = at;
      const [literal] = IN_LITERAL.exec(text) ?? [];
      if (literal !== undefined) {
        this.#literal += literal;
        if (this.#literal.length > LONGEST_LITERAL) this.state = 'broken';
        return at + literal.length;
      }
      this.#endLiteral();
      if (this.state !== 'open') return at;
    }
    return this.#mark(text.charAt(at), at);
  }

  #mark(character: string, at: number): number {
    switch (character) {
      case ' ':
      case '\t':
      case '\r':
        return at + 1;
      case '"':
        return this.#open(at);
      case '{':
      case '[':
        if ((this.#next !== 'value' && !this.#isFirstOfList) || this.depth >= MAX_DEPTH) return this.#break(at);
        this.#stack.push(character);
        this.#next = 'first';
        return at + 1;
      case '}':
      case ']':
        if (this.#stack.at(-1) !== (character === '}' ? '{' : '[')) return this.#break(at);
        if (this.#next !== 'first' && this.#next !== 'comma') return this.#break(at);
        this.#stack.pop();
        this.#endValue();
        return at + 1;
      case ':':
        if (this.#next !== 'colon') return this.#break(at);
        this.#next = 'value';
        return at + 1;
      case ',':
        if (this.#next !== 'comma') return this.#break(at);
        this.#next = this.#stack.at(-1) === '{' ? 'key' : 'value';
        return at + 1;
      default:
        return this.#break(at);
    }
  }

  get #isFirstOfList(): boolean {
    return this.#next === 'first' && this.#stack.at(-1) === '[';
  }

  #open(at: number): number {
    const isKey = this.#next === 'key' || (this.#next === 'first' && this.#stack.at(-1) === '{');
    if (!isKey && this.#next !== 'value' && !this.#isFirstOfList) return this.#break(at);
    this.#string = { isKey, text: '' };
    return at + 1;
  }

  #inString(text: string, from: number): number {
    const string = this.#string ?? { isKey: false, text: '' };
    const end = closingQuote(text, this.#escaped ? from + 1 : from);
    const isWanted = string.isKey && this.depth === 1 && string.text.length <= MAX_KEY_LENGTH;
    if (isWanted) string.text += text.slice(from, end < 0 ? undefined : end);
    if (end < 0) {
      this.#escaped = endsInBackslash(text, from, this.#escaped);
      return text.length;
    }
    this.#escaped = false;
    this.#string = undefined;
    if (!string.isKey) this.#endValue();
    else {
      this.#next = 'colon';
      if (this.depth === 1 && this.keys.size < MAX_KEYS) this.keys.add(string.text);
    }
    return end + 1;
  }

  #endLiteral(): void {
    if (this.#literal === '') return;
    const isGood = LITERAL.test(this.#literal) && (this.#next === 'value' || this.#isFirstOfList);
    this.#literal = '';
    if (isGood) this.#endValue();
    else this.state = 'broken';
  }

  #endValue(): void {
    this.#next = 'comma';
    if (this.depth === 0) this.state = 'closed';
  }

  #break(at: number): number {
    this.state = 'broken';
    return at;
  }
}

/** Whether the piece ends in the middle of an escape. */
function endsInBackslash(text: string, from: number, escaped: boolean): boolean {
  let backslashes = 0;
  while (text.length - backslashes > from && text[text.length - 1 - backslashes] === '\\') backslashes++;
  const isAllEscaped = escaped && backslashes === text.length - from;
  return (backslashes + (isAllEscaped ? 1 : 0)) % 2 === 1;
}
