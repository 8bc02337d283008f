/**
 * Compares what `cluster/` has installed in each cluster with what is shipped, in every run: our admission policies with their bindings
 * and lists, the ClusterRoles of our identities, and whose they are. Whatever is changed or gone is told with who did it, where the
 * audit log has it by then. Each other write to them in that log is told as well, once: what was put back before the next look; and
 * each write to the ConfigMap `aws-auth`, which is not compared.
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
import type { ClusterChange } from '../parts/cluster-changes.ts';
import { tellWrites, whoLines, writesIn } from '../parts/cluster-writes.ts';
import { type DifferenceClients, type DifferenceWords, tellDifferences } from '../parts/differences.ts';
import { eachCluster } from '../parts/each-cluster.ts';

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

/**
 * The log is read first, so that whoever changed something is named with it; where the cluster does not answer, the writes are told all
 * the same.
 */
async function compare(cluster: Cluster, context: JobContext<ClusterSideClients>): Promise<Summary> {
  const writes = await writesIn(cluster, context);
  let isNamed = false;
  const words = (differences: readonly string[]): DifferenceWords => {
    isNamed = differences.length > 0;
    return wordsFor(cluster, differences, writes.all);
  };
  const [compared] = await Promise.allSettled([
    (async () => {
      const says = await readAll(await context.clients.kubernetes.connect(cluster, context.signal), context);
      await tellDifferences({ ...cluster, about: 'cluster-side' }, says, words, context);
      return says.length;
    })(),
  ]);
  await tellWrites(cluster, writes, isNamed ? ['installed'] : [], context);
  if (compared.status === 'rejected') throw compared.reason;
  return { different: compared.value, writes: writes.fresh.length };
}

interface Summary {
  different: number;
  writes: number;
}

function wordsFor(cluster: Cluster, fresh: readonly string[], writes: readonly ClusterChange[]): DifferenceWords {
  const known = writes.filter(({ to }) => to === 'installed');
  const who =
    known.length > 0
      ? ['Who did it, as the audit log says:', ...whoLines(known)]
      : ['Who did it is not in the audit log yet; it is told when it is.'];
  return {
    subject: (count) => `${cluster.name}: ${counted(count, 'change')} of what Namespace Sentinel installed`,
    before: `What the manifests of Namespace Sentinel install in ${cluster.name} is not there as it is shipped:`,
    todo: [
      ...(fresh.length > 0 ? who : []),
      'To do: after an installation or an upgrade, apply the manifests of this version (kubectl apply -k cluster/, or the folder that "sentinel manifests" writes). If nobody of yours changed them, treat it as an attack on the containment: apply them again, and take the access from who did it.',
    ],
    over: `${cluster.name}: what Namespace Sentinel installed is as shipped again`,
  };
}

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
    const summaries = await eachCluster(context, 'cluster side', compare);
    const sum = (of: (summary: Summary) => number): number => summaries.reduce((total, each) => total + of(each), 0);
    return { different: sum(({ different }) => different), writes: sum(({ writes }) => writes) };
  },
};
