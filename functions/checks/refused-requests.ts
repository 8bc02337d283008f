import type { RefusedRequestsDetails } from '../contract/evidence.ts';
import { counted } from '../kit/words.ts';
import type { Answer, Check, Context } from './check.ts';
import { type AuditEntry, auditEntries, isRefused } from './parts/audit-entry.ts';
import { askLogs, controlPlaneLogs, logSource, nothingFound, windowOf } from './parts/log-questions.ts';
import { isByActor, nameOf } from './parts/same-actor.ts';

const MAX_REQUESTS = 2_000;
const MAX_GROUPS = 20;

/** Everybody's unauthorised actions: an intruder tries before he succeeds, perhaps as somebody else. */
export const refusedRequests: Check = {
  name: 'refused-requests',
  question: 'Which unauthorised actions were tried in the cluster?',
  deadlineMs: 20_000,
  run,
};

async function run(context: Context): Promise<Answer> {
  const { actor, cluster } = context.finding;
  const where = { field: 'responseStatus.code', in: [401, 403] };
  const answer = await askLogs(context, 'audit', where, { limit: MAX_REQUESTS });
  const refused = auditEntries(answer.entries).filter(isRefused);
  const from = new Date(windowOf(context).from).toISOString();
  const pattern = '{ $.responseStatus.code = 403 || $.responseStatus.code = 401 }';
  const source = logSource(context, controlPlaneLogs(cluster), pattern);
  if (refused.length === 0)
    return nothingFound(context, answer.completeUntil, `No request was refused since ${from}.`, source);

  const isActors = (entry: AuditEntry) => isByActor(entry, actor);
  const groups = groupsOf(refused, isActors);
  const details: RefusedRequestsDetails = {
    from,
    total: refused.length,
    more: answer.more,
    groups: groups.slice(0, MAX_GROUPS),
  };
  const byActor = refused.filter(isActors).length;
  const others = new Set(groups.filter(({ isActor }) => !isActor).map(({ actor }) => actor)).size;
  return {
    status: 'found',
    summary:
      `${refused.length}${answer.more ? ' or more' : ''} refused since ${from}: ${byActor} of the creator, the others of ` +
      `${counted(others, 'other identity', 'other identities')}.`,
    details: { ...details },
    completeUntil: new Date(answer.completeUntil).toISOString(),
    ...source,
  };
}

/** The actor's first, then the largest. */
function groupsOf(refused: AuditEntry[], isActors: (entry: AuditEntry) => boolean): RefusedRequestsDetails['groups'] {
  const groups = new Map<string, RefusedRequestsDetails['groups'][number]>();
  for (const entry of refused) {
    const { verb, code = 0 } = entry;
    const actor = nameOf(entry.user).slice(0, 300);
    const resource = (entry.group ? `${entry.resource}.${entry.group}` : entry.resource).slice(0, 200);
    const key = JSON.stringify([actor, verb, resource, code]);
    const { count = 0, lastAt = '' } = groups.get(key) ?? {};
    const at = new Date(entry.at).toISOString();
    groups.set(key, {
      ...{ actor, verb, resource, code, count: count + 1, lastAt: at > lastAt ? at : lastAt },
      isActor: isActors(entry) || (groups.get(key)?.isActor ?? false),
    });
  }
  return [...groups]
    .sort(([x, a], [y, b]) => Number(b.isActor) - Number(a.isActor) || b.count - a.count || x.localeCompare(y))
    .map(([, group]) => group);
}
