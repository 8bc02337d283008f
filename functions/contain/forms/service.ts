import type { KubernetesObject } from '../../clients/kubernetes/kubernetes.ts';
import { defined } from '../../kit/defined.ts';
import { record, text } from '../../kit/json.ts';
import { IMPOSSIBLE_KEY } from '../../kubernetes/quarantine.ts';
import type { ContainmentForm } from './form.ts';

/** A name that no DNS server has an address for: RFC 6761, section 6.4. */
const nowhere = (uid: string): string => `${uid}.quarantined.invalid`;

/**
 * A Service keeps its type, addresses, ports and load balancer and leads to nobody: its selector asks for one label more,
 * which no pod has. One without a selector gets that label as its selector, so that the control plane takes over and
 * empties what somebody wrote by hand. An alias (ExternalName) has no selector: it gets a name that does not exist.
 */
export const service: ContainmentForm = {
  apiGroup: '',
  kind: 'Service',
  what: 'leads to nobody any more',
  contain(live, uid) {
    const spec = wantedOf(live, uid);
    return isIn(live, spec) ? undefined : { spec };
  },
  restore(original, live) {
    const [was, is] = [record(original['spec']), record(live['spec'])];
    const spec = {
      ...defined({
        externalName: was['externalName'] === is['externalName'] ? undefined : (was['externalName'] ?? null),
      }),
      ...selectorChange(record(was['selector']), record(is['selector'])),
    };
    return Object.keys(spec).length > 0 ? { spec } : undefined;
  },
  isContained(original, live, uid) {
    const [was, is] = [record(original['spec']), record(live['spec'])];
    if (isAlias(original)) return is['externalName'] === nowhere(uid);
    const wanted = { ...record(was['selector']), [IMPOSSIBLE_KEY]: uid };
    return sameEntries(record(is['selector']), wanted);
  },
};

const isAlias = ({ spec }: KubernetesObject): boolean => text(record(spec)['type']) === 'ExternalName';

const wantedOf = (live: KubernetesObject, uid: string): Record<string, unknown> =>
  isAlias(live) ? { externalName: nowhere(uid) } : { selector: { [IMPOSSIBLE_KEY]: uid } };

function isIn({ spec }: KubernetesObject, { externalName, selector }: Record<string, unknown>): boolean {
  const is = record(spec);
  if (externalName !== undefined) return is['externalName'] === externalName;
  return record(is['selector'])[IMPOSSIBLE_KEY] === record(selector)[IMPOSSIBLE_KEY];
}

/** As a merge patch: what is gone comes back, what was added goes. Without any entry the selector goes as a whole. */
function selectorChange(was: Record<string, unknown>, is: Record<string, unknown>): { selector?: object | null } {
  if (sameEntries(was, is)) return {};
  if (Object.keys(was).length === 0) return { selector: null };
  const added = Object.keys(is).filter((key) => !Object.hasOwn(was, key));
  return { selector: Object.fromEntries([...added.map((key) => [key, null]), ...Object.entries(was)]) };
}

function sameEntries(a: Record<string, unknown>, b: Record<string, unknown>): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && a[key] === b[key]);
}
