/** The time of a recording, which goes on while the demo runs and can be put forward. */
export class Clock {
  readonly #start: number;
  readonly #begun = performance.now();
  #ahead = 0;

  /** @param start epoch milliseconds */
  constructor(start: number = Date.now()) {
    this.#start = start;
  }

  /** Epoch milliseconds. */
  readonly now = (): number => Math.floor(this.#start + (performance.now() - this.#begun) + this.#ahead);

  forward(ms: number): void {
    this.#ahead += Math.max(0, ms);
  }
}
