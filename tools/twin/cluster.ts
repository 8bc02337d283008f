/** The control plane alone, without anything of AWS. */
import { binaries } from './binaries.ts';
import { Certificates } from './certificates.ts';
import { type ControlPlane, type ControlPlaneOptions, chooseEndpoint, startControlPlane } from './control-plane.ts';
import { removeLeftovers } from './leftovers.ts';
import { Processes } from './processes.ts';
import { prepareRealNode, type RealNodeParts, startRealNode } from './real-node/up.ts';
import type { Report } from './report.ts';

export interface Cluster extends ControlPlane {
  /** Path of the kubectl built from the same source. */
  kubectl: string;
  certificates: Certificates;
  processes: Processes;
  close(): Promise<void>;
}

/** @throws MissingPrerequisite without Go; ProcessError when a part does not come up */
export async function startCluster(report: Report, options: ControlPlaneOptions = {}): Promise<Cluster> {
  await removeLeftovers(report);
  const built = await binaries(report);
  const processes = new Processes();
  try {
    const certificates = new Certificates(processes.folder, built);
    const endpoint = await chooseEndpoint(certificates);
    const controlPlane = await startControlPlane(processes, built, certificates, endpoint, report, options);
    return { ...controlPlane, kubectl: built.kubectl, certificates, processes, close: () => processes.close() };
  } catch (error) {
    await processes.close();
    throw error;
  }
}

/**
 * A control plane with a real node beside the simulated ones.
 *
 * @throws MissingPrerequisite without Go, or where a real node cannot run; ProcessError when a part does not come up
 */
export async function startRealCluster(
  report: Report,
  options: ControlPlaneOptions = {},
): Promise<Cluster & RealNodeParts> {
  const programs = await prepareRealNode(report);
  const cluster = await startCluster(report, { ...options, kubelets: true });
  try {
    const parts = await startRealNode(cluster, programs, report);
    const close = () => parts.controller.stop().then(() => cluster.close());
    return { ...cluster, ...parts, close };
  } catch (error) {
    await cluster.close();
    throw error;
  }
}
