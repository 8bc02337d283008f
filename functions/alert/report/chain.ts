/**
 * How the actor got the right, as a chain of boxes: who it is, how it was let in, what allowed it, by which role, and
 * what it did.
 */

import type { Details } from '../../checks/index.ts';
import type { Alert } from '../../contract/alert.ts';
import type { Actor, Finding } from '../../contract/finding.ts';
import { instantPhrase, joinPhrases, ownWords, type Phrase, say, term } from '../../kit/phrase.ts';
import { parseArn } from '../../kubernetes/names/arn.ts';
import { utc } from '../grammar.ts';
import { type GrantSummary, grantOf, sinceRequest } from '../grant.ts';

export interface Box {
  title: string;
  /** The name of the thing, then what else is known of it. */
  lines: Phrase[];
  /** `new`: made so shortly before the request that it may have been made for it. `refused`: it did not allow it. */
  state: 'known' | 'unknown' | 'new' | 'refused';
}

/** What was made this long before the request, or after it, is new. */
const NEW_MS = 24 * 3_600_000;

export function chainOf(alert: Alert, details: Details): Box[] {
  const { finding } = alert;
  const grant = grantOf(alert, details);
  return [
    principalBox(finding),
    ...(finding.actor.impersonated ? [impersonatedBox(finding.actor.impersonated)] : []),
    ...entryBox(alert, details),
    ...(finding.outcome === 'created' || grant.by ? [grantBox(alert, grant), roleBox(grant)] : [refusedBox(finding)]),
    verbBox(finding),
  ];
}

const box = (title: string, lines: (Phrase | undefined)[], state: Box['state'] = 'known'): Box => ({
  title,
  lines: lines.filter((line) => line !== undefined),
  state,
});
const unknown = (title: string, why: string): Box => box(title, [ownWords('Not known'), ownWords(why)], 'unknown');

const KINDS: Record<Actor['kind'], string> = {
  'iam-role': 'IAM role',
  'iam-user': 'IAM user',
  'service-account': 'Service account',
  node: 'Node',
  system: 'System component',
  anonymous: 'Anonymous',
  user: 'User outside IAM',
  unknown: 'Not known',
};

function principalBox({ actor, source }: Finding): Box {
  if (source.kind === 'coverage') return unknown('Who', 'No record of the creation was seen.');
  const { principalArn, username, sessionName, kind } = actor;
  const name = principalArn ?? username;
  if (name === undefined) return unknown('Who', `${KINDS[kind]}; the record does not name it.`);
  const { account } = parseArn(name) ?? {};
  return box('Who', [
    say`${shortName(name)}`,
    ownWords(KINDS[kind]),
    account === undefined ? undefined : say`account ${account}`,
    sessionName === undefined ? undefined : say`session ${sessionName}`,
  ]);
}

/** The name at the end is the telling part; a path before it is of less interest. */
const shortName = (arn: string): string => parseArn(arn)?.resource.split('/').at(-1) || arn;

const impersonatedBox = ({ username, groups = [] }: NonNullable<Actor['impersonated']>): Box =>
  box('Acted as', [
    username === undefined ? ownWords('somebody not named') : say`${username}`,
    groups.length === 0 ? undefined : say`groups ${joinPhrases(groups.slice(0, 4).map((group) => say`${group}`))}`,
    ownWords('by impersonation'),
  ]);

/** How an IAM identity is let into the cluster; other identities have no such step. */
function entryBox(alert: Alert, { principal }: Details): Box[] {
  const { kind } = alert.finding.actor;
  if (kind !== 'iam-role' && kind !== 'iam-user') return [];
  const title = 'Let into the cluster by';
  if (!principal) return [unknown(title, 'The access entry was not checked.')];
  const { accessEntry, authenticationMode } = principal;
  if (!accessEntry)
    return [
      unknown(
        title,
        authenticationMode === 'API' ? 'Its access entry is gone.' : 'It has no access entry; aws-auth may let it in.',
      ),
    ];
  const { kubernetesGroups = [], createdAt, modifiedAt } = accessEntry;
  const changed = modifiedAt === createdAt ? undefined : sinceRequest(alert, modifiedAt);
  return [
    box(
      title,
      [
        ownWords('EKS access entry'),
        kubernetesGroups.length === 0
          ? ownWords('without groups')
          : say`groups ${joinPhrases(kubernetesGroups.slice(0, 4).map((group) => say`${group}`))}`,
        made(alert, createdAt),
        changed === undefined ? undefined : ownWords(`changed ${changed}`),
      ],
      isNew(alert, createdAt) || isNew(alert, modifiedAt) ? 'new' : 'known',
    ),
  ];
}

