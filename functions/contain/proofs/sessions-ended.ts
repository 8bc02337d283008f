import type { AwsAction } from '../../clients/aws/actions.ts';
import type { KubernetesObject } from '../../clients/kubernetes/kubernetes.ts';
import type { Condition, LogAnswer } from '../../clients/logs/log-search.ts';
import { record, text } from '../../kit/json.ts';
import { counted, short } from '../../kit/words.ts';
import { INTO_PODS, openStreams, type StreamingRequest, streamingRequest } from '../../kubernetes/streaming-request.ts';
import { allNeeds, RECORD_NEEDS } from '../framework/needs.ts';
import { hasEnded } from '../removal/workloads.ts';
import type { ClusterReader } from './cluster-reader.ts';
import { fewNames, notApplicable, notProven, proven, type TestResult, type Verification } from './proof.ts';

/** Requests that are read; one session makes two entries. */
const MAX_ENTRIES = 5_000;
/**
 * An API server writes into its audit log all the time. One that has written nothing for so long before the quarantine is
 * gone, and its sessions with it: nothing of it is waited for. In milliseconds.
 */
const SILENT_MS = 3_600_000;
const MAX_NAME = 120;

const AUDIT_ACTIONS: readonly AwsAction[] = [
  'logs:StartQuery',
  'logs:GetQueryResults',
  'logs:StopQuery',
  'cloudwatch:GetMetricStatistics',
];

/** How they end. */
const TO_END = 'They end with the pods: mode "remove" with scope "pods" ends the pods alone.';

/**
 * Decisive: whoever is in goes on to run commands. The freeze refuses what begins, and no network policy reaches what travels
 * by the API server and the kubelet; the audit log shows what has begun and has not ended. It arrives minutes later, so
 * that only a log whose every stream is later than the quarantine shows that there is none.
 */
export const sessionsEnded: Verification = {
  id: 'sessions-ended',
  claim: 'No session in its pods that was open before goes on (exec, attach, port-forward, proxy).',
  decisive: true,
  shows: 'effect',
  needs: allNeeds(RECORD_NEEDS, { kubernetes: ['get namespaces', 'list pods'], aws: AUDIT_ACTIONS }),
  async prove(look) {
    const pods = (await look.pods()).filter((pod) => !hasEnded(pod));
    if (pods.length === 0) return notApplicable('Listed: none of its pods runs, and a session ends with its pod.');
    const { auditLog } = look.context.clients;
    if (!auditLog) return notProven(`The audit log cannot be read from here: hand it over (--audit-log). ${TO_END}`);
    const quarantinedAt = Date.parse((await look.record('disableNamespace'))?.finishedAt ?? '');
    if (Number.isNaN(quarantinedAt)) return notProven('No run has written down when it was quarantined.');
    const lag = await lagOf(look, quarantinedAt);
    const created = Date.parse(text((await look.namespace()).metadata['creationTimestamp']) ?? '');
    const { cluster, namespace } = look.target;
    const window = { from: Number.isNaN(created) ? 0 : created, to: look.context.now() };
    const question = { cluster, source: 'audit', ...window, where: whereOf(namespace), limit: MAX_ENTRIES } as const;
    const answer = await auditLog.ask(question, look.signal);
    return judged(answer, { pods, namespace, from: window.from, lag });
  },
};

/** What may hold a stream into a pod of the namespace, and the end of such. */
function whereOf(namespace: string): Condition {
  const is = (field: string, value: string | number): Condition => ({ field, is: value });
  const switched = is('responseStatus.code', 101);
  const inside = (...conditions: Condition[]): Condition => ({
    all: [is('objectRef.namespace', namespace), ...conditions],
  });
  return {
    any: [
      inside(is('objectRef.resource', 'pods'), { field: 'objectRef.subresource', in: INTO_PODS }, switched),
      inside({ field: 'objectRef.resource', in: ['pods', 'services'] }, is('objectRef.subresource', 'proxy')),
      // The kubelet runs a command by POST, and switches the protocol for all else: most of what goes there is metrics.
      {
        all: [
          is('objectRef.resource', 'nodes'),
          is('objectRef.subresource', 'proxy'),
          { any: [switched, is('verb', 'create')] },
        ],
      },
    ],
  };
}

