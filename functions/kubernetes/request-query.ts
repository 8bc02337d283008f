/** What the API server reads in the query of a request, as the audit log has it in `requestURI`. */

/** Beyond so many pairs Go drops the whole query (`urlmaxqueryparams` in `net/url`, since Go 1.26 and in earlier fixes). */
const MAX_PAIRS = 10_000;

/**
 * The first value of a parameter in the query of `requestURI`, as the API server saw it; undefined without one.
 *
 * The query must be read as the server reads it: a substring test is wrong both ways (`dr%79Run=%41ll` is a dry run,
 * `fieldManager=dryRun%3DAll` is none), and so is `URLSearchParams`, which keeps what Go's `url.ParseQuery` drops: pairs
 * with a semicolon, pairs with a broken percent escape, and all of them where there are too many. A server that dropped
 * `dryRun=%zz` has created the namespace.
 */
export function parameter(requestUri: string | undefined, name: string): string | undefined {
  const start = requestUri?.indexOf('?') ?? -1;
  if (requestUri === undefined || start < 0) return undefined;
  const pairs = requestUri.slice(start + 1).split('&');
  if (pairs.length > MAX_PAIRS) return undefined;
  for (const pair of pairs) {
    if (pair.includes(';') || /%(?![0-9A-Fa-f]{2})/.test(pair)) continue;
    const [key = '', ...value] = pair.split('=');
    if (unescaped(key) === name) return unescaped(value.join('='));
  }
  return undefined;
}

const unescaped = (text: string): string =>
  text.replace(/%(..)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

/**
 * Whether a request changes nothing, by its query, or of a deletion by the options that are its body (`DeleteOptions` in
 * `k8s.io/apimachinery/pkg/apis/meta/v1/types.go`). The body of any other request may say what it likes.
 */
export function isDryRun({
  verb = '',
  requestUri,
  requestObject,
}: {
  verb?: string | undefined;
  requestUri?: string | undefined;
  requestObject?: Readonly<Record<string, unknown>> | undefined;
}): boolean {
  if (parameter(requestUri, 'dryRun') !== undefined) return true;
  const inBody: unknown = verb.startsWith('delete') ? requestObject?.['dryRun'] : undefined;
  return Array.isArray(inBody) && inBody.length > 0;
}
