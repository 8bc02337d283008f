import type { Actor } from '../contract/finding.ts';
import type { Read, Written } from '../contract/read.ts';
import * as field from '../contract/read.ts';
import type { Block } from '../kit/blocks.ts';
import * as block from '../kit/blocks.ts';
import { defined } from '../kit/defined.ts';
import { counted, short } from '../kit/words.ts';
import { type CheckAnswer, type CheckContext, defineCheck, notChecked } from './check.ts';
import { type AuditEntry, auditEntries, isRefused, wasDone } from './parts/audit-entry.ts';
import { podIn } from './parts/audited-pods.ts';
import { auditedSign, signsIn, signTable } from './parts/audited-signs.ts';
import { askLogs, controlPlaneLogs, LOG_ACTIONS, logSource, quoted, requestedOrNow } from './parts/log-questions.ts';
import { rightOf } from './parts/rights.ts';
import { isActor, isByActor, requestsOf } from './parts/same-actor.ts';

/** The newest requests; a busy controller makes more in a day. */
const MAX_REQUESTS = 2_000;
const MAX_ROWS = 30;
const MAX_VALUES = 10;
const MAX_NAMESPACES = 20;
const MAX_ACCOUNTS = 50;

/** An address or user agent, with when it was first seen in the window. */
const seen = field.object({ value: field.text, firstSeen: field.text, count: field.number });
/** In the window before and since. */
const schema = field.object({
  from: field.text,
  total: field.number,
  /** There were more than were read: counts are lower bounds. */
  more: field.flag,
  firstSeen: field.optional(field.text),
  lastSeen: field.optional(field.text),
  byVerb: field.list(
    field.object({ verb: field.text, resource: field.text, count: field.number, refused: field.number }),
  ),
  refusedBefore: field.number,
  /** How many different things were refused: by verb, resource, namespace and name. */
  refusedThings: field.number,
  /** Rights that lead to more and were refused, each once. */
  probed: field.texts,
  /** Refused requests for a namespace: another verb may be allowed what this one was not. */
  namespacesRefused: field.list(field.object({ verb: field.text, at: field.text })),
  /** Reads of Secrets (`get`, `list`, `watch`). */
  secretsRead: field.number,
  exec: field.number,
  impersonations: field.number,
  tokenRequests: field.number,
  webhooksChanged: field.number,
  /** What it did or made, in any namespace, that is of concern. */
  signs: field.list(auditedSign),
  /** Accounts that it took on, as `namespace/name`: by their token, or by a pod of its own that names them. At most 50. */
  accountsTaken: field.texts,
  /** The peer's. */
  addresses: field.list(seen),
  userAgents: field.list(seen),
  namespacesCreated: field.list(field.object({ name: field.optional(field.text), at: field.text })),
});
type Details = Written<typeof schema>;

/** What the creator did before and after. */
export const actorActivity = defineCheck({
  name: 'actor-activity',
  question: 'What else did the creator do in the cluster?',
  deadlineMs: 20_000,
  needs: { kubernetes: [], aws: LOG_ACTIONS },
  details: schema,
  run,
  show,
});

async function run(context: CheckContext): Promise<CheckAnswer<Details>> {
  const { actor, cluster } = context.finding;
  const where = requestsOf(actor);
  if (!where) return notChecked('the record does not say who it was');
  const answer = await askLogs(context, 'audit', where, { limit: MAX_REQUESTS });
  const requests = auditEntries(answer.entries).filter((entry) => isByActor(entry, actor));
  if (requests.length === 0)
    return notChecked('the audit log holds no request by this identity, not even the request of this finding');
  const details = activityOf(requests, context, answer.from, answer.more);
  return {
    status: 'found',
    ...summaryOf(details),
    details,
    completeUntil: new Date(answer.completeUntil).toISOString(),
    ...logSource(context, controlPlaneLogs(cluster), patternOf(actor)),
  };
}

