import { LIVE_PROBES } from '../live/probes/index.ts';
import { REMOVAL_CHECKS } from '../removal/order.ts';
import type { IamAction } from './check.ts';
import { AWS_CHECKS } from './checks/index.ts';

/** What the entries of a table call, each once, in the order of the alphabet. */
const actionsOf = (entries: readonly { needs: readonly IamAction[] }[]): string[] =>
  [...new Set(entries.flatMap(({ needs }) => needs))].sort();

const statement = (Sid: string, Action: string[]) => ({ Sid, Effect: 'Allow', Action, Resource: '*' });

/**
 * The IAM policy for a person who runs the checks: it reads, and changes nothing. Several of its actions know no resources, and the
 * others are asked about what may not be there. `states:TestState` is used with mocks alone, which call nothing.
 *
 * @param live whether the probes of `--live` are to be asked as well
 * @param remove whether the steps of `--remove` are
 */
export const readOnlyPolicy = ({ live = false, remove = false } = {}) => ({
  Version: '2012-10-17',
  Statement: [
    statement('NamespaceSentinelPreflight', actionsOf(AWS_CHECKS)),
    ...(remove ? [statement('NamespaceSentinelRemoval', actionsOf(REMOVAL_CHECKS))] : []),
    ...(live ? [statement('NamespaceSentinelLive', actionsOf(LIVE_PROBES))] : []),
  ],
});
