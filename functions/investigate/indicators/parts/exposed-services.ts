import { firstOf, listed } from '../../../kit/words.ts';
import type { DetailsOf, Indication } from '../../rule.ts';

/** Checks that show it: what is there, and what was. */
export const EXPOSURE_CHECKS = ['network', 'namespace-activity'] as const;
type ExposureCheck = (typeof EXPOSURE_CHECKS)[number];

/** What opens the namespace by a Service of this type. */
export function exposedBy(
  type: 'NodePort' | 'LoadBalancer',
  { network, 'namespace-activity': activity }: DetailsOf<ExposureCheck>,
): Indication<ExposureCheck> | undefined {
  const names = (network?.services ?? []).filter((service) => service.type === type).map(({ name }) => name);
  const sign = type === 'NodePort' ? 'node-port' : 'load-balancer';
  const gone = (activity?.signs ?? []).filter((act) => act.sign === sign).map(({ on }) => on);
  if (names.length === 0 && gone.length > 0)
    return {
      reason: `According to the audit log, the namespace was reachable from outside the cluster, by ${type}: ${listed(gone)}.`,
      brief: `According to the audit log, a ${type} made the namespace reachable: ${firstOf(gone)}.`,
      check: 'namespace-activity',
    };
  return names.length === 0
    ? undefined
    : {
        reason: `Reachable from outside the cluster, by ${type}: ${listed(names)}.`,
        brief: `Reachable from outside the cluster, by ${type}: ${firstOf(names)}.`,
        check: 'network',
      };
}
