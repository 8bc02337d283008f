import type { Kubernetes, KubernetesObject } from '../clients/kubernetes/kubernetes.ts';
import type { Finding } from '../contract/finding.ts';
import type { Read, Written } from '../contract/read.ts';
import * as field from '../contract/read.ts';
import { ALERTING_OUTCOMES, type Statement } from '../contract/vocabulary.ts';
import type { Block } from '../kit/blocks.ts';
import * as block from '../kit/blocks.ts';
import { defined } from '../kit/defined.ts';
import { instant, record, records, text } from '../kit/json.ts';
import { ownWords, say } from '../kit/phrase.ts';
import { short, shortName } from '../kit/words.ts';
import { similarNames } from '../kubernetes/platform-names.ts';
import { type CheckAnswer, type CheckContext, defineCheck, notChecked } from './check.ts';
import { eksConsole } from './parts/console.ts';
import { kindCount } from './parts/kind-words.ts';
import { COUNTED_KINDS, inventoryOf } from './parts/namespace-inventory.ts';
import { answerPart, withoutText } from './parts/part.ts';
import { type LiveNamespace, namespaceOf } from './parts/target.ts';

/** For the inventory and the quotas, in milliseconds: below the deadline, so that what is known is told. */
const PART_MS = 5_000;
/** Labels, annotations and the like: so many, of such length, are for people. */
const MANY = 50;
const LONG = 500;

const schema = field.object({
  /** Whether the live API server confirms the finding. */
  live: field.word<LiveNamespace['live']>(),
  uid: field.optional(field.text),
  phase: field.optional(field.text),
  createdAt: field.optional(field.text),
  labels: field.optional(field.pairs),
  annotations: field.optional(field.pairs),
  /** Pod Security admission levels by mode: `enforce`, `audit`, `warn`. */
  podSecurity: field.optional(field.pairs),
  /** Which tools wrote the object, by `managedFields`. */
  managers: field.optional(field.texts),
  /** Objects in it, by kind (`Deployment.apps`), the largest first. */
  inventory: field.optional(field.list(field.object({ kind: field.text, count: field.number, complete: field.flag }))),
  /** Kinds that could not be listed. */
  notListed: field.optional(field.texts),
  /** Namespaces that were there before, and that its name can be taken for. */
  similar: field.optional(field.texts),
  quotas: field.optional(field.list(field.object({ name: field.text, hard: field.pairs }))),
});
type Details = Written<typeof schema>;

const STATEMENTS: Readonly<Record<string, Statement>> = {
  confirmed: 'present',
  present: 'present',
  absent: 'absent',
  'other-uid': 'replaced',
};

/** What the live cluster says of the namespace. Only this confirms that the finding is true: log lines can be forged. */
export const namespace = defineCheck({
  name: 'namespace',
  question: 'Does the namespace exist as recorded, which tool made it, and what is in it?',
  about: 'namespace',
  deadlineMs: 8_000,
  needs: {
    kubernetes: ['get namespaces', 'list namespaces', ...COUNTED_KINDS],
    aws: [],
    // Whatever kinds the cluster serves: custom resources among them.
    optional: ['list *'],
  },
  details: schema,
  run,
  statement: ({ live = '', phase }) => (phase === 'Terminating' ? 'ending' : STATEMENTS[live]),
  show,
  source(finding) {
    const target = namespaceOf(finding);
    const link = eksConsole(finding.cluster, 'cluster-resources-tab');
    return defined({
      link: link || undefined,
      command: 'name' in target ? ['kubectl', 'get', 'namespace', target.name, '--output', 'yaml'] : undefined,
    });
  },
});

