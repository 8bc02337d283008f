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
import { isRecord, parseJson } from '../../functions/kit/json.ts';
import { RecordedLog } from '../commands/recorded-log.ts';
import { InputError } from '../input/input.ts';

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
}

/**
 * Reads an audit log, and from its folder `aws.json` (what AWS answered about the cluster) and
 * `objects-first.json.gz`, `objects-second.json.gz` (the cluster's objects at the time of the alert, and which lists were
 * different later), with `incident.json` to tell these times. What is not there cannot be asked.
 *
 * @param note told of what cannot be read, in lines for a person
 * @throws InputError when the log cannot be read, or has no audit event in it
 */
export async function readRecording(
  file: string,
  stdin: Readable,
  note: (line: string) => void = () => undefined,
): Promise<RecordedCluster> {
  // Beside standard input lies nothing.
  const beside = async (name: string) =>
    file === '-' ? undefined : readFile(join(dirname(file), name)).catch(() => undefined);
  const aws = await beside('aws.json');
  const described = aws && checked(aws.toString(), 'aws.json', isDescription);
  const log = new RecordedLog(file, { stdin, cluster: {}, note });
  const deliveries = await deliveriesOf(log, described ? place(described) : undefined);
  const [{ cluster }] = deliveries;
  const lines = deliveries.flatMap((delivery) => delivery.lines);

  const told = await beside('incident.json');
  const incident = told && checked(told.toString(), 'incident.json', isIncident);
  const recorded = async (name: string) => {
    const packed = await beside(name);
    return packed && checked(gunzipSync(packed).toString(), name, isObjects);
  };
  /** A list that the second look does not have is as it was at the first. */
  const objectsAt = async (look: 'first' | 'second') => {
    const first = await recorded('objects-first.json.gz');
    if (look === 'first') return first;
    const second = await recorded('objects-second.json.gz');
    return second && { ...first, ...second };
  };
  const clientsAt = async (look: 'first' | 'second'): Promise<CheckClients> => {
    const objects = await objectsAt(look);
    const until = incident ? Date.parse(incident.looks[look]) : Number.POSITIVE_INFINITY;
    return {
      // Nobody has said anything yet.
      baseline: new LocalBaseline(),
      logs: new LocalLogSearch({ audit: () => lines.filter((line) => !(stampOf(line) > until)) }),
      ...(described && { eks: new LocalEks([described]), ...localCloud(described) }),
      ...(objects && { kubernetes: new LocalKubernetes(dated(objects, incident, lines)) }),
    };
  };
  const clients = { first: await clientsAt('first'), second: await clientsAt('second') };
  return { cluster, lines, deliveries, problems: log.problems, clients };
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
const isObjects = (value: unknown): value is Record<string, Listed> =>
  isRecord(value) && Object.values(value).every(isRecord);

/** When it began, and the instants of the looks. */
interface Incident {
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
function dated(objects: Record<string, Listed>, incident: Incident | undefined, lines: readonly string[]): Objects {
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

interface Listed {
  items?: { metadata?: { name?: string; creationTimestamp?: string } }[] | null;
}

function place({ cluster }: ClusterDescription): DemoCluster {
  const [, , , region = '', account = ''] = (cluster.arn ?? '').split(':');
  return { name: cluster.name, region, account };
}
