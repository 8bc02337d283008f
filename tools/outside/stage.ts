/** Puts a trigger beside a recorded creation, and has the real checks and indicators look at it. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { PACKAGE_ROOT } from '../../bin/package-root.ts';
import { LocalBaseline } from '../../functions/clients/local/baseline.ts';
import { localCloud, type RecordedCloud } from '../../functions/clients/local/cloud.ts';
import { type ClusterDescription, LocalEks } from '../../functions/clients/local/eks.ts';
import { LocalKubernetes } from '../../functions/clients/local/kubernetes.ts';
import { LocalLogSearch } from '../../functions/clients/local/log-search.ts';
import type { RecordedAnswers } from '../../functions/clients/local/recorded-answers.ts';
import type { Investigation } from '../../functions/contract/investigation.ts';
import { judge } from '../../functions/detect/judge.ts';
import { investigate } from '../../functions/investigate/investigate.ts';
import { defined } from '../../functions/kit/defined.ts';
import type { Request, Trigger } from './item.ts';

const RECORDING = join(PACKAGE_ROOT, 'test/corpus/incidents/developer-namespace');
const SPACE = 'checkout-preview';
const RBAC = 'rbac.authorization.k8s.io';
const ROLES = `/apis/${RBAC}/v1/clusterroles`;
const BINDINGS = `/apis/${RBAC}/v1/clusterrolebindings`;

type Json = Record<string, unknown>;
interface Event extends Json {
  user: Json & { username: string; groups: string[] };
  requestReceivedTimestamp: string;
}

const read = (name: string): string => {
  const bytes = readFileSync(join(RECORDING, name));
  return (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
};

const recorded = (() => {
  const lines = read('audit.jsonl.gz').trimEnd().split('\n');
  const aws = JSON.parse(read('aws.json')) as ClusterDescription & RecordedCloud;
  const [, , , region = '', account = ''] = (aws.cluster.arn ?? '').split(':');
  const cluster = { name: aws.cluster.name, region, account };
  const creation = lines.find((text) => {
    const verdict = judge({ text, cluster });
    return verdict.kind === 'finding' && verdict.finding.outcome === 'created';
  });
  if (!creation) throw new Error(`${RECORDING} holds no creation`);
  return { aws, cluster, creation: JSON.parse(creation) as Event, objects: read('objects-first.json.gz') };
})();

const AT = Date.parse(recorded.creation.requestReceivedTimestamp);
const stamp = (ms: number): string => new Date(ms).toISOString().replace('Z', '000Z');
const LONG_AGO = new Date(AT - 90 * 86_400_000).toISOString();
/** With rights that some have in the new namespace, and their account in it. */
const ACCOUNT = { kind: 'ServiceAccount', namespace: SPACE, name: 'default' };

/** What the investigation finds. */
export async function lookAt(trigger: Trigger): Promise<Investigation> {
  const creation = creationOf(trigger);
  const requests = [...made(trigger), ...(trigger.requests ?? [])];
  const events = requests.flatMap((request) =>
    Array.from({ length: request.times ?? 1 }, (_, index) => eventOf(request, creation, index)),
  );
  const lines = [history(creation), creation, ...events].map((event) => JSON.stringify(event));
  const verdict = judge({ text: JSON.stringify(creation), cluster: recorded.cluster });
  if (verdict.kind !== 'finding') throw new Error('the creation is not a finding');
  const { containerLog } = trigger;
  const logs = {
    audit: () => lines,
    ...(containerLog && {
      containers: () => containerLog.map((message, index) => ({ at: AT + 30_000 + index, message })),
    }),
  };
  const clients = {
    baseline: new LocalBaseline(),
    logs: new LocalLogSearch(logs),
    eks: new LocalEks([recorded.aws]),
    ...localCloud(recorded.aws),
    kubernetes: new LocalKubernetes(objectsOf(trigger)),
  };
  return investigate(verdict.finding, clients, { budgetMs: 20_000, knownAutomation: [] });
}

function creationOf({ creator, groups = [], as, address, userAgent }: Trigger): Event {
  const event = structuredClone(recorded.creation);
  if (creator) event.user = { username: creator.username, groups: [...creator.groups] };
  event.user.groups = [...event.user.groups, ...groups];
  return {
    ...event,
    ...(as && { impersonatedUser: { username: as.username, groups: [...as.groups] } }),
    ...(address && { sourceIPs: [address] }),
    ...(userAgent && { userAgent }),
  };
}

/** The creator was there the day before. */
const history = (creation: Event): Json => ({
  ...eventOf({ verb: 'list', resource: 'namespaces' }, creation, 0),
  sourceIPs: recorded.creation['sourceIPs'],
  userAgent: recorded.creation['userAgent'],
  requestReceivedTimestamp: stamp(AT - 20 * 3_600_000),
  stageTimestamp: stamp(AT - 20 * 3_600_000),
});

