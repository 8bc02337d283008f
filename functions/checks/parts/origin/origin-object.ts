/** The objects of GitOps tools that deploy others: what they tell of where it comes from, and who began it. */
import type { KubernetesObject } from '../../../clients/kubernetes/kubernetes.ts';
import type { OriginStep } from './origin-step.ts';
import type { ServedObjects } from './served-objects.ts';

/** The kinds that are known here. */
export type OriginKind = 'Application' | 'Kustomization' | 'HelmRelease';

/**
 * Whether the object deploys the one on which its mark stands.
 * - `yes`: it lists it, or is to create the namespace into which it deploys.
 * - `no`: it has deployed what it is to deploy, and that is not among it.
 * - `unknown`: it does not say, or is at work.
 */
export type Deploys = 'yes' | 'no' | 'unknown';

/** A kind of object that deploys others: a file in this folder, and a row in `index.ts`. */
export interface OriginObjects {
  kind: OriginKind;
  /** As people call it. */
  tool: string;
  group: string;
  /** Whether a ServiceAccount of this name is the tool's controller. */
  isController(serviceAccount: string): boolean;
  /** Whether a client that calls itself so is the tool's controller. Anybody can: it decides only what is looked for. */
  userAgent: RegExp;
  deploys(object: KubernetesObject, on: { kind: string; name: string }): Deploys;
  /** Where it comes from. Reads the source, where that is an object of its own. */
  step(object: KubernetesObject, served: ServedObjects): Promise<OriginStep>;
}
