/**
 * The grammars of values that the alert shows as they are. Whatever does not match is shown as quoted, defanged text,
 * and never gets into a command or link.
 */

/** RFC 1123 label: a namespace's name, and the like. */
export const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
/** Names of roles and users that Kubernetes and EKS make themselves, as `system:serviceaccount:ci:deployer`. */
export const SYSTEM_NAME = /^(?:system|eks):(?=.{1,250}$)[a-z0-9]+(?:[:.-][a-z0-9]+)*$/;
export const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
export { ACCOUNT, CLUSTER } from '../contract/alert-key.ts';
export { epochOf, utc } from '../kit/instant.ts';
export { REGION } from '../kubernetes/aws-console.ts';
/** The resource part has the characters of IAM and EKS names; role and session names are their owner's choice. */
export const ARN =
  /^(?!.*\/\/)arn:aws[a-z-]{0,20}:[a-z0-9-]{1,30}:[a-z0-9-]{0,30}:(?:\d{12}|aws)?:(?:log-group:)?[\w+=,.@/-]{1,600}$/;
export const STATE_MACHINE = /^arn:aws[a-z-]{0,20}:states:[a-z0-9-]{1,30}:\d{12}:stateMachine:[\w-]{1,80}$/;
export const EXECUTION = /^arn:aws[a-z-]{0,20}:states:[a-z0-9-]{1,30}:\d{12}:execution:[\w-]{1,80}:[\w-]{1,80}$/;
export const LOG_GROUP = /^\/[\w./#-]{1,511}$/;
export const LOG_STREAM = /^[\w./#-]{1,512}$/;
export const FINDING_ID = /^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/;

/** The value if it matches, else undefined. */
export const matching = (grammar: RegExp, value: string | undefined): string | undefined =>
  value !== undefined && grammar.test(value) ? value : undefined;
