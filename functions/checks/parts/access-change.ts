/** A write that changed who may do what, as the details of the check `access-changes` hold it. */
import * as z from 'zod/mini';
import type { Written } from '../../contract/read.ts';
import * as field from '../../contract/read.ts';

export const accessChange = field.object({
  at: field.text,
  /** `create`, `update`, `patch`, `delete`, or the name of the EKS call. */
  verb: field.text,
  /** `ClusterRoleBinding`, `ConfigMap aws-auth`, `EKS access entry`, … */
  what: field.text,
  name: field.optional(field.text),
  namespace: field.optional(field.text),
  /** Who did it: IAM principal or username. */
  by: field.optional(field.text),
  /** What it gives, in a few words: `cluster-admin to ServiceAccount ci/deployer`. May hold attacker-chosen text. */
  gives: field.optional(field.text),
  /** The role referred to is cluster-admin, or one with wildcards as far as it is known. */
  wide: field.optional(field.flag),
  /**
   * The namespaces that what it gives is limited to, by name; none where it gives nothing by itself, as an access entry
   * without groups. Absent where it is not limited, or not known to be.
   */
  within: field.optional(field.texts),
  /** Rights that lead to more, which it gives over the cluster: `reading Secrets`, `impersonation`. */
  rights: field.optional(field.texts),
  /** It gives them to the account `default` of the new namespace, or to all of its accounts: each pod in it has them. */
  toEachPod: field.optional(field.flag),
  /** The groups of Kubernetes into which an access entry puts somebody. */
  groups: field.optional(field.texts),
  /** Why it concerns the finding. */
  concerns: field.list(field.word<'actor' | 'namespace' | 'by-actor'>()),
  /** HTTP code, or the error code of the AWS call. */
  code: field.optional(field.tolerant(z.union([z.number(), z.string()]))),
  source: field.word<'audit' | 'cloudtrail'>(),
});
export type AccessChange = Written<typeof accessChange>;
