import type { Kubernetes, KubernetesObject } from '../clients/kubernetes/kubernetes.ts';
import type { Read, Written } from '../contract/read.ts';
import * as field from '../contract/read.ts';
import type { Block } from '../kit/blocks.ts';
import * as block from '../kit/blocks.ts';
import { defined } from '../kit/defined.ts';
import { instant, number, record, text } from '../kit/json.ts';
import { ownWords, say, term } from '../kit/phrase.ts';
import { counted, listed, short, shortName } from '../kit/words.ts';
import { type CheckAnswer, type CheckContext, defineCheck, notChecked } from './check.ts';
import { eksConsole } from './parts/console.ts';
import { listPart } from './parts/listing.ts';
import { withoutText } from './parts/part.ts';
import { contentsOf, namespaceOf } from './parts/target.ts';
import { Workload } from './parts/workload.ts';
import { Owners } from './parts/workload-owners.ts';
import { podIpsOf, runningImages } from './parts/workload-pods.ts';
import { signPhrase, type WorkloadSign } from './parts/workload-signs/index.ts';
import { CONCERN } from './parts/workload-signs/sign.ts';

/** Below the deadline, so that what is known is told. */
const LIMITS = { ms: 6_000, max: 5_000 };
const SHOWN = 50;
/** The longest image name that is shown, in characters. */
const LONG = 300;

/** Where pods come from, and where in such an object the pod is described; what is to be goes before what is. */
const KINDS = [
  { kind: 'Deployment', path: 'apis/apps/v1', resource: 'deployments', spec: ['spec', 'template', 'spec'] },
  { kind: 'ReplicaSet', path: 'apis/apps/v1', resource: 'replicasets', spec: ['spec', 'template', 'spec'] },
  { kind: 'StatefulSet', path: 'apis/apps/v1', resource: 'statefulsets', spec: ['spec', 'template', 'spec'] },
  { kind: 'DaemonSet', path: 'apis/apps/v1', resource: 'daemonsets', spec: ['spec', 'template', 'spec'] },
  { kind: 'Job', path: 'apis/batch/v1', resource: 'jobs', spec: ['spec', 'template', 'spec'] },
  {
    kind: 'CronJob',
    path: 'apis/batch/v1',
    resource: 'cronjobs',
    spec: ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
  },
  {
    kind: 'ReplicationController',
    path: 'api/v1',
    resource: 'replicationcontrollers',
    spec: ['spec', 'template', 'spec'],
  },
  { kind: 'Pod', path: 'api/v1', resource: 'pods', spec: ['spec'] },
];

const schema = field.object({
  /** Controllers and bare pods: what a person would act on. At most 50, the most dangerous first. */
  workloads: field.list(
    field.object({
      kind: field.text,
      name: field.text,
      createdAt: field.optional(field.text),
      serviceAccount: field.optional(field.text),
      pods: field.number,
      /** Of all containers, init and ephemeral ones included. */
      images: field.texts,
      /** `detail`: where and what, in a few words; may hold attacker-chosen text. */
      signs: field.list(field.object({ sign: field.word<WorkloadSign>(), detail: field.text })),
    }),
  ),
  total: field.number,
  daemonSets: field.number,
  cronJobs: field.number,
  pods: field.part({ total: field.number, running: field.number }),
  /** Images that pods run, by digest where the kubelet told it. At most 50, those of most pods first. */
  images: field.list(
    field.object({ image: field.text, digest: field.optional(field.text), registry: field.text, pods: field.number }),
  ),
  /** Pod addresses, for the flow logs. At most 100. */
  podIps: field.texts,
  /** Kinds that could not be looked at, or not all of them, and why; counts are then lower bounds. */
  missing: field.optional(field.texts),
});
type Details = Written<typeof schema>;

