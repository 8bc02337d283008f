import type { Condition } from '../clients/logs/log-search.ts';
import type { Read, Written } from '../contract/read.ts';
import * as field from '../contract/read.ts';
import type { Block } from '../kit/blocks.ts';
import * as block from '../kit/blocks.ts';
import { defined } from '../kit/defined.ts';
import { ownWords, say } from '../kit/phrase.ts';
import { counted, firstOf, short, shortName } from '../kit/words.ts';
import { isControlPlane } from '../kubernetes/control-plane.ts';
import { type CheckAnswer, type CheckContext, defineCheck, notChecked } from './check.ts';
import { type AuditEntry, auditEntries, wasDone } from './parts/audit-entry.ts';
import { concernsIn, imagesIn } from './parts/audited-pods.ts';
import { auditedSign, signsIn, signTable } from './parts/audited-signs.ts';
import { auditLogDoubt } from './parts/control-plane-logs.ts';
import {
  askLogs,
  controlPlaneLogs,
  LOG_ACTIONS,
  logSource,
  nothingFound,
  quoted,
  requestedOrNow,
} from './parts/log-questions.ts';
import { isByActor, nameOf } from './parts/same-actor.ts';
import { namespaceOf } from './parts/target.ts';
import { signPhrase, type WorkloadSign } from './parts/workload-signs/index.ts';

/** The newest; a namespace in which more is written is not a new one of little use. */
const MAX_REQUESTS = 1_000;
const MAX_SHOWN = 50;
const MAX_IMAGES = 50;

const act = field.object({
  at: field.text,
  /** IAM principal or username; `a as b` where it acted as somebody else. */
  by: field.text,
  /** The creator did it, or somebody in its name. */
  byActor: field.flag,
  verb: field.text,
  /** Plural, with the group: `deployments.apps`, `pods/exec`. */
  resource: field.text,
  name: field.optional(field.text),
  /** Of the pods that it describes, as far as the record holds them. */
  images: field.optional(field.texts),
  /** What about them is of concern. */
  signs: field.optional(field.list(field.word<WorkloadSign>())),
});

/** By the audit log: it outlives what it tells of. */
const schema = field.object({
  /** What people and workloads did in it since the request, the oldest first. At most 50. */
  acts: field.list(act),
  total: field.number,
  /** There was more than was read: counts are lower bounds. */
  more: field.flag,
  /** What the control plane and the nodes wrote in it, which is not listed. */
  byControlPlane: field.number,
  /** Of all that was made in it, also by the control plane. At most 50. */
  images: field.texts,
  /** What of all that is of concern, also what is gone again; what the control plane made of it included. */
  signs: field.list(auditedSign),
  /** The deletion of the namespace itself. */
  deleted: field.optional(field.part({ at: field.text, by: field.text })),
});
type Details = Written<typeof schema>;

/** What was made in the namespace, and by whom: also where nothing of it is left. */
export const namespaceActivity = defineCheck({
  name: 'namespace-activity',
  question: 'What was created and done in the namespace, and by whom?',
  about: 'namespace',
  deadlineMs: 20_000,
  needs: { kubernetes: [], aws: [...LOG_ACTIONS, 'eks:DescribeCluster'] },
  details: schema,
  run,
  show,
});

async function run(context: CheckContext): Promise<CheckAnswer<Details>> {
  const { finding } = context;
  const target = namespaceOf(finding);
  if ('reason' in target) return notChecked(target.reason);
  const { name } = target;
  // The name makes it a question of its own, whose answers are not remembered: over the whole window each namespace would cost a day.
  const answer = await askLogs(context, 'audit', within(name), { limit: MAX_REQUESTS, since: 'request' });
  const entries = ofThisOne(auditEntries(answer.entries), name, requestedOrNow(context));
  const details = detailsOf(entries, context, answer.more);
  const value = quoted(name);
  const source = logSource(context, controlPlaneLogs(finding.cluster), value && `{ $.objectRef.namespace = ${value} }`);
  if (details.total + details.byControlPlane === 0 && !details.deleted) {
    const doubt = answer.more ? 'there were more lines than could be read' : await auditLogDoubt(context);
    if (doubt !== undefined) return { ...notChecked(doubt), ...source };
    return nothingFound(context, answer, 'Nothing was created in the namespace since the request.', {
      ...source,
      details,
    });
  }
  return {
    status: 'found',
    summary: summaryOf(details),
    brief: inShort(details),
    details,
    completeUntil: new Date(answer.completeUntil).toISOString(),
    ...source,
  };
}

