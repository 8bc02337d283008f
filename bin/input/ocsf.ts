import { record, records, text } from '../../functions/kit/json.ts';
import { wholeEvent } from '../../functions/kubernetes/event-shape.ts';
import type { LogPlace } from './cloudwatch.ts';

type Json = Record<string, unknown>;

/** API Activity of the Open Cybersecurity Schema Framework, as which Security Lake keeps the audit events of EKS. */
const API_ACTIVITY = 6003;

/** The audit event that was made into an event of OCSF, as far as that holds it. What has no place there is in `unmapped`. */
export function eventOfOcsf(object: Json): { json: Json; place: LogPlace } | undefined {
  if (Number(object['class_uid']) !== API_ACTIVITY) return undefined;
  const api = record(object['api']);
  const unmapped = wholeEvent(record(object['unmapped']));
  if (!text(api['version'])?.startsWith('audit.k8s.io/') && unmapped['kind'] !== 'Event') return undefined;
  const [resource = {}] = records(object['resources']);
  const { user, session } = record(object['actor']);
  const { name, uid, groups } = record(user);
  const key = text(record(session)['credential_uid']);
  const request = record(object['http_request']);
  const metadata = record(object['metadata']);
  const cloud = record(object['cloud']);
  const own = record(unmapped['objectRef']);
  const uri = uriOf(record(request['url']));
  return {
    json: {
      requestReceivedTimestamp: instantOf(object['time_dt']) ?? instantOf(object['time']),
      stageTimestamp: instantOf(metadata['logged_time_dt']),
      ...unmapped,
      kind: 'Event',
      apiVersion: text(api['version']) ?? 'audit.k8s.io/v1',
      auditID: text(metadata['uid']) ?? text(record(api['request'])['uid']),
      verb: text(api['operation']),
      requestURI: uri,
      user: {
        username: name,
        uid,
        groups: records(groups).flatMap((group) => text(group['name']) ?? []),
        extra: { ...(key && { accessKeyId: [key] }), ...record(record(unmapped['user'])['extra']) },
      },
      sourceIPs: [text(record(object['src_endpoint'])['ip'])].filter((ip) => ip !== undefined),
      userAgent: text(request['user_agent']),
      objectRef: {
        resource: text(resource['type']),
        name: text(resource['name']),
        namespace: text(resource['namespace']),
        apiGroup: /^\/apis\/([^/?]+)/.exec(uri ?? '')?.[1],
        ...own,
      },
      responseStatus: {
        code: record(api['response'])['code'],
        message: text(record(api['response'])['message']) ?? text(object['status_detail']),
        ...record(unmapped['responseStatus']),
      },
    },
    place: {
      owner: text(record(cloud['account'])['uid']),
      region: text(cloud['region']),
      logGroup: text(metadata['log_name']),
    },
  };
}

/** A time of OCSF: RFC 3339, or epoch milliseconds. */
function instantOf(value: unknown): string | undefined {
  const at = typeof value === 'string' || typeof value === 'number' ? new Date(value) : undefined;
  return at && !Number.isNaN(at.getTime()) ? at.toISOString() : undefined;
}

function uriOf(url: Json): string | undefined {
  const path = text(url['path']) ?? text(url['url_string']);
  const query = text(url['query_string']);
  return path === undefined || query === undefined || path.includes('?') ? path : `${path}?${query}`;
}
