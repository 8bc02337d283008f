import type { Outcome } from '../contract/vocabulary.ts';
import { type AuditEvent, metadataOf } from '../kubernetes/audit-event.ts';
import { GROUPS } from '../kubernetes/quarantine.ts';
import { parameter } from '../kubernetes/request-query.ts';
import { stringOf } from './audit-event.ts';

/** Says why an event is neither the creation of a namespace nor an attempt at one; undefined when it may be one. */
type Exclusion = (event: AuditEvent) => string | undefined;

/**
 * Stage `Panic` stands in place of `ResponseComplete` when the server panicked while it handled the request. What is
 * refused before it is handled (401; 400 for a bad `timeout`) ends with `ResponseStarted`
 * (`k8s.io/apiserver/pkg/endpoints/filters/authn_audit.go`, `request_deadline.go`).
 */
const otherStage: Exclusion = ({ stage, truncated, code = 0 }) =>
  stage === 'ResponseComplete' ||
  stage === 'Panic' ||
  (stage === 'ResponseStarted' && code >= 400) ||
  (truncated && !stage)
    ? undefined
    : `stage ${stage}`;

const otherVerb: Exclusion = ({ verb, truncated }) =>
  verb === 'create' || verb === 'patch' || (truncated && !verb) ? undefined : `verb ${verb}`;

/** A custom resource may have the plural `namespaces` in a group of its own; so may a subresource of the real ones. */
const otherResource: Exclusion = (event) => {
  const ref = event.objectRef;
  if (!ref) return event.truncated ? otherPath(event) : 'no resource';
  if (ref.resource !== 'namespaces') return `resource ${ref.resource}`;
  if (ref.apiGroup) return `namespaces of API group ${ref.apiGroup}`;
  return ref.subresource ? `subresource ${ref.subresource}` : undefined;
};

/** A client can push `objectRef` behind the cut with a long user agent: then the path of the request decides. */
const otherPath: Exclusion = ({ requestUri, verb }) => {
  const path = resolvedPath(requestUri);
  if (path === undefined) return 'no request path';
  const [api, version, resource, name, ...rest] = path;
  const namespaces = api === 'api' && version === 'v1' && resource === 'namespaces' && rest.length === 0;
  if (namespaces && (verb === 'create' ? name === undefined : verb !== 'patch' || name !== undefined)) return undefined;
  return `request path /${path.join('/')}`;
};

/** The name in the path of a request for one namespace, where the record holds no `objectRef`. */
export const nameInPath = (event: AuditEvent): string | undefined =>
  event.objectRef || otherPath(event) !== undefined ? undefined : resolvedPath(event.requestUri)?.[3] || undefined;

/**
 * The parts of the path as the API server resolves it (`splitPath` in `k8s.io/apiserver/pkg/endpoints/request`): escapes
 * are decoded first, slashes at either end do not count, one between two parts does. A path with a broken escape is
 * refused before there is an audit event.
 */
function resolvedPath(requestUri: string | undefined): string[] | undefined {
  const path = requestUri?.split('?', 1)[0];
  if (!path) return undefined;
  const bytes = path.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  const text = bytes === path ? path : Buffer.from(bytes, 'latin1').toString();
  const parts = text.split('/');
  const isNamed = (part: string): boolean => part !== '';
  return parts.slice(Math.max(0, parts.findIndex(isNamed)), parts.findLastIndex(isNamed) + 1);
}

/** A POST to the collection never answers so: the path leads nowhere, as `/api/v1/namespaces/x/namespaces`. */
const noSuchPath: Exclusion = ({ verb, code }) => (verb === 'create' && code === 404 ? 'no such path' : undefined);

/** Kinds of an answer that holds the namespace, whole or in part. */
const OBJECTS = ['Namespace', 'PartialObjectMetadata'];

/**
 * A dry run answers 201 with a full object, too. What tells is that nothing was stored: the object has no
 * resourceVersion. Where the object was not logged, the query decides; where it may stand behind the cut, nothing does,
 * as the query would be our reading alone of what the server read.
 */
const dryRun: Exclusion = (event) => {
  const { responseObject } = event;
  if (isAllowedToWatch(event)) return undefined;
  if (stringOf(metadataOf(responseObject)['resourceVersion'])) return undefined;
  if (OBJECTS.includes(stringOf(responseObject?.['kind']) ?? '')) return 'dry run: the answer has no resourceVersion';
  return asksForDryRun(event) && !event.truncated ? 'dry run: by its query' : undefined;
};

