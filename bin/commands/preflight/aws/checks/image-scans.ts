import { GetRegistryScanningConfigurationCommand } from '@aws-sdk/client-ecr';
import type { AwsCheck } from '../check.ts';

/** Whether images are scanned before an investigation asks what was found. */
export const imageScans: AwsCheck = {
  id: 'image-scans',
  question: 'Are the images of Amazon ECR scanned?',
  needs: ['ecr:GetRegistryScanningConfiguration'],
  when: 'both',
  stopsDeployment: false,
  fix: 'optional: have images scanned on push, or by Amazon Inspector (enhanced scanning), in the settings of the registry',
  async run({ view: { clients }, signal }) {
    const { scanningConfiguration: { scanType, rules = [] } = {} } = await clients.ecr.send(
      new GetRegistryScanningConfigurationCommand({}),
      { abortSignal: signal },
    );
    const kind = scanType === 'ENHANCED' ? 'Amazon Inspector scans (enhanced scanning)' : 'Basic scanning';
    const automatic = rules.filter(({ scanFrequency }) => scanFrequency !== 'MANUAL');
    if (automatic.length === 0)
      return [{ status: 'note', says: `${kind}; no rule of the registry scans images by itself.` }];
    return [
      {
        status: 'ok',
        says: `${kind}, by ${automatic.length === 1 ? 'a rule' : `${automatic.length} rules`} of the registry.`,
      },
    ];
  },
};