/** The requests by which what the trigger names was made. */
function made(trigger: Trigger): Request[] {
  const { pods = [], given, bound } = trigger;
  const binding = bindingOf(trigger);
  return [
    ...pods.map((spec, index) => ({
      verb: 'create',
      resource: 'pods',
      namespace: SPACE,
      name: `pod-${index}`,
      body: podOf(spec, index),
    })),
    ...(given
      ? [{ verb: 'create', resource: 'clusterroles', group: RBAC, name: 'given', body: roleOf('given', given) }]
      : []),
    ...(binding
      ? [
          {
            verb: 'create',
            resource: bound?.namespace ? 'rolebindings' : 'clusterrolebindings',
            group: RBAC,
            name: 'given',
            body: binding,
            ...defined({ namespace: bound?.namespace }),
          },
        ]
      : []),
  ];
}

const roleOf = (name: string, rules: readonly object[], creationTimestamp = stamp(AT + 5_000)) => ({
  apiVersion: `${RBAC}/v1`,
  kind: 'ClusterRole',
  metadata: { name, creationTimestamp, uid: randomUUID() },
  rules,
});

function bindingOf({ given, bound }: Trigger): object | undefined {
  if (!given && !bound) return undefined;
  const { role = 'given', subjects = [ACCOUNT], namespace } = bound ?? {};
  return {
    apiVersion: `${RBAC}/v1`,
    kind: namespace ? 'RoleBinding' : 'ClusterRoleBinding',
    metadata: { name: 'given', creationTimestamp: stamp(AT + 5_000), uid: randomUUID(), ...defined({ namespace }) },
    roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: role },
    subjects,
  };
}

const podOf = (spec: object, index: number) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { namespace: SPACE, name: `pod-${index}`, uid: randomUUID(), creationTimestamp: stamp(AT + 10_000) },
  spec: { serviceAccountName: 'default', containers: [{ name: 'main', image: 'registry.example.com/app:1' }], ...spec },
  status: { phase: 'Running' },
});

function objectsOf(trigger: Trigger): RecordedAnswers {
  const { pods = [], given, bound, held, objects = {} } = trigger;
  const answers = JSON.parse(recorded.objects) as Record<string, { items?: object[] }>;
  const add = (path: string, ...items: object[]): void => {
    const listing = answers[path];
    if (!listing) throw new Error(`no listing of ${path} was recorded`);
    listing.items = [...(listing.items ?? []), ...items];
  };
  for (const [index, spec] of pods.entries()) add('/api/v1/pods', podOf(spec, index));
  if (given) add(ROLES, roleOf('given', given));
  const binding = bindingOf(trigger);
  if (binding) add(bound?.namespace ? `/apis/${RBAC}/v1/rolebindings` : BINDINGS, binding);
  if (held) {
    const { username } = recorded.creation.user;
    add(ROLES, roleOf('held', held, LONG_AGO));
    add(BINDINGS, {
      apiVersion: `${RBAC}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name: 'held', creationTimestamp: LONG_AGO, uid: randomUUID() },
      roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: 'held' },
      subjects: [{ apiGroup: RBAC, kind: 'User', name: username }],
    });
  }
  for (const [path, items] of Object.entries(objects)) add(path, ...items);
  return answers;
}

function eventOf(request: Request, creation: Event, index: number): Json {
  const { verb, resource, group = '', namespace, name, query = '', body, before = false } = request;
  const { code = verb === 'create' ? 201 : 200 } = request;
  const [plural = '', subresource] = resource.split('/');
  const at = stamp(AT + (before ? -60_000 : 10_000) + index);
  const parts = [
    group ? `/apis/${group}/v1` : '/api/v1',
    ...(namespace ? ['namespaces', namespace] : []),
    plural,
    ...(name && (verb !== 'create' || subresource) ? [name] : []),
    ...(subresource ? [subresource] : []),
  ];
  return {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'RequestResponse',
    auditID: randomUUID(),
    stage: 'ResponseComplete',
    requestURI: parts.join('/') + query,
    verb,
    user: creation.user,
    ...(creation['impersonatedUser'] ? { impersonatedUser: creation['impersonatedUser'] } : {}),
    sourceIPs: creation['sourceIPs'],
    userAgent: creation['userAgent'],
    objectRef: defined({
      resource: plural,
      namespace,
      name,
      apiGroup: group || undefined,
      apiVersion: 'v1',
      subresource,
    }),
    responseStatus: { metadata: {}, code },
    ...defined({ requestObject: body, responseObject: code < 300 ? body : undefined }),
    requestReceivedTimestamp: at,
    stageTimestamp: at,
    annotations:
      code === 403
        ? { 'authorization.k8s.io/decision': 'forbid', 'authorization.k8s.io/reason': '' }
        : {
            'authorization.k8s.io/decision': 'allow',
            'authorization.k8s.io/reason':
              'RBAC: allowed by ClusterRoleBinding "developers" of ClusterRole "developer" to Group "developers"',
          },
  };
}
