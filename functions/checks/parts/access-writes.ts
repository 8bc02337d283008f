/** Writes in the audit log that change who may do what. */

import type { Condition } from '../../clients/logs/log-search.ts';
import type { Finding } from '../../contract/finding.ts';
import { defined } from '../../kit/defined.ts';
import { record, records, text, texts } from '../../kit/json.ts';
import { allowsEverything } from '../../kubernetes/rbac.ts';
import type { AccessChange } from './access-change.ts';
import { type AuditEntry, wasDone } from './audit-entry.ts';
import { isByActor, nameOf } from './same-actor.ts';

type Json = Record<string, unknown>;

const WRITES = ['create', 'update', 'patch', 'delete', 'deletecollection'];

/** The ones that matter, by resource. */
export const ACCESS_KINDS: Readonly<Record<string, string>> = {
  'roles.rbac.authorization.k8s.io': 'Role',
  'clusterroles.rbac.authorization.k8s.io': 'ClusterRole',
  'rolebindings.rbac.authorization.k8s.io': 'RoleBinding',
  'clusterrolebindings.rbac.authorization.k8s.io': 'ClusterRoleBinding',
  'serviceaccounts.': 'ServiceAccount',
  'configmaps.': 'ConfigMap aws-auth',
  'mutatingwebhookconfigurations.admissionregistration.k8s.io': 'MutatingWebhookConfiguration',
  'validatingwebhookconfigurations.admissionregistration.k8s.io': 'ValidatingWebhookConfiguration',
  'validatingadmissionpolicies.admissionregistration.k8s.io': 'ValidatingAdmissionPolicy',
  'validatingadmissionpolicybindings.admissionregistration.k8s.io': 'ValidatingAdmissionPolicyBinding',
  'mutatingadmissionpolicies.admissionregistration.k8s.io': 'MutatingAdmissionPolicy',
  'mutatingadmissionpolicybindings.admissionregistration.k8s.io': 'MutatingAdmissionPolicyBinding',
};

export const ACCESS_WRITES: Condition = {
  all: [
    { field: 'verb', in: WRITES },
    {
      any: [
        { field: 'objectRef.apiGroup', in: ['rbac.authorization.k8s.io', 'admissionregistration.k8s.io'] },
        { field: 'objectRef.resource', is: 'serviceaccounts' },
        {
          all: [
            { field: 'objectRef.resource', is: 'configmaps' },
            { field: 'objectRef.name', is: 'aws-auth' },
          ],
        },
      ],
    },
  ],
};

/** What a binding gives, and its subjects. Known from the log, or looked up. */
export interface BindingGrant {
  role?: { kind: string; name: string; namespace?: string };
  rules?: Json[];
  subjects: Subject[];
}

interface Subject {
  kind: string;
  name: string;
  namespace?: string;
}

/** A change as the log tells it, with what it grants for a closer look. */
export interface Write {
  change: AccessChange;
  grant: BindingGrant;
  /** The object could not be read to its end. */
  cut: boolean;
}

export function accessWrites(entries: readonly AuditEntry[], finding: Finding): Write[] {
  return entries.flatMap((entry) => {
    const what = ACCESS_KINDS[`${entry.resource}.${entry.group}`];
    if (!what || !WRITES.includes(entry.verb) || !wasDone(entry) || isRoutine(entry)) return [];
    const object = entry.responseObject?.['kind'] === 'Status' ? undefined : entry.responseObject;
    const grant = grantOf(what, object ?? entry.requestObject ?? {}, entry.namespace);
    const cut = entry.cut && !grant.role && !grant.rules;
    return [{ change: changeOf(entry, what, grant, object ?? entry.requestObject ?? {}, finding), grant, cut }];
  });
}

/** Every namespace gets its ServiceAccount `default` from the control plane. */
const isRoutine = ({ user, resource, name }: AuditEntry): boolean =>
  resource === 'serviceaccounts' &&
  name === 'default' &&
  user.username === 'system:serviceaccount:kube-system:service-account-controller';

export function grantOf(what: string, object: Json, namespace: string | undefined): BindingGrant {
  const ref = record(object['roleRef']);
  const name = text(ref['name']);
  const kind = text(ref['kind']) ?? 'ClusterRole';
  const within = kind === 'Role' && namespace ? { namespace } : {};
  const isRole = what === 'Role' || what === 'ClusterRole';
  return {
    ...defined({
      role: name ? { kind, name, ...within } : undefined,
      rules: isRole && Array.isArray(object['rules']) ? records(object['rules']) : undefined,
    }),
    subjects: records(object['subjects']).map((subject) => {
      const itsNamespace = text(subject['namespace']);
      return {
        kind: text(subject['kind']) ?? 'unknown',
        name: text(subject['name']) ?? 'unknown',
        ...defined({ namespace: itsNamespace }),
      };
    }),
  };
}

