/**
 * What a value in a command may be. Values may be an attacker's: a grammar leaves no room for another word, another line
 * or an option, so none of them holds a line break or a control character, and none begins with a hyphen.
 */
import { parseJson } from '../../kit/json.ts';
import { PLAIN_ARN } from '../../kubernetes/names/arn.ts';
import * as aws from '../../kubernetes/names/aws.ts';
import { LABEL } from '../../kubernetes/names/kubernetes.ts';

export interface Grammar {
  /** What the value is to be, with its article: `the name of a namespace`. */
  what: string;
  holds(value: string): boolean;
  /** No mail client makes a link of what matches, so it needs no quotation marks against that. */
  linkless?: boolean;
}

const matching = (what: string, pattern: RegExp): Grammar => ({ what, holds: (value) => pattern.test(value) });
const oneOf = (what: string, ...words: string[]): Grammar => ({ what, holds: (value) => words.includes(value) });

/** What RBAC takes for a name, except for characters that a shell, a terminal or a reader could take for more. */
const NAME_TEXT = /^[A-Za-z0-9_](?:[\w.:@-]{0,251}[A-Za-z0-9_])?$/;

export const NAMESPACE = matching('the name of a namespace', LABEL);
export const NAME = matching('the name of an object in Kubernetes', NAME_TEXT);
/** A kind as the API serves it, or several: `pods`, `roles.rbac.authorization.k8s.io`, `pods,services`. */
export const RESOURCE = matching(
  'a kind of object in Kubernetes',
  /^(?=.{1,800}$)[a-z][a-z0-9]*(?:\.[a-z0-9-]+)*(?:,[a-z][a-z0-9]*(?:\.[a-z0-9-]+)*){0,20}$/,
);
/** Users of EKS may be named by an ARN. */
export const USER: Grammar = {
  what: 'the name of a user or group',
  holds: (value) => NAME_TEXT.test(value) || PLAIN_ARN.test(value),
};
export const ARN = matching('an ARN', PLAIN_ARN);
export const STATE_MACHINE = matching('the ARN of a state machine', aws.STATE_MACHINE);
/** An execution of a state machine: `arn:aws:states:REGION:ACCOUNT:execution:MACHINE:NAME`. */
export const EXECUTION = matching(
  'the ARN of an execution',
  /^arn:aws[a-z-]{0,20}:states:[a-z0-9-]{1,30}:\d{12}:execution:[\w-]{1,80}:[\w-]{1,80}$/,
);
export const ACCOUNT = matching('the number of an AWS account', aws.ACCOUNT);
export const REGION = matching('an AWS Region', aws.REGION);
export const CLUSTER = matching('the name of an EKS cluster', aws.EKS_CLUSTER);
/** IAM's `roleNameType` and `userNameType`, without a hyphen at the beginning. */
export const IAM_NAME = matching('the name of an IAM role or policy', /^[\w+=,.@][\w+=,.@-]{0,127}$/);
export const NUMBER = matching('a number', /^\d{1,16}$/);
export const ID = matching('an id of AWS', /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/);
/** A Lambda function, without a version. */
export const FUNCTION = matching(
  'the ARN of a function',
  /^arn:aws[a-z-]{0,20}:lambda:[a-z0-9-]{1,30}:\d{12}:function:[\w-]{1,64}$/,
);
export const LOG_GROUP = matching('the name of a log group', aws.LOG_GROUP);
export const REPOSITORY = matching('the name of a repository', aws.ECR_REPOSITORY);
/** `imageDigest=sha256:…`. */
export const IMAGE_ID = matching('the digest of an image', /^imageDigest=sha256:[0-9a-f]{2,64}$/);
/** `AttributeKey=AccessKeyId,AttributeValue=AKIA…`. */
export const LOOKUP = matching(
  'an attribute to look for',
  /^AttributeKey=[A-Za-z]{1,40},AttributeValue=[\w.-]{1,253}$/,
);
/** `spec.serviceAccountName=NAME`. */
export const FIELD = matching('a field and its value', /^[A-Za-z.]{1,60}=[A-Za-z0-9][\w.-]{0,252}$/);
/** `metadata.creationTimestamp`, `Role.AssumeRolePolicyDocument`. */
export const FIELD_PATH = matching('the path of a field', /^[A-Za-z]{1,40}(?:\.[A-Za-z]{1,40}){0,5}$/);
/** `example.com/key=value`, or `example.com/key-`, which takes it off. */
export const MARK = matching(
  'a label or annotation',
  /^(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?\/)?[A-Za-z0-9](?:[\w.-]{0,61}[A-Za-z0-9])?(?:-|=[\w.-]{0,63})$/,
);
/** A filter pattern of CloudWatch Logs for JSON. Without single quotation marks it is inert between such. */
export const FILTER_PATTERN = matching('a filter pattern', /^\{ [\w$.*()[\]"=!<>|&:/@+, -]{1,600} \}$/);
/** The pattern of a subscription filter: as above, or one of its regular expressions, which is as inert between quotation marks. */
export const SUBSCRIPTION_PATTERN: Grammar = {
  what: 'the pattern of a subscription filter',
  holds: (value) => FILTER_PATTERN.holds(value) || /^%[\w.,/+*?|\\[\]{}=-]{1,600}%$/.test(value),
};
/** As JSON, which the AWS CLI takes for a list. */
export const SYSTEM_FIELD_LIST = oneOf('a list of system fields', JSON.stringify(aws.SYSTEM_FIELDS));
/** JSON without a character that ends a quotation, or that a shell looks at within one. */
export const JSON_TEXT: Grammar = {
  what: 'JSON of plain characters',
  holds: (value) => /^[[{][\w":,{}[\]./*@+=~ -]{0,4000}[\]}]$/.test(value) && isJson(value),
};
/** The input of a playbook: JSON without a link, whose values may be ids of objects as `webhook/validating/NAME`. */
export const PLAYBOOK_INPUT: Grammar = {
  what: 'the input of a playbook, of plain characters',
  holds: (value) => /^\{(?:[\w",{}[\] ./-]|(?<="):){1,800}\}$/.test(value) && isJson(value),
};
/** JSON that also holds nothing a mail client could turn into a link: a colon stands only after a key. */
export const INERT_JSON: Grammar = {
  what: 'JSON of plain characters without a link',
  holds: (value) => /^\{(?:[\w",{}[\] -]|(?<="):){1,800}\}$/.test(value) && isJson(value),
};
/** The path of one of our files, absolute or in the folder that the text names. */
export const FILE = matching('the path of a file', /^(?!.*(?:^|\/)\.\.(?:\/|$))[\w./][\w./ +=@-]{0,900}$/);
/** A file for the AWS CLI to read: `file://trust-policy.json`. */
export const FILE_URL: Grammar = {
  what: 'the path of a file',
  holds: (value) => value.startsWith('file://') && FILE.holds(value.slice('file://'.length)),
};
/** The names of buckets and keys are the stack's, and no mail client knows the scheme. */
export const S3_PLACE: Grammar = {
  ...matching('a place in S3', /^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\/[\w./=-]{0,900}$/),
  linkless: true,
};
export const BUCKET = matching('the name of a bucket', /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/);
export const TABLE = matching('the name of a table', /^\w[\w.-]{2,254}$/);
/** `config=FILE`, as the context of the AWS CDK. */
export const CDK_CONFIG: Grammar = {
  what: 'the path of a configuration',
  holds: (value) => value.startsWith('config=') && FILE.holds(value.slice('config='.length)),
};
/** `/api/v1/namespaces/NAME`: any character of it that is not plain is escaped with `%`. */
export const API_PATH = matching('a path of the API', /^\/apis?\/[\w.~%:/-]{1,900}$/);
/** `ResourceType=snapshot,Tags=[{Key=…,Value=…}]`. */
export const TAGS = matching(
  'tags of AWS',
  /^ResourceType=[a-z-]{1,40},Tags=\[\{Key=[a-z-]{1,60},Value=[\w-]{1,128}\}(?:,\{Key=[a-z-]{1,60},Value=[\w-]{1,128}\}){0,4}\]$/,
);
export const RUN_SHELL = oneOf('the document that runs a shell', 'AWS-RunShellScript');
export const ALL_PROTOCOLS = oneOf('all protocols', 'all');
export const EVERYWHERE = oneOf('every address', '0.0.0.0/0');
export const TEXT = matching('a plain text', /^\w[\w -]{0,119}$/);

/**
 * What this project ships for clusters, where it lies: by itself in the folder of the project; or what `sentinel manifests`
 * makes of it.
 */
export const KUSTOMIZATION = matching(
  'a folder of this project',
  /^(?:(?:\/[\w./ +=@-]{0,800}\/)?cluster\/(?:roles|policies)?|cluster-side\/)$/,
);
export const OUTPUT = oneOf('a format', 'yaml', 'json', 'wide', 'name');
export const PATCH_TYPE = oneOf('a type of patch', 'merge', 'json');
export const DRY_RUN = oneOf('a kind of dry run', 'server');
export const ADDON = oneOf('an add-on that is known here', 'vpc-cni');
export const CONFLICTS = oneOf('a way to resolve conflicts', 'PRESERVE');
export const POLICY_NAME = oneOf('a policy that is known here', 'AWSRevokeOlderSessions');
export const OFF = oneOf('zero', '0');
export const PENDING_DAYS = oneOf('the longest time that a key is kept', '30');
export const PROTOCOL = oneOf('a protocol', 'tcp');
export const HTTPS_PORT = oneOf('the port of the API server', '443');
/** A hyphen by itself is standard output, not an option. */
export const STDOUT_OR_FILE: Grammar = {
  what: 'the path of a file',
  holds: (value) => value === STDOUT || FILE.holds(value),
};
export const STDOUT = '-';

const isJson = (value: string): boolean => parseJson(value) !== undefined;
