/** Whether the admission policy is there that lets nobody but us write in a quarantined namespace. */

import type { Kubernetes } from '../../clients/kubernetes/kubernetes.ts';
import { command } from '../../contract/commands/command.ts';
import { record, text, texts } from '../../kit/json.ts';
import { messageOf } from '../../kit/words.ts';
import { examinePolicy, HOLDING_EVERYBODY } from '../../kubernetes/cluster-side.ts';
import { objectPath } from '../../kubernetes/object-path.ts';
import { actingAs } from '../../kubernetes/quarantine.ts';

export const FREEZE = 'namespace-sentinel-freeze';

/** @returns whether it is there and denies; undefined with the reason where that is not known */
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
    return { unknown: messageOf(error) };
  }
}

/**
 * What this cluster has set for itself in the policies that hold everybody: the identities that they exempt. Noted when
 * a namespace is quarantined, so that a later change is seen.
 *
 * @returns by the name of the policy; a policy that cannot be read has none
 */
export async function settingsOf(
  kubernetes: Kubernetes,
  signal: AbortSignal,
): Promise<Record<string, Record<string, string>>> {
  const entries = await Promise.all(
    HOLDING_EVERYBODY.map(async (name) => {
      const place = { apiVersion: 'admissionregistration.k8s.io/v1', resource: 'validatingadmissionpolicies', name };
      const policy = await kubernetes.read(objectPath(place), signal).catch(() => undefined);
      return [name, policy ? examinePolicy(name, policy, undefined).lists : {}] as const;
    }),
  );
  signal.throwIfAborted();
  return Object.fromEntries(entries);
}

/**
 * The options by which a person's command in the quarantined namespace is let through: it acts as one of our groups, for
 * which the policies make an exception. Without the policies nothing refuses it, and the groups may not be there.
 */
export async function exemption(
  kubernetes: Kubernetes,
  group: Parameters<typeof actingAs>[0],
  signal: AbortSignal,
): Promise<Partial<ReturnType<typeof actingAs>>> {
  const { installed } = await freezeOf(kubernetes, signal);
  return installed === false ? {} : actingAs(group);
}

/** What a person does about policies that are missing. */
export const INSTALL = command('kubectl apply -k', ['cluster/']);
