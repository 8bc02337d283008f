/** Reads parts of objects that somebody else wrote: whatever has another shape counts as absent. */
import { isDeepStrictEqual } from 'node:util';

/** A JSON object: neither an array nor null. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value as an object, an empty one where it has another shape. */
export const record = (value: unknown): Record<string, unknown> => (isRecord(value) ? value : {});

/** Whether two values are the same as JSON: what is absent and what is undefined are the same. */
export const sameJson = (a: unknown, b: unknown): boolean => isDeepStrictEqual(asJson(a), asJson(b));

const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value) ?? 'null');

/** The value of a JSON text; undefined where it is not JSON. */
export function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

export const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

export const records = (value: unknown): Record<string, unknown>[] => list(value).map(record);

/** Not the empty text either: in Kubernetes it means the same as none. */
export const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

export const texts = (value: unknown): string[] => list(value).flatMap((item) => text(item) ?? []);

export const number = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined;

/** An instant as RFC 3339; undefined for any other value. */
export const instant = (value: unknown): string | undefined =>
  typeof value === 'string' && !Number.isNaN(Date.parse(value)) ? value : undefined;
