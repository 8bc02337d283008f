/** Reads parts of objects that somebody else wrote: whatever has another shape counts as absent. */

export const record = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};

export const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

export const records = (value: unknown): Record<string, unknown>[] => list(value).map(record);

/** Not the empty text either: in Kubernetes it means the same as none. */
export const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

export const texts = (value: unknown): string[] => list(value).flatMap((item) => text(item) ?? []);

export const number = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined;

/** An instant as RFC 3339; undefined for what is none. */
export const instant = (value: unknown): string | undefined =>
  typeof value === 'string' && !Number.isNaN(Date.parse(value)) ? value : undefined;

/** For people: not longer than that, and whole characters. */
export const short = (value: string, length = 200): string =>
  value.length <= length ? value : `${value.slice(0, length - 1).toWellFormed()}…`;