async function run({ finding, kubernetes, liveNamespace, signal, now }: CheckContext): Promise<CheckAnswer<Details>> {
  const target = namespaceOf(finding);
  if ('reason' in target) return notChecked(target.reason);
  const cluster = await kubernetes();
  const completeUntil = new Date(now()).toISOString();
  const { live, object } = await liveNamespace();
  const names = answerPart('the names of the others', PART_MS, signal, (limit) => similarOf(cluster, finding, limit));
  if (!object) return absent(finding, target.name, completeUntil, (await names).value);

  const [similar, inventory, quotas] = await Promise.all([
    names,
    answerPart('what is in it', PART_MS, signal, (limit) => inventoryOf(cluster, target.name, limit)),
    answerPart('quotas', PART_MS, signal, (limit) => quotasOf(cluster, target.name, limit)),
  ]);
  const details: Details = {
    live,
    ...objectDetails(object),
    ...inventory.value,
    ...defined({ similar: similar.value, quotas: quotas.value }),
  };
  const missing = [similar, inventory, quotas].flatMap((answer) => answer.missing ?? []);
  const notListed = details.notListed?.filter((kind) => kind !== LEASE) ?? [];
  const kinds = notListed.length > 0 ? ` Not listed: ${notListed.join(', ')}.` : '';
  return {
    status: 'found',
    brief: inShort(details),
    summary: `${confirmation(details, finding, target.name)}${described(details)}${kinds}${withoutText(missing)}`,
    details,
    completeUntil,
  };
}

/** For what was refused it is as it should be. */
function absent(
  finding: Finding,
  name: string,
  completeUntil: string,
  similar: string[] | undefined,
): CheckAnswer<Details> {
  const details: Details = { live: 'absent', ...defined({ similar }) };
  const answer = { details: { ...details }, completeUntil };
  if (!ALERTING_OUTCOMES.includes(finding.outcome))
    return { status: 'clear', summary: `There is no namespace ${name}: the attempt left nothing behind.`, ...answer };
  const why = 'either it was deleted since, or the log line that reports it is forged';
  return {
    status: 'found',
    summary: `Not confirmed: there is no namespace ${name} now; ${why}.`,
    brief: 'Not confirmed: there is no such namespace now.',
    ...answer,
  };
}

const CONFIRMATIONS: Record<LiveNamespace['live'], string> = {
  confirmed: 'Confirmed: the namespace exists',
  'other-uid': 'Not confirmed: the namespace that exists is another one',
  absent: 'Not confirmed: there is no such namespace now',
  present: 'A namespace of this name exists',
};

function inShort({ live, phase, inventory = [] }: Details): string {
  const [largest] = inventory.filter(isTelling);
  const contents = largest && `${largest.complete ? '' : 'at least '}${kindCount(largest.kind, largest.count)}`;
  return `${CONFIRMATIONS[live]}${phase && phase !== 'Active' ? `; it is ${shortName(phase, 20)}` : ''}${contents ? `; it contains ${shortName(contents)}` : ''}.`;
}

function confirmation({ live, createdAt = 'an unknown time' }: Details, { outcome }: Finding, name: string): string {
  if (live === 'confirmed')
    return `Confirmed: the namespace ${name} exists with the recorded UID, created at ${createdAt}`;
  if (live === 'other-uid')
    return `Not confirmed: the namespace ${name} that exists is another one (created at ${createdAt}); the recorded one was deleted since, or the log line that reports it is forged`;
  const from = outcome === 'created' ? '; the record holds no UID to tell whether it is the same' : '';
  return `A namespace ${name} exists, created at ${createdAt}${from}`;
}

/** Every namespace has a ServiceAccount and a ConfigMap of the platform's, and leases are no more than heartbeats. */
const LEASE = 'Lease.coordination.k8s.io';
const isTelling = ({ kind, count }: { kind: string; count: number }): boolean =>
  kind !== LEASE && !(count === 1 && (kind === 'ServiceAccount' || kind === 'ConfigMap'));

