import type { Deployment } from '../../contract/deployment.ts';

/** What the deployment of the stack wrote down of itself. */
export interface Deployments {
  /**
   * @returns undefined while CloudFormation changes the stack: what is live is then on its way
   * @throws where CloudFormation does not say, or what is written down cannot be read
   */
  read(signal: AbortSignal): Promise<Deployment | undefined>;
}
