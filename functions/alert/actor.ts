/** Who did it, in one sentence for plain text. */
import { isIP } from 'node:net';
import { claimedPerson } from '../contract/claimed-person.ts';
import type { Actor, Finding } from '../contract/finding.ts';
import { ACCOUNT, ARN, CLUSTER, matching, SYSTEM_NAME } from './grammar.ts';
import { defanged, quoted } from './text.ts';

/** The longest name that is shown whole, in characters. */
const LONG = 100;
const MAX_GROUPS = 3;

/**
 * `IAM role ci (account 999988887777), session "build" (unverified), acting as …, from 192.0.2.1`; the account where it is
 * another than that of the cluster.
 *
 * @param inShort without groups and the address
 */
export function actorWords({ actor, request, source, cluster }: Finding, inShort = false): string {
  if (source.kind === 'coverage') return 'not known: no audit record of the creation was seen';
  const { sessionName } = actor;
  const address = request.sourceIps?.at(-1);
  return [
    identityWords(actor, cluster.account),
    ...(sessionName === undefined ? [] : [`session ${quoted(sessionName, LONG)} (unverified)`]),
    ...impersonationWords(actor, inShort),
    ...(address === undefined || inShort ? [] : [`from ${peer(address)}`]),
  ].join(', ');
}

function identityWords({ kind, username, principalArn }: Actor, own: string | undefined): string {
  const name = username === undefined ? undefined : identity(username);
  switch (kind) {
    case 'iam-role':
    case 'iam-user': {
      const [, , , , account, path = ''] = matching(ARN, principalArn)?.split(':') ?? [];
      const principal = matching(CLUSTER, path.replace(/^.*\//, ''));
      const what = kind === 'iam-role' ? 'IAM role' : 'IAM user';
      if (principal === undefined) return `${what} ${identity(principalArn ?? username ?? 'not known')}`;
      return `${what} ${principal}${account !== own && matching(ACCOUNT, account) ? ` (account ${account})` : ''}`;
    }
    case 'service-account':
      return `service account ${name ?? 'not known'}`;
    case 'node':
      return `a node (its kubelet), ${name ?? 'not known which'}`;
    case 'system':
      return `a component of Kubernetes or EKS, ${name ?? 'not known which'}`;
    case 'anonymous':
      return `nobody known: the request carried no identity${name === undefined ? '' : ` (${name})`}`;
    case 'unknown':
      return 'not known: the record was cut before it says';
    default:
      return `user ${name ?? 'not known'} (not through IAM)`;
  }
}

function impersonationWords(actor: Actor, inShort: boolean): string[] {
  const { impersonated } = actor;
  if (!impersonated) return [];
  const { username, groups = [] } = impersonated;
  const telling = groups.filter((group) => group !== 'system:authenticated');
  const more = telling.length - MAX_GROUPS;
  const shown = [...telling.slice(0, MAX_GROUPS).map(identity), ...(more > 0 ? [`${more} more`] : [])];
  const person = claimedPerson(actor);
  return [
    `acting as ${username === undefined ? 'not known whom' : identity(username)}`,
    ...(shown.length > 0 && !inShort ? [`with groups ${shown.join(', ')}`] : []),
    ...(person === undefined || person === username ? [] : [`for ${quoted(person, LONG)} (unverified)`]),
  ];
}

const identity = (name: string): string =>
  SYSTEM_NAME.test(name) || ARN.test(name) ? defanged(name) : quoted(name, LONG);

/** The peer's address as it is, for copying. A zone after `%` could be any text. */
const peer = (ip: string): string => (isIP(ip) && !ip.includes('%') ? ip : quoted(ip, LONG));
