import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import type { CheckClients } from '../../functions/checks/check.ts';
import { LocalBaseline } from '../../functions/clients/local/baseline.ts';
import { localCloud, type RecordedCloud } from '../../functions/clients/local/cloud.ts';
import { type ClusterDescription, LocalEks } from '../../functions/clients/local/eks.ts';
import { LocalKubernetes } from '../../functions/clients/local/kubernetes.ts';
import { LocalLogSearch } from '../../functions/clients/local/log-search.ts';
import type { RecordedAnswers as Objects } from '../../functions/clients/local/recorded-answers.ts';
import { defined } from '../../functions/kit/defined.ts';
import { isRecord, parseJson, record, texts } from '../../functions/kit/json.ts';
import { RecordedLog } from '../commands/recorded-log.ts';
import { InputError } from '../input/input.ts';
import { isStaged, type StagedPlaces, stagedClients } from './staged-answers.ts';

interface DemoCluster {
  name: string;
  region: string;
  account: string;
}

interface Delivery {
  cluster: DemoCluster;
  lines: string[];
}

/** What a log does not tell of its cluster. */
const UNKNOWN: DemoCluster = { name: 'demo', region: 'eu-central-1', account: '111122223333' };

/** A recorded audit log, and what lies beside it. */
export interface RecordedCluster {
  cluster: DemoCluster;
  lines: string[];
  /** The same lines, by the cluster that they are from: a log may hold those of several. */
  deliveries: Delivery[];
  /** How many records could not be read. */
  problems: number;
  /** What the investigation can ask at its first look, and at the later ones. */
  clients: Record<'first' | 'second', CheckClients>;
  /** What the API server answered at the later looks; absent where the cluster's objects were not recorded. */
  objects?: Objects;
  /** When the first look was taken, or the last event was logged, in epoch milliseconds; absent where neither is known. */
  endedAt?: number;
  /** The title of the incident; absent where the log lies by itself. */
  title?: string;
  /** Some answers were written by hand: the file that tells so is beside the log. */
  isStaged: boolean;
}

export interface RecordingOptions {
  /** Told of what cannot be read, in lines for a person. */
  note?: (line: string) => void;
  /** Takes answers that were written by hand as well: `staged.json`. */
  staged?: boolean;
}

/**
 * Reads an audit log, and from its folder `aws.json` (what AWS answered about the cluster) and
 * `objects-first.json.gz`, `objects-second.json.gz` (the cluster's objects at the time of the alert, and which lists were
 * different later), with `incident.json` to tell these times. What is not there cannot be asked.
 *
 * @throws InputError when the log cannot be read, or has no audit event in it
 */
export async function readRecording(
  file: string,
  stdin: Readable,
  options: RecordingOptions = {},
): Promise<RecordedCluster> {
  // Beside standard input lies nothing.
  const beside = async (name: string) =>
    file === '-' ? undefined : readFile(join(dirname(file), name)).catch(() => undefined);
  const aws = await beside('aws.json');
  const described = aws && checked(aws.toString(), 'aws.json', isDescription);
  const log = new RecordedLog(file, { stdin, cluster: {}, note: options.note ?? (() => undefined) });
  const deliveries = await deliveriesOf(log, described ? place(described) : undefined);
  const [{ cluster }] = deliveries;
  const lines = deliveries.flatMap((delivery) => delivery.lines);

  const told = await beside('incident.json');
  const incident = told && checked(told.toString(), 'incident.json', isIncident);
  const byHand = options.staged ? await beside('staged.json') : undefined;
  const staged = byHand && checked(byHand.toString(), 'staged.json', isStaged);
  const recorded = async (name: string) => {
    const packed = await beside(name);
    return packed && checked(gunzipSync(packed).toString(), name, isObjects);
  };
  const first = await recorded('objects-first.json.gz');
  const changed = await recorded('objects-second.json.gz');
  /** A list that the second look does not have is as it was at the first. */
  const objects = { first, second: changed && { ...first, ...changed } };
  const imageIds = staged?.imageIds ?? {};
  for (const each of [first, changed]) if (each) pulled(dated(each, incident, lines), imageIds);

  const clientsAt = (look: 'first' | 'second'): CheckClients => {
    const until = incident ? Date.parse(incident.looks[look]) : Number.POSITIVE_INFINITY;
    const audit = () => lines.filter((line) => !(stampOf(line) > until));
    const answers = staged && stagedClients(staged, look, placesIn(lines, incident, objects.second));
    const seen = objects[look];
    return {
      // Nobody has said anything yet.
      baseline: new LocalBaseline(),
      logs: new LocalLogSearch({ ...answers?.logs, audit }),
      ...(described && { eks: new LocalEks([described]), ...localCloud(described) }),
      ...answers?.cloud,
      ...(seen && { kubernetes: new LocalKubernetes(seen) }),
    };
  };
  const clients = { first: clientsAt('first'), second: clientsAt('second') };
  const endedAt = incident ? Date.parse(incident.looks.first) : lastOf(lines);
  return {
    cluster,
    lines,
    deliveries,
    problems: log.problems,
    clients,
    isStaged: staged !== undefined,
    ...defined({
      objects: objects.second,
      title: incident?.title,
      endedAt: Number.isFinite(endedAt) ? endedAt : undefined,
    }),
  };
}

