import { accessEntries } from './access-entries.ts';
import { clusterSettings } from './cluster-settings.ts';
import { images } from './images.ts';
import { deleteNamespace } from './namespace.ts';
import { networkPolicies } from './network-policies.ts';
import { podSecurity } from './pod-security.ts';
import { rbac } from './rbac.ts';
import type { Remedy } from './remedy.ts';

/** Every remedy. */
export const REMEDIES: readonly Remedy[] = [
  accessEntries,
  rbac,
  clusterSettings,
  images,
  networkPolicies,
  podSecurity,
  deleteNamespace,
];