function grantBox(alert: Alert, { by, masters, madeAt, change }: GrantSummary): Box {
  const title = 'Allowed by';
  if (masters) return box(title, [ownWords('Group system:masters'), ownWords('which is asked no rule')]);
  if (!by) {
    const { grantedBy } = alert.finding.request;
    if (grantedBy === undefined) return unknown(title, 'The record does not say.');
    return box(title, [say`${grantedBy}`, ownWords('as the record says; not looked up')], 'unknown');
  }
  const name = by.accessPolicyArn?.split('/').at(-1) ?? by.binding;
  return box(
    title,
    [
      name === undefined ? undefined : say`${name}`,
      term(by.kind ?? 'unknown kind'),
      by.subject === undefined ? undefined : say`to ${by.subject}`,
      made(alert, madeAt),
      say`by ${change?.by === undefined ? ownWords('somebody not known') : shortName(change.by)}`,
      by.bindingGone ? ownWords('It is gone now.') : undefined,
    ],
    isNew(alert, madeAt) ? 'new' : 'known',
  );
}

function roleBox({ by, masters }: GrantSummary): Box {
  const title = 'Which gives';
  if (masters) return box(title, [ownWords('everything')]);
  if (!by) return unknown(title, 'The role was not looked up.');
  const role = by.accessPolicyArn ?? by.role;
  if (role === undefined) return unknown(title, 'The role is not named.');
  const wide =
    by.wildcard === undefined ? 'how much it allows is not known' : by.wildcard ? 'It allows everything.' : undefined;
  return box(title, [
    say`${role.split('/').at(-1) ?? role}`,
    ownWords(by.accessPolicyArn ? 'access policy of EKS' : 'role'),
    wide === undefined ? undefined : ownWords(wide),
  ]);
}

/** A refusal names what allowed the request only where an admission policy refused it. */
function refusedBox({ request, outcome }: Finding): Box {
  if (outcome === 'outcome-unknown') return unknown('Allowed by', 'The record does not say.');
  return box(
    'Allowed by',
    [
      request.grantedBy === undefined ? ownWords('Nothing') : say`${request.grantedBy}`,
      ownWords(
        request.grantedBy === undefined ? 'The cluster refused it.' : 'Refused by an admission policy or validation.',
      ),
    ],
    'refused',
  );
}

const RESULTS: Record<Finding['outcome'], string> = {
  created: 'done',
  'attempt-denied': 'denied',
  rejected: 'rejected',
  'already-exists': 'it existed already',
  'outcome-unknown': 'outcome not known',
};

function verbBox({ request, namespace, outcome }: Finding): Box {
  const { verb = 'create', code } = request;
  const name = namespace.name === undefined ? ownWords('a namespace') : say`${namespace.name}`;
  return box(
    'To do this',
    [
      say`${term(verb)} namespace ${name}`,
      ownWords(`${RESULTS[outcome]}${code === undefined ? '' : ` (${code})`}`),
      instantPhrase(request.at ?? namespace.createdAt),
    ],
    outcome === 'created' ? 'known' : outcome === 'outcome-unknown' ? 'unknown' : 'refused',
  );
}

function made(alert: Alert, instant: string | undefined): Phrase {
  const when = sinceRequest(alert, instant);
  if (when === undefined) return ownWords('made at a time not known');
  return ownWords(isNew(alert, instant) ? `made ${when}` : `made ${utc(instant) ?? ''}`);
}

function isNew({ finding }: Alert, instant: string | undefined): boolean {
  const distance = Date.parse(finding.request.at ?? finding.namespace.createdAt ?? '') - Date.parse(instant ?? '');
  return distance <= NEW_MS;
}
