/** Who refused an attempt of the probe, by the words of the API server. */
import { sha256 } from '../../kit/sha256.ts';
import type { WriteResult } from '../framework/actuator.ts';

/**
 * - `freeze` (`cluster/policies/freeze.yaml`), `quota`: what holds everybody.
 * - `guard`, `rights`: what holds the probe itself, so that nothing is known about others.
 */
export type Refuser = 'freeze' | 'quota' | 'guard' | 'rights' | 'pod-security' | 'account' | 'other';

/**
 * By how the message begins: what comes later in it may be an attacker's, whose webhook or policy refuses the probe alone.
 *
 * @returns undefined where it was not refused
 */
export function refuserOf(written: WriteResult): Refuser | undefined {
  if ('object' in written) return undefined;
  const why = written.code === 403 ? /^pods(?: "[^"]*")? is forbidden: (.*)/s.exec(written.reason)?.[1] : undefined;
  return BEGINNINGS.find(([, beginning]) => why?.startsWith(beginning))?.[0] ?? 'other';
}

const byPolicy = (name: string): string =>
  `ValidatingAdmissionPolicy '${name}' with binding '${name}' denied request: `;

const BEGINNINGS: readonly [Refuser, string][] = [
  ['freeze', byPolicy('namespace-sentinel-freeze')],
  ['guard', byPolicy('namespace-sentinel-guard-probe')],
  ['rights', 'User "'],
  ['quota', 'exceeded quota: '],
  ['pod-security', 'violates PodSecurity '],
  ['account', 'error looking up service account '],
];

/** The names of pods that only a probe uses: guard-probe.yaml lets the probe run commands in no others. */
export const probePodName = (seed: string): string => `namespace-sentinel-probe-${sha256(seed).slice(0, 32)}`;
