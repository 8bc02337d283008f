import { readCutObject, wholeParts } from '../../kit/cut-json.ts';
import { record } from '../../kit/json.ts';
import type { LogEntry } from './log-search.ts';

/** How deep a cut body is read: `requestObject`, its template and the pod's spec in it. */
const LEVELS = 8;

/**
 * What a line holds as JSON. One that was cut, by CloudWatch Logs or by us, is read as far
 * as it is complete: a list that was cut counts as absent.
 */
export function readLine(text: string): Pick<LogEntry, 'json' | 'cut'> {
  if (!text.startsWith('{')) return {};
  try {
    return { json: record(JSON.parse(text)) };
  } catch {
    const cut = readCutObject(text, LEVELS);
    return cut ? { json: wholeParts(cut), cut: true } : {};
  }
}
