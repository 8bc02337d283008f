/** Proofs whose answer rests on what is simulated, and on which part of it: a real control plane has to show them. */
export const SIMULATED_PROOFS: Readonly<Record<string, string>> = {
  'pods-refused': 'admission',
  'exec-refused': 'admission',
  'accounts-powerless': 'authorization',
  'tokens-refused': 'tokens',
  'sessions-ended': 'audit log',
  'policy-enforcer-present': 'node agents',
  'denial-on-nodes': 'node agents',
  'connections-cut': 'packets',
  'no-pods': 'kubelets',
  'volumes-kept': 'volumes',
};
