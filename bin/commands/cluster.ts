import { Kubeconfig, type KubeconfigChoice } from '../../functions/clients/kubernetes/kubeconfig.ts';
import type { Task } from './task.ts';

/** For a few requests, in milliseconds: a credential plugin may take a minute, and a silent API server is given up before. */
export const LONG_MS = 120_000;

/** Opens the kubeconfig that the options name. @throws {KubeconfigError} */
export function openKubeconfig(task: Task, choice: KubeconfigChoice): Kubeconfig {
  const kubeconfig = new Kubeconfig(choice);
  const { clusterName, server, context, file } = kubeconfig;
  task.about = `cluster ${clusterName} at ${server}, context ${context} of ${file}`;
  task.waitFor(`Asking the API server of cluster ${clusterName} at ${server}`);
  return kubeconfig;
}
