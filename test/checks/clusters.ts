/** Recorded clusters for the checks that read one, and ways in which a cluster can fail. */
import { jest } from '@jest/globals';
import type { Check, CheckAnswer, CheckContext, CheckSettings } from '../../functions/checks/check.ts';
import { namespaceReader } from '../../functions/checks/parts/target.ts';
import type { AccessQuestion, Kubernetes, KubernetesList } from '../../functions/clients/kubernetes/kubernetes.ts';
import { LocalKubernetes } from '../../functions/clients/local/kubernetes.ts';
import { KubernetesError } from '../../functions/contract/errors.ts';
import type { Finding } from '../../functions/contract/finding.ts';
import { finding } from './examples.ts';

export const NOW = Date.parse('2026-11-23T10:01:00Z');
const RBAC = '/apis/rbac.authorization.k8s.io/v1';

export const SETTINGS: CheckSettings = { windowHours: 24, startScans: false, usualRegistries: [], contacts: [] };

export const named = (name: string, namespace?: string, more: object = {}) => ({
  metadata: { name, ...(namespace && { namespace }) },
  ...more,
});

/** The namespace of {@link finding}, and what is always in one. */
export const SHOP = {
  metadata: {
    name: 'shop',
    uid: 'a5d1',
    creationTimestamp: '2026-11-23T10:00:00Z',
    labels: { 'kubernetes.io/metadata.name': 'shop' },
    managedFields: [{ manager: 'kubectl-create', operation: 'Update' }],
  },
  status: { phase: 'Active' },
};

const LISTS = {
  '/api/v1/namespaces': 'Namespace',
  '/api/v1/pods': 'Pod',
  '/api/v1/replicationcontrollers': 'ReplicationController',
  '/api/v1/resourcequotas': 'ResourceQuota',
  '/api/v1/serviceaccounts': 'ServiceAccount',
  '/apis/apps/v1/daemonsets': 'DaemonSet',
  '/apis/apps/v1/deployments': 'Deployment',
  '/apis/apps/v1/replicasets': 'ReplicaSet',
  '/apis/apps/v1/statefulsets': 'StatefulSet',
  '/apis/batch/v1/cronjobs': 'CronJob',
  '/apis/batch/v1/jobs': 'Job',
  '/apis/networking.k8s.io/v1/networkpolicies': 'NetworkPolicy',
  [`${RBAC}/clusterrolebindings`]: 'ClusterRoleBinding',
  [`${RBAC}/clusterroles`]: 'ClusterRole',
  [`${RBAC}/rolebindings`]: 'RoleBinding',
  [`${RBAC}/roles`]: 'Role',
};

/** A cluster with the namespace `shop`, and the objects given, by kind. */
export function cluster(objects: Record<string, object[]> = {}): LocalKubernetes {
  const items: Record<string, object[]> = {
    Namespace: [SHOP],
    ServiceAccount: [named('default', 'shop')],
    ...objects,
  };
  const recording: Record<string, object> = {};
  for (const [path, kind] of Object.entries(LISTS)) {
    const [, version = '', name = ''] = /^(.+)\/(\w+)$/.exec(path) ?? [];
    const resource = { name, kind, namespaced: !CLUSTER_SCOPED.has(kind), verbs: ['get', 'list', 'watch'] };
    const { resources = [] } = (recording[version] ?? {}) as { resources?: object[] };
    recording[version] = { kind: 'APIResourceList', resources: [...resources, resource] };
    recording[path] = { kind: `${kind}List`, items: items[kind] ?? [] };
  }
  return new LocalKubernetes(recording);
}

const CLUSTER_SCOPED = new Set(['Namespace', 'ClusterRole', 'ClusterRoleBinding']);

