import { listed } from '../../kit/words.ts';
import { defineRule } from '../rule.ts';

/** What clusters are broken into for most: Dero, TeamTNT, Kinsing. */
export const miner = defineRule({
  id: 'miner',
  kind: 'threat',
  weight: 40,
  technique: 'T1496',
  shownBy: ['workloads'],
  judge(_, details) {
    const { workloads = [] } = details.workloads ?? {};
    const mining = workloads.filter(({ signs }) =>
      signs.some(({ sign }) => sign === 'miner-image' || sign === 'miner-argument'),
    );
    if (mining.length === 0) return undefined;
    return {
      reason: `It looks like mining: ${listed(mining.map(({ kind, name }) => `${kind} ${name}`))}.`,
      check: 'workloads',
    };
  },
});
