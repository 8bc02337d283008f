import { KubeWriteApi } from '../../../functions/clients/kubernetes/kube-write-api.ts';
import type { Kubeconfig, KubeconfigChoice } from '../../../functions/clients/kubernetes/kubeconfig.ts';
import type { WritableKubernetes } from '../../../functions/clients/kubernetes/kubernetes-writer.ts';
import type { Cluster } from '../../../functions/contract/finding.ts';
import { parseArn } from '../../../functions/kubernetes/names/arn.ts';
import { EKS_CLUSTER } from '../../../functions/kubernetes/names/aws.ts';
import { GROUPS } from '../../../functions/kubernetes/quarantine.ts';
import type { Role } from '../../local/playbooks.ts';
import { openKubeconfig } from '../cluster.ts';
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
  readonly #kubeconfig: Kubeconfig;
  readonly #task: Task;
  /** As the kubeconfig's own user. */
  readonly own: KubeWriteApi;
  /** What the kubeconfig says of it. */
  readonly cluster: Cluster & { name: string };

  /**
   * @param name of the cluster, instead of what the kubeconfig calls it
   * @throws {KubeconfigError}
   */
  constructor(task: Task, choice: KubeconfigChoice, name?: string) {
    this.#task = task;
    this.#kubeconfig = openKubeconfig(task, choice);
    this.own = new KubeWriteApi(this.#kubeconfig, task.limits);
    const cluster = clusterNamed(this.#kubeconfig.clusterName);
    this.cluster = name === undefined ? cluster : { ...cluster, name };
  }

  /**
   * By impersonation, because the admission policies of `cluster/` let only these groups write in a quarantined namespace,
   * and so that the rights are those that are deployed. Where that does not work, the kubeconfig's own user.
   */
  async identity(role: Role, namespace: string, asMyself: boolean, signal: AbortSignal): Promise<Identity> {
    if (asMyself) return { kubernetes: this.own, own: '--as-myself' };
    const as = { user: USER, group: GROUPS[role] };
    const kubernetes = new KubeWriteApi(this.#kubeconfig, { as, ...this.#task.limits });
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
  const { service, region, account, resource = '' } = parseArn(text) ?? {};
  const name = service === 'eks' && resource.startsWith('cluster/') ? resource.slice('cluster/'.length) : '';
  if (region && account && EKS_CLUSTER.test(name)) return { name, region, account };
  const cleaned = text.replace(/[^0-9A-Za-z_-]+/g, '-').replace(/^[^0-9A-Za-z]+/, '');
  return { name: cleaned.slice(0, 100) || 'local' };
}
