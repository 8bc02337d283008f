/** What the entries of the playbooks must be granted, in the words of RBAC and IAM. */
import type { AwsAction } from '../../clients/aws/actions.ts';
import type { KubernetesRight, KubernetesVerb } from '../../kubernetes/rbac.ts';

/**
 * The roles in `cluster/` and the statements of the stack are these of all steps of an identity, no fewer and no more; what
 * a step calls is held against them.
 */
export interface Needs {
  kubernetes?: readonly KubernetesRight[];
  /** As IAM names them. */
  aws?: readonly AwsAction[];
  /** What is asked as well; where it is refused, what is answered says so, and the rest is done. `list *` is any kind. */
  optional?: readonly KubernetesRight[];
}

/** Each verb on each resource: `rights(['get', 'list'], 'pods', 'deployments.apps')`. */
export const rights = (verbs: readonly KubernetesVerb[], ...resources: readonly string[]): KubernetesRight[] =>
  resources.flatMap((resource) => verbs.map((verb): KubernetesRight => `${verb} ${resource}`));

/** All of them, each once. */
export function allNeeds(...parts: readonly Needs[]): Required<Needs> {
  const all = <K extends keyof Needs>(key: K) =>
    [...new Set(parts.flatMap((part): readonly string[] => part[key] ?? []))] as unknown as Required<Needs>[K];
  return { kubernetes: all('kubernetes'), aws: all('aws'), optional: all('optional') };
}

/** Of every step: it looks whether the namespace is the one that was meant, and writes down what it did. */
export const STEP_NEEDS: Needs = {
  kubernetes: ['get namespaces'],
  aws: ['eks:DescribeCluster', 's3:GetObject', 's3:PutObject'],
};

/** Reads what earlier steps, of this run or another, have kept. */
export const RECORD_NEEDS: Needs = { aws: ['s3:GetObject', 's3:ListBucket'] };
/** Takes the lease on the namespace, also from a run that has ended. */
export const LEASE_NEEDS: Needs = { aws: ['dynamodb:PutItem', 'states:DescribeExecution'] };
/** Reads the alert of the finding that the run was started with. */
export const ALERT_NEEDS: Needs = { aws: ['s3:GetObject', 's3:ListBucket'] };
/** Looks whether the freeze is in force. */
export const FREEZE_NEEDS: Needs = {
  kubernetes: rights(
    ['get'],
    ...['validatingadmissionpolicies', 'validatingadmissionpolicybindings'].map(
      (resource) => `${resource}.admissionregistration.k8s.io`,
    ),
  ),
};
