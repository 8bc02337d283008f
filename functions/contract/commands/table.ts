/**
 * Every command that is printed for a person, with what may stand in it. A command is a row: what is not here is not
 * printed, wherever it comes from.
 */

import type { Grammar } from './grammar.ts';
import * as G from './grammar.ts';

/**
 * - `reads`: changes nothing but the reader's own kubeconfig.
 * - `changes`: stands only where the text asks for a review.
 * - `costs`: starts something that costs money, and stands only where the text says so.
 */
export type Effect = 'reads' | 'changes' | 'costs';

/** A command: the words that it begins with, then values and options in any order. */
export interface CommandForm {
  /** As it is typed: `kubectl delete`. Of two forms that match, the longer one is meant. */
  start: string;
  effect: Effect;
  /** What stands by itself, in this order. */
  values?: readonly Grammar[];
  /** How many of {@link values} may be missing, from the last one on. */
  optional?: number;
  /** Options that take a value, as `--name VALUE` or `--name=VALUE`. */
  options?: Readonly<Record<string, Grammar>>;
  /** Options that stand alone. */
  flags?: readonly string[];
}

const IN_NAMESPACE = { '--namespace': G.NAMESPACE, '-n': G.NAMESPACE };
/** Impersonation: a cluster administrator acts as one of our groups. */
const AS = { '--as': G.USER, '--as-group': G.USER };
const IN_REGION = { '--region': G.REGION };
const OF_KEY = { ...IN_REGION, '--key-id': G.ARN } as const;
const OF_CLUSTER = { ...IN_REGION, '--cluster-name': G.CLUSTER };
const OF_PRINCIPAL = { ...OF_CLUSTER, '--principal-arn': G.ARN };
const ATTACHED = { '--policy-arn': G.ARN };
const OBJECT = [G.RESOURCE, G.NAME];

const KUBECTL = [
  {
    start: 'kubectl get',
    effect: 'reads',
    values: OBJECT,
    optional: 1,
    options: {
      ...IN_NAMESPACE,
      '--output': G.OUTPUT,
      '-o': G.OUTPUT,
      '--sort-by': G.FIELD_PATH,
      '--field-selector': G.FIELD,
      '--selector': G.MARK,
    },
    flags: ['--all-namespaces'],
  },
  { start: 'kubectl auth can-i --list', effect: 'reads', options: AS },
  // It sends dry runs.
  { start: 'kubectl diff -f', effect: 'reads', values: [G.FILE] },
  {
    start: 'kubectl delete',
    effect: 'changes',
    values: OBJECT,
    options: { ...IN_NAMESPACE, ...AS, '--grace-period': G.OFF },
    flags: ['--force', '--wait=false'],
  },
  { start: 'kubectl delete --raw', effect: 'changes', values: [G.API_PATH], options: { ...AS, '-f': G.FILE } },
  {
    start: 'kubectl patch',
    effect: 'changes',
    values: OBJECT,
    options: { ...IN_NAMESPACE, ...AS, '--type': G.PATCH_TYPE, '--patch': G.JSON_TEXT },
  },
  { start: 'kubectl annotate', effect: 'changes', values: [...OBJECT, G.MARK], options: IN_NAMESPACE },
  {
    start: 'kubectl label',
    effect: 'changes',
    values: [...OBJECT, G.MARK],
    options: { ...IN_NAMESPACE, ...AS, '--dry-run': G.DRY_RUN },
  },
  { start: 'kubectl cordon', effect: 'changes', values: [G.NAME] },
  { start: 'kubectl delete -k', effect: 'changes', values: [G.KUSTOMIZATION] },
  { start: 'kubectl edit', effect: 'changes', values: OBJECT, options: IN_NAMESPACE },
  { start: 'kubectl apply -k', effect: 'changes', values: [G.KUSTOMIZATION] },
  {
    start: 'kubectl apply -f',
    effect: 'changes',
    values: [G.FILE],
    options: { '--dry-run': G.DRY_RUN },
  },
] as const satisfies readonly CommandForm[];

