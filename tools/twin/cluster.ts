/** The control plane alone, without anything of AWS. */
import { binaries } from './binaries.ts';
import { Certificates } from './certificates.ts';
import { type ControlPlane, type ControlPlaneOptions, chooseEndpoint, startControlPlane } from './control-plane.ts';
import { Processes } from './processes.ts';
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
