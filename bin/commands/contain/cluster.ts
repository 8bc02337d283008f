import { KubeWriteApi } from '../../../functions/clients/kubernetes/kube-write-api.ts';
import type { WritableKubernetes } from '../../../functions/clients/kubernetes/kubernetes-writer.ts';
import type { Cluster } from '../../../functions/contract/finding.ts';
import { GROUPS } from '../../../functions/kubernetes/quarantine.ts';
import type { Role } from '../../local/playbooks.ts';
import { type ClusterAccess, type ClusterChoice, eksClusterOf, openCluster } from '../cluster.ts';
import type { Task } from '../task.ts';

/** The user that is impersonated; what it may do hangs on the group. */
const USER = 'namespace-sentinel:cli';

/** Who a function acts as. */
interface Identity {
  kubernetes: WritableKubernetes;
  /** Why it is the kubeconfig's own user; absent where it is the function's identity. */
  own?: string;
}

/** The cluster that a command is about. */
export class ChosenCluster {
  readonly #access: ClusterAccess;
  readonly #task: Task;
  /** As the kubeconfig's own user, or with one's own AWS credentials. */
  readonly own: KubeWriteApi;
  /** What the kubeconfig or EKS says of it. */
  readonly cluster: Cluster & { name: string };

  private constructor(task: Task, access: ClusterAccess, name: string | undefined) {
    this.#task = task;
    this.#access = access;
    this.own = new KubeWriteApi(access, task.limits);
    const cluster = clusterNamed(access.clusterName);
    this.cluster = name === undefined ? cluster : { ...cluster, name };
  }

  /** @throws {KubeconfigError}, and what AWS answers */
  static async open(task: Task, choice: ClusterChoice): Promise<ChosenCluster> {
    return new ChosenCluster(task, await openCluster(task, choice), choice.cluster);
  }

  /**
   * By impersonation, because the admission policies of `cluster/` let only these groups write in a quarantined namespace,
   * and so that the rights are those that are deployed. Where that does not work, the kubeconfig's own user.
   */
  async identity(role: Role, namespace: string, asMyself: boolean, signal: AbortSignal): Promise<Identity> {
    if (asMyself) return { kubernetes: this.own, own: '--as-myself' };
    const as = { user: USER, group: GROUPS[role] };
    const kubernetes = new KubeWriteApi(this.#access, { as, ...this.#task.limits });
    const why = await this.#whyNot(kubernetes, as.group, namespace, signal);
    return why === undefined ? { kubernetes } : { kubernetes: this.own, own: why };
  }

  async #whyNot(
    kubernetes: WritableKubernetes,
    group: string,
    namespace: string,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    const resourceAttributes = { verb: 'get', resource: 'namespaces', name: namespace };
    const review = {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttributes },
    };
    try {
      const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
      const { status } = await kubernetes.create(path, review, signal);
      if (Object(status).allowed === true) return undefined;
      return `the cluster gives the group ${group} no rights: apply "kubectl apply -k cluster/"`;
    } catch (error) {
      if (Object(error).code !== 403) throw error;
      return `the kubeconfig's user may not impersonate the group ${group}`;
    }
  }
}

/** EKS writes the cluster's ARN into the kubeconfig; any other name is cleaned, because folders are named by it. */
export function clusterNamed(text: string): Cluster & { name: string } {
  const eks = eksClusterOf(text);
  if (eks) return eks;
  const cleaned = text.replace(/[^0-9A-Za-z_-]+/g, '-').replace(/^[^0-9A-Za-z]+/, '');
  return { name: cleaned.slice(0, 100) || 'local' };
}
