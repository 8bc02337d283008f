/** Rules of a PolicyEndpoint, and how policy and rules are split into endpoints. */
import { sameJson } from '../../../functions/kit/json.ts';

export interface Port {
  protocol: string;
  /** Absent: every port. */
  port?: number;
  endPort?: number;
}

export interface Rule {
  cidr?: string;
  domainName?: string;
  except?: string[];
  /** Empty: every port. */
  ports: Port[];
  /** Of a ClusterNetworkPolicy. */
  action?: string;
}

/** Pods, and rules of either direction, in one endpoint. */
const CHUNK = 200;

/** One rule for each network: the agents look a packet up by its address. */
export function combine(rules: Rule[]): Rule[] {
  const combined = new Map<string, Rule>();
  for (const rule of rules) {
    const key = JSON.stringify([rule.cidr, [...(rule.except ?? [])].sort()]);
    const known = combined.get(key);
    if (!known) combined.set(key, rule);
    else if (known.ports.length === 0 || rule.ports.length === 0) combined.set(key, { ...known, ports: [] });
    else {
      const more = rule.ports.filter((port) => !known.ports.some((other) => sameJson(other, port)));
      combined.set(key, { ...known, ports: [...known.ports, ...more] });
    }
  }
  return [...combined.values()];
}

/** Parts of at most 200 each, side by side; one empty part where there is nothing. */
export function split<A, B, C>(ingress: A[], egress: B[], pods: C[]): { ingress: A[]; egress: B[]; pods: C[] }[] {
  const parts = Math.max(1, ...[ingress, egress, pods].map(({ length }) => Math.ceil(length / CHUNK)));
  return Array.from({ length: parts }, (_, part) => {
    const from = part * CHUNK;
    const cut = <T>(items: T[]): T[] => items.slice(from, from + CHUNK);
    return { ingress: cut(ingress), egress: cut(egress), pods: cut(pods) };
  });
}
