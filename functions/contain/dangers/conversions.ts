import { record } from '../../kit/json.ts';
import { leadsInto } from './client-config.ts';
import type { DangerKind } from './danger.ts';

/** Custom resources whose versions a Service of the namespace converts. */
export const conversions: DangerKind = {
  about: 'custom resources that the namespace converts',
  async find(surroundings) {
    const definitions = await surroundings.all('apiextensions.k8s.io/v1', 'customresourcedefinitions');
    const leads = await Promise.all(
      definitions.map(({ spec }) => {
        const { webhook } = record(record(spec)['conversion']);
        return leadsInto(record(webhook)['clientConfig'], surroundings);
      }),
    );
    const led = definitions.filter((_, index) => leads[index]);
    return {
      dangers: led.map(({ metadata: { name = '' } }) => ({
        id: `conversion/${name}`,
        what: `Objects of ${name} are converted by something in the namespace.`,
        consequence:
          'Cut off, those that are stored in another version can be neither read nor written, and what lists them hangs.',
        blocking: false,
        commands: [
          [
            'kubectl',
            'patch',
            'customresourcedefinitions',
            name,
            '--type=merge',
            '--patch={"spec":{"conversion":{"strategy":"None","webhook":null}}}',
          ],
        ],
      })),
    };
  },
};
