/**
 * Text that a terminal could take for more than text: control characters (C0, DEL, C1), format characters (direction
 * overrides, zero-width ones), characters that show nothing, line and paragraph separators, other spaces than the
 * plain one, unassigned and private ones, lone surrogates, and marks that pile up on their neighbour.
 */
const HARMFUL = /[\p{C}\p{Zl}\p{Zp}\p{M}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}/gu;

const escapeUnits = (text: string): string => {
  let escaped = '';
  for (let index = 0; index < text.length; index += 1)
    escaped += `\\u${text.charCodeAt(index).toString(16).padStart(4, '0')}`;
  return escaped;
};

/** The text with everything harmful as `\uXXXX`, on one line. */
export const harmlessInTerminal = (text: string): string => text.replace(HARMFUL, escapeUnits);

/** The value as JSON on one line with nothing harmful in it: the same value when it is parsed. */
export const harmlessJson = (value: unknown): string => harmlessInTerminal(JSON.stringify(value));

/** The text, harmless and at most so long: what is over is told by `…`. */
export function shortInTerminal(text: string, length: number): string {
  const safe = harmlessInTerminal(text);
  return safe.length <= length ? safe : `${safe.slice(0, length - 1)}…`;
}
