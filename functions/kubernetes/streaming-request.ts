/**
 * Requests that hold a stream into a pod open, as the audit log tells about them. The API server notes a request that runs long
 * twice: with the stage `ResponseStarted` as it answers, and with `ResponseComplete` (or `Panic`) as it ends; one that takes
 * a connection over is noted with the code 101 (k8s.io/apiserver 0.36.3, pkg/endpoints/filters/audit.go). Which ones run
 * long: the subresources attach, exec, proxy, log and portforward (kubernetes 1.36.3, pkg/controlplane/apiserver/config.go).
 * A log that is followed reads and runs nothing.
 */
import { defined } from '../kit/defined.ts';
import { auditEventOf } from './audit-event.ts';

/** Into a pod by itself: a stream is open in them only once the protocol was switched. By POST (SPDY) or GET (WebSocket). */
export const INTO_PODS = ['exec', 'attach', 'portforward'] as const;

/** What the kubelet runs or opens in a pod, as the first part of its path (kubernetes 1.36.3, pkg/kubelet/server/server.go). */
const KUBELET_PATHS: Readonly<Record<string, string>> = {
  exec: 'exec',
  attach: 'attach',
  portForward: 'portforward',
  run: 'run',
};

/** A request that may hold a stream into a pod. */
export interface StreamingRequest {
  /** `exec`, `attach`, `portforward`, `run` or `proxy`. */
  kind: string;
  /** The request, told apart from any other: a client may choose the Audit-ID, and use it twice. */
  key: string;
  /** Of its life: it has been answered, and goes on or not. */
  stage: 'open' | 'ended';
  /** Who, as the API server knows them. */
  user: string;
  /** As whom, where it was impersonation. */
  impersonated?: string;
  /** Epoch milliseconds; NaN where the event does not say. */
  since: number;
  /** Whose pod, where the request names one; a Service's is not known. */
  pod?: string;
  /** `nodes/NAME` or `services/NAME` where it went by these. */
  by?: string;
}

/**
 * @param json of an audit event
 * @returns undefined for anything else than a request that may hold a stream into a pod of the namespace
 */
export function streamingRequest(json: Record<string, unknown>, namespace: string): StreamingRequest | undefined {
  const event = auditEventOf(json, false);
  const { objectRef, user, impersonatedUser, stage, requestUri = '', requestReceivedTimestamp } = event;
  const aim = objectRef && aimOf(objectRef, requestUri, namespace);
  if (!aim) return undefined;
  const life = stage === 'ResponseStarted' ? 'open' : ended(stage);
  if (!life) return undefined;
  // What is answered at once with an error holds nothing.
  if (life === 'open' && !holds(aim.kind, event.code)) return undefined;
  const ips = (event.sourceIps ?? []).join(' ');
  return {
    ...aim,
    stage: life,
    key: JSON.stringify([event.auditId, requestReceivedTimestamp, user.username, requestUri, ips]),
    user: user.username ?? 'somebody who is not named',
    since: Date.parse(requestReceivedTimestamp ?? ''),
    ...defined({ impersonated: impersonatedUser?.username || undefined }),
  };
}

const ended = (stage: string | undefined): 'ended' | undefined =>
  stage === 'ResponseComplete' || stage === 'Panic' ? 'ended' : undefined;

/** Through a proxy, and by the kubelet's `run`, an ordinary answer may go on for as long as its sender likes. */
const holds = (kind: string, code: number | undefined): boolean =>
  code === 101 || ((kind === 'proxy' || kind === 'run') && code !== undefined && code >= 200 && code < 300);

type Ref = NonNullable<ReturnType<typeof auditEventOf>['objectRef']>;

function aimOf(ref: Ref, uri: string, namespace: string): Pick<StreamingRequest, 'kind' | 'pod' | 'by'> | undefined {
  const { resource, subresource = '', name = '' } = ref;
  if (resource === 'nodes' && subresource === 'proxy') return byKubelet(uri, name, namespace);
  if (ref.namespace !== namespace) return undefined;
  if (resource === 'services' && subresource === 'proxy') return { kind: 'proxy', by: `services/${name}` };
  if (resource !== 'pods') return undefined;
  if (subresource === 'proxy') return { kind: 'proxy', pod: proxied(name) };
  return (INTO_PODS as readonly string[]).includes(subresource) ? { kind: subresource, pod: name } : undefined;
}

/** `[scheme:]name[:port]`, as the path of a proxy names a pod. */
function proxied(name: string): string {
  const parts = name.split(':');
  return (parts.length === 3 ? parts[1] : parts[0]) ?? '';
}

/** A client may escape what need not be escaped. */
function byKubelet(uri: string, node: string, namespace: string) {
  const path = uri.split('?', 1)[0] ?? '';
  const parts = path
    .slice(path.indexOf('/proxy') + '/proxy'.length)
    .split('/')
    .map(unescaped)
    .filter(Boolean);
  const at = parts.findIndex((part) => Object.hasOwn(KUBELET_PATHS, part));
  const [what = '', where, pod = ''] = at < 0 ? [] : parts.slice(at);
  return where === namespace ? { kind: KUBELET_PATHS[what] ?? what, pod, by: `nodes/${node}` } : undefined;
}

function unescaped(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The requests that were answered and have not ended, the oldest first. */
export function openStreams(requests: readonly StreamingRequest[]): StreamingRequest[] {
  const open = new Map<string, StreamingRequest[]>();
  for (const each of requests) if (each.stage === 'open') open.set(each.key, [...(open.get(each.key) ?? []), each]);
  for (const each of requests) if (each.stage === 'ended') open.get(each.key)?.pop();
  return [...open.values()].flat().sort((a, b) => a.since - b.since);
}
