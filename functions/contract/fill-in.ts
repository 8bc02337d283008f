/** What stands in a command line for what a person has to fill in. */
export const FILL_IN = { reason: 'WHY', by: 'WHO' } as const;

const PLACEHOLDER = new RegExp(`^\\W*(?:${Object.values(FILL_IN).join('|')})\\W*$`, 'i');

/** Whether a text is still the word that stands for what has to be filled in, also as `<WHY>`. */
export const isUnfilled = (text: string): boolean => PLACEHOLDER.test(text);

/** What to do about it, as the rest of a sentence that begins with the name of the field. */
export const UNFILLED = {
  reason: `must say why: "${FILL_IN.reason}" only holds the place`,
  by: `must say who decides: "${FILL_IN.by}" only holds the place`,
} as const;
