import { listed } from '../../../kit/words.ts';
import type { DetailsOf, Indication } from '../../rule.ts';

/** What opens the namespace by a Service of this type. */
export function exposedBy(
  type: 'NodePort' | 'LoadBalancer',
  { network }: DetailsOf<'network'>,
): Indication<'network'> | undefined {
  const names = (network?.services ?? []).filter((service) => service.type === type).map(({ name }) => name);
  return names.length === 0
    ? undefined
    : { reason: `Reachable from outside the cluster, by ${type}: ${listed(names)}.`, check: 'network' };
}