const AWS = [
  { start: 'aws eks update-kubeconfig', effect: 'reads', options: { ...IN_REGION, '--name': G.CLUSTER } },
  { start: 'aws eks describe-cluster', effect: 'reads', options: { ...IN_REGION, '--name': G.CLUSTER } },
  { start: 'aws eks list-capabilities', effect: 'reads', options: OF_CLUSTER },
  {
    start: 'aws eks describe-capability',
    effect: 'reads',
    options: { ...OF_CLUSTER, '--capability-name': G.CLUSTER },
  },
  { start: 'aws eks list-identity-provider-configs', effect: 'reads', options: OF_CLUSTER },
  { start: 'aws eks describe-access-entry', effect: 'reads', options: OF_PRINCIPAL },
  { start: 'aws iam get-role', effect: 'reads', options: { '--role-name': G.IAM_NAME, '--query': G.FIELD_PATH } },
  { start: 'aws s3 cp', effect: 'reads', values: [G.S3_PLACE, G.STDOUT_OR_FILE] },
  { start: 'aws s3 ls', effect: 'reads', values: [G.S3_PLACE], flags: ['--recursive'] },
  {
    start: 'aws logs filter-log-events',
    effect: 'reads',
    options: {
      ...IN_REGION,
      '--log-group-name': G.LOG_GROUP,
      '--start-time': G.NUMBER,
      '--end-time': G.NUMBER,
      '--filter-pattern': G.FILTER_PATTERN,
    },
  },
  {
    start: 'aws cloudtrail lookup-events',
    effect: 'reads',
    options: { ...IN_REGION, '--lookup-attributes': G.LOOKUP },
  },
  {
    start: 'aws cloudformation describe-stack-events',
    effect: 'reads',
    options: { ...IN_REGION, '--stack-name': G.TEXT },
  },
  { start: 'aws guardduty list-findings', effect: 'reads', options: { ...IN_REGION, '--detector-id': G.ID } },
  { start: 'aws guardduty start-malware-scan', effect: 'costs', options: { ...IN_REGION, '--resource-arn': G.ARN } },
  {
    start: 'aws eks create-access-entry',
    effect: 'changes',
    options: { ...OF_PRINCIPAL, '--kubernetes-groups': G.USER },
  },
  {
    start: 'aws eks update-access-entry',
    effect: 'changes',
    options: { ...OF_PRINCIPAL, '--kubernetes-groups': G.USER },
  },
  { start: 'aws eks delete-access-entry', effect: 'changes', options: OF_PRINCIPAL },
  {
    start: 'aws eks disassociate-access-policy',
    effect: 'changes',
    options: { ...OF_PRINCIPAL, '--policy-arn': G.ARN },
  },
  {
    start: 'aws eks update-addon',
    effect: 'changes',
    options: {
      ...OF_CLUSTER,
      '--addon-name': G.ADDON,
      '--configuration-values': G.JSON_TEXT,
      '--resolve-conflicts': G.CONFLICTS,
    },
  },
  {
    start: 'aws eks update-cluster-config',
    effect: 'changes',
    options: {
      ...IN_REGION,
      '--name': G.CLUSTER,
      '--logging': G.JSON_TEXT,
      '--resources-vpc-config': G.JSON_TEXT,
      '--access-config': G.JSON_TEXT,
    },
  },
  {
    start: 'aws eks create-pod-identity-association',
    effect: 'changes',
    options: { ...OF_CLUSTER, '--namespace': G.NAMESPACE, '--service-account': G.NAME, '--role-arn': G.ARN },
  },
  {
    start: 'aws iam detach-role-policy',
    effect: 'changes',
    options: { '--role-name': G.IAM_NAME, ...ATTACHED },
  },
  {
    start: 'aws iam detach-user-policy',
    effect: 'changes',
    options: { '--user-name': G.IAM_NAME, ...ATTACHED },
  },
  {
    start: 'aws iam detach-group-policy',
    effect: 'changes',
    options: { '--group-name': G.IAM_NAME, ...ATTACHED },
  },
  {
    start: 'aws iam update-assume-role-policy',
    effect: 'changes',
    options: { '--role-name': G.IAM_NAME, '--policy-document': G.FILE_URL },
  },
  {
    start: 'aws iam put-role-policy',
    effect: 'changes',
    options: { '--role-name': G.IAM_NAME, '--policy-name': G.POLICY_NAME, '--policy-document': G.JSON_TEXT },
  },
  {
    start: 'aws ecr start-image-scan',
    effect: 'changes',
    options: {
      ...IN_REGION,
      '--registry-id': G.ACCOUNT,
      '--repository-name': G.REPOSITORY,
      '--image-id': G.IMAGE_ID,
    },
  },
  {
    start: 'aws logs put-subscription-filter',
    effect: 'changes',
    options: {
      ...IN_REGION,
      '--log-group-name': G.LOG_GROUP,
      '--filter-name': G.TEXT,
      '--filter-pattern': G.SUBSCRIPTION_PATTERN,
      '--destination-arn': G.FUNCTION,
      '--emit-system-fields': G.SYSTEM_FIELD_LIST,
    },
  },
  { start: 'aws kms enable-key', effect: 'changes', options: OF_KEY },
  { start: 'aws kms cancel-key-deletion', effect: 'changes', options: OF_KEY },
  {
    start: 'aws ec2 authorize-security-group-ingress',
    effect: 'changes',
    options: {
      ...IN_REGION,
      '--group-id': G.ID,
      '--protocol': G.PROTOCOL,
      '--port': G.HTTPS_PORT,
      '--source-group': G.ID,
    },
  },
  {
    start: 'aws ec2 create-snapshot',
    effect: 'changes',
    options: { ...IN_REGION, '--volume-id': G.ID, '--description': G.TEXT, '--tag-specifications': G.TAGS },
  },
  { start: 'aws ec2 describe-instances', effect: 'reads', options: { ...IN_REGION, '--instance-ids': G.ID } },
  {
    start: 'aws ec2 create-security-group',
    effect: 'changes',
    options: {
      ...IN_REGION,
      '--group-name': G.ID,
      '--description': G.TEXT,
      '--vpc-id': G.ID,
      '--tag-specifications': G.TAGS,
    },
  },
  {
    start: 'aws ec2 revoke-security-group-egress',
    effect: 'changes',
    options: { ...IN_REGION, '--group-id': G.ID, '--protocol': G.ALL_PROTOCOLS, '--cidr': G.EVERYWHERE },
  },
  {
    start: 'aws ec2 modify-instance-attribute',
    effect: 'changes',
    options: { ...IN_REGION, '--instance-id': G.ID, '--groups': G.ID },
  },
  {
    start: 'aws ssm send-command',
    effect: 'changes',
    options: { ...IN_REGION, '--document-name': G.RUN_SHELL, '--instance-ids': G.ID, '--parameters': G.JSON_TEXT },
  },
  {
    start: 'aws stepfunctions start-execution',
    effect: 'changes',
    options: {
      ...IN_REGION,
      '--state-machine-arn': G.STATE_MACHINE,
      '--input': G.PLAYBOOK_INPUT,
    },
  },
  {
    start: 'aws stepfunctions stop-execution',
    effect: 'changes',
    options: { ...IN_REGION, '--execution-arn': G.EXECUTION },
  },
  {
    start: 'aws cloudformation update-termination-protection',
    effect: 'changes',
    options: { ...IN_REGION, '--stack-name': G.TEXT },
    flags: ['--no-enable-termination-protection'],
  },
  { start: 'aws s3api delete-bucket', effect: 'changes', options: { ...IN_REGION, '--bucket': G.BUCKET } },
  {
    start: 'aws dynamodb update-table',
    effect: 'changes',
    options: { ...IN_REGION, '--table-name': G.TABLE },
    flags: ['--no-deletion-protection-enabled'],
  },
  { start: 'aws dynamodb delete-table', effect: 'changes', options: { ...IN_REGION, '--table-name': G.TABLE } },
  {
    start: 'aws kms schedule-key-deletion',
    effect: 'changes',
    options: { ...IN_REGION, '--key-id': G.ID, '--pending-window-in-days': G.PENDING_DAYS },
  },
] as const satisfies readonly CommandForm[];

/** Of a folder on the reader's own machine; the AWS CDK in that of this project. */
const LOCAL = [
  { start: 'ls', effect: 'reads', values: [G.FILE] },
  { start: 'npx cdk destroy', effect: 'changes', options: { '-c': G.CDK_CONFIG } },
  { start: 'sentinel manifests', effect: 'changes', options: { '--config': G.FILE, '--out': G.FILE } },
] as const satisfies readonly CommandForm[];

const ALL = [...KUBECTL, ...AWS, ...LOCAL] as const;

export const COMMANDS: readonly CommandForm[] = ALL;

type Form = (typeof ALL)[number];
type FormOf<S> = Extract<Form, { start: S }>;
type OptionOf<S> = FormOf<S> extends { options: infer Options } ? keyof Options : never;
type FlagOf<S> = FormOf<S> extends { flags: readonly (infer Flag extends string)[] } ? Flag : never;

/** The words that a command may begin with. */
export type Start = Form['start'];

/** What may follow the values of a command: an option with its value, a flag where it is true. */
export type OptionsOf<S extends Start> = { [O in OptionOf<S>]?: string | undefined } & { [F in FlagOf<S>]?: boolean };
