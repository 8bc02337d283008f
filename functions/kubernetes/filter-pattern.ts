const anyOf = (selector: string, values: readonly string[]): string =>
  `(${values.map((value) => `${selector} = "${value}"`).join(' || ')})`;

/**
 * The audit events that *detect* must see, as a JSON filter pattern: whatever may have created a namespace, done or
 * refused, and what deleted one. It lets more through than creates one (patches of labels, dry runs, other API groups): *detect* decides,
 * the filter only saves it the rest.
 *
 * Equality alone, on fields that the API server sets. A negative term can be met by text that a client puts into the
 * line, and `!=` does not match where the field is absent. No term on the response code: a refused attempt is wanted as
 * well, and after a panic there is none.
 */
export const NAMESPACE_WRITES: string = `{ ${[
  '($.objectRef.resource = "namespaces")',
  anyOf('$.verb', ['create', 'patch', 'delete']), // server-side apply creates by PATCH
  anyOf('$.stage', ['ResponseComplete', 'ResponseStarted', 'Panic']), // what is refused unheard ends at ResponseStarted
].join(' && ')} }`;

/** Writes to the objects of a name, and deletions of whole collections of their kind, which name no object. */
const writesTo = (name: string): string =>
  `((${anyOf('$.verb', ['create', 'update', 'patch', 'delete'])} && ($.objectRef.name = "${name}")) || ($.verb = "deletecollection"))`;

/**
 * Writes in a cluster on which the sentinel rests: to what `cluster/` installs, by the beginning of its names, and to the ConfigMap
 * `aws-auth`. *watch* asks the log for them.
 */
export const CLUSTER_SIDE_WRITES: string = `{ ($.stage = "ResponseComplete") && (${[
  [
    anyOf('$.objectRef.apiGroup', ['admissionregistration.k8s.io', 'rbac.authorization.k8s.io']),
    anyOf('$.objectRef.resource', [
      'validatingadmissionpolicies',
      'validatingadmissionpolicybindings',
      'clusterroles',
      'clusterrolebindings',
    ]),
    writesTo('namespace-sentinel*'),
  ],
  ['($.objectRef.resource = "configmaps")', '($.objectRef.namespace = "kube-system")', writesTo('aws-auth')],
]
  .map((terms) => `(${terms.join(' && ')})`)
  .join(' || ')}) }`;

/** Quotes, colons and commas of JSON: the syntax of CloudWatch's regular expressions has no quote. */
const SEPARATOR = '...';
const COLLECTION = `requestURI${SEPARATOR}/+api/v1/namespaces`;
const ITEM = `${COLLECTION}/+[0-9A-Za-z.-]+`;
/** The end of a path, before the verb: `","verb":"`, or a query and then that. Slashes at the end do not count. */
const THEN = (verb: string): string[] => [`/*.,.verb${SEPARATOR}${verb}`, `/*\\?.*verb${SEPARATOR}${verb}`];

/**
 * What the JSON pattern cannot see, as a regular expression over the text of any line.
 *
 * - Lines that were cut and so are not JSON any more, as Go's encoder writes them: no spaces, keys in the order of the
 *   audit `Event` type. They are known by their request, which stands before the user and all else that a client can
 *   lengthen but the audit id and the query; where the path is written in another way, by their resource. Whole lines
 *   match too and arrive twice; *detect* knows them by their id.
 * - Events that the API server could not write, which its own log mentions (`functions/detect/lost-event.ts`), where
 *   the cluster's `api` log is on. All that create or patch: few are lost, and their path may be written in many ways.
 *
 * What it misses, and only a list of the namespaces that exist will find:
 * - a line cut before its verb, by an audit id or a query that the client has made very long;
 * - a line cut before `objectRef` whose path holds percent escapes;
 * - lines of another producer, which has spaces, another order or `\u` escapes.
 */
export const CUT_NAMESPACE_WRITES: string = `%${[
  ...THEN('create').map((rest) => COLLECTION + rest),
  ...THEN('patch').map((rest) => ITEM + rest),
  ...['create', 'patch'].map((verb) => `verb...${verb}.*objectRef..\\{.resource...namespaces`),
  ...['create', 'patch'].map((verb) => `AUDIT..id=.*method=.${verb}`),
].join('|')}%`;
