/**
 * The grammars of values that the alert shows as they are. Whatever does not match is shown as quoted, defanged text,
 * and never gets into a command or link.
 */

export {
  ACCOUNT,
  EKS_CLUSTER as CLUSTER,
  EXECUTION,
  LOG_GROUP,
  LOG_STREAM,
  REGION,
  STATE_MACHINE,
} from '../kubernetes/names/aws.ts';
export { LABEL, UID as UUID } from '../kubernetes/names/kubernetes.ts';
/** Names of roles and users that Kubernetes and EKS make themselves, as `system:serviceaccount:ci:deployer`. */
export const SYSTEM_NAME = /^(?:system|eks):(?=.{1,250}$)[a-z0-9]+(?:[:.-][a-z0-9]+)*$/;
export { epochOf, utc } from '../kit/instant.ts';
export { PLAIN_ARN as ARN } from '../kubernetes/names/arn.ts';

export const SHA256 = /^[0-9a-f]{64}$/;

/** The value if it matches, else undefined. */
export const matching = (grammar: RegExp, value: string | undefined): string | undefined =>
  value !== undefined && grammar.test(value) ? value : undefined;
