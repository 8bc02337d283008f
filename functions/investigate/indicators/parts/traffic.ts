import type { FoundTraffic, TrafficSign } from '../../../checks/parts/traffic-signs.ts';
import type { DetailsOf } from '../../rule.ts';

/** What the flow records show of this kind. */
export function traffic({ network }: DetailsOf<'network'>, sign: TrafficSign): FoundTraffic | undefined {
  const found = network?.flow?.signs?.find((each) => each.sign === sign);
  return found && { ...found, addresses: found.addresses ?? [], peers: found.peers ?? 0 };
}
