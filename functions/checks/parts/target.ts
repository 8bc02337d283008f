/** Which namespace a finding means, to those who ask the cluster about it. */
import type { Finding } from '../../contract/finding.ts';

/** RFC 1123 label: what the API server takes as a namespace's name. Anything else has no place in a path. */
const NAME = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** @returns its name, or why there is none to ask about */
export function namespaceOf({ namespace: { name }, cut }: Finding): { name: string } | { reason: string } {
  if (!name) return { reason: 'the record does not tell the name of the namespace' };
  if (name.endsWith('*')) return { reason: 'the record tells only how the name of the namespace begins' };
  if (cut?.some(({ path }) => path === 'namespace.name') || !NAME.test(name))
    return { reason: 'what the record holds as the name of the namespace can be none' };
  return { name };
}
