import {
  type AdvancedEventSelector,
  DescribeTrailsCommand,
  type EventSelector,
  GetEventSelectorsCommand,
  type GetEventSelectorsResponse,
  GetTrailStatusCommand,
  type Trail,
} from '@aws-sdk/client-cloudtrail';
import { listed } from '../../../../../functions/kit/words.ts';
import type { AwsCheck, AwsContext } from '../check.ts';

/** Why a trail records no management events that change something. */
const NONE = 'no management events of changes';

/** Whether what happens in the account is kept where an intruder of it cannot wait for its end, and told to EventBridge. */
export const trail: AwsCheck = {
  id: 'trail',
  question: 'Does a trail of CloudTrail record management events in this Region?',
  needs: ['cloudtrail:DescribeTrails', 'cloudtrail:GetTrailStatus', 'cloudtrail:GetEventSelectors'],
  when: 'both',
  stopsDeployment: false,
  fix: 'make a trail for all Regions with all management events, into a bucket of another account; without one nobody is told who changes what the sentinel rests on, because EventBridge gets those events from a trail alone, and the event history that an investigation asks ends after 90 days',
  async run(context) {
    const { view, region, signal } = context;
    const options = { abortSignal: signal };
    const { trailList = [] } = await view.clients.cloudtrail.send(
      new DescribeTrailsCommand({ includeShadowTrails: true }),
      options,
    );
    const here = trailList.filter(
      ({ IsMultiRegionTrail, HomeRegion }: Trail) => IsMultiRegionTrail || HomeRegion === region,
    );
    if (here.length === 0) return [{ status: 'failed', says: `No trail records ${region}.` }];
    // One that answers and records everything is enough, whatever the others are.
    const answers = await Promise.allSettled(here.map((each) => leftOutBy(each, context)));
    const judged = answers.flatMap((answer, index) =>
      answer.status === 'fulfilled' ? [{ name: here[index]?.Name ?? '', leftOut: answer.value }] : [],
    );
    const whole = judged.filter(({ leftOut }) => leftOut === undefined);
    if (whole.length > 0) return [{ status: 'ok', says: `Recorded by ${listed(whole.map(({ name }) => name))}.` }];
    const unknown = answers.find(({ status }) => status === 'rejected');
    if (unknown?.status === 'rejected') throw unknown.reason;
    const isOff = judged.every(({ leftOut }) => leftOut === OFF);
    return [
      {
        status: 'failed',
        says: `${judged.map(({ name, leftOut }) => `${name}: ${leftOut}`).join('; ')}.`,
        ...(isOff ? { todo: 'switch logging of the trail on, and find out who switched it off' } : {}),
      },
    ];
  },
};

const OFF = 'switched off';

/** What a trail does not record of the changes that are told as tampering; undefined where nothing is missing. */
async function leftOutBy({ TrailARN = '' }: Trail, { view, signal }: AwsContext): Promise<string | undefined> {
  const { cloudtrail } = view.clients;
  const options = { abortSignal: signal };
  const { IsLogging } = await cloudtrail.send(new GetTrailStatusCommand({ Name: TrailARN }), options);
  if (!IsLogging) return OFF;
  return leftOut(await cloudtrail.send(new GetEventSelectorsCommand({ TrailName: TrailARN }), options));
}

/** A trail records what any of its selectors selects; it has selectors of one sort. */
function leftOut({ EventSelectors = [], AdvancedEventSelectors = [] }: GetEventSelectorsResponse): string | undefined {
  const each = [...EventSelectors.map(byBasic), ...AdvancedEventSelectors.map(byAdvanced)];
  if (each.includes(undefined)) return undefined;
  return each.find((reason) => reason !== NONE) ?? NONE;
}

function byBasic(selector: EventSelector): string | undefined {
  const { IncludeManagementEvents = true, ReadWriteType, ExcludeManagementEventSources: excluded = [] } = selector;
  if (!IncludeManagementEvents || ReadWriteType === 'ReadOnly') return NONE;
  return excluded.includes('kms.amazonaws.com') ? 'the events of KMS are left out' : undefined;
}

function byAdvanced({ FieldSelectors = [] }: AdvancedEventSelector): string | undefined {
  const equals = (name: string) => FieldSelectors.find(({ Field }) => Field === name)?.Equals;
  if (!equals('eventCategory')?.includes('Management') || equals('readOnly')?.includes('true')) return NONE;
  const confined = FieldSelectors.flatMap(({ Field = '' }) =>
    Field === 'eventCategory' || Field === 'readOnly' ? [] : [Field],
  );
  return confined.length > 0 ? `management events are left out by ${listed(confined)}` : undefined;
}
