/**
 * Why a kubeconfig leads to no cluster:
 *
 * | kind | meaning |
 * | --- | --- |
 * | `file` | it, or a file that it names, cannot be read or is not valid |
 * | `context` | it has no such context, or the context names no cluster |
 * | `plugin-missing` | the program that it names for credentials is not installed |
 * | `credentials` | there are no credentials: the program for them failed, or a key or certificate does not work |
 * | `not-ready` | EKS has not made its endpoint yet, or deletes it |
 */
export type KubeconfigFault = 'file' | 'context' | 'plugin-missing' | 'credentials' | 'not-ready';

/** A kubeconfig, or the name of an EKS cluster, leads to no cluster. The message says why, with the name of what is at fault. */
export class KubeconfigError extends Error {
  override readonly name = 'KubeconfigError';
  readonly kind: KubeconfigFault;

  constructor(kind: KubeconfigFault, message: string, cause?: unknown) {
    super(message, { cause });
    this.kind = kind;
  }
}