function activityOf(requests: AuditEntry[], context: CheckContext, from: number, more: boolean): Details {
  const { actor, outcome } = context.finding;
  const requested = requestedOrNow(context);
  const count = (is: (entry: AuditEntry) => boolean): number => requests.filter(is).length;
  const allowed = requests.filter((entry) => !isRefused(entry));
  const times = requests.map(({ at }) => at);
  // An attempt that was refused is one of them, and so is what was tried after it.
  const refused = requests.filter(
    (entry) => isRefused(entry) && (entry.at < requested || outcome === 'attempt-denied'),
  );
  return {
    from: new Date(from).toISOString(),
    total: requests.length,
    more,
    firstSeen: new Date(Math.min(...times)).toISOString(),
    lastSeen: new Date(Math.max(...times)).toISOString(),
    byVerb: byVerb(requests),
    refusedBefore: refused.length,
    refusedThings: new Set(
      refused.map(({ verb, resource, group, namespace, name }) =>
        JSON.stringify([verb, resource, group, namespace, name]),
      ),
    ).size,
    probed: [...new Set(refused.flatMap((entry) => rightOf(entry) ?? []))],
    namespacesRefused: refused
      .filter(
        ({ resource, group, verb }) => resource === 'namespaces' && group === '' && ['create', 'patch'].includes(verb),
      )
      .slice(-MAX_NAMESPACES)
      .map(({ verb, at }) => ({ verb, at: new Date(at).toISOString() })),
    secretsRead: allowed.filter((entry) => entry.resource === 'secrets' && READS.includes(entry.verb) && wasDone(entry))
      .length,
    exec: allowed.filter(({ resource }) => INTO_PODS.includes(resource)).length,
    impersonations: count(({ user, impersonated }) => impersonated !== undefined && isActor(user, actor)),
    tokenRequests: allowed.filter((entry) => entry.resource === 'serviceaccounts/token' && wasDone(entry)).length,
    webhooksChanged: allowed.filter(
      (entry) => entry.group === 'admissionregistration.k8s.io' && !READS.includes(entry.verb) && wasDone(entry),
    ).length,
    signs: signsIn(allowed, context.settings.usualRegistries, () => true),
    accountsTaken: [...new Set(allowed.flatMap((entry) => accountTaken(entry) ?? []))].slice(0, MAX_ACCOUNTS),
    addresses: firstSeen(requests, ({ address }) => address),
    userAgents: firstSeen(requests, ({ userAgent }) => userAgent?.slice(0, 200)),
    namespacesCreated: allowed
      .filter(isNamespaceCreation)
      .slice(-MAX_NAMESPACES)
      .map(({ name, at }) => ({ ...defined({ name: name || undefined }), at: new Date(at).toISOString() })),
  };
}

/** The account `default` is in each pod that names none. */
function accountTaken(entry: AuditEntry): string | undefined {
  const { verb, resource, group, namespace, name } = entry;
  if (verb !== 'create' || group !== '' || namespace === undefined || !wasDone(entry)) return undefined;
  if (resource === 'serviceaccounts/token') return name && short(`${namespace}/${name}`);
  const account = resource === 'pods' ? podIn(entry)?.pod.serviceAccount : undefined;
  return account === undefined || account === 'default' ? undefined : short(`${namespace}/${account}`);
}

const READS = ['get', 'list', 'watch'];
const INTO_PODS = ['pods/exec', 'pods/attach', 'pods/portforward', 'pods/ephemeralcontainers'];

/** Server-side apply creates by PATCH, and answers 201 then. */
const isNamespaceCreation = (entry: AuditEntry): boolean =>
  entry.resource === 'namespaces' &&
  entry.group === '' &&
  wasDone(entry) &&
  (entry.verb === 'create' || (entry.verb === 'patch' && entry.code === 201));

/** The most frequent first. */
function byVerb(requests: AuditEntry[]): Details['byVerb'] {
  const rows = new Map<string, Details['byVerb'][number]>();
  for (const entry of requests) {
    const { verb } = entry;
    const resource = entry.group ? `${entry.resource}.${entry.group}` : entry.resource;
    const key = JSON.stringify([verb, resource]);
    const row = rows.get(key) ?? { verb, resource: resource.slice(0, 200), count: 0, refused: 0 };
    rows.set(key, { ...row, count: row.count + 1, refused: row.refused + Number(isRefused(entry)) });
  }
  return [...rows.values()]
    .sort((a, b) => b.count - a.count || `${a.resource} ${a.verb}`.localeCompare(`${b.resource} ${b.verb}`))
    .slice(0, MAX_ROWS);
}

