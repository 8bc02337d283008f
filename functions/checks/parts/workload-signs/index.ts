import { suspiciousCommand } from './commands.ts';
import { hostIpc, hostNetwork, hostPath, hostPid, hostPort, privileged } from './host.ts';
import { imageByTag, minerImage, unusualRegistry } from './images.ts';
import { minerArgument } from './mining.ts';
import { barePod, controlPlaneToleration } from './placement.ts';
import { dangerousCapability, privilegeEscalation, runsAsRoot, serviceAccountToken } from './rights.ts';
import type { Sign } from './sign.ts';

/** Everything about a workload that matters. */
export const SIGNS: readonly Sign[] = [
  privileged,
  minerImage,
  minerArgument,
  suspiciousCommand,
  hostPath,
  hostPid,
  hostNetwork,
  dangerousCapability,
  hostIpc,
  controlPlaneToleration,
  unusualRegistry,
  hostPort,
  privilegeEscalation,
  runsAsRoot,
  barePod,
  serviceAccountToken,
  imageByTag,
];
