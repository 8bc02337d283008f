/** What a quarantined namespace is marked with, and who may touch it. The manifests in `cluster/` hold the same names. */

import { matches } from '../kit/wildcard.ts';
import { BOOTSTRAP_NAMESPACES } from './platform-names.ts';

/** The label that the admission policies are keyed on. Its value is the namespace's UID. */
export const QUARANTINE_LABEL = 'namespace-sentinel.io/quarantine';

/** The label that release sets in the patch that lifts the quarantine, and removes when it is done; its value is the UID. */
export const RELEASING_LABEL = 'namespace-sentinel.io/releasing';

/**
 * Marks a RoleBinding that release made again: the admission policies that look into its role meet bindings with this
 * label alone, as their work would slow down everybody's.
 */
export const RESTORED_LABEL = 'namespace-sentinel.io/restored';

/**
 * The key that no pod, node or ReplicationController has: in a Service's selector it selects nothing, in a DaemonSet's
 * node selector it fits no node.
 */
export const IMPOSSIBLE_KEY = 'namespace-sentinel.io/quarantined';

/** Marks what we make in a quarantined namespace. Others can set it, too: names and UIDs are what we go by. */
export const OWNED_LABELS: Readonly<Record<string, string>> = { 'app.kubernetes.io/managed-by': 'namespace-sentinel' };

/** The Kubernetes groups of our identities; EKS access entries give them, `cluster/` says what they may do. */
export const GROUPS = {
  observer: 'namespace-sentinel:observer',
  watch: 'namespace-sentinel:watch',
  contain: 'namespace-sentinel:contain',
  probe: 'namespace-sentinel:probe',
  release: 'namespace-sentinel:release',
  /** No identity is in this group: a person takes it on for one command, to delete in a quarantined namespace. */
  breakGlass: 'namespace-sentinel:break-glass',
} as const;

/** The options of `kubectl` by which an administrator of the cluster acts as one of these groups. */
export const actingAs = (group: (typeof GROUPS)[keyof typeof GROUPS]) => ({
  '--as': 'break-glass',
  '--as-group': group,
});

/**
 * Namespaces of AWS's own observability and threat detection, which the configuration and the admission policies protect
 * unless somebody changes the list.
 */
export const DEFAULT_PROTECTED_NAMESPACES: readonly string[] = ['amazon-cloudwatch', 'amazon-guardduty'];

/** The labels of Pod Security admission. https://kubernetes.io/docs/concepts/security/pod-security-admission/ */
export const POD_SECURITY_PREFIX = 'pod-security.kubernetes.io/';

/**
 * Why a namespace is never contained; undefined where it may be. A name that merely resembles one of Kubernetes' own, such
 * as `kube-systern`, is not protected: an intruder would choose it.
 *
 * @param configured names, `*` stands for any text
 */
export function protection(name: string, configured: readonly string[] = []): string | undefined {
  if (BOOTSTRAP_NAMESPACES.includes(name)) return `${name} is a namespace of Kubernetes itself`;
  const pattern = configured.find((text) => matches(name, text));
  return pattern && `${name} is protected by the configuration (${pattern})`;
}

/**
 * What a person does in a protected namespace instead, in this order, each as a sentence. `docs/playbooks.md` has the
 * commands (A protected namespace).
 */
export function protectedSteps(name: string): readonly string[] {
  const byHand = [
    'Take the access from who did it: the EKS access entry, the bindings, the token.',
    'Find what does not belong there: the newest pods, bindings and webhooks, and who made them in the audit log.',
    'Keep its logs, deny the network of these pods alone, by a label of their own, and delete what makes them.',
  ];
  return BOOTSTRAP_NAMESPACES.includes(name)
    ? byHand
    : [
        ...byHand,
        'Or contain it as a whole: take it off containment.protectedNamespaces, deploy, give the list to the clusters (sentinel manifests), and start the playbook again.',
      ];
}
