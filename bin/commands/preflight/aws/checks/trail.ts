import { DescribeTrailsCommand, GetTrailStatusCommand, type Trail } from '@aws-sdk/client-cloudtrail';
import type { AwsCheck } from '../check.ts';

/** Whether what happens in the account is kept where an intruder of it cannot wait for its end. */
export const trail: AwsCheck = {
  id: 'trail',
  question: 'Does a trail of CloudTrail record this Region?',
  needs: ['cloudtrail:DescribeTrails', 'cloudtrail:GetTrailStatus'],
  when: 'both',
  stopsDeployment: false,
  fix: 'make a trail for all Regions, into a bucket of another account; the event history that an investigation asks ends after 90 days',
  async run({ view: { clients }, region, signal }) {
    const options = { abortSignal: signal };
    const { trailList = [] } = await clients.cloudtrail.send(
      new DescribeTrailsCommand({ includeShadowTrails: true }),
      options,
    );
    const here = trailList.filter(
      ({ IsMultiRegionTrail, HomeRegion }: Trail) => IsMultiRegionTrail || HomeRegion === region,
    );
    if (here.length === 0) return [{ status: 'failed', says: `No trail records ${region}.` }];
    const states = await Promise.all(
      here.map(async ({ TrailARN: Name = '', Name: name = '' }) => {
        const { IsLogging } = await clients.cloudtrail.send(new GetTrailStatusCommand({ Name }), options);
        return { name, IsLogging };
      }),
    );
    const logging = states.filter(({ IsLogging }) => IsLogging).map(({ name }) => name);
    if (logging.length > 0) return [{ status: 'ok', says: `Recorded by ${logging.join(', ')}.` }];
    return [
      {
        status: 'failed',
        says: `${states.map(({ name }) => name).join(', ')}: switched off.`,
        todo: 'switch logging of the trail on, and find out who switched it off',
      },
    ];
  },
};
