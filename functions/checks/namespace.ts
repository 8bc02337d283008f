import type { Kubernetes, KubernetesObject } from '../clients/kubernetes/kubernetes.ts';
import type { NamespaceDetails } from '../contract/evidence.ts';
import type { Finding } from '../contract/finding.ts';
import { ALERTING_OUTCOMES } from '../contract/vocabulary.ts';
import { instant, record, records, text } from '../kit/json.ts';
import { short } from '../kit/words.ts';
import { type Answer, type Check, type Context, notChecked } from './check.ts';
import { eksConsole } from './parts/console.ts';
import { inventoryOf } from './parts/namespace-inventory.ts';
import { part, withoutText } from './parts/part.ts';
import { namespaceOf } from './parts/target.ts';

/** For the inventory and the quotas, in milliseconds: below the deadline, so that what is known is told. */
const PART_MS = 5_000;
/** Labels, annotations and the like: so many, of such length, are for people. */
const MANY = 50;
const LONG = 500;

/** What the live cluster says of the namespace. Only this confirms that the finding is true: log lines can be forged. */
export const namespace: Check = {
  name: 'namespace',
  question: 'Does the namespace exist as recorded, which tool made it, and what is in it?',
  deadlineMs: 8_000,
  run,
  source(finding) {
    const target = namespaceOf(finding);
    const link = eksConsole(finding.cluster, 'cluster-resources-tab');
    return {
      ...(link && { link }),
      ...('name' in target && { command: ['kubectl', 'get', 'namespace', target.name, '--output', 'yaml'] }),
    };
  },
};

async function run({ finding, kubernetes, signal, now }: Context): Promise<Answer> {
  const target = namespaceOf(finding);
  if ('reason' in target) return notChecked(target.reason);
  const cluster = await kubernetes();
  const completeUntil = new Date(now()).toISOString();
  const object = await cluster.read(`/api/v1/namespaces/${target.name}`, signal);
  if (!object) return absent(finding, target.name, completeUntil);

  const [inventory, quotas] = await Promise.all([
    part('what is in it', PART_MS, signal, (limit) => inventoryOf(cluster, target.name, limit)),
    part('quotas', PART_MS, signal, (limit) => quotasOf(cluster, target.name, limit)),
  ]);
  const details: NamespaceDetails = {
    live: liveOf(finding, object),
    ...objectDetails(object),
    ...inventory.value,
    ...(quotas.value && { quotas: quotas.value }),
  };
  const missing = [inventory, quotas].flatMap((answer) => answer.missing ?? []);
  const kinds = details.notListed?.length ? ` Not listed: ${details.notListed.join(', ')}.` : '';
  return {
    status: 'found',
    summary: `${confirmation(details, finding, target.name)}${described(details)}${kinds}${withoutText(missing)}`,
    details: { ...details },
    completeUntil,
  };
}

/** For what was refused it is as it should be. */
function absent(finding: Finding, name: string, completeUntil: string): Answer {
  const details: NamespaceDetails = { live: 'absent' };
  const answer = { details: { ...details }, completeUntil };
  if (!ALERTING_OUTCOMES.includes(finding.outcome))
    return { status: 'clear', summary: `There is no namespace ${name}: the attempt left none behind.`, ...answer };
  const why = 'either it was deleted since, or the log line that reports it is forged';
  return { status: 'found', summary: `Not confirmed: there is no namespace ${name} now; ${why}.`, ...answer };
}

/** Names can be used again; only the UID tells the same namespace. */
function liveOf({ namespace: { uid } }: Finding, { metadata }: KubernetesObject): NamespaceDetails['live'] {
  const live = text(record(metadata)['uid']);
  if (!uid || !live) return 'present';
  return live === uid ? 'confirmed' : 'other-uid';
}

function confirmation(
  { live, createdAt = 'an unknown time' }: NamespaceDetails,
  { outcome }: Finding,
  name: string,
): string {
  if (live === 'confirmed')
    return `Confirmed: the namespace ${name} exists with the recorded UID, made at ${createdAt}`;
  if (live === 'other-uid')
    return `Not confirmed: the namespace ${name} that exists is another one (made at ${createdAt}); the recorded one was deleted since, or the log line that reports it is forged`;
  const from = outcome === 'created' ? '; the record holds no UID to tell whether it is the same' : '';
  return `A namespace ${name} exists, made at ${createdAt}${from}`;
}

function described({ managers = [], phase, podSecurity = {}, inventory, notListed = [] }: NamespaceDetails): string {
  const levels = Object.entries(podSecurity).map(([mode, level]) => `${mode}=${level}`);
  const largest = inventory
    ?.slice(0, 8)
    .map(({ kind, count, complete }) => `${complete ? '' : 'at least '}${count} ${kind}`);
  const more = inventory && inventory.length > 8 ? ` and ${inventory.length - 8} more kinds` : '';
  return [
    ...(managers.length > 0 ? [`, written by ${managers.join(', ')}`] : []),
    ...(phase && phase !== 'Active' ? [`; it is ${phase}`] : []),
    `; Pod Security ${levels.length > 0 ? levels.join(', ') : 'not set'}`,
    ...(largest && largest.length > 0 ? [`; it holds ${largest.join(', ')}${more}`] : []),
    ...(largest?.length === 0 && notListed.length === 0 ? ['; it is empty'] : []),
    '.',
  ].join('');
}

function objectDetails(object: KubernetesObject): Omit<NamespaceDetails, 'live'> {
  const metadata = record(object.metadata);
  const labels = strings(metadata['labels']);
  const prefix = 'pod-security.kubernetes.io/';
  const podSecurity = Object.fromEntries(
    ['enforce', 'audit', 'warn'].flatMap((mode) => {
      const level = labels[prefix + mode];
      return level ? [[mode, level]] : [];
    }),
  );
  const managers = records(metadata['managedFields'])
    .filter(({ subresource }) => !text(subresource)) // controllers write the status
    .flatMap(({ manager }) => text(manager) ?? []);
  const [uid, phase, createdAt] = [
    text(metadata['uid']),
    text(record(object['status'])['phase']),
    instant(metadata['creationTimestamp']),
  ];
  return {
    ...(uid && { uid }),
    ...(phase && { phase: short(phase) }),
    ...(createdAt && { createdAt }),
    labels,
    annotations: strings(metadata['annotations']),
    ...(Object.keys(podSecurity).length > 0 && { podSecurity }),
    ...(managers.length > 0 && { managers: [...new Set(managers)].slice(0, MANY).map((manager) => short(manager)) }),
  };
}

async function quotasOf(cluster: Kubernetes, name: string, signal: AbortSignal): Promise<NamespaceDetails['quotas']> {
  const { items } = await cluster.list(`/api/v1/namespaces/${name}/resourcequotas`, signal, { max: MANY });
  return items.map(({ metadata, spec }) => ({
    name: text(record(metadata).name) ?? '',
    hard: strings(record(spec).hard),
  }));
}

const strings = (value: unknown): Record<string, string> =>
  Object.fromEntries(
    Object.entries(record(value))
      .slice(0, MANY)
      .flatMap(([key, entry]) => (typeof entry === 'string' ? [[key, short(entry, LONG)]] : [])),
  );
