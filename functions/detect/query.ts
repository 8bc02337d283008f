/**
 * Whether the API server saw this parameter in the query of `requestURI`.
 *
 * The query must be read as the server reads it: a substring test is wrong both ways (`dr%79Run=%41ll` is a dry run,
 * `fieldManager=dryRun%3DAll` is none), and so is `URLSearchParams`, which keeps what Go's `url.ParseQuery` drops: pairs
 * with a semicolon and pairs with a broken percent escape. A server that dropped `dryRun=%zz` has created the namespace.
 */
export function hasParameter(requestUri: string | undefined, name: string): boolean {
  const [, query = ''] = /\?(.*)/s.exec(requestUri ?? '') ?? [];
  return query.split('&').some((pair) => {
    if (pair.includes(';') || /%(?![0-9A-Fa-f]{2})/.test(pair)) return false;
    const [key = ''] = pair.split('=', 1);
    return key.replace(/%(..)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))) === name;
  });
}
