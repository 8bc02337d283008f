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
import { isRecord } from '../../functions/kit/json.ts';
import { InputError } from '../input/input.ts';
import { nameOf, openRecording } from '../input/read.ts';
import { parse } from '../input/values.ts';

/** A recorded audit log, and what lies beside it. */
export interface RecordedCluster {
  cluster: { name: string; region: string; account: string };
  lines: string[];
  /** What the investigation can ask at its first look, and at the later ones. */
  clients: Record<'first' | 'second', CheckClients>;
}

/**
 * Reads an audit log, and from its folder `aws.json` (what AWS answered about the cluster) and
 * `objects-first.json.gz`, `objects-second.json.gz` (the cluster's objects at the time of the alert, and which lists were
 * different later), with `incident.json` to tell these times. What is not there cannot be asked.
 *
 * @throws InputError when the log cannot be read
 */
export async function readRecording(file: string, stdin: Readable): Promise<RecordedCluster> {
  // Beside standard input lies nothing.
  const beside = async (name: string) =>
    file === '-' ? undefined : readFile(join(dirname(file), name)).catch(() => undefined);
  const aws = await beside('aws.json');
  const described = aws && checked(aws.toString(), 'aws.json', isDescription);
  const cluster = described ? place(described) : { name: 'demo', region: 'eu-central-1', account: '111122223333' };
  const lines = await linesOf(file, stdin, cluster);

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
  return { cluster, lines, clients: { first: await clientsAt('first'), second: await clientsAt('second') } };
}

async function linesOf(file: string, stdin: Readable, cluster: RecordedCluster['cluster']): Promise<string[]> {
  const lines: string[] = [];
  try {
    for await (const item of (await openRecording(file, { stdin, cluster })).items)
      if ('record' in item) lines.push(item.record.text);
  } catch (error) {
    throw error instanceof InputError ? new InputError(`${nameOf(file)}: ${error.message}`) : error;
  }
  return lines;
}

/** @throws InputError where the file beside the log holds something else */
function checked<T>(json: string, name: string, is: (value: unknown) => value is T): T {
  const value = parse(json);
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

/** When the event was logged, in epoch milliseconds; NaN where the line does not tell. */
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

function place({ cluster }: ClusterDescription): RecordedCluster['cluster'] {
  const [, , , region = '', account = ''] = (cluster.arn ?? '').split(':');
  return { name: cluster.name, region, account };
}
