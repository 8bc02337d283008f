/** What a drill makes in the cluster, and how it is taken away again. */
import type { WritableKubernetes } from '../../../functions/clients/kubernetes/kubernetes-writer.ts';
import { DRILL_LABEL, DRILL_MANAGER, DRILL_NAMESPACE } from '../../../functions/contract/drill.ts';
import { KubernetesError } from '../../../functions/contract/errors.ts';
import { isRecord } from '../../../functions/kit/json.ts';
import { InputError } from '../../input/input.ts';
import { type DrillClock, whatFailed } from './link.ts';

const NAME = 'drill';
const LABELS = { [DRILL_LABEL]: 'true' };
const ANNOTATIONS = {
  'namespace-sentinel.io/about': 'Made by "sentinel drill", which removes it. It may be deleted at any time.',
};
const POLL_MS = 1_000;

/** The namespace of a drill. */
export interface Staged {
  name: string;
  uid: string;
  /** When it was made, in epoch milliseconds. */
  at: number;
}

const namespacePath = (name: string): string => `/api/v1/namespaces/${encodeURIComponent(name)}`;

export const drillName = (random: string): string => `${DRILL_NAMESPACE}${random}`;

/** Who the API server takes us for, as its audit log will name us. */
export interface Myself {
  username: string;
  /** `canonicalArn`; absent where it is not an identity of IAM. */
  principal?: string;
}

/** @throws what the API server answers */
export async function whoAmI(kubernetes: WritableKubernetes, signal: AbortSignal): Promise<Myself> {
  const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
  const { status } = await kubernetes.create('/apis/authentication.k8s.io/v1/selfsubjectreviews', review, signal);
  const user = Object(Object(status).userInfo);
  const [principal]: unknown[] =
    isRecord(user.extra) && Array.isArray(user.extra['canonicalArn']) ? user.extra['canonicalArn'] : [];
  return { username: String(user.username), ...(typeof principal === 'string' && { principal }) };
}

/**
 * Makes the namespace. The request names the nonce as its field manager, by which *detect* looks up whether it was registered.
 *
 * @throws {InputError} where the name is taken, and what the API server answers
 */
export async function makeNamespace(
  kubernetes: WritableKubernetes,
  { name, nonce, signal, clock }: { name: string; nonce: string; signal: AbortSignal; clock: DrillClock },
): Promise<Staged> {
  const at = clock.now();
  const path = `/api/v1/namespaces?${new URLSearchParams({ fieldManager: DRILL_MANAGER + nonce })}`;
  const namespace = {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels: LABELS, annotations: ANNOTATIONS },
  };
  try {
    const { metadata } = await kubernetes.create(path, namespace, signal);
    return { name, uid: metadata.uid ?? '', at };
  } catch (error) {
    // A request whose answer was lost is repeated, and then finds the name taken: by us.
    const ours = signal.aborted ? undefined : await findNamespace(kubernetes, { name, nonce, signal });
    if (ours) return { ...ours, at };
    if (!(error instanceof KubernetesError) || error.code !== 409) throw error;
    throw new InputError(`the namespace ${name} is there already: hold the drill again, which takes another name`);
  }
}

/** The namespace, where it is the one that the request with this nonce made. @throws what the API server answers */
export async function findNamespace(
  kubernetes: WritableKubernetes,
  { name, nonce, signal }: { name: string; nonce: string; signal: AbortSignal },
): Promise<Pick<Staged, 'name' | 'uid'> | undefined> {
  const live = await kubernetes.read(namespacePath(name), signal);
  const { managedFields = [] } = Object(live?.metadata);
  const isOurs = [managedFields].flat().some((each) => Object(each).manager === DRILL_MANAGER + nonce);
  return live?.metadata.uid !== undefined && isOurs ? { name, uid: live.metadata.uid } : undefined;
}

/** Signs that an investigation tells, and that do nothing: a pod that sleeps, and a right to read ConfigMaps of its own namespace. */
function objectsIn(namespace: string, image: string): [path: string, object: { kind: string }][] {
  const metadata = { name: NAME, namespace, labels: LABELS };
  const rbac = 'rbac.authorization.k8s.io';
  const inRbac = `/apis/${rbac}/v1/namespaces/${namespace}`;
  const security = { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } };
  return [
    [
      `${namespacePath(namespace)}/serviceaccounts`,
      { kind: 'ServiceAccount', ...{ apiVersion: 'v1', metadata, automountServiceAccountToken: false } },
    ],
    [
      `${inRbac}/roles`,
      {
        kind: 'Role',
        ...{
          apiVersion: `${rbac}/v1`,
          metadata,
          rules: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get'] }],
        },
      },
    ],
    [
      `${inRbac}/rolebindings`,
      {
        kind: 'RoleBinding',
        ...{
          apiVersion: `${rbac}/v1`,
          metadata,
          roleRef: { apiGroup: rbac, kind: 'Role', name: NAME },
          subjects: [{ kind: 'ServiceAccount', name: NAME, namespace }],
        },
      },
    ],
    [
      `/apis/apps/v1/namespaces/${namespace}/deployments`,
      {
        kind: 'Deployment',
        ...{
          apiVersion: 'apps/v1',
          metadata,
          spec: {
            replicas: 1,
            selector: { matchLabels: LABELS },
            template: {
              metadata: { labels: LABELS },
              spec: {
                serviceAccountName: NAME,
                automountServiceAccountToken: false,
                terminationGracePeriodSeconds: 0,
                securityContext: { runAsNonRoot: true, runAsUser: 65_535, seccompProfile: { type: 'RuntimeDefault' } },
                containers: [
                  {
                    name: NAME,
                    image,
                    resources: {
                      requests: { cpu: '1m', memory: '8Mi' },
                      limits: { cpu: '10m', memory: '16Mi' },
                    },
                    securityContext: security,
                  },
                ],
              },
            },
          },
        },
      },
    ],
  ];
}

/** @returns what could not be made, each with why */
export async function makeObjects(
  kubernetes: WritableKubernetes,
  { name, image, signal }: { name: string; image: string; signal: AbortSignal },
): Promise<string[]> {
  const failed: string[] = [];
  for (const [path, object] of objectsIn(name, image))
    try {
      await kubernetes.create(path, object, signal);
    } catch (error) {
      signal.throwIfAborted();
      failed.push(`${object.kind}: ${whatFailed(error)}`);
    }
  return failed;
}

/**
 * Deletes the namespace with all that is in it, and waits until it is gone. Another namespace of that name is left alone.
 *
 * @returns why it is still there; undefined where it is gone
 */
export async function removeNamespace(
  kubernetes: WritableKubernetes,
  { name, uid }: Pick<Staged, 'name' | 'uid'>,
  { clock, signal, limitMs }: { clock: DrillClock; signal: AbortSignal; limitMs: number },
): Promise<string | undefined> {
  const end = clock.now() + limitMs;
  let asked = false;
  let problem = 'it was not asked for';
  do {
    try {
      const live = await kubernetes.read(namespacePath(name), signal);
      if (!live || live.metadata.uid !== uid) return undefined;
      if (!asked) await kubernetes.remove(namespacePath(name), signal, { uid });
      asked = true;
      problem = `it has been deleted, and is not gone after ${Math.round(limitMs / 1_000)} s: a finalizer holds it`;
    } catch (error) {
      if (signal.aborted) return 'the clean-up was stopped';
      problem = whatFailed(error);
    }
    await clock.pause(POLL_MS, signal).catch(() => undefined);
  } while (clock.now() < end && !signal.aborted);
  return problem;
}