/** *watch* asks for what it may not do. Where it is let, somebody has widened its rights, or uses them: that is told. */
const isAllowedToWatch = ({ code = 0, user, impersonatedUser }: AuditEvent): boolean =>
  code >= 200 && code < 300 && impersonatedUser === undefined && (user.groups?.includes(GROUPS.watch) ?? false);

const asksForDryRun = ({ requestUri }: AuditEvent): boolean => parameter(requestUri, 'dryRun') !== undefined;

/**
 * Server-side apply creates by PATCH: 201 when the object was created, 200 when it existed
 * (kubernetes/kubernetes#115627). Other patches create nothing and answer 404 where nothing exists.
 */
const otherPatch: Exclusion = (event) => {
  if (event.verb !== 'patch') return undefined;
  const { code } = event;
  if (code !== undefined && code >= 200 && code < 300)
    return code === 201 ? undefined : 'patch of an existing namespace';
  return code === 404 || !mayBeApply(event) ? 'patch of another kind than server-side apply' : undefined;
};

/** What kubectl calls itself when it patches and does not apply. */
const OTHER_PATCHES = [
  'kubectl-label',
  'kubectl-annotate',
  'kubectl-edit',
  'kubectl-patch',
  'kubectl-client-side-apply',
];

/**
 * The audit event does not hold the content type. An apply must name a `fieldManager`, `force` is refused on any other
 * patch (`k8s.io/apimachinery/pkg/apis/meta/v1/validation`), and its body is a whole object with `kind`. The body is
 * missing where authorization refused and behind a cut; then a patch that names a field manager may be an apply, unless
 * by its name it is kubectl's other patches. That name can be lied about; but here nothing was created.
 */
function mayBeApply({ requestUri, requestObject, truncated }: AuditEvent): boolean {
  if (!truncated && requestObject !== undefined && requestObject['kind'] !== 'Namespace') return false;
  const manager = parameter(requestUri, 'fieldManager');
  return parameter(requestUri, 'force') !== undefined || (manager !== undefined && !OTHER_PATCHES.includes(manager));
}

const EXCLUSIONS: readonly Exclusion[] = [otherStage, otherVerb, otherResource, noSuchPath, dryRun, otherPatch];

/** Why the event is neither the creation of a namespace nor an attempt at one; undefined when it is. */
export function whyNoCreation(event: AuditEvent): string | undefined {
  for (const exclusion of EXCLUSIONS) {
    const reason = exclusion(event);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

/** Whether a request that succeeded has stored what it was for: a cut line that asks for a dry run does not say. */
const wasStored = (event: AuditEvent): boolean =>
  stringOf(metadataOf(event.responseObject)['resourceVersion']) !== undefined || !asksForDryRun(event);

/**
 * Whether a request was refused for want of a right. Where authorization had allowed it, admission or a quota has refused
 * it, but for a server-side apply: it may be allowed to patch and is then refused to create, in the words of
 * authorization (`NewForbidden` in `k8s.io/apiserver/pkg/endpoints/handlers/responsewriters/errors.go`). A cut line has no
 * decision, nor has a refused impersonation.
 */
const lackedRight = ({ code, annotations, message }: AuditEvent): boolean =>
  code === 401 ||
  annotations['authorization.k8s.io/decision'] !== 'allow' ||
  (message?.includes(' is forbidden: User "') ?? false);

/**
 * What became of a creation. Authorization that has allowed a request says nothing of success: admission or a quota may
 * have refused it, or the name exists. A 5xx may have been stored all the same (504 is answered while etcd still writes),
 * but not where an admission webhook could not be asked: admission comes before storage.
 */
export function outcomeOf(event: AuditEvent): Outcome {
  const { stage, code, message } = event;
  if (stage === 'Panic' || code === undefined) return 'outcome-unknown';
  if (code >= 200 && code < 300) return wasStored(event) ? 'created' : 'outcome-unknown';
  if (code === 401 || code === 403) return lackedRight(event) ? 'attempt-denied' : 'rejected';
  if (code === 409) return 'already-exists';
  if (code === 500 && message?.startsWith('Internal error occurred: failed calling webhook ')) return 'rejected';
  return code >= 400 && code < 500 ? 'rejected' : 'outcome-unknown';
}
