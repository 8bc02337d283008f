/**
 * What release has lifted or brought back by the time that it restores. In a plan it is still there, and refuses dry
 * runs: the freeze, the quota, the Pod Security level that we set, and the account of a pod that is not there.
 */
export const LIFTED =
  /ValidatingAdmissionPolicy 'namespace-sentinel-freeze'|exceeded quota: namespace-sentinel-|violates PodSecurity "restricted:latest"|error looking up service account /;
