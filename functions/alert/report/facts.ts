/** What the record itself says: the head of the report. */
import { isIP } from 'node:net';
import type { Alert } from '../../contract/alert.ts';
import { claimedPerson } from '../../contract/claimed-person.ts';
import type { Actor } from '../../contract/finding.ts';
import { type Cell, pairs } from '../../kit/blocks.ts';
import { joinPhrases, ownWords, type Phrase, say, term } from '../../kit/phrase.ts';
import { utc } from '../grammar.ts';

/** What was asked for, and by whom: each group in the order in which it is read. */
export function factsOf({ finding }: Alert): { title: string; rows: (readonly [label: string, cell: Cell])[] }[] {
  const { namespace, cluster, actor, request, source } = finding;
  const addresses = request.sourceIps ?? [];
  return [
    {
      title: 'Namespace',
      rows: known([
        ['Name', text(namespace.name)],
        ['UID', optional(namespace.uid)],
        ['Cluster', text(cluster.name)],
        ['Region', optional(cluster.region)],
        ['Account', optional(cluster.account)],
        ['Time', ownWords(utc(request.at) ?? utc(namespace.createdAt) ?? 'unknown')],
        ['Labels', ownPairs(namespace.labels, namespace.name)],
        ['Annotations', ownPairs(namespace.annotations, undefined)],
      ]),
    },
    {
      title: 'Creator',
      rows: known([
        ['Identity', source.kind === 'coverage' ? ownWords('not seen') : text(actor.principalArn ?? actor.username)],
        ['User name', isOtherName(actor) ? text(actor.username) : undefined],
        ['Acted as', actor.impersonated && say`${actor.impersonated.username ?? ownWords('not named')}`],
        ['Acting for', actingFor(actor)],
        ['Session', chosen(actor.sessionName)],
        [
          'Groups',
          actor.groups?.length ? joinPhrases(actor.groups.slice(0, 10).map((group) => say`${group}`)) : undefined,
        ],
        ['Access key', optional(actor.accessKeyId)],
        ['Address', addresses.length === 0 ? undefined : addressOf(addresses)],
        ['Client', chosen(request.userAgent)],
        ['Request', requestOf(request.verb, request.code)],
        ['Allowed by', optional(request.grantedBy)],
        ['Audit id', optional(request.auditId)],
      ]),
    },
  ];
}

const known = (rows: (readonly [string, Cell | undefined])[]): (readonly [string, Cell])[] =>
  rows.flatMap(([label, cell]) => (cell === undefined ? [] : [[label, cell] as const]));

/** The username says more where it is not the principal's. */
const isOtherName = ({ principalArn, username }: Actor): boolean =>
  principalArn !== undefined && username !== undefined && username !== principalArn;

const text = (value: string | undefined): Phrase => (value === undefined ? ownWords('unknown') : say`${value}`);
const optional = (value: string | undefined): Phrase | undefined => (value === undefined ? undefined : say`${value}`);
const chosen = (value: string | undefined): Phrase | undefined =>
  value === undefined ? undefined : say`${value} (the caller chose this)`;

/** Where it says more than the username that was acted as. */
function actingFor(actor: Actor): Phrase | undefined {
  const person = claimedPerson(actor);
  return person === undefined || person === actor.impersonated?.username
    ? undefined
    : say`${person} (by the word of whoever acted)`;
}

const requestOf = (verb: string | undefined, code: number | undefined): Phrase | undefined =>
  verb === undefined && code === undefined
    ? undefined
    : say`${term(verb ?? 'unknown verb')}, answered with ${ownWords(String(code ?? 'an unknown code'))}`;

/** The API server itself puts the name on every namespace as a label. */
function ownPairs(map: Record<string, string> = {}, name: string | undefined): Cell | undefined {
  const entries = Object.entries(map).filter(([key, value]) => key !== 'kubernetes.io/metadata.name' || value !== name);
  return entries.length === 0 ? undefined : pairs(Object.fromEntries(entries));
}

/** The last address is the peer's; what is before it the client may have made up. */
function addressOf(addresses: readonly string[]): Cell {
  const peer = addresses.at(-1) ?? '';
  const claimed = addresses.slice(0, -1);
  return [
    say`${peer}${isIP(peer) ? [] : ownWords(' (no address)')}`,
    ...(claimed.length > 0
      ? [
          say`on behalf of ${joinPhrases(claimed.slice(0, 6).map((address) => say`${address}`))} (the caller chose this)`,
        ]
      : []),
  ];
}
