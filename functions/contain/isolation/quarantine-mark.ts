/** The mark of a quarantined namespace in RBAC, which the admission policies ask for: they cannot look a namespace up. */
import type { KubernetesObject } from '../../clients/kubernetes/kubernetes.ts';
import { record, records } from '../../kit/json.ts';
import { objectPath } from '../../kubernetes/object-path.ts';
import { GROUPS, OWNED_LABELS } from '../../kubernetes/quarantine.ts';
import type { Aim } from '../framework/actuator.ts';
import { createInside } from '../framework/create-inside.ts';
import { type Needs, rights } from '../framework/needs.ts';
import type { StepContext } from '../framework/step.ts';

const RBAC = { apiGroup: 'rbac.authorization.k8s.io' };
const API = `${RBAC.apiGroup}/v1`;
const ROLE = 'namespace-sentinel:quarantined';

/** Where marks are. */
export const MARKS = { apiVersion: API, resource: 'rolebindings', kind: 'RoleBinding' } as const;

const roleRef = { ...RBAC, kind: 'ClusterRole', name: ROLE };
const subjects = [{ ...RBAC, kind: 'Group', name: GROUPS.contain }];

/** What {@link markQuarantined} asks and writes. */
export const MARK_NEEDS: Needs = {
  kubernetes: [
    ...rights(['get', 'bind'], 'clusterroles.rbac.authorization.k8s.io'),
    // What has come into another namespace is taken away again.
    ...rights(['create', 'delete'], 'rolebindings.rbac.authorization.k8s.io'),
  ],
};

/** Whether a RoleBinding is a mark: nothing but ours to our own role, whoever made it. */
export function isMark(binding: KubernetesObject): boolean {
  const { kind, name } = record(binding['roleRef']);
  const [subject, ...others] = records(binding['subjects']);
  return (
    kind === roleRef.kind &&
    name === ROLE &&
    others.length === 0 &&
    subject?.['kind'] === 'Group' &&
    subject['name'] === GROUPS.contain
  );
}

/**
 * Marks the namespace, so that the admission policies let its accounts' bindings elsewhere be deleted. Where the policies
 * are not installed, nobody asks for it.
 */
export async function markQuarantined(context: StepContext): Promise<void> {
  const { run, cluster, signal } = context;
  const role = objectPath({ apiVersion: API, resource: 'clusterroles', name: ROLE });
  if (!(await cluster.kubernetes.read(role, signal))) return;
  const { apiVersion, kind } = MARKS;
  const { namespace } = run.target;
  const what = 'lets the bindings elsewhere be deleted';
  const aim: Aim = { ...MARKS, namespace, name: '', shown: 'namespace-sentinel-*', what };
  const metadata = { generateName: 'namespace-sentinel-', labels: OWNED_LABELS };
  await createInside(context, aim, { apiVersion, kind, metadata, roleRef, subjects });
}
