import { command } from '../../contract/commands/command.ts';
import { record } from '../../kit/json.ts';
import { allNeeds } from '../framework/needs.ts';
import { CLAIMED, LINK_NEEDS, linkOf } from './client-config.ts';
import type { Danger, DangerKind } from './danger.ts';

const RESOURCE = 'customresourcedefinitions';
/** Objects are read as they were written then. */
const NOT_CONVERTED = JSON.stringify({ spec: { conversion: { strategy: 'None', webhook: null } } });

/** Custom resources whose versions something in the namespace converts. */
export const conversions: DangerKind = {
  about: 'custom resources that the namespace converts',
  needs: allNeeds(LINK_NEEDS, { kubernetes: ['list customresourcedefinitions.apiextensions.k8s.io'] }),
  async find(surroundings) {
    const definitions = await surroundings.all('apiextensions.k8s.io/v1', RESOURCE);
    const dangers = await Promise.all(
      definitions.map(async ({ metadata: { name = '' }, spec }): Promise<Danger[]> => {
        const { webhook } = record(record(spec)['conversion']);
        const link = await linkOf(record(webhook)['clientConfig'], surroundings);
        if (link === 'proven')
          return [
            {
              id: `conversion/${name}`,
              what: `Objects of ${name} are converted by something in the namespace.`,
              consequence:
                'Once it is cut off, objects that are stored in another version can be neither read nor written, and clients that list them hang.',
              blocking: false,
              commands: [command('kubectl patch', [RESOURCE, name], { '--type': 'merge', '--patch': NOT_CONVERTED })],
            },
          ];
        if (link !== 'claimed') return [];
        return [
          {
            id: `conversion/${name}/address`,
            what: `Objects of ${name} are converted at an address that something in the namespace claims to have.`,
            consequence: CLAIMED,
            blocking: false,
            commands: [command('kubectl get', [RESOURCE, name], { '-o': 'yaml' })],
          },
        ];
      }),
    );
    return { dangers: dangers.flat() };
  },
};
