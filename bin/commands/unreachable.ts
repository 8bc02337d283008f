/** Wrong file, no such server, refused: the user's to mend; anything else is a fault of ours. */
export const isUnreachable = (error: unknown): boolean =>
  error instanceof Error && (error.name === 'KubernetesError' || /kubeconfig|ENOENT|EACCES|EISDIR/.test(error.message));
