/**
 * Text that an attacker may have chosen, for a message that a person sends on: one line, nothing invisible or that turns
 * the direction of writing, no quotation mark that could end a quotation, no longer than `max` characters.
 */
export function plain(text: string, max = 200): string {
  const shown = text
    .toWellFormed()
    .replace(/[\p{C}\p{Zl}\p{Zp}\p{Zs}]+/gu, ' ')
    .replace(/["“”„«»]/g, "'")
    .trim();
  const characters = [...shown];
  return characters.length > max ? `${characters.slice(0, max).join('')}…` : shown;
}
