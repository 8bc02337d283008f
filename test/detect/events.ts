import { gzipSync } from 'node:zlib';

type Json = Record<string, unknown>;

/** An audit event of a creation as EKS writes it, with its keys in the API server's order. */
export function creation(changes: Json = {}): Json {
  const metadata = { name: 'team-a', labels: { team: 'a' } };
  return {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'RequestResponse',
    auditID: 'f5701148-9bbb-4b01-bc52-bd96318cda44',
    stage: 'ResponseComplete',
    requestURI: '/api/v1/namespaces?fieldManager=kubectl-create&fieldValidation=Strict',
    verb: 'create',
    user: role(),
    sourceIPs: ['203.0.113.9', '198.51.100.7'],
    userAgent: 'kubectl/v1.36.3 (linux/amd64) kubernetes/4cb5f07',
    objectRef: { resource: 'namespaces', name: 'team-a', apiVersion: 'v1' },
    responseStatus: { metadata: {}, code: 201 },
    requestObject: { kind: 'Namespace', apiVersion: 'v1', metadata, spec: {}, status: { phase: 'Active' } },
    responseObject: {
      kind: 'Namespace',
      apiVersion: 'v1',
      metadata: {
        name: 'team-a',
        uid: '28108d55-f7d8-45c8-90ac-e1dbd86c7307',
        resourceVersion: '229',
        creationTimestamp: '2026-11-23T07:02:51Z',
        labels: { team: 'a', 'kubernetes.io/metadata.name': 'team-a' },
      },
      spec: { finalizers: ['kubernetes'] },
      status: { phase: 'Active' },
    },
    requestReceivedTimestamp: '2026-11-23T07:02:51.301986Z',
    stageTimestamp: '2026-11-23T07:02:51.305300Z',
    annotations: {
      'authorization.k8s.io/decision': 'allow',
      'authorization.k8s.io/reason':
        'RBAC: allowed by ClusterRoleBinding "devs" of ClusterRole "ns-dev" to Group "developers"',
    },
    ...changes,
  };
}

/** The user block that EKS's authenticator writes for an assumed role. */
export const role = (changes: Json = {}): Json => ({
  username: 'arn:aws:sts::111122223333:assumed-role/Dev/alice-example.com',
  uid: 'aws-iam-authenticator:111122223333:AROAEXAMPLE',
  groups: ['developers', 'system:authenticated'],
  extra: {
    accessKeyId: ['ASIAEXAMPLE'],
    arn: ['arn:aws:sts::111122223333:assumed-role/Dev/alice@example.com'],
    canonicalArn: ['arn:aws:iam::111122223333:role/Dev'],
    principalId: ['AROAEXAMPLE'],
    sessionName: ['alice@example.com'],
  },
  ...changes,
});

/** A refusal: the API server logs the Status as the answer, without name where RBAC refused a POST. */
export const refusal = (code: number, changes: Json = {}): Json => ({
  ...creation({
    responseStatus: { metadata: {}, status: 'Failure', reason: 'Forbidden', code },
    responseObject: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', code },
    // Another refusal comes after authorization has allowed the request.
    ...(code === 403 && { annotations: { 'authorization.k8s.io/decision': 'forbid' } }),
  }),
  ...changes,
});

/** A server-side apply: a PATCH of the item, with `force` as kubectl and client-go send it. */
export const apply = (code: number, changes: Json = {}): Json => ({
  ...(code < 300 ? creation() : refusal(code)),
  verb: 'patch',
  requestURI: '/api/v1/namespaces/team-a?fieldManager=kubectl&fieldValidation=Strict&force=false',
  objectRef: { resource: 'namespaces', namespace: 'team-a', name: 'team-a', apiVersion: 'v1' },
  responseStatus: { metadata: {}, code },
  ...changes,
});

/** Go writes HTML characters as escapes. */
export const line = (event: unknown): string =>
  JSON.stringify(event).replace(/[<>&]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`);

let eventIds = 0;

/** What a subscription hands on of these lines, unpacked. */
export function payload(messages: readonly string[], changes: Json = {}): Json {
  const logEvents = messages.map((message) => ({
    id: String(++eventIds).padStart(56, '0'),
    timestamp: 1_795_417_371_301,
    message,
  }));
  return {
    messageType: 'DATA_MESSAGE',
    owner: '111122223333',
    logGroup: '/aws/eks/prod/cluster',
    logStream: 'kube-apiserver-audit-0123456789abcdef0123456789abcdef',
    subscriptionFilters: ['namespace-sentinel'],
    logEvents,
    ...changes,
  };
}

/** What CloudWatch Logs sends to Lambda for these lines. */
export const delivery = (messages: string[], changes: Json = {}): { awslogs: { data: string } } =>
  packed(payload(messages, changes));

export const packed = (document: unknown): { awslogs: { data: string } } => ({
  awslogs: { data: gzipSync(JSON.stringify(document)).toString('base64') },
});
