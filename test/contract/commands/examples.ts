/** A command of each form with all that may stand in it: what tests of printing begin with. */

import * as G from '../../../functions/contract/commands/grammar.ts';
import { COMMANDS, type CommandForm } from '../../../functions/contract/commands/table.ts';

/** A value for each grammar, as a cluster or an account has it. */
const VALUES: ReadonlyMap<G.Grammar, string> = new Map([
  [G.NAMESPACE, 'payments'],
  [G.NAME, 'system:controller:job-controller'],
  [G.RESOURCE, 'rolebindings.rbac.authorization.k8s.io'],
  [G.USER, 'system:serviceaccount:ci:deployer'],
  [G.ARN, 'arn:aws:iam::111122223333:role/team/ci-deployer'],
  [G.STATE_MACHINE, 'arn:aws:states:eu-west-1:111122223333:stateMachine:NamespaceSentinel-contain'],
  [G.ACCOUNT, '111122223333'],
  [G.REGION, 'eu-west-1'],
  [G.CLUSTER, 'My_Cluster-1'],
  [G.IAM_NAME, 'ci-deployer@team'],
  [G.NUMBER, '1795417278048'],
  [G.ID, 'vol-0123456789abcdef0'],
  [G.LOG_GROUP, '/aws/eks/prod/cluster'],
  [G.REPOSITORY, 'team/web'],
  [G.IMAGE_ID, `imageDigest=sha256:${'0a'.repeat(32)}`],
  [G.LOOKUP, 'AttributeKey=AccessKeyId,AttributeValue=AKIAIOSFODNN7EXAMPLE'],
  [G.FIELD, 'spec.serviceAccountName=web'],
  [G.FIELD_PATH, 'metadata.creationTimestamp'],
  [G.MARK, 'argocd.argoproj.io/skip-reconcile=true'],
  [G.FILTER_PATTERN, '{ $.auditID = "5a88c79a-98af-4772-8a46-7444d12faac4" || $.user.username = "a@b.c" }'],
  [
    G.SUBSCRIPTION_PATTERN,
    '%requestURI.../+api/v1/namespaces/*\\?.*verb...create|objectRef..\\{.resource...namespaces%',
  ],
  [G.JSON_TEXT, '[{"op":"test","path":"/subjects/1","value":{"kind":"ServiceAccount","name":"web"}}]'],
  [G.INERT_JSON, '{"namespace":"payments","mode":"plan"}'],
  [G.PLAYBOOK_INPUT, '{"findingId":"nsf-0123456789ab","accept":["webhook/validating/a.example.com"]}'],
  [G.FILE, '/home/alice/run 1/manifests/delete-namespace.json'],
  [G.FILE_URL, 'file://manifests/trust-policy.json'],
  [G.S3_PLACE, 's3://evidence-1/containment/111122223333/eu-west-1/prod/report.json'],
  [G.API_PATH, '/api/v1/namespaces/payments'],
  [G.TAGS, 'ResourceType=snapshot,Tags=[{Key=namespace-sentinel-uid,Value=0a1b}]'],
  [G.RUN_SHELL, 'AWS-RunShellScript'],
  [G.ALL_PROTOCOLS, 'all'],
  [G.EVERYWHERE, '0.0.0.0/0'],
  [G.TEXT, 'Evidence of namespace payments'],
  [G.KUSTOMIZATION, 'cluster/'],
  [G.OUTPUT, 'yaml'],
  [G.PATCH_TYPE, 'merge'],
  [G.DRY_RUN, 'server'],
  [G.ADDON, 'vpc-cni'],
  [G.CONFLICTS, 'PRESERVE'],
  [G.POLICY_NAME, 'AWSRevokeOlderSessions'],
  [G.OFF, '0'],
  [G.PROTOCOL, 'tcp'],
  [G.HTTPS_PORT, '443'],
  [G.FUNCTION, 'arn:aws:lambda:eu-west-1:111122223333:function:NamespaceSentinel-Detect0123ABCD-x1Y2'],
  [G.STDOUT_OR_FILE, '-'],
  [G.EXECUTION, 'arn:aws:states:eu-west-1:111122223333:execution:NamespaceSentinel-contain:run-1'],
  [G.BUCKET, 'namespacesentinel-evidence-1'],
  [G.TABLE, 'NamespaceSentinel-FindingsTable0123-X1Y2'],
  [G.CDK_CONFIG, 'config=sentinel.config.yaml'],
  [G.PENDING_DAYS, '30'],
  [G.SYSTEM_FIELD_LIST, '["@aws.account","@aws.region"]'],
]);

const valueFor = (grammar: G.Grammar): string => {
  const value = VALUES.get(grammar);
  if (value === undefined) throw new Error(`no example of ${grammar.what}`);
  return value;
};

/** The form's words, its values, then each option and flag. @param replace gives another value for one of the values, by its position */
export function exampleOf(
  { start, values = [], options = {}, flags = [] }: CommandForm,
  replace: (value: string, position: number) => string = (value) => value,
): string[] {
  let position = 0;
  const next = (grammar: G.Grammar) => replace(valueFor(grammar), position++);
  return [
    ...start.split(' '),
    ...values.map(next),
    ...Object.entries(options).flatMap(([name, grammar]) => [name, next(grammar)]),
    ...flags,
  ];
}

/** How many values an example has. */
export const countOf = ({ values = [], options = {} }: CommandForm): number =>
  values.length + Object.keys(options).length;

export const EXAMPLES: readonly (readonly [string, CommandForm])[] = COMMANDS.map((form) => [form.start, form]);
