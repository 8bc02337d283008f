import { ownWords, type Phrase, say, term } from '../../../kit/phrase.ts';
import { metadataAccess, nodeCredentials, nodeEntry, reverseShell, suspiciousCommand } from './commands.ts';
import {
  hostIpc,
  hostNetwork,
  hostPath,
  hostPid,
  hostPort,
  hostWrite,
  privileged,
  shareProcessNamespace,
} from './host.ts';
import { imageByTag, minerImage, unusualRegistry } from './images.ts';
import { minerArgument } from './mining.ts';
import { barePod, controlPlaneToleration } from './placement.ts';
import { dangerousCapability, privilegeEscalation, runsAsRoot, serviceAccountToken } from './rights.ts';
import { CONCERN, type Sign } from './sign.ts';

/** Everything about a workload that matters. */
export const SIGNS = [
  privileged,
  minerImage,
  minerArgument,
  reverseShell,
  suspiciousCommand,
  nodeEntry,
  nodeCredentials,
  hostWrite,
  hostPath,
  hostPid,
  hostNetwork,
  dangerousCapability,
  hostIpc,
  controlPlaneToleration,
  unusualRegistry,
  metadataAccess,
  hostPort,
  shareProcessNamespace,
  privilegeEscalation,
  runsAsRoot,
  barePod,
  serviceAccountToken,
  imageByTag,
] as const;

export type WorkloadSign = (typeof SIGNS)[number]['sign'];

const BY_NAME: ReadonlyMap<string, Sign> = new Map(SIGNS.map((sign) => [sign.sign, sign]));

/** Whether it is of concern by itself. */
export const isOfConcern = (sign: WorkloadSign): boolean => (BY_NAME.get(sign)?.danger ?? 0) >= CONCERN;

/** Whether it is a reason to act by itself. */
export const isGrave = ({ sign = '' }: { sign?: string }): boolean => BY_NAME.get(sign)?.grave ?? false;

/** What was found, for people; a sign that is not known here by its name. */
export function signPhrase({ sign = 'unknown', detail }: { sign?: string; detail?: string }): Phrase {
  const words = BY_NAME.get(sign)?.words;
  return say`${words === undefined ? term(sign || 'unknown') : ownWords(words)}${detail ? say`: ${detail}` : []}`;
}
