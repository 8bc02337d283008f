/** Creations of namespaces as CloudWatch Logs delivers them: each by an actor of its own. */
import { gzipSync } from 'node:zlib';

/** A delivery of CloudWatch Logs with the creations. */
export function delivery(names: readonly string[]): object {
  const at = Date.now();
  const document = {
    messageType: 'DATA_MESSAGE',
    owner: '111122223333',
    logGroup: '/aws/eks/bench/cluster',
    logStream: `kube-apiserver-audit-${'0'.repeat(32)}`,
    subscriptionFilters: ['namespace-sentinel'],
    logEvents: names.map((name) => ({
      id: `${at}${name}`,
      timestamp: at,
      message: JSON.stringify(creation(name, at)),
    })),
  };
  return { awslogs: { data: gzipSync(JSON.stringify(document)).toString('base64') } };
}

/** An audit event as EKS writes it. */
function creation(name: string, at: number): object {
  const instant = new Date(at).toISOString();
  const metadata = { name, labels: { 'kubernetes.io/metadata.name': name } };
  return {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'RequestResponse',
    auditID: crypto.randomUUID(),
    stage: 'ResponseComplete',
    requestURI: '/api/v1/namespaces?fieldManager=kubectl-create',
    verb: 'create',
    user: {
      username: `arn:aws:sts::111122223333:assumed-role/Dev-${name}/alice`,
      groups: ['developers', 'system:authenticated'],
      extra: { canonicalArn: [`arn:aws:iam::111122223333:role/Dev-${name}`], sessionName: ['alice'] },
    },
    sourceIPs: ['203.0.113.9'],
    userAgent: 'kubectl/v1.36.3',
    objectRef: { resource: 'namespaces', name, apiVersion: 'v1' },
    responseStatus: { metadata: {}, code: 201 },
    requestObject: { kind: 'Namespace', apiVersion: 'v1', metadata },
    responseObject: {
      kind: 'Namespace',
      apiVersion: 'v1',
      metadata: { ...metadata, uid: `uid-${name}`, resourceVersion: '1', creationTimestamp: instant },
    },
    requestReceivedTimestamp: instant,
    stageTimestamp: instant,
    annotations: { 'authorization.k8s.io/decision': 'allow', 'authorization.k8s.io/reason': 'RBAC: allowed' },
  };
}
