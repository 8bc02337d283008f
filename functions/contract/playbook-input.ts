/** What a person may leave out of the input of a playbook. */

/**
 * EKS delivers the logs of the control plane "within a few minutes"
 * (https://docs.aws.amazon.com/eks/latest/userguide/control-plane-logs.html).
 */
export const AUDIT_LOG_MINUTES = 5;