/** The most recent newcomers first. */
function firstSeen(
  requests: AuditEntry[],
  pick: (entry: AuditEntry) => string | undefined,
): { value: string; firstSeen: string; count: number }[] {
  const seen = new Map<string, { first: number; count: number }>();
  for (const entry of requests) {
    const value = pick(entry);
    if (value === undefined) continue;
    const { first, count } = seen.get(value) ?? { first: entry.at, count: 0 };
    seen.set(value, { first: Math.min(first, entry.at), count: count + 1 });
  }
  return [...seen]
    .sort(([, a], [, b]) => b.first - a.first)
    .slice(0, MAX_VALUES)
    .map(([value, { first, count }]) => ({ value, firstSeen: new Date(first).toISOString(), count }));
}

function summaryOf(details: Details): { summary: string; brief: string } {
  const { total, more, from, firstSeen: first } = details;
  const refused = details.byVerb.reduce((sum, row) => sum + row.refused, 0);
  const parts: [number, string, string?][] = [
    [refused, 'refused', 'refused'],
    [details.secretsRead, 'read of Secrets', 'reads of Secrets'],
    [details.exec, 'into a running pod', 'into running pods'],
    [details.impersonations, 'impersonation'],
    [details.tokenRequests, 'token issued', 'tokens issued'],
    [details.webhooksChanged, 'change of admission configuration', 'changes of admission configuration'],
    [details.namespacesCreated.length, 'namespace created', 'namespaces created'],
  ];
  const told = parts.filter(([count]) => count > 0).map((each) => counted(...each));
  const since = `since ${from}, ${more ? 'or more: not all could be read' : `the first at ${first}`}`;
  const addresses = counted(details.addresses.length, 'address', 'addresses');
  const worst = told.length > 0 ? `, including ${told.slice(0, 2).join(' and ')}` : '';
  return {
    summary: `${counted(total, 'request')} (${since}), from ${addresses}${told.length > 0 ? `: ${told.join(', ')}` : ''}.`,
    brief: `The creator made ${counted(total, 'request')} from ${addresses}${worst}.`,
  };
}

function patternOf({ principalArn, username }: Actor): string | undefined {
  const value = quoted(principalArn ?? username ?? '');
  return value && `{ ${principalArn ? '$.user.extra.canonicalArn[0]' : '$.user.username'} = ${value} }`;
}

function show(details: Read<typeof schema>): Block[] {
  const when = {
    'First seen': ({ firstSeen }: { firstSeen?: string }) => block.instant(firstSeen),
    Requests: ({ count }: { count?: number }) => block.amount(count),
  };
  return [
    ...block.facts(
      ['Searched back to', block.instant(details.from)],
      ['Requests', block.atLeast(details.total, details.more)],
      ['First', block.instant(details.firstSeen)],
      ['Last', block.instant(details.lastSeen)],
      ['Refused before', block.amount(details.refusedBefore)],
      ['Refused rights that lead to more privileges', block.inLine(details.probed)],
      ['Reads of Secrets', block.amount(details.secretsRead)],
      ['Commands run in pods', block.amount(details.exec)],
      ['Impersonations', block.amount(details.impersonations)],
      ['Tokens requested', block.amount(details.tokenRequests)],
      ['ServiceAccounts used', details.accountsTaken?.length ? block.inLine(details.accountsTaken) : undefined],
      ['Webhooks changed', block.amount(details.webhooksChanged)],
    ),
    ...signTable('Suspicious, in any namespace', details.signs),
    ...block.table('Actions', details.byVerb, {
      Verb: ({ verb }) => block.word(verb),
      Resource: ({ resource }) => block.value(resource),
      Requests: ({ count }) => block.amount(count),
      Refused: ({ refused }) => block.amount(refused),
    }),
    ...block.table('Source addresses', details.addresses, { Address: ({ value }) => block.value(value), ...when }),
    ...block.table('Clients', details.userAgents, { Client: ({ value }) => block.value(value), ...when }),
    ...block.table('Namespaces it created', details.namespacesCreated, {
      Namespace: ({ name }) => block.value(name),
      When: ({ at }) => block.instant(at),
    }),
  ];
}