/** When the last event was logged; minus infinity where no line tells. */
const lastOf = (lines: readonly string[]): number =>
  lines.reduce((last, line) => Math.max(last, stampOf(line) || last), Number.NEGATIVE_INFINITY);

/** What fills the places of answers that were written by hand. */
function placesIn(
  lines: readonly string[],
  incident: Incident | undefined,
  objects: Recorded | undefined,
): StagedPlaces {
  const { namespace, auditID } = incident?.creations?.[0] ?? {};
  const created = parseJson(
    lines.find((line) => auditID !== undefined && line.includes(`"auditID":"${auditID}"`)) ?? '',
  );
  const [accessKeyId] = texts(record(record(record(created)['user'])['extra'])['accessKeyId']);
  const pods = (objects?.['/api/v1/pods']?.items ?? []).flatMap(({ metadata, status }) =>
    metadata?.namespace === namespace && metadata?.name && status?.podIP
      ? [{ name: metadata.name, ip: status.podIP }]
      : [],
  );
  return { begun: Date.parse(incident?.begunAt ?? ''), pods, ...defined({ accessKeyId }) };
}

/** Nodes of the test bed pull no images: what they would say that they run. */
function pulled(objects: Recorded, imageIds: Readonly<Record<string, string>>): void {
  for (const { status } of objects['/api/v1/pods']?.items ?? [])
    for (const container of status?.containerStatuses ?? []) {
      const imageID = container.image === undefined ? undefined : imageIds[container.image];
      if (imageID) container.imageID = imageID;
    }
}

/** @param described the cluster that the log is from, where that is known from elsewhere */
async function deliveriesOf(log: RecordedLog, described: DemoCluster | undefined): Promise<[Delivery, ...Delivery[]]> {
  const clusters = new Map<string, Delivery>();
  for await (const { record, verdict } of log.records()) {
    if (verdict.kind === 'other') continue;
    const cluster = described ?? { ...UNKNOWN, ...record.cluster };
    const key = JSON.stringify(cluster);
    const delivery = clusters.get(key) ?? { cluster, lines: [] };
    delivery.lines.push(record.text);
    clusters.set(key, delivery);
  }
  const [first = { cluster: described ?? UNKNOWN, lines: [] }, ...others] = clusters.values();
  return [first, ...others];
}

/** @throws InputError where the file beside the log holds something else */
function checked<T>(json: string, name: string, is: (value: unknown) => value is T): T {
  const value = parseJson(json);
  if (is(value)) return value;
  throw new InputError(`${name} beside the log is not what was recorded with it: take it away, or record it again`);
}

const isDescription = (value: unknown): value is ClusterDescription & RecordedCloud =>
  isRecord(value) && isRecord(value['cluster']) && typeof value['cluster']['name'] === 'string';
const isIncident = (value: unknown): value is Incident =>
  isRecord(value) && typeof value['begunAt'] === 'string' && isRecord(value['looks']);
const isObjects = (value: unknown): value is Recorded => isRecord(value) && Object.values(value).every(isRecord);

/** When it began, and the instants of the looks. */
interface Incident {
  title?: string;
  creations?: { namespace: string; auditID: string }[];
  begunAt: string;
  looks: Record<'first' | 'second', string>;
}

/** When the event was logged, in epoch milliseconds; NaN where the line does not say. */
const stampOf = (line: string): number => Date.parse(/"stageTimestamp":"([^"]+)"/.exec(line)?.[1] ?? '');

/**
 * The cluster of a staged incident is seconds old, which no real one is whose namespaces matter: what was there before
 * the incident began is dated 30 days back, as it is in `aws.json`. An incident cannot begin before its cluster: where its
 * log was given a history that is older than the cluster, it begins with the first line that the cluster wrote itself.
 */
function dated(objects: Recorded, incident: Incident | undefined, lines: readonly string[]): Recorded {
  const { items } = objects['/api/v1/namespaces'] ?? {};
  const made = Date.parse(
    items?.find(({ metadata }) => metadata?.name === 'kube-system')?.metadata?.creationTimestamp ?? '',
  );
  const told = Date.parse(incident?.begunAt ?? '');
  const written = told < made ? Math.min(...lines.map(stampOf).filter((stamp) => stamp >= made)) : told;
  const begun = Math.floor(written / 1000) * 1000;
  for (const { metadata } of Object.values(objects).flatMap(({ items }) => items ?? [])) {
    const made = Date.parse(metadata?.creationTimestamp ?? '');
    if (metadata && made < begun) metadata.creationTimestamp = new Date(made - 30 * 86_400_000).toISOString();
  }
  return objects;
}

/** Lists, by path. */
type Recorded = Record<string, Listed>;

interface Listed {
  items?:
    | {
        metadata?: { name?: string; namespace?: string; creationTimestamp?: string };
        status?: { podIP?: string; containerStatuses?: { image?: string; imageID?: string }[] };
      }[]
    | null;
}

function place({ cluster }: ClusterDescription): DemoCluster {
  const [, , , region = '', account = ''] = (cluster.arn ?? '').split(':');
  return { name: cluster.name, region, account };
}
