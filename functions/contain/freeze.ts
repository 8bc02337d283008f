/** Whether the admission policy is there that lets nobody but us write in a quarantined namespace. */
import type { Kubernetes } from '../clients/kubernetes.ts';
import { record, text, texts } from '../json.ts';
import { objectPath } from '../object-path.ts';

export const FREEZE = 'namespace-sentinel-freeze';

/** @returns whether it is there and denies; undefined with the reason where that cannot be told */
export async function freezeOf(
  kubernetes: Kubernetes,
  signal: AbortSignal,
): Promise<{ installed: boolean; unknown?: undefined } | { installed?: undefined; unknown: string }> {
  const read = (resource: string) =>
    kubernetes.read(objectPath({ apiVersion: 'admissionregistration.k8s.io/v1', resource, name: FREEZE }), signal);
  try {
    const [policy, binding] = await Promise.all([
      read('validatingadmissionpolicies'),
      read('validatingadmissionpolicybindings'),
    ]);
    const { policyName, validationActions } = record(binding?.['spec']);
    const denies = text(policyName) === FREEZE && texts(validationActions).includes('Deny');
    return { installed: policy !== undefined && denies };
  } catch (error) {
    signal.throwIfAborted();
    return { unknown: error instanceof Error ? error.message : String(error) };
  }
}

/** What a person does about it. */
export const INSTALL = ['kubectl', 'apply', '-k', 'cluster/'];