const WRITES = ['create', 'update', 'patch', 'delete', 'deletecollection'];
/** Into pods; a client may open them by GET. */
const INTO_PODS = ['exec', 'attach', 'portforward'];

/** For a namespace itself, the API server logs its name as the namespace as well, but not on every verb. */
const within = (name: string): Condition => ({
  all: [
    {
      any: [
        { field: 'objectRef.namespace', is: name },
        {
          all: [
            { field: 'objectRef.resource', is: 'namespaces' },
            { field: 'objectRef.name', is: name },
          ],
        },
      ],
    },
    {
      any: [
        { field: 'verb', in: WRITES },
        { field: 'objectRef.subresource', in: INTO_PODS },
      ],
    },
  ],
});

/** From the request until another namespace of the same name is made. @param requested epoch milliseconds */
function ofThisOne(entries: readonly AuditEntry[], name: string, requested: number): AuditEntry[] {
  const since = entries.filter((entry) => (wasDone(entry) || isOpened(entry)) && entry.at >= requested);
  const deletion = since.findIndex((entry) => isDeletion(entry, name));
  const again = since.findIndex((entry, index) => deletion >= 0 && index > deletion && isCreation(entry, name));
  return again < 0 ? since : since.slice(0, again);
}

/** A session into a pod is answered with a change of the protocol. */
const isOpened = ({ code, dryRun }: AuditEntry): boolean => code === 101 && !dryRun;
const isItself = ({ resource, group, name }: AuditEntry, wanted: string): boolean =>
  resource === 'namespaces' && group === '' && name === wanted;
const isDeletion = (entry: AuditEntry, name: string): boolean => isItself(entry, name) && entry.verb === 'delete';
const isCreation = (entry: AuditEntry, name: string): boolean =>
  isItself(entry, name) && (entry.verb === 'create' || entry.code === 201);

/** Written in every namespace without anybody's doing. */
const NOISE = ['events', 'leases', 'endpoints', 'endpointslices'];

const isByControlPlane = ({ user, impersonated }: AuditEntry): boolean =>
  impersonated === undefined && isControlPlane(user.username ?? '');
const isRoutine = (entry: AuditEntry): boolean =>
  entry.impersonated === undefined && (isByControlPlane(entry) || NOISE.includes(entry.resource));

function detailsOf(entries: readonly AuditEntry[], context: CheckContext, more: boolean): Details {
  const name = context.finding.namespace.name ?? '';
  const deletion = entries.find((entry) => isDeletion(entry, name));
  const inside = entries.filter((entry) => !isItself(entry, name));
  const done = inside.filter((entry) => !isRoutine(entry)).sort((a, b) => a.at - b.at);
  const images = new Set(inside.flatMap(imagesIn));
  const signs = signsIn(entries, context.settings.usualRegistries, (entry) => !isByControlPlane(entry));
  return {
    acts: done.slice(0, MAX_SHOWN).map((entry) => actOf(entry, context)),
    total: done.length,
    more,
    byControlPlane: inside.length - done.length,
    images: [...images].slice(0, MAX_IMAGES),
    signs,
    ...defined({ deleted: deletion && { at: new Date(deletion.at).toISOString(), by: whoOf(deletion) } }),
  };
}

