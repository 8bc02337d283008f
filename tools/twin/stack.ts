/** The twin with everything: the stack under test deployed, its log group fed, and a queue behind the alert topic. */
import { AlertQueue } from './alerts.ts';
import { type Deployment, deploy } from './deployment.ts';
import type { Report } from './report.ts';
import { startTwin, type Twin, type TwinOptions } from './twin.ts';
import { startWire, type WireOptions } from './wire/wire.ts';

export interface StackOptions extends TwinOptions, WireOptions {
  /** More of `sentinel.config.yaml`. */
  config?: Record<string, unknown>;
}

export interface Stack extends Twin {
  deployment: Deployment;
  /** Gets every alert. */
  alerts: AlertQueue;
}

/** @throws MissingPrerequisite without Go or Python; ProcessError when a part does not come up */
export async function startStack(report: Report, options: StackOptions = {}): Promise<Stack> {
  const twin = await startTwin(report, options);
  try {
    await startWire(twin, options); // before the stack, as EKS's logs are: what is older does not come in
    const deployment = await deploy(twin, report, options.config);
    const alerts = await AlertQueue.subscribe(twin, deployment.outputs.AlertTopicArn ?? '', 'alerts');
    return { ...twin, deployment, alerts };
  } catch (error) {
    await twin.close();
    throw error;
  }
}
