/** What system tests of containment begin with: a control plane with our identities, and somebody who makes objects in it. */
import type { WritableKubernetes } from '../../../functions/clients/kubernetes/kubernetes-writer.ts';
import { type Cluster, startCluster } from '../../../tools/twin/cluster.ts';
import { run } from '../../../tools/twin/commands.ts';
import { progress } from '../bring-up.ts';
import { Cluster as Maker } from './hostile.ts';
import { connect, Responder } from './responder.ts';

export interface Scene {
  cluster: Cluster;
  /** As `system:masters`. */
  admin: WritableKubernetes;
  maker: Maker;
  responder: Responder;
  /** What is going on, past jest. */
  report: ReturnType<typeof progress>;
  /** As the administrator that the twin makes. @returns what it printed */
  kubectl(...args: string[]): Promise<string>;
  close(): Promise<void>;
}

/** @param installed the part of `cluster/` that is applied */
export async function bringUp(installed: 'cluster/' | 'cluster/roles' = 'cluster/'): Promise<Scene> {
  const report = progress();
  const cluster = await startCluster(report);
  const kubectl = (...args: string[]) => run(cluster.kubectl, [`--kubeconfig=${cluster.adminKubeconfig}`, ...args]);
  try {
    const admin = await connect(cluster, 'master', ['system:masters']);
    await kubectl('apply', '-k', installed);
    const maker = new Maker(admin);
    await maker.learn();
    const responder = await Responder.of(cluster);
    return { cluster, admin, maker, responder, report, kubectl, close: () => cluster.close() };
  } catch (error) {
    await cluster.close();
    throw error;
  }
}
