import type { AwsCheck } from '../aws/check.ts';
import { credentials } from '../aws/checks/credentials.ts';
import type { PreflightCheck } from '../check.ts';
import { quarantined } from '../checks/quarantined.ts';
import { contained } from './checks/contained.ts';
import { destroy } from './checks/destroy.ts';
import { entries } from './checks/entries.ts';
import { executions, questions } from './checks/executions.ts';
import { bucket, key, table } from './checks/kept.ts';
import { people } from './checks/people.ts';
import { stack } from './checks/stack.ts';
import { clusterPolicies, clusterRoles } from './cluster-side.ts';

/** A step of taking down: what is asked of AWS, or of the cluster of the kubeconfig. */
export type RemovalStep = { aws: AwsCheck } | { cluster: PreflightCheck };

/**
 * What stands in the way of taking everything down, and what stays, in the order to follow:
 *
 * 1. What is open is answered, and what runs has ended: a state machine is not deleted before.
 * 2. What is quarantined is released, as long as there is somebody to do it, and the policies that freeze it are there.
 * 3. The stack goes, and with it every identity that could act in a cluster.
 * 4. In the cluster, the access entry that is left, the roles, and last the policies: as long as our identities are there, the
 *    policies hold them; as long as a namespace is quarantined, they freeze it.
 * 5. Of what stays, the evidence, the table that says what of it is to be believed, and last the key that opens both.
 */
export const REMOVAL: readonly RemovalStep[] = [
  { aws: credentials },
  { aws: stack },
  { aws: questions },
  { aws: executions },
  { aws: contained },
  { cluster: quarantined },
  { aws: people },
  { aws: destroy },
  { aws: entries },
  { cluster: clusterRoles },
  { cluster: clusterPolicies },
  { aws: bucket },
  { aws: table },
  { aws: key },
];

/** Those that ask AWS. */
export const REMOVAL_CHECKS: readonly AwsCheck[] = REMOVAL.flatMap((step) => ('aws' in step ? [step.aws] : []));
