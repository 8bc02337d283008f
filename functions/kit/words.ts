/** Pieces of sentences for people. None of them makes text harmless: that is for the room that prints it. */

/** `1 image`, `2 images`; of another plural, `3 failures of …` */
export const counted = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;

/** `40 or more findings` where there are more than were counted, else as {@link counted}. */
export const countedAtLeast = (count: number, more: boolean, one: string): string =>
  more ? `${count} or more ${one}s` : counted(count, one);

/** With a capital at its beginning. */
export const capitalized = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** `a`, `a and b`, `a, b and c`, or `a, b and 3 more` where there are more than `most`; each text is named once. */
export function listed(texts: readonly string[], most = 3): string {
  const all = [...new Set(texts)];
  const more = all.length - most;
  const parts = more > 0 ? [...all.slice(0, most), `${more} more`] : all;
  return parts.length > 1 ? `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}` : (parts[0] ?? '');
}

/** A name of at most `most` characters: a longer one without its middle. */
export function shortName(name: string, most = 40): string {
  if (name.length <= most) return name;
  const room = most - 5;
  return `${name.slice(0, Math.ceil(room / 2))}[...]${name.slice(-Math.floor(room / 2))}`.toWellFormed();
}

/** As {@link listed}, for a short form: the first name, in at most `room` characters, and how many more there are. */
export const firstOf = (names: readonly string[], room = 40): string =>
  listed(
    [...new Set(names)].map((name) => shortName(name, room)),
    1,
  );

/** `a, b, c`, or `a, b and 3 more` where there are more than `most`. */
export function andMore(texts: readonly string[], most: number): string {
  const shown = texts.slice(0, most).join(', ');
  return texts.length > most ? `${shown} and ${texts.length - most} more` : shown;
}

/** The first `most` lines and, where there are more, a last line `and 3 more`. */
export const linesAndMore = (lines: readonly string[], most: number): string[] =>
  lines.length > most ? [...lines.slice(0, most), `and ${lines.length - most} more`] : [...lines];

/** At most `length` UTF-16 units, the last of which is `…` where the text was longer; half a character becomes U+FFFD. */
export const short = (text: string, length = 200): string =>
  text.length <= length ? text : `${text.slice(0, length - 1).toWellFormed()}…`;

/** What a thrown value says: the message of an Error, anything else as text. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
