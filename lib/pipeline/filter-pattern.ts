const anyOf = (selector: string, values: readonly string[]): string =>
  `(${values.map((value) => `${selector} = "${value}"`).join(' || ')})`;

/**
 * The audit events that *detect* must see, as a JSON filter pattern: whatever may have created a namespace, done or
 * refused. It lets more through than creates one (patches of labels, dry runs, other API groups): *detect* decides,
 * the filter only saves it the rest.
 *
 * Equality alone, on fields that the API server sets. A negative term can be met by text that a client puts into the
 * line, and `!=` does not match where the field is absent. No term on the response code: a refused attempt is wanted as
 * well, and after a panic there is none.
 */
export const NAMESPACE_WRITES: string = `{ ${[
  '($.objectRef.resource = "namespaces")',
  anyOf('$.verb', ['create', 'patch']), // server-side apply creates by PATCH
  anyOf('$.stage', ['ResponseComplete', 'ResponseStarted', 'Panic']), // what is refused unheard ends at ResponseStarted
].join(' && ')} }`;

/**
 * What the JSON pattern cannot see, as a regular expression over the text of any line. The dots stand for quotes,
 * colons and spaces, which the syntax does not allow.
 *
 * - Lines that were cut and so are no JSON any more, as Go's encoder writes them: no spaces, keys in the order of the
 *   audit `Event` type. Whole lines match too and arrive twice; *detect* knows them by their id.
 * - Events that the API server could not write, of which its own log tells (`functions/detect/lost-event.ts`), where
 *   the cluster's `api` log is on.
 *
 * What it misses, and only a list of the namespaces that exist will find:
 * - a line cut before `objectRef`: the audit id, the request URI, the user agent and the user's extra fields come first,
 *   and a client can make the first three very long;
 * - lines of another producer, which has spaces, another order or `\u` escapes.
 */
export const CUT_NAMESPACE_WRITES: string = `%${[
  ...['create', 'patch'].map((verb) => `verb...${verb}.*objectRef..\\{.resource...namespaces`),
  'AUDIT..id=.*uri=./api/v1/namespaces',
].join('|')}%`;
