/** The real node with what it needs of the cluster: for whoever brings a twin up. */

import { NetworkPolicyController } from '../network-policy-controller/controller.ts';
import type { Report } from '../report.ts';
import { type NodeCluster, RealNode } from './node.ts';
import { requireRealNode } from './prerequisites.ts';
import { type NodePrograms, nodePrograms } from './programs.ts';

/** A real node, and the controller that tells its agent what to enforce. */
export interface RealNodeParts {
  realNode: RealNode;
  controller: NetworkPolicyController;
}

/**
 * Builds what is not in the cache; before anything is started.
 *
 * @throws MissingPrerequisite that names all that the machine lacks
 */
export async function prepareRealNode(report: Report): Promise<NodePrograms> {
  requireRealNode();
  return nodePrograms(report);
}

/** @throws ProcessError when a part does not come up */
export async function startRealNode(
  cluster: NodeCluster,
  programs: NodePrograms,
  report: Report,
): Promise<RealNodeParts> {
  const controller = await NetworkPolicyController.start(cluster);
  try {
    report('network policy controller ready (simulated)');
    return { realNode: await RealNode.up(cluster, programs, report), controller };
  } catch (error) {
    await controller.stop();
    throw error;
  }
}
