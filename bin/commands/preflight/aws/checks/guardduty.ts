import { GetDetectorCommand, ListDetectorsCommand } from '@aws-sdk/client-guardduty';
import type { AwsCheck } from '../check.ts';

/** Whether GuardDuty looks at the clusters: an investigation asks it. */
export const guardduty: AwsCheck = {
  id: 'guardduty',
  question: 'Is GuardDuty on, with its protection of EKS?',
  needs: ['guardduty:ListDetectors', 'guardduty:GetDetector'],
  when: 'both',
  stopsDeployment: false,
  fix: 'optional: switch GuardDuty on in this Region, with EKS Protection and Runtime Monitoring',
  async run({ view: { clients }, signal }) {
    const options = { abortSignal: signal };
    const { DetectorIds: [DetectorId] = [] } = await clients.guardduty.send(new ListDetectorsCommand({}), options);
    if (DetectorId === undefined) return [{ status: 'note', says: 'GuardDuty is off in this Region.' }];
    const { Status, Features = [] } = await clients.guardduty.send(new GetDetectorCommand({ DetectorId }), options);
    if (Status !== 'ENABLED') return [{ status: 'note', says: 'GuardDuty is suspended in this Region.' }];
    const isOn = (feature: string) =>
      Features.some(({ Name, Status: status }) => Name === feature && status === 'ENABLED');
    if (!isOn('EKS_AUDIT_LOGS')) return [{ status: 'note', says: 'GuardDuty is on, and its EKS Protection is off.' }];
    return [{ status: 'ok', says: 'GuardDuty is on, with EKS Protection.' }];
  },
};
