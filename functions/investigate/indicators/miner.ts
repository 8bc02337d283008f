import { listed } from '../../kit/words.ts';
import { detailsOf, type Rule } from './rule.ts';

/** What clusters are broken into for most: Dero, TeamTNT, Kinsing. */
export const miner: Rule = {
  id: 'miner',
  kind: 'threat',
  weight: 40,
  checks: ['workloads'],
  judge(facts) {
    const { workloads = [] } = detailsOf(facts, 'workloads') ?? {};
    const mining = workloads.filter(({ signs }) =>
      signs.some(({ sign }) => sign === 'miner-image' || sign === 'miner-argument'),
    );
    if (mining.length === 0) return undefined;
    return {
      reason: `It looks like mining: ${listed(mining.map(({ kind, name }) => `${kind} ${name}`))}.`,
      technique: 'T1496',
      check: 'workloads',
    };
  },
};
