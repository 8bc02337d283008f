import type { LogEntry } from './log-search.ts';

/** Deeper nesting than any Kubernetes object has. */
const MAX_DEPTH = 64;

type Json = Record<string, unknown>;

/** What a line holds as JSON. One that was cut, by CloudWatch Logs or by us, is read as far as it is complete. */
export function readLine(text: string): Pick<LogEntry, 'json' | 'cut'> {
  if (!text.startsWith('{')) return {};
  const whole = parsed(text);
  if (whole) return { json: whole };
  const json = parsed(completed(text));
  return json ? { json, cut: true } : {};
}

function parsed(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
  } catch {
    return undefined;
  }
}

/** Drops what stands behind the last complete value, and closes what is open there. */
function completed(text: string): string {
  const open: string[] = [];
  let end = 0;
  let closing = '';
  const completeUntil = (index: number) => {
    end = index;
    closing = open.toReversed().join('');
  };
  for (let index = 0; index < text.length && open.length <= MAX_DEPTH; index++) {
    const character = text[index];
    if (character === '"') {
      while (++index < text.length && text[index] !== '"') if (text[index] === '\\') index++;
    } else if (character === '{' || character === '[') {
      open.push(character === '{' ? '}' : ']');
      completeUntil(index + 1);
    } else if (character === '}' || character === ']') {
      open.pop();
      completeUntil(index + 1);
    } else if (character === ',') {
      completeUntil(index);
    }
  }
  return text.slice(0, end) + closing;
}