function actOf(entry: AuditEntry, { finding, settings }: CheckContext): Details['acts'][number] {
  const images = imagesIn(entry);
  const signs = concernsIn(entry, settings.usualRegistries);
  return {
    at: new Date(entry.at).toISOString(),
    by: whoOf(entry),
    byActor: isByActor(entry, finding.actor),
    verb: short(entry.verb, 30),
    resource: short(entry.group ? `${entry.resource}.${entry.group}` : entry.resource),
    ...defined({
      name: entry.name ? short(entry.name) : undefined,
      images: images.length > 0 ? images : undefined,
      signs: signs.length > 0 ? signs : undefined,
    }),
  };
}

const whoOf = ({ user, impersonated }: AuditEntry): string =>
  short(impersonated ? `${nameOf(user)} as ${nameOf(impersonated)}` : nameOf(user), 300);

/** The worst of it. */
function inShort({ acts, total, signs, deleted }: Details): string {
  const writes = `${counted(total, 'write')} since the request`;
  if (deleted) return `The namespace was deleted at ${deleted.at}, after ${counted(total, 'write')}.`;
  if (signs.length > 0) {
    const told = signs.map(({ sign, on }) => `${sign.replaceAll('-', ' ')} (${shortName(on)})`);
    return `${writes}; suspicious: ${firstOf(told, 70)}.`;
  }
  if (total === 0) return 'Only the control plane wrote to the namespace since the request.';
  return `${writes}: ${firstOf(
    acts.map(({ verb, resource }) => `${verb} ${resource}`),
    60,
  )}.`;
}

function summaryOf({ acts, total, more, byControlPlane, images, signs: found, deleted }: Details): string {
  const who = [...new Set(acts.map(({ by }) => by))];
  const signs = new Set(found.map(({ sign }) => sign));
  const others = who.length > 2 ? ` and ${counted(who.length - 2, 'other identity', 'other identities')}` : '';
  const kinds = new Map<string, number>();
  for (const { verb, resource } of acts) {
    const key = `${verb} ${resource}`;
    kinds.set(key, (kinds.get(key) ?? 0) + 1);
  }
  const told = [...kinds].slice(0, 5).map(([what, count]) => (count > 1 ? `${what} (${count})` : what));
  const done =
    total > 0
      ? `${counted(total, 'write')}${more ? ' or more' : ''} since the request, by ${who.slice(0, 2).join(' and ')}${others}: ${told.join(', ')}${kinds.size > told.length ? ' and more' : ''}`
      : `Only the control plane wrote to the namespace since the request (${counted(byControlPlane, 'request')}${more ? ' or more' : ''})`;
  return [
    done,
    images.length > 0
      ? `; images: ${images.slice(0, 3).join(', ')}${images.length > 3 ? ` and ${images.length - 3} more` : ''}`
      : '',
    signs.size > 0 ? `; suspicious: ${[...signs].join(', ')}` : '',
    deleted ? `; ${deleted.by} deleted the namespace at ${deleted.at}` : '',
    '.',
  ].join('');
}

function show({ acts, total, more, byControlPlane, images, signs, deleted }: Read<typeof schema>): Block[] {
  return [
    ...block.facts(
      ['Writes', block.atLeast(total, more)],
      ['By the control plane', block.amount(byControlPlane)],
      ['Images', images?.length ? block.values(images) : undefined],
      ['Namespace deleted', block.instant(deleted?.at)],
      ['Deleted by', block.value(deleted?.by)],
    ),
    ...signTable('Suspicious, including what is gone again', signs),
    ...block.table(
      'Actions in the namespace',
      acts,
      {
        When: ({ at }) => block.instant(at),
        Who: ({ by, byActor }) => say`${by ?? ownWords('unknown')}${byActor ? ownWords(' (the creator)') : []}`,
        What: ({ verb, resource, name }) =>
          say`${block.word(verb) ?? []} ${resource ?? ''}${name === undefined ? [] : say` ${name}`}`,
        Images: ({ images }) => (images?.length ? block.values(images) : block.NONE),
        Suspicious: ({ signs = [] }) => (signs.length === 0 ? block.NONE : signs.map((sign) => signPhrase({ sign }))),
      },
      total,
    ),
  ];
}
