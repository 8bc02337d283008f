/** Which namespace a finding means, to those who ask the cluster about it. */
import type { Finding } from '../../contract/finding.ts';
import { LABEL } from '../../kubernetes/names/kubernetes.ts';

/** @returns its name, or why there is none to ask about */
export function namespaceOf({ namespace: { name }, cut }: Finding): { name: string } | { reason: string } {
  if (!name) return { reason: 'the record does not tell the name of the namespace' };
  if (name.endsWith('*')) return { reason: 'the record tells only how the name of the namespace begins' };
  if (cut?.some(({ path }) => path === 'namespace.name') || !LABEL.test(name))
    return { reason: 'what the record holds as the name of the namespace can be none' };
  return { name };
}
