/** The recorded incidents, investigated by the real checks over what the API server and AWS answered at the time. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { CheckSettings } from '../../functions/checks/check.ts';
import { CHECKS } from '../../functions/checks/index.ts';
import { namespaceReader } from '../../functions/checks/parts/target.ts';
import { LocalBaseline } from '../../functions/clients/local/baseline.ts';
import { localCloud, type RecordedCloud } from '../../functions/clients/local/cloud.ts';
import { type ClusterDescription, LocalEks } from '../../functions/clients/local/eks.ts';
import { LocalKubernetes } from '../../functions/clients/local/kubernetes.ts';
import { LocalLogSearch } from '../../functions/clients/local/log-search.ts';
import type { RecordedAnswers } from '../../functions/clients/local/recorded-answers.ts';
import type { Cluster, Finding } from '../../functions/contract/finding.ts';
import type { Evidence } from '../../functions/contract/investigation.ts';
import type { Severity } from '../../functions/contract/vocabulary.ts';
import { judge } from '../../functions/detect/judge.ts';
import { runCheck } from '../../functions/investigate/run-check.ts';

const FOLDER = 'test/corpus/incidents';

export type Look = 'first' | 'second';

interface Incident {
  name: string;
  kind: 'hostile' | 'benign';
  expect: Record<Look, { atLeast?: Severity; atMost?: Severity }>;
  cluster: Cluster;
  creations: { namespace: string; uid: string }[];
  begunAt: string;
  looks: Record<Look, string>;
}

const SETTINGS: CheckSettings = {
  windowHours: 24,
  startScans: false,
  usualRegistries: ['111122223333.dkr.ecr.*'],
  contacts: [],
};

const bytes = (name: string, file: string): Buffer => readFileSync(join(FOLDER, name, file));
const json = <T>(name: string, file: string): T => JSON.parse(bytes(name, file).toString()) as T;
const zipped = (name: string, file: string): string => gunzipSync(bytes(name, file)).toString();

export const INCIDENTS: readonly Incident[] = readdirSync(FOLDER).map((name) => json<Incident>(name, 'incident.json'));

const linesOf = (name: string): string[] => zipped(name, 'audit.jsonl.gz').trimEnd().split('\n');

/** The creations that the incident is about, as *detect* finds them in its log. */
export function findingsOf({ name, cluster, creations }: Incident): Finding[] {
  const names = creations.map(({ namespace }) => namespace);
  return linesOf(name).flatMap((text) => {
    const verdict = judge({ text, cluster });
    const isOurs = verdict.kind === 'finding' && verdict.finding.outcome === 'created';
    return isOurs && names.includes(verdict.finding.namespace.name ?? '') ? [verdict.finding] : [];
  });
}

interface Recorded {
  items?: { metadata?: { creationTimestamp?: string } }[] | null;
}

/**
 * The cluster of a recording is seconds old, which no real one is whose namespaces matter: what was there before the
 * incident began is dated 30 days back, as it is in `aws.json`.
 */
function objectsOf({ name, begunAt }: Incident, look: Look): RecordedAnswers {
  const recording = JSON.parse(zipped(name, `objects-${look}.json.gz`)) as Record<string, Recorded>;
  const begun = Math.floor(Date.parse(begunAt) / 1000) * 1000;
  for (const { metadata } of Object.values(recording).flatMap(({ items }) => items ?? [])) {
    const made = Date.parse(metadata?.creationTimestamp ?? '');
    if (metadata && made < begun) metadata.creationTimestamp = new Date(made - 30 * 86_400_000).toISOString();
  }
  return recording;
}

/** What the checks are run on at the time of a look; the log holds what was done until then. */
export function stageOf(incident: Incident, look: Look) {
  const { name } = incident;
  const now = Date.parse(incident.looks[look]);
  const aws = json<ClusterDescription & RecordedCloud>(name, 'aws.json');
  const cluster = new LocalKubernetes(objectsOf(incident, look));
  const lines = linesOf(name).filter((text) => Date.parse(JSON.parse(text).stageTimestamp) <= now);
  const clients = {
    eks: new LocalEks([aws]),
    kubernetes: cluster,
    logs: new LocalLogSearch({ audit: () => lines }),
    ...localCloud(aws),
    // Nobody has said anything yet: ordinary work must not need it.
    baseline: new LocalBaseline(),
  };
  return { clients, cluster, settings: SETTINGS, now };
}

/** What the checks find out at the time of a look. */
export async function evidenceOf(incident: Incident, finding: Finding, look: Look): Promise<Evidence[]> {
  const { clients, cluster, settings, now } = stageOf(incident, look);
  const kubernetes = async () => cluster;
  const liveNamespace = namespaceReader(finding, kubernetes, new AbortController().signal);
  const isFirst = look === 'first';
  const context = { finding, clients, isFirst, settings, kubernetes, liveNamespace, now: () => now };
  return Promise.all(CHECKS.map((check) => runCheck(check, context, 10_000)));
}
