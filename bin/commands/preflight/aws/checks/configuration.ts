import { placeholdersIn } from '../../../../../lib/config/placeholders.ts';
import type { AwsCheck } from '../check.ts';

/** Whether the configuration still holds what was only an example. */
export const configuration: AwsCheck = {
  id: 'configuration',
  question: 'Does the configuration name your own clusters and addresses?',
  needs: [],
  when: 'both',
  stopsDeployment: true,
  fix: 'put your own values into the configuration',
  async run({ config, file }) {
    const placeholders = placeholdersIn(config);
    if (placeholders.length > 0)
      return placeholders.map((each) => ({ status: 'failed' as const, says: `${file}: ${each}` }));
    const { clusters, emails } = config;
    if (emails.length === 0 && !config.healthEmails)
      return [
        {
          status: 'note',
          says: `${file}: emails is empty: no e-mail is sent, not even when Namespace Sentinel itself fails.`,
        },
      ];
    return [{ status: 'ok', says: `${file}: ${clusters.map(({ name }) => name).join(', ')}.` }];
  },
};
