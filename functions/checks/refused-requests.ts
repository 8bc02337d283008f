import type { Read, Written } from '../contract/read.ts';
import * as field from '../contract/read.ts';
import type { Block } from '../kit/blocks.ts';
import * as block from '../kit/blocks.ts';
import { defined } from '../kit/defined.ts';
import { ownWords, say } from '../kit/phrase.ts';
import { counted, countedAtLeast } from '../kit/words.ts';
import { type CheckAnswer, type CheckContext, defineCheck, notChecked } from './check.ts';
import { type AuditEntry, auditEntries, isRefused } from './parts/audit-entry.ts';
import { auditLogDoubt } from './parts/control-plane-logs.ts';
import { askLogs, controlPlaneLogs, LOG_ACTIONS, logSource, nothingFound } from './parts/log-questions.ts';
import { isByActor, nameOf } from './parts/same-actor.ts';

const MAX_REQUESTS = 2_000;
const MAX_GROUPS = 20;

/** Everybody's, grouped. */
const schema = field.object({
  from: field.text,
  total: field.number,
  more: field.flag,
  groups: field.list(
    field.object({
      actor: field.text,
      verb: field.text,
      resource: field.text,
      /** Of the latest of them; absent for what belongs to the cluster. */
      namespace: field.optional(field.text),
      code: field.number,
      count: field.number,
      lastAt: field.text,
      isActor: field.flag,
    }),
  ),
});
type Details = Written<typeof schema>;

/** Everybody's unauthorised actions: an intruder tries before he succeeds, perhaps as somebody else. */
export const refusedRequests = defineCheck({
  name: 'refused-requests',
  question: 'Which unauthorised actions were attempted in the cluster?',
  deadlineMs: 20_000,
  needs: { kubernetes: [], aws: [...LOG_ACTIONS, 'eks:DescribeCluster'] },
  details: schema,
  run,
  statement: ({ groups = [] }) => (groups.some(({ isActor }) => isActor) ? 'found' : 'clear'),
  show,
});

async function run(context: CheckContext): Promise<CheckAnswer<Details>> {
  const { actor, cluster } = context.finding;
  const where = { field: 'responseStatus.code', in: [401, 403] };
  const answer = await askLogs(context, 'audit', where, { limit: MAX_REQUESTS });
  const refused = auditEntries(answer.entries).filter(isRefused);
  const from = new Date(answer.from).toISOString();
  const pattern = '{ $.responseStatus.code = 403 || $.responseStatus.code = 401 }';
  const source = logSource(context, controlPlaneLogs(cluster), pattern);
  const doubt = refused.length === 0 ? await auditLogDoubt(context) : undefined;
  if (doubt !== undefined) return { ...notChecked(doubt), ...source };
  if (refused.length === 0) return nothingFound(context, answer, `No request has been refused since ${from}.`, source);

  const isActors = (entry: AuditEntry) => isByActor(entry, actor);
  const groups = groupsOf(refused, isActors);
  const details: Details = {
    from,
    total: refused.length,
    more: answer.more,
    groups: groups.slice(0, MAX_GROUPS),
  };
  const byActor = refused.filter(isActors).length;
  const others = new Set(groups.filter(({ isActor }) => !isActor).map(({ actor }) => actor)).size;
  return {
    status: 'found',
    brief: `${countedAtLeast(refused.length, answer.more, 'request')} refused, ${byActor} of them by the creator.`,
    summary:
      `${countedAtLeast(refused.length, answer.more, 'request')} refused since ${from}: ${byActor} by the creator, the others by ` +
      `${counted(others, 'other identity', 'other identities')}.`,
    details,
    completeUntil: new Date(answer.completeUntil).toISOString(),
    ...source,
  };
}

/** The actor's first, then the largest. */
function groupsOf(refused: AuditEntry[], isActors: (entry: AuditEntry) => boolean): Details['groups'] {
  const groups = new Map<string, Details['groups'][number]>();
  for (const entry of refused) {
    const { verb, code = 0 } = entry;
    const actor = nameOf(entry.user).slice(0, 300);
    const resource = (entry.group ? `${entry.resource}.${entry.group}` : entry.resource).slice(0, 200);
    const key = JSON.stringify([actor, verb, resource, code]);
    const before = groups.get(key);
    const { count = 0, lastAt = '' } = before ?? {};
    const at = new Date(entry.at).toISOString();
    const namespace = at > lastAt ? entry.namespace?.slice(0, 200) : before?.namespace;
    groups.set(key, {
      actor,
      verb,
      resource,
      ...defined({ namespace: namespace || undefined }),
      code,
      count: count + 1,
      lastAt: at > lastAt ? at : lastAt,
      isActor: isActors(entry) || (groups.get(key)?.isActor ?? false),
    });
  }
  return [...groups]
    .sort(([x, a], [y, b]) => Number(b.isActor) - Number(a.isActor) || b.count - a.count || x.localeCompare(y))
    .map(([, group]) => group);
}

function show({ from, total, more, groups }: Read<typeof schema>): Block[] {
  return [
    ...block.facts(['Searched back to', block.instant(from)], ['Refused', block.atLeast(total, more)]),
    ...block.table('Refused requests', groups, {
      Who: ({ actor, isActor }) => say`${actor ?? ownWords('unknown')}${isActor ? ownWords(' (the creator)') : []}`,
      What: ({ verb, resource }) => say`${block.word(verb) ?? []} ${resource ?? ''}`,
      Code: ({ code }) => (code === undefined ? undefined : ownWords(String(code))),
      Times: ({ count }) => block.amount(count),
      Last: ({ lastAt }) => block.instant(lastAt),
    }),
  ];
}