/** What runs in the namespace, or is about to, and what about it is dangerous. */
export const workloads = defineCheck({
  name: 'workloads',
  question: 'What runs in the namespace, and is any of it dangerous?',
  about: 'contents',
  deadlineMs: 8_000,
  needs: {
    kubernetes: [
      'get namespaces',
      'list cronjobs.batch',
      'list daemonsets.apps',
      'list deployments.apps',
      'list jobs.batch',
      'list pods',
      'list replicasets.apps',
      'list replicationcontrollers',
      'list statefulsets.apps',
    ],
    aws: [],
  },
  details: schema,
  run,
  statement: ({ total = 0, pods }, status) => (total === 0 && !pods?.total && status === 'clear' ? 'empty' : status),
  show,
  source(finding) {
    const target = namespaceOf(finding);
    const link = eksConsole(finding.cluster, 'cluster-resources-tab');
    const kinds = KINDS.map(({ resource }) => resource).join(',');
    return defined({
      link: link || undefined,
      command: 'name' in target ? ['kubectl', 'get', kinds, '--namespace', target.name, '--output', 'wide'] : undefined,
    });
  },
});

async function run(context: CheckContext): Promise<CheckAnswer<Details>> {
  const { kubernetes, settings, signal, now } = context;
  const cluster = await kubernetes();
  const target = await contentsOf(context);
  if ('reason' in target) return notChecked(target.reason, target.brief);
  const completeUntil = new Date(now()).toISOString();
  const { objects, missing: notListed } = await listAll(cluster, target.name, signal);
  const missing = [...(target.missing === undefined ? [] : [target.missing]), ...notListed];
  if (missing.length > 0 && objects.length === 0)
    return notChecked(
      `no workload is known, and ${missing.join(', ')} could not be looked at`,
      'the workloads could not be listed',
    );

  const found = group(objects, settings.usualRegistries);
  const details = detailsOf(objects, found, missing);
  const concern = found.some(({ danger }) => danger >= CONCERN) || details.daemonSets + details.cronJobs > 0;
  return {
    status: concern || missing.length > 0 ? 'found' : 'clear',
    summary: `${summaryOf(details, found)}${withoutText(missing)}`,
    brief: inShort(details, found),
    details,
    completeUntil,
  };
}

interface Listed {
  kind: string;
  object: KubernetesObject;
  podSpec: unknown;
}

async function listAll(
  cluster: Kubernetes,
  name: string,
  signal: AbortSignal,
): Promise<{ objects: Listed[]; missing: string[] }> {
  const parts = await Promise.all(
    KINDS.map(async ({ kind, path, resource, spec }) => {
      const listing = { label: `${kind}s`, path: `/${path}/namespaces/${name}/${resource}` };
      const { items, missing } = await listPart(cluster, listing, LIMITS, signal);
      const podSpec = (object: unknown) => spec.reduce<unknown>((value, key) => record(value)[key], object);
      return { objects: items.map((object) => ({ kind, object, podSpec: podSpec(object) })), missing };
    }),
  );
  return {
    objects: parts.flatMap(({ objects }) => objects),
    missing: parts.flatMap(({ missing }) => missing ?? []),
  };
}

/** The topmost controllers and bare pods, the most dangerous first. */
function group(objects: Listed[], usualRegistries: readonly string[]): Workload[] {
  const owners = new Owners(objects);
  const found = new Map<string, Workload>();
  for (const { kind, object, podSpec } of objects) {
    const owner = owners.top(kind, object);
    // Earlier revisions of a Deployment stay as ReplicaSets without pods.
    if (kind === 'ReplicaSet' && owner.object !== object && number(record(object['spec'])['replicas']) === 0) continue;
    const key = `${owner.kind}/${owner.name}`;
    const workload = found.get(key) ?? new Workload(owner, usualRegistries);
    found.set(key, workload);
    workload.add(podSpec, kind === 'Pod');
  }
  return [...found.values()].sort((a, b) => b.danger - a.danger || a.name.localeCompare(b.name));
}

function detailsOf(objects: Listed[], found: Workload[], missing: string[]): Details {
  const pods = objects.filter(({ kind }) => kind === 'Pod').map(({ object }) => object);
  const count = (kind: string) => objects.filter((object) => object.kind === kind).length;
  return {
    workloads: found.slice(0, SHOWN).map((workload) => describe(workload)),
    total: found.length,
    daemonSets: count('DaemonSet'),
    cronJobs: count('CronJob'),
    pods: {
      total: pods.length,
      running: pods.filter(({ status }) => record(status)['phase'] === 'Running').length,
    },
    images: runningImages(pods).slice(0, SHOWN),
    podIps: podIpsOf(pods).slice(0, 2 * SHOWN),
    ...defined({ missing: missing.length > 0 ? missing : undefined }),
  };
}