interface Lag {
  /** How far the log is known to be whole, for a sentence. */
  until: string;
  /** Why it is not whole yet; absent where it is. */
  why?: string;
}

/** Whether every API server's log has an event later than the quarantine: then all before it has arrived. */
async function lagOf({ context, target, signal }: ClusterReader, quarantinedAt: number): Promise<Lag> {
  const { cluster } = target;
  const window = { from: quarantinedAt - SILENT_MS, to: context.now() };
  const ends = await context.clients.auditLog?.newest({ cluster, source: 'audit', ...window }, signal);
  const [oldest] = (ends ?? []).toSorted((a, b) => a.at - b.at);
  if (!oldest) return { until: 'not known', why: 'no API server has written into it within the hour before' };
  const until = instantOf(oldest.at);
  if (oldest.at > quarantinedAt) return { until };
  const behind = (ends ?? []).filter(({ at }) => at <= quarantinedAt);
  const names = fewNames(behind.map(({ stream }) => short(stream, MAX_NAME)));
  return {
    until,
    why: `${counted(behind.length, 'stream')} of ${ends?.length} end before the quarantine at ${instantOf(quarantinedAt)}: ${names}`,
  };
}

interface Circumstances {
  pods: readonly KubernetesObject[];
  namespace: string;
  from: number;
  lag: Lag;
}

function judged(answer: LogAnswer, { pods, namespace, from, lag }: Circumstances): TestResult {
  const requests = answer.entries.flatMap(({ json }) => streamingRequest(record(json), namespace) ?? []);
  const open = openStreams(requests).filter((request) => mayGoOn(request, pods));
  const how = `Read in the audit log from ${instantOf(answer.from)} on what opens a session, and what ends it; the log is complete to ${lag.until}`;
  if (open.length > 0) {
    const told = fewNames(open.map(wording));
    return { ...notProven(`${how}: open ${open.length === 1 ? 'is' : 'are'} ${told}. ${TO_END}`), ...pendingFor(lag) };
  }
  if (lag.why !== undefined)
    return { ...notProven(`${how}, and no session is open to there; but ${lag.why}. ${TO_END}`), pending: true };
  if (answer.silent) return notProven(`${how}; but it holds no line at all of this time.`);
  if (answer.from > from)
    return notProven(`${how}; what was before that is more than may be read, and the namespace is older. ${TO_END}`);
  if (answer.more) return notProven(`${how}; but there is more of it than was read, or lines that were cut. ${TO_END}`);
  const all = counted(new Set(requests.map(({ key }) => key)).size, 'request');
  return proven(`${how}: of ${all} none is open.`);
}

/** A session that is open by a log that is not whole may have ended. */
const pendingFor = ({ why }: Lag): { pending?: true } => (why === undefined ? {} : { pending: true });

/** One whose pod has ended, or was made only after it, has ended as well. */
function mayGoOn({ pod, since }: StreamingRequest, pods: readonly KubernetesObject[]): boolean {
  if (pod === undefined) return true;
  return pods.some(({ metadata }) => {
    if (metadata.name !== pod) return false;
    const made = Date.parse(text(metadata['creationTimestamp']) ?? '');
    // The time of a pod has no fractions of a second.
    return Number.isNaN(made) || Number.isNaN(since) || made <= since;
  });
}

function wording({ kind, user, impersonated, pod, by, since }: StreamingRequest): string {
  const who = impersonated === undefined ? user : `${user} as ${impersonated}`;
  const where = [pod, by].filter(Boolean).join(' by ');
  return `${short(who, MAX_NAME)}: ${kind} into ${short(where, MAX_NAME)} since ${instantOf(since)}`;
}

const instantOf = (ms: number): string =>
  Number.isFinite(ms) ? new Date(ms).toISOString() : 'a time that is not told';
