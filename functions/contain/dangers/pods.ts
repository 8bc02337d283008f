import { outOfReach } from '../isolation/out-of-reach.ts';
import { type Danger, type DangerKind, nameList } from './danger.ts';

/** Pods that are not cut off, or not stopped, like others. */
export const pods: DangerKind = {
  about: 'pods that policies do not reach, or that nothing would bring back',
  needs: { kubernetes: ['list pods'] },
  async find(surroundings) {
    const all = await surroundings.here('v1', 'pods');
    const reasons = Map.groupBy(all, outOfReach);
    const unreached = [...reasons].flatMap(([why, some]): Danger[] =>
      why === undefined
        ? []
        : [
            {
              id: `pods/${why.replaceAll(/[^a-z]+/gi, '-')}`,
              what: `Pods, each of which ${why}: ${nameList(some.map(({ metadata }) => metadata.name))}.`,
              consequence: 'Network policies do not apply to them: only ending them cuts them off.',
              blocking: false,
            },
          ],
    );
    const bare = all.filter(({ metadata }) => (metadata.ownerReferences ?? []).length === 0);
    return { dangers: [...unreached, ...bareDanger(bare.map(({ metadata }) => metadata.name))] };
  },
};

const bareDanger = (names: (string | undefined)[]): Danger[] =>
  names.length === 0
    ? []
    : [
        {
          id: 'pods/no-owner',
          what: `Pods without an owner: ${nameList(names)}.`,
          consequence: 'Once ended, only release brings them back, without what they held in memory.',
          blocking: false,
        },
      ];
