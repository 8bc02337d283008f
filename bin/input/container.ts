/** What comes next in an object or list that is gone into. */
type Next = 'first' | 'key' | 'colon' | 'value' | 'comma';

/** An object or list whose members are read one by one. */
export class JsonContainer {
  /** The texts of an object so far. */
  readonly fields = new Map<string, string>();
  /** The key of the member that comes. */
  key: string | undefined;
  /** A member was a record: those that are not are reported. */
  hasRecords = false;
  readonly isObject: boolean;
  #next: Next = 'first';

  constructor(mark: string) {
    this.isObject = mark === '{';
  }

  /**
   * Goes to the next key or value, or behind the end.
   *
   * @returns how far it came, and what begins there
   */
  push(text: string, from: number): { at: number; what: 'key' | 'value' | 'end' | 'broken' | 'more' } {
    for (let at = from; at < text.length; at++) {
      const character = text.charAt(at);
      if (/\s/.test(character)) continue;
      const isFirst = this.#next === 'first';
      if ((isFirst || this.#next === 'comma') && character === (this.isObject ? '}' : ']'))
        return { at: at + 1, what: 'end' };
      if (isFirst) this.#next = this.isObject ? 'key' : 'value';
      if (this.#next === 'value') {
        this.#next = 'comma';
        return { at, what: 'value' };
      }
      if (this.#next === 'key' && character === '"') {
        this.#next = 'colon';
        return { at, what: 'key' };
      }
      if (this.#next === 'colon' && character === ':') this.#next = 'value';
      else if (this.#next === 'comma' && character === ',') this.#next = this.isObject ? 'key' : 'value';
      else return { at, what: 'broken' };
    }
    return { at: text.length, what: 'more' };
  }
}