function changeOf(entry: AuditEntry, what: string, grant: BindingGrant, object: Json, finding: Finding): AccessChange {
  const { verb, name, namespace, code, user, impersonated } = entry;
  const gives = verb.startsWith('delete') ? undefined : givesOf(what, grant, object, entry);
  return defined({
    at: new Date(entry.at).toISOString(),
    verb,
    what,
    name: name ? name.slice(0, 253) : undefined,
    namespace: namespace || undefined,
    by: impersonated ? `${nameOf(user)} as ${nameOf(impersonated)}` : nameOf(user),
    gives: gives ? gives.slice(0, 300) : undefined,
    wide: (gives && isWide(grant)) || undefined,
    toEachPod: grant.subjects.some((subject) => isEachPod(subject, entry, finding)) || undefined,
    concerns: concernsOf(entry, what, grant, finding),
    code,
    source: 'audit',
  });
}

/** What is given, in a few words. */
export function givesOf(
  what: string,
  grant: BindingGrant,
  object: Json,
  { cut }: { cut: boolean },
): string | undefined {
  if (what.endsWith('Binding') && !what.includes('Admission')) {
    const to = grant.subjects.slice(0, 3).map(named).join(', ') + (grant.subjects.length > 3 ? ' and others' : '');
    if (grant.role) return `${grant.role.name} to ${to || (cut ? 'an unknown subject' : 'nobody')}`;
    return cut ? 'something unknown: the record is too long' : undefined;
  }
  if (grant.rules) return grant.rules.some(allowsEverything) ? 'everything' : rulesOf(grant.rules);
  if (what === 'ServiceAccount') {
    const role = text(record(record(object['metadata'])['annotations'])['eks.amazonaws.com/role-arn']);
    return role && `the IAM role ${role} to its pods`;
  }
  const [webhook] = records(object['webhooks']);
  const client = record(webhook?.['clientConfig']);
  const service = record(client['service']);
  const called =
    text(client['url']) ?? (text(service['name']) && `${text(service['namespace'])}/${text(service['name'])}`);
  return called && `a say in requests to ${called}`;
}

const named = ({ kind, name, namespace }: Subject): string => `${kind} ${namespace ? `${namespace}/` : ''}${name}`;

const rulesOf = (rules: Json[]): string =>
  rules
    .slice(0, 3)
    .map((rule) => `${texts(rule['verbs']).join(',')} ${texts(rule['resources']).join(',')}`)
    .join('; ');

export const isWide = ({ role, rules }: BindingGrant): boolean =>
  (role?.kind === 'ClusterRole' && role.name === 'cluster-admin') || (rules?.some(allowsEverything) ?? false);

const isEachPod = (
  { kind, name, namespace }: Subject,
  entry: AuditEntry,
  { namespace: { name: ours } }: Finding,
): boolean =>
  ours !== undefined &&
  ((kind === 'ServiceAccount' && name === 'default' && (namespace ?? entry.namespace) === ours) ||
    name === `system:serviceaccounts:${ours}`);

function concernsOf(entry: AuditEntry, what: string, grant: BindingGrant, finding: Finding): AccessChange['concerns'] {
  const { actor, namespace, request } = finding;
  const ours = namespace.name;
  const isActors = ({ kind, name, namespace: its }: Subject): boolean =>
    (kind === 'User' && name === actor.username) ||
    (kind === 'Group' && (actor.groups ?? []).includes(name)) ||
    (kind === 'ServiceAccount' && `system:serviceaccount:${its ?? entry.namespace}:${name}` === actor.username);
  const isOurs = ({ kind, name, namespace: its }: Subject): boolean =>
    (kind === 'ServiceAccount' && (its ?? entry.namespace) === ours) || name === `system:serviceaccounts:${ours}`;
  // `RBAC: allowed by ClusterRoleBinding "x" of ClusterRole "y" to Group "z"`
  const allowedBy = entry.name !== undefined && (request.grantedBy ?? '').includes(`${what} "${entry.name}"`);
  const ownAccount =
    what === 'ServiceAccount' && `system:serviceaccount:${entry.namespace}:${entry.name}` === actor.username;
  return [
    ...(grant.subjects.some(isActors) || allowedBy || ownAccount ? ['actor' as const] : []),
    ...(ours !== undefined && (entry.namespace === ours || grant.subjects.some(isOurs)) ? ['namespace' as const] : []),
    ...(isByActor(entry, actor) ? ['by-actor' as const] : []),
  ];
}
