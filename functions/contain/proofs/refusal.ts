/** Who refused an attempt of the probe, by the words of the API server. */
import { createHash } from 'node:crypto';
import type { Written } from '../actuator.ts';

/** The policies of `cluster/policies/`. */
const FREEZE = 'namespace-sentinel-freeze';
const GUARD = 'namespace-sentinel-guard-probe';

/**
 * - `freeze`, `quota`: what holds everybody.
 * - `guard`, `rights`: what holds the probe itself, so that nothing is known about others.
 */
export type Refuser = 'freeze' | 'quota' | 'guard' | 'rights' | 'pod-security' | 'account' | 'other';

/** @returns undefined where it was not refused */
export function refuserOf(written: Written): Refuser | undefined {
  if ('object' in written) return undefined;
  const { code, reason } = written;
  if (code !== 403) return 'other';
  if (names(reason, FREEZE)) return 'freeze';
  if (names(reason, GUARD)) return 'guard';
  if (/ is forbidden: User "[^"]*" cannot /.test(reason)) return 'rights';
  if (/ is forbidden: exceeded quota: /.test(reason)) return 'quota';
  if (/ is forbidden: violates PodSecurity /.test(reason)) return 'pod-security';
  if (/ is forbidden: error looking up service account /.test(reason)) return 'account';
  return 'other';
}

/** The names of pods that only a probe uses: guard-probe.yaml lets the probe run commands in no others. */
export const probePodName = (seed: string): string =>
  `namespace-sentinel-probe-${createHash('sha256').update(seed).digest('hex').slice(0, 32)}`;

const names = (reason: string, policy: string): boolean =>
  reason.includes(`ValidatingAdmissionPolicy '${policy}' with binding '${policy}' denied request`);
