/** How the evidence about identities and rights is shown. */
import type { Details } from '../../contract/evidence-details.ts';
import {
  amount,
  type Block,
  facts,
  inLine,
  instant,
  sentence,
  sentences,
  table,
  text,
  value,
  values,
  word,
  yesNo,
} from '../../kit/blocks.ts';
import { ours, type Phrase, say } from '../say.ts';

type Of<K extends keyof Details> = NonNullable<Details[K]>;

export function principalBlocks({
  identity,
  accessEntry,
  accessPolicies,
  authenticationMode,
}: Of<'principal'>): Block[] {
  return [
    ...facts(
      [
        'Identity',
        identity && say`IAM ${word(identity.type) ?? []} ${identity.name ?? ''} of account ${identity.account ?? ''}`,
      ],
      ["In the cluster's account", identity?.crossAccount === undefined ? undefined : yesNo(!identity.crossAccount)],
      ['Credentials', word(identity?.credentials)],
      ['Access entry', value(accessEntry?.principalArn)],
      ['Entry type', word(accessEntry?.type)],
      ['Kubernetes user', value(accessEntry?.username)],
      ['Kubernetes groups', inLine(accessEntry?.kubernetesGroups)],
      ['Entry made', instant(accessEntry?.createdAt)],
      ['Entry changed', instant(accessEntry?.modifiedAt)],
      ['Authentication mode', word(authenticationMode?.replaceAll('_', ' '))],
    ),
    ...table('Access policies', accessPolicies, {
      Policy: ({ policyArn }) => value(policyArn),
      Scope: ({ scope, namespaces = [] }) => (namespaces.length > 0 ? values(namespaces) : word(scope)),
      Associated: ({ associatedAt }) => instant(associatedAt),
      Changed: ({ modifiedAt }) => instant(modifiedAt),
    }),
  ];
}

export function permissionsBlocks({ grantedBy, may, unknown }: Of<'permissions'>): Block[] {
  return [
    ...facts(
      ['Allowed by', grantedBy && word(grantedBy.kind)],
      ['Binding', value(grantedBy?.binding)],
      ['Role', value(grantedBy?.role)],
      ['Access policy', value(grantedBy?.accessPolicyArn)],
      ['Given to', value(grantedBy?.subject)],
      ['Made', instant(grantedBy?.bindingCreatedAt)],
      ['Binding is gone', grantedBy?.bindingGone ? ours('yes: it was removed since') : undefined],
      ['Allows everything', yesNo(grantedBy?.wildcard)],
      ['Not decided', sentences(unknown)],
    ),
    ...table('What the actor may do now', rightsBy(may), {
      Rights: ({ rights }) => rights,
      By: ({ by }) => by,
    }),
  ];
}

/** Rights that rest on the same stand together, those that it does not have at the end. */
function rightsBy(may: Of<'permissions'>['may'] = []): { by: Phrase; rights: Phrase[] }[] {
  const keys = new Set(may.filter(({ allowed }) => allowed).map(({ by }) => by));
  const rows = [...keys].map((key) => ({
    by: say`${key ?? ours('unknown')}`,
    rights: may.filter(({ allowed, by }) => allowed && by === key).map(rightPhrase),
  }));
  const refused = may.filter(({ allowed }) => !allowed);
  return refused.length === 0 ? rows : [...rows, { by: ours('not allowed'), rights: refused.map(rightPhrase) }];
}

const rightPhrase = ({ right, as }: { right?: string; as?: string }): Phrase =>
  say`${sentence(right) ?? []}${as === undefined ? [] : ours(' (as the identity that it claimed to be)')}`;

const CONCERNS: Record<string, string> = {
  actor: 'the creator',
  namespace: 'the namespace',
  'by-actor': 'done by the creator',
};
const SOURCES: Record<string, string> = { audit: 'Kubernetes audit log', cloudtrail: 'CloudTrail' };

export function accessChangesBlocks({ changes, total, notAsked }: Of<'access-changes'>): Block[] {
  return [
    ...table('Not asked', notAsked, {
      Source: ({ source = '' }) => ours(SOURCES[source] ?? 'unknown'),
      Reason: ({ reason }) => sentence(reason),
    }),
    ...table(
      'Changes of rights',
      changes,
      {
        When: ({ at }) => instant(at),
        Change: ({ verb, what, name, namespace, code }) => [
          say`${word(verb) ?? []} ${word(what) ?? []}`,
          ...(name === undefined ? [] : [say`${namespace === undefined ? name : `${namespace}/${name}`}`]),
          ...(code === undefined ? [] : [say`answered with ${typeof code === 'number' ? ours(String(code)) : code}`]),
        ],
        Gives: ({ gives, wide }) => say`${gives ?? ours('unknown')}${wide ? ours(' – wide rights') : []}`,
        By: ({ by }) => value(by),
        Concerns: ({ concerns = [] }) =>
          concerns.length === 0 ? ours('–') : concerns.map((key) => ours(CONCERNS[key] ?? 'unknown')),
        Source: ({ source = '' }) => ours(SOURCES[source] ?? 'unknown'),
      },
      total,
    ),
  ];
}

export function postureBlocks(details: Of<'cluster-posture'>): Block[] {
  const { endpointPublicAccess, publicAccessCidrs } = details;
  return facts(
    ['Weak', sentences(details.weak)],
    ['To note', sentences(details.notes)],
    ['Unknown', sentences(details.unknown)],
    ['Kubernetes', value(details.version)],
    [
      'Public endpoint',
      endpointPublicAccess
        ? say`yes, from ${inLine(publicAccessCidrs) ?? ours('everywhere')}`
        : yesNo(endpointPublicAccess),
    ],
    ['Authentication mode', word(details.authenticationMode?.replaceAll('_', ' '))],
    ['Logs that are on', inLine(details.logTypes)],
  );
}

export function weaknessesBlocks(details: Of<'cluster-weaknesses'>): Block[] {
  const { totals = {} } = details;
  const binding = {
    Binding: ({ binding }: { binding?: string }) => value(binding),
    Role: ({ role }: { role?: string }) => value(role),
  };
  return [
    ...facts(
      ['Namespaces', amount(totals.namespaces)],
      [
        'Without NetworkPolicy',
        details.namespacesWithoutNetworkPolicy?.length ? inLine(details.namespacesWithoutNetworkPolicy) : undefined,
      ],
      [
        'Without Pod Security',
        details.namespacesWithoutPodSecurity?.length ? inLine(details.namespacesWithoutPodSecurity) : undefined,
      ],
      ['Not looked at', sentences(details.missing)],
    ),
    ...table('Bindings to nobody in particular', details.anonymousBindings, binding, totals.anonymousBindings),
    ...table(
      'Wide rights for many',
      details.wideBindings,
      { ...binding, 'Given to': ({ subject }) => value(subject), Why: ({ why }) => sentence(why) },
      totals.wideBindings,
    ),
    ...table(
      'Rights of default service accounts',
      details.defaultServiceAccountBindings,
      { ...binding, Namespace: ({ namespace }) => value(namespace) },
      totals.defaultServiceAccountBindings,
    ),
  ];
}

export const ownerBlocks = ({ contacts, message }: Of<'owner'>): Block[] => [
  ...table('Whom to ask', contacts, { Contact: ({ contact }) => value(contact), Why: ({ why }) => sentence(why) }),
  ...text('A message ready to send', 'Names in it were chosen by others.', message),
];