function describe({ kind, name, object, serviceAccount, pods, images, signs }: Workload): Details['workloads'][number] {
  const createdAt = instant(object?.metadata?.creationTimestamp);
  return {
    kind: short(kind),
    name: short(name),
    ...defined({ createdAt, serviceAccount: text(serviceAccount) ? short(serviceAccount) : undefined }),
    pods,
    images: [...images].slice(0, SHOWN).map((image) => short(image, LONG)),
    signs,
  };
}

/** The worst workload with its worst signs. */
function inShort({ total, pods }: Details, found: Workload[]): string {
  if (total === 0) return 'Nothing runs in the namespace.';
  const worst = found.filter(({ danger }) => danger >= CONCERN);
  const [first] = worst;
  if (!first) return `${counted(total, 'workload')}, ${counted(pods.total, 'pod')}, none suspicious.`;
  const more = worst.length > 1 ? ` and ${worst.length - 1} more` : '';
  const signs = first.concerns.slice(0, 2).join(', ');
  return `Suspicious: ${first.kind} ${shortName(first.name, 30)} (${shortName(signs)})${more}; ${counted(pods.total, 'pod')}.`;
}

function summaryOf({ total, pods, daemonSets, cronJobs }: Details, found: Workload[]): string {
  if (total === 0) return 'Nothing runs in the namespace.';
  const worst = found.filter(({ danger }) => danger >= CONCERN);
  const nameOf = ({ kind, name }: Workload): string => short(`${kind} ${name}`, 100);
  const named = worst.slice(0, 3).map((workload) => `${nameOf(workload)} (${workload.concerns.join(', ')})`);
  const more = worst.length > 3 ? ` and ${worst.length - 3} more` : '';
  const kinds = [
    ...(daemonSets > 0 ? [counted(daemonSets, 'DaemonSet')] : []),
    ...(cronJobs > 0 ? [counted(cronJobs, 'CronJob')] : []),
  ];
  return [
    `${counted(total, 'workload')}, ${counted(pods.total, 'pod')} (${pods.running} running)`,
    kinds.length > 0 ? `, including ${kinds.join(' and ')}` : '',
    worst.length > 0 ? `; suspicious: ${named.join('; ')}${more}.` : `; none suspicious: ${listed(found.map(nameOf))}.`,
  ].join('');
}

function show({ workloads, total, pods, daemonSets, cronJobs, images, podIps, missing }: Read<typeof schema>): Block[] {
  return [
    ...block.facts(
      ['Workloads', block.amount(total)],
      [
        'Pods',
        pods?.total === undefined
          ? undefined
          : say`${pods.total} (${pods.running ?? ownWords('an unknown number')} running)`,
      ],
      ['DaemonSets', block.amount(daemonSets)],
      ['CronJobs', block.amount(cronJobs)],
      ['Not looked at', block.sentences(missing)],
    ),
    ...block.table(
      'Workloads, the most dangerous first',
      workloads,
      {
        Workload: ({ kind, name, serviceAccount, createdAt }) => [
          say`${term(kind ?? 'unknown kind')} ${name ?? ownWords('without a name')}`,
          ...(serviceAccount === undefined ? [] : [say`as service account ${serviceAccount}`]),
          ...(createdAt === undefined ? [] : [say`made ${block.instant(createdAt) ?? []}`]),
        ],
        Pods: ({ pods }) => block.amount(pods),
        Images: ({ images }) => block.values(images),
        Signs: ({ signs = [] }) => (signs.length === 0 ? block.NONE : signs.map(signPhrase)),
      },
      total,
    ),
    ...block.table('Images that pods run', images, {
      Image: ({ image, digest }) => [say`${image ?? ''}`, ...(digest === undefined ? [] : [say`${digest}`])],
      Registry: ({ registry }) => block.value(registry),
      Pods: ({ pods }) => block.amount(pods),
    }),
    ...block.facts(['Pod addresses', podIps?.length ? block.inLine(podIps) : undefined]),
  ];
}