export const ask = (
  check: Check,
  kubernetes: Kubernetes,
  subject: Finding = finding(),
  overrides: Partial<CheckContext> = {},
): Promise<CheckAnswer> =>
  check.run({
    finding: subject,
    clients: {},
    isFirst: true,
    settings: SETTINGS,
    kubernetes: async () => kubernetes,
    liveNamespace: namespaceReader(subject, async () => kubernetes, new AbortController().signal),
    signal: new AbortController().signal,
    now: () => NOW,
    ...overrides,
  });

/** Details, summary or reason: whatever the answer holds. */
export const detailsOf = <T>(answer: CheckAnswer): T =>
  (answer.status === 'not-checked' ? { reason: answer.reason } : answer.details) as T;
export const textOf = (answer: CheckAnswer): string =>
  answer.status === 'not-checked' ? answer.reason : answer.summary;

/** Runs it while so much time goes by, in milliseconds, which takes none. */
export async function timePasses<T>(ms: number, run: () => Promise<T>): Promise<T> {
  jest.useFakeTimers();
  try {
    const running = run();
    await jest.advanceTimersByTimeAsync(ms);
    return await running;
  } finally {
    jest.useRealTimers();
  }
}

/** What happens to a request: refused, never answered, or answered with rubbish. */
export type Fault = 'denied' | 'failing' | 'silent' | { answers: unknown };

/** A cluster that fails for paths that hold a text; `kinds` and `may` are paths as well. */
export class Faulty implements Kubernetes {
  readonly #cluster: Kubernetes;
  readonly #faults: Record<string, Fault>;
  readonly asked: AccessQuestion[] = [];

  constructor(within: Kubernetes, faults: Record<string, Fault>) {
    this.#cluster = within;
    this.#faults = faults;
  }

  read: Kubernetes['read'] = (path, signal) => this.#do(path, () => this.#cluster.read(path, signal));
  list: Kubernetes['list'] = (path, signal, options) => this.#do(path, () => this.#cluster.list(path, signal, options));
  listMetadata: Kubernetes['listMetadata'] = (path, signal, options) =>
    this.#do(path, () => this.#cluster.listMetadata(path, signal, options));
  kinds: Kubernetes['kinds'] = (signal) => this.#do('kinds', () => this.#cluster.kinds(signal));
  may: Kubernetes['may'] = (question, signal) => {
    this.asked.push(question);
    return this.#do(`may ${question.verb} ${question.resource}`, () => this.#cluster.may(question, signal));
  };

  async #do<T>(path: string, pass: () => Promise<T>): Promise<T> {
    const fault = Object.entries(this.#faults).find(([text]) => path.includes(text))?.[1];
    if (fault === undefined) return pass();
    if (fault === 'silent') return new Promise(() => {});
    if (fault === 'failing') throw new KubernetesError(0, 'Unreachable', 'the API server cannot be reached: ETIMEDOUT');
    if (fault === 'denied')
      throw new KubernetesError(403, 'Forbidden', `User "f" cannot list ${path} at the cluster scope`);
    return fault.answers as T;
  }
}

/** Answers that no API server gives; a client cannot know of every one. */
export const RUBBISH_LISTS: readonly unknown[] = [
  { items: [{}], complete: true },
  { items: [{ metadata: null }], complete: true },
  { items: [{ metadata: { name: 7, labels: 'x', ownerReferences: {} }, spec: 'x', status: [] }], complete: true },
  {
    items: [{ metadata: {}, spec: { containers: 'x', template: null, volumes: [null], tolerations: {} }, rules: 'x' }],
    complete: true,
  },
  {
    items: [{ metadata: {}, spec: { containers: [null, 7, { securityContext: 7, env: {} }] }, rules: [null, 7] }],
    complete: true,
  },
  {
    items: [
      { metadata: { name: 7 }, roleRef: null, subjects: 'x' },
      { metadata: { name: 7 }, subjects: [null, {}, { kind: 'User', name: 'system:anonymous' }] },
      null,
      7,
    ],
    complete: true,
  },
] satisfies readonly (KubernetesList | { items: unknown[] })[];
