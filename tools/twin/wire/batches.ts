/** How log lines become PutLogEvents requests: pure. Limits are those of the CloudWatch Logs API reference. */

export interface LogEvent {
  /** Milliseconds since 1970. */
  timestamp: number;
  message: string;
}

/** Counted with {@link EVENT_OVERHEAD_BYTES} for each event. */
export const MAX_BATCH_BYTES = 1_048_576;
export const EVENT_OVERHEAD_BYTES = 26;
export const MAX_BATCH_EVENTS = 10_000;
export const MAX_BATCH_SPAN_MS = 24 * 60 * 60_000;

/** How EKS marks a line that it cut. */
export const CUT_MARK = '[Truncated...]';

/**
 * A line as EKS would write it: cut to so many bytes, the mark included. Never cut inside a character.
 *
 * @param maxBytes at least the length of the mark
 */
export function cutLine(line: string, maxBytes: number): string {
  if (Buffer.byteLength(line) <= maxBytes) return line;
  const bytes = Buffer.from(line);
  let end = maxBytes - CUT_MARK.length;
  while (end > 0 && ((bytes[end] ?? 0) & 0b1100_0000) === 0b1000_0000) end--; // in the middle of a character
  return bytes.toString('utf8', 0, end) + CUT_MARK;
}

/** When the API server wrote the line; `now` for one that does not say. */
export function timestampOf(line: string, now: number): number {
  try {
    const at = Date.parse(JSON.parse(line).stageTimestamp);
    return Number.isNaN(at) ? now : at;
  } catch {
    return now;
  }
}

/**
 * Puts the events in order of time (those of one instant stay as they came) and splits them so that each batch is one
 * that PutLogEvents takes. An event must be smaller than a batch.
 */
export function batches(events: readonly LogEvent[]): LogEvent[][] {
  const all: LogEvent[][] = [];
  let batch: LogEvent[] = [];
  let bytes = 0;
  for (const event of events.toSorted((a, b) => a.timestamp - b.timestamp)) {
    const size = Buffer.byteLength(event.message) + EVENT_OVERHEAD_BYTES;
    const [first = event] = batch;
    const full =
      bytes + size > MAX_BATCH_BYTES ||
      batch.length === MAX_BATCH_EVENTS ||
      event.timestamp - first.timestamp > MAX_BATCH_SPAN_MS;
    if (batch.length > 0 && full) {
      all.push(batch);
      batch = [];
      bytes = 0;
    }
    batch.push(event);
    bytes += size;
  }
  if (batch.length > 0) all.push(batch);
  return all;
}
