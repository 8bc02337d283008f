/** Loaded before a program whose output is to be the same whenever it runs: its clock stands still. */

/** Some minutes after the last event of the demo's recording. */
const NOW = Date.parse('2026-11-23T19:58:00Z');

globalThis.Date = class extends Date {
  constructor(instant: string | number | Date = NOW) {
    super(instant);
  }
  static override now(): number {
    return NOW;
  }
} as DateConstructor;