function described({ managers = [], phase, podSecurity = {}, inventory, notListed = [] }: Details): string {
  const levels = Object.entries(podSecurity).map(([mode, level]) => `${mode}=${level}`);
  const largest = inventory
    ?.filter(isTelling)
    .slice(0, 8)
    .map(({ kind, count, complete }) => `${complete ? '' : 'at least '}${kindCount(kind, count)}`);
  const more = inventory && inventory.length > 8 ? ` and ${inventory.length - 8} more kinds` : '';
  return [
    ...(managers.length > 0 ? [`, written by ${managers.join(', ')}`] : []),
    ...(phase && phase !== 'Active' ? [`; it is ${phase}`] : []),
    `; Pod Security ${levels.length > 0 ? levels.join(', ') : 'not set'}`,
    ...(largest && largest.length > 0 ? [`; it contains ${largest.join(', ')}${more}`] : []),
    ...(largest?.length === 0 && notListed.every((kind) => kind === LEASE) ? ['; it is empty'] : []),
    '.',
  ].join('');
}

function objectDetails(object: KubernetesObject): Omit<Details, 'live'> {
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
  return defined({
    uid: uid || undefined,
    phase: phase ? short(phase) : undefined,
    createdAt: createdAt || undefined,
    labels,
    annotations: strings(metadata['annotations']),
    podSecurity: Object.keys(podSecurity).length > 0 ? podSecurity : undefined,
    managers: managers.length > 0 ? [...new Set(managers)].slice(0, MANY).map((manager) => short(manager)) : undefined,
  });
}

/** More are not compared. */
const MAX_NAMESPACES = 5_000;

/** The namespaces that were there before the request, and that the name can be taken for. */
async function similarOf(cluster: Kubernetes, { namespace, request }: Finding, signal: AbortSignal): Promise<string[]> {
  const { items } = await cluster.list('/api/v1/namespaces', signal, { max: MAX_NAMESPACES });
  const requested = Date.parse(request.at ?? namespace.createdAt ?? '');
  const earlier = items.flatMap(({ metadata }) => {
    const { name, creationTimestamp } = record(metadata);
    return Date.parse(text(creationTimestamp) ?? '') < requested ? (text(name) ?? []) : [];
  });
  return similarNames(namespace.name ?? '', earlier);
}

async function quotasOf(cluster: Kubernetes, name: string, signal: AbortSignal): Promise<Details['quotas']> {
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

const LIVE: Record<string, string> = {
  confirmed: 'The API server confirms it: the same UID.',
  'other-uid': 'The API server has another namespace of this name, with another UID.',
  absent: 'The API server has no such namespace.',
};

function show({ live, labels = {}, annotations = {}, ...details }: Read<typeof schema>): Block[] {
  return [
    ...block.facts(
      ['Live', live === undefined ? undefined : ownWords(LIVE[live] ?? 'unknown')],
      ['UID', block.value(details.uid)],
      ['Phase', block.word(details.phase)],
      ['Created', block.instant(details.createdAt)],
      ['Pod Security', block.pairs(details.podSecurity)],
      ['Written by', block.inLine(details.managers)],
      ['Resembles', details.similar?.length ? block.values(details.similar) : undefined],
      ['Not listed', details.notListed?.length ? block.values(details.notListed) : undefined],
    ),
    ...block.table('Objects in it', details.inventory, {
      Kind: ({ kind }) => block.value(kind),
      Count: ({ count, complete }) =>
        count === undefined ? undefined : say`${ownWords(complete === false ? 'at least ' : '')}${count}`,
    }),
    ...block.table('Labels and annotations now', [...marks('label', labels), ...marks('annotation', annotations)], {
      Kind: ({ kind }) => ownWords(kind),
      Key: ({ key }) => block.value(key),
      Value: ({ text }) => block.value(text),
    }),
    ...block.table('Quotas', details.quotas, {
      Name: ({ name }) => block.value(name),
      'At most': ({ hard }) => block.pairs(hard),
    }),
  ];
}

const marks = (kind: string, map: Record<string, string>) =>
  Object.entries(map).map(([key, text]) => ({ kind, key, text }));
