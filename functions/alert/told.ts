/** A sentence of an indicator or a check, in as many characters as there is room for. */
import { withPlainTimes } from '../kit/phrase.ts';
import { harmless } from './text.ts';

/** What is told; may hold attacker-chosen text. */
export interface Told {
  /** Our own words before it. @default none */
  mark?: string;
  text: string;
  /** The short form that whoever found it gave it; absent in what an earlier version wrote. */
  brief?: string | undefined;
}

/** The longest sentence that is read, in characters. */
const MAX_TEXT = 2_000;

/** The whole sentence where it is no longer than wanted, else its short form, where it has one. Harmless, and never cut. */
export function toldIn({ mark = '', text, brief = text }: Told, most: number): string {
  const whole = harmless(withPlainTimes(text), MAX_TEXT);
  return `${mark}${whole.length <= most ? whole : harmless(withPlainTimes(brief), MAX_TEXT)}`;
}
