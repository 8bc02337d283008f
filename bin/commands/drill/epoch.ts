/** Epoch milliseconds of an RFC 3339 instant; undefined where it is not one. */
export function epochOf(instant: string | undefined): number | undefined {
  const at = Date.parse(instant ?? '');
  return Number.isNaN(at) ? undefined : at;
}
