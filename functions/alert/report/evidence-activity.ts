/** How the evidence out of logs is shown, and that of checks that are not known here. */
import type { Details } from '../../contract/evidence-details.ts';
import { amount, type Block, facts, instant, table, value, word, yesNo } from '../../kit/blocks.ts';
import { ours, say } from '../say.ts';

type Of<K extends keyof Details> = NonNullable<Details[K]>;

export function actorActivityBlocks(details: Of<'actor-activity'>): Block[] {
  const seen = {
    'First seen': ({ firstSeen }: { firstSeen?: string }) => instant(firstSeen),
    Requests: ({ count }: { count?: number }) => amount(count),
  };
  return [
    ...facts(
      ['Looked back to', instant(details.from)],
      ['Requests', atLeast(details.total, details.more)],
      ['First', instant(details.firstSeen)],
      ['Last', instant(details.lastSeen)],
      ['Refused before', amount(details.refusedBefore)],
      ['Reads of Secrets', amount(details.secretsRead)],
      ['Commands run in pods', amount(details.exec)],
      ['Impersonations', amount(details.impersonations)],
      ['Tokens asked for', amount(details.tokenRequests)],
      ['Webhooks changed', amount(details.webhooksChanged)],
    ),
    ...table('What it did', details.byVerb, {
      Verb: ({ verb }) => word(verb),
      Resource: ({ resource }) => value(resource),
      Requests: ({ count }) => amount(count),
      Refused: ({ refused }) => amount(refused),
    }),
    ...table('From where', details.addresses, { Address: ({ value: address }) => value(address), ...seen }),
    ...table('With which client', details.userAgents, { Client: ({ value: client }) => value(client), ...seen }),
    ...table('Namespaces it created', details.namespacesCreated, {
      Namespace: ({ name }) => value(name),
      When: ({ at }) => instant(at),
    }),
  ];
}

const atLeast = (total: number | undefined, more: boolean | undefined) =>
  total === undefined ? undefined : say`${ours(more ? 'at least ' : '')}${total}`;

export const refusedRequestsBlocks = ({ from, total, more, groups }: Of<'refused-requests'>): Block[] => [
  ...facts(['Looked back to', instant(from)], ['Refused', atLeast(total, more)]),
  ...table('Refused requests', groups, {
    Who: ({ actor, isActor }) => say`${actor ?? ours('unknown')}${isActor ? ours(' (the creator)') : []}`,
    What: ({ verb, resource }) => say`${word(verb) ?? []} ${resource ?? ''}`,
    Code: ({ code }) => (code === undefined ? undefined : ours(String(code))),
    Times: ({ count }) => amount(count),
    Last: ({ lastAt }) => instant(lastAt),
  }),
];

export function apiServerLogsBlocks({ authenticatorFailures, apiServerErrors, total }: Of<'api-server-logs'>): Block[] {
  const columns = {
    When: ({ at }: { at?: string }) => instant(at),
    Line: ({ line }: { line?: string }) => value(line),
  };
  return [
    ...facts(['Lines', amount(total)]),
    ...table('Failures of the authenticator', authenticatorFailures, columns),
    ...table('Errors of the API server', apiServerErrors, columns),
  ];
}

/** How deep and how far the details of a check are shown that this room has no words for. */
const MAX_DEPTH = 6;
const MAX_VALUES = 200;

/** Every value with its path. */
export function plainBlocks(details: Record<string, unknown>): Block[] {
  const rows: { path: string; leaf: unknown }[] = [];
  const walk = (leaf: unknown, path: string, depth: number): void => {
    if (rows.length > MAX_VALUES) return;
    if (typeof leaf !== 'object' || leaf === null) rows.push({ path, leaf });
    else if (depth === MAX_DEPTH) rows.push({ path, leaf: '…' });
    else
      for (const [key, below] of Object.entries(leaf))
        walk(below, Array.isArray(leaf) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`, depth + 1);
  };
  walk(details, '', 0);
  return table('Details', rows, {
    Field: ({ path }) => value(path),
    Value: ({ leaf }) =>
      typeof leaf === 'number' ? amount(leaf) : typeof leaf === 'boolean' ? yesNo(leaf) : value(String(leaf ?? 'null')),
  });
}
