/** The deepest errors say what happened; those above them only that something did. */
const MAX_DEPTH = 5;

/** The first code of an error or its causes, as `ECONNREFUSED`; undefined where none has one. */
export function codeOf(error: unknown): string | undefined {
  for (const { code } of chainOf(error)) if (typeof code === 'string') return code;
  return undefined;
}

/** The message of the deepest cause that has one. */
export function deepestMessage(error: unknown): string {
  const messages = chainOf(error).flatMap(({ message }) => (typeof message === 'string' && message ? message : []));
  return messages.at(-1) ?? String(error);
}

function chainOf(error: unknown): { code?: unknown; message?: unknown; cause?: unknown }[] {
  const chain: { code?: unknown; message?: unknown; cause?: unknown }[] = [];
  for (let at = error; at && chain.length < MAX_DEPTH; at = chain.at(-1)?.cause) chain.push(Object(at));
  return chain;
}
