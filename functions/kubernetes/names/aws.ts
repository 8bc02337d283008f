/** The grammars of AWS's names, each as the service's own API model gives it. */

/** IAM `accountIdType`: 12 digits. */
export const ACCOUNT = /^\d{12}$/;

/**
 * A Region of any partition: `eu-west-1`, `us-gov-east-1`, `us-isob-west-1`, `eusc-de-east-1`. Wider than the pattern
 * that Lambda publishes (`MasterRegion`), so that a new partition needs no new release.
 */
export const REGION = /^[a-z]{2,4}(?:-[a-z]{2,12}){1,3}-\d{1,2}$/;

/** EKS `ClusterName`: 1 to 100 letters, digits, hyphens and underscores, beginning with a letter or digit. */
export const EKS_CLUSTER = /^[0-9A-Za-z][0-9A-Za-z_-]{0,99}$/;

/** ECR `RepositoryName`, of 2 to 256 characters. */
export const ECR_REPOSITORY =
  /^(?=.{2,256}$)[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;

/** CloudWatch Logs `LogGroupName`, of those that begin with a slash, as every group of an AWS service does. */
export const LOG_GROUP = /^\/[\w./#-]{1,511}$/;
/** A part of CloudWatch Logs `LogStreamName`: what EKS and Lambda name theirs. */
export const LOG_STREAM = /^[\w./#-]{1,512}$/;

/** An object in S3: bucket, key. The characters of a key that need no escaping in a URL or a shell. */
export const S3_OBJECT = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/([\w./=-]{1,900})$/;

const EXECUTION_PART = String.raw`[\w-]{1,80}`;
const ofStates = (resource: string): RegExp =>
  new RegExp(String.raw`^arn:aws[a-z-]{0,20}:states:[a-z0-9-]{1,30}:\d{12}:${resource}$`);

/** Step Functions takes more for a name; these are the characters that CloudWatch Logs can show, and all that we use. */
export const EXECUTION_NAME = new RegExp(`^${EXECUTION_PART}$`);
export const STATE_MACHINE = ofStates(`stateMachine:${EXECUTION_PART}`);
export const EXECUTION = ofStates(`execution:${EXECUTION_PART}:${EXECUTION_PART}`);

/** An event bus: EventBridge `EventBusNameOrArn`, the ARN alone. */
export const EVENT_BUS = /^arn:aws[a-z-]{0,20}:events:[a-z0-9-]{1,30}:\d{12}:event-bus\/[\w./-]{1,256}$/;

/** Where EKS writes the control-plane logs of a cluster. */
export const controlPlaneLogGroup = (clusterName: string): string => `/aws/eks/${clusterName}/cluster`;

/** A secret of Secrets Manager, by its name or by its whole ARN, which ends in a hyphen and six characters. */
export const SECRET_NAME =
  /^(?:arn:aws[a-z-]{0,20}:secretsmanager:[a-z0-9-]{1,30}:\d{12}:secret:[\w/+=.@-]{1,256}-[0-9A-Za-z]{6}|[\w/+=.@-]{1,256})$/;

/**
 * What a subscription filter on a central log group adds to each event (`PutSubscriptionFilter`, `emitSystemFields`), and Logs Insights
 * knows of it: the account and the Region in which it was written.
 */
export const SYSTEM_FIELDS = ['@aws.account', '@aws.region'] as const;

/** Whether a subscription filter asks for all of them. */
export const asksForSystemFields = (emitted: readonly string[] = []): boolean =>
  SYSTEM_FIELDS.every((field) => emitted.includes(field));
