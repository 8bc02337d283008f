/**
 * Compares what `cluster/` has installed in each cluster with what is shipped, in every run: our admission policies with their bindings
 * and lists, the ClusterRoles of our identities, and whose they are. Whatever is changed or gone is told with who did it, where the
 * audit log has it by then.
 */
import type { Kubernetes, KubernetesAccess, KubernetesObject } from '../../clients/kubernetes/kubernetes.ts';
import type { ClusterLog } from '../../clients/logs/cluster-log.ts';
import { KubernetesError } from '../../contract/errors.ts';
import type { Cluster } from '../../contract/finding.ts';
import { SCHEDULE_MINUTES } from '../../contract/schedule.ts';
import { counted } from '../../kit/words.ts';
import { digestOfBinding, digestOfRole, examinePolicy, listDigest } from '../../kubernetes/cluster-side.ts';
import { SHIPPED_POLICIES } from '../../kubernetes/shipped-policies.ts';
import { SHIPPED_BINDINGS, SHIPPED_ROLES } from '../../kubernetes/shipped-roles.ts';
import type { Job, JobContext } from '../job.ts';
import { type ClusterChange, changesOf } from '../parts/cluster-changes.ts';
import { type DifferenceClients, type DifferenceWords, tellDifferences } from '../parts/differences.ts';
import { eachCluster } from '../parts/each-cluster.ts';
import { shown } from '../parts/shown.ts';

export interface ClusterSideClients extends DifferenceClients {
  kubernetes: KubernetesAccess;
  clusterLog: ClusterLog;
  /** Digests of the lists that the configuration sets in the policies, by the name of the list. */
  ownLists: Readonly<Record<string, string>>;
}

const ADMISSION = '/apis/admissionregistration.k8s.io/v1';
const RBAC = '/apis/rbac.authorization.k8s.io/v1';

type Read = (path: string) => Promise<KubernetesObject | undefined>;

/** What of the cluster side is not as it is shipped, a sentence each. */
async function differences(read: Read, lists: ClusterSideClients['ownLists']): Promise<string[]> {
  const found = await Promise.all([
    ...Object.keys(SHIPPED_POLICIES).map((name) => policyDifferences(name, read, lists)),
    ...Object.entries(SHIPPED_ROLES).map(([name, digest]) => roleDifference(name, read, digest)),
    ...Object.entries(SHIPPED_BINDINGS).map(([name, digest]) => bindingDifference(name, read, digest)),
  ]);
  return found.flat();
}

async function policyDifferences(name: string, read: Read, wanted: ClusterSideClients['ownLists']): Promise<string[]> {
  const [policy, binding] = await Promise.all([
    read(`${ADMISSION}/validatingadmissionpolicies/${name}`),
    read(`${ADMISSION}/validatingadmissionpolicybindings/${name}`),
  ]);
  const { problems, lists } = examinePolicy(name, policy, binding);
  const others = Object.entries(lists)
    .filter(([list, expression]) => listDigest(expression) !== wanted[list])
    .map(([list]) => `its list "${list}" is not that of the configuration`);
  return [...problems, ...others].map((problem) => `ValidatingAdmissionPolicy ${name}: ${problem}.`);
}

async function roleDifference(name: string, read: Read, digest: string): Promise<string[]> {
  const role = await read(`${RBAC}/clusterroles/${encodeURIComponent(name)}`);
  if (!role) return [`ClusterRole ${name} is missing.`];
  return digestOfRole(role) === digest ? [] : [`ClusterRole ${name} does not allow what is shipped, or allows more.`];
}

async function bindingDifference(name: string, read: Read, digest: string): Promise<string[]> {
  const binding = await read(`${RBAC}/clusterrolebindings/${encodeURIComponent(name)}`);
  if (!binding) return [`ClusterRoleBinding ${name} is missing.`];
  if (digestOfBinding(binding) === digest) return [];
  return [`ClusterRoleBinding ${name} gives another role, or gives it to others, than is shipped.`];
}

async function readAll(
  kubernetes: Kubernetes,
  { clients: { ownLists }, signal }: JobContext<ClusterSideClients>,
): Promise<string[]> {
  try {
    return await differences((path) => kubernetes.read(path, signal), ownLists);
  } catch (error) {
    if (error instanceof KubernetesError && error.code === 403) return [NOT_ALLOWED];
    throw error;
  }
}

const NOT_ALLOWED =
  'The cluster does not let watch read them: its ClusterRole namespace-sentinel:watch, or the binding of it, is missing or older than this version.';

async function compare(cluster: Cluster, context: JobContext<ClusterSideClients>): Promise<number> {
  const says = await readAll(await context.clients.kubernetes.connect(cluster, context.signal), context);
  const place = { ...cluster, about: 'cluster-side' as const };
  await tellDifferences(place, says, (fresh) => wordsFor(cluster, fresh, context), context);
  return says.length;
}

async function wordsFor(
  cluster: Cluster,
  fresh: readonly string[],
  context: JobContext<ClusterSideClients>,
): Promise<DifferenceWords> {
  return {
    subject: (count) => `${cluster.name}: ${counted(count, 'change')} of what Namespace Sentinel installed`,
    before: `What the manifests of Namespace Sentinel install in ${cluster.name} is not there as it is shipped:`,
    todo: [
      ...(fresh.length > 0 ? await whoLines(cluster, context) : []),
      'To do: after an installation or an upgrade, apply the manifests of this version (kubectl apply -k cluster/, or the folder that "sentinel manifests" writes). If nobody of yours changed them, treat it as an attack on the containment: apply them again, and take the access from who did it.',
    ],
    over: `${cluster.name}: what Namespace Sentinel installed is as shipped again`,
  };
}

/** Who changed what, as far as the audit log tells by now. */
async function whoLines(cluster: Cluster, context: JobContext<ClusterSideClients>): Promise<string[]> {
  const unknown = 'Who did it is not in the audit log yet; look for its name there.';
  try {
    const changes = await changesOf(cluster, context);
    if (changes.length === 0) return [unknown];
    return ['Who did it, as the audit log says:', ...changes.map((each) => `- ${changeWords(each)}`)];
  } catch (error) {
    context.unknown(`who changed the cluster side of ${cluster.name}`, error);
    return [unknown];
  }
}

const changeWords = ({ who, verb, resource, name, at, address }: ClusterChange): string =>
  `${shown(who)}: ${shown(verb)} ${shown(resource)} ${shown(name)} at ${shown(at)}, from ${shown(address)}`;

export const clusterSide: Job<ClusterSideClients, 'cluster-side'> = {
  id: 'cluster-side',
  scope: 'network',
  everyMinutes: SCHEDULE_MINUTES,
  deadlineMs: 90_000,
  needs: {
    aws: ['eks:DescribeCluster', 'logs:FilterLogEvents', 'dynamodb:GetItem', 'dynamodb:UpdateItem', 'sns:Publish'],
    kubernetes: [
      'get validatingadmissionpolicies.admissionregistration.k8s.io',
      'get validatingadmissionpolicybindings.admissionregistration.k8s.io',
      'get clusterroles.rbac.authorization.k8s.io',
      'get clusterrolebindings.rbac.authorization.k8s.io',
    ],
  },
  async run(context) {
    const different = await eachCluster(context, 'cluster side', compare);
    return { different: different.reduce((sum, count) => sum + count, 0) };
  },
};
