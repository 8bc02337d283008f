/** Instants as text: RFC 3339, in UTC. */

const RFC3339 = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})(?:\.\d{1,9})?Z$/;

/** Epoch milliseconds of an RFC 3339 time in UTC, undefined for any other value. */
export function epochOf(time: string | undefined): number | undefined {
  const epoch = time !== undefined && RFC3339.test(time) ? Date.parse(time) : Number.NaN;
  return Number.isNaN(epoch) ? undefined : epoch;
}

/** `2026-11-23 07:02:18 UTC`; undefined if the value is not a time. */
export function utc(time: string | undefined): string | undefined {
  const epoch = epochOf(time);
  return epoch === undefined ? undefined : `${new Date(epoch).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** RFC 3339 of a date as the AWS SDK gives it; undefined if there is none, or none that is one. */
export const instantOf = (date: Date | undefined): string | undefined =>
  date instanceof Date && !Number.isNaN(date.getTime()) ? date.toISOString() : undefined;
