import type { PrincipalDetails } from '../checks/principal.ts';
import { detailsOf, type Rule } from './rule.ts';

/** Before the request, and after it. */
const WINDOW_MINUTES = 30;

/** Stratus Red Team, Elastic: an intruder with AWS credentials gives himself access to the cluster first. */
export const recentAccessChange: Rule = {
  id: 'recent-access-change',
  kind: 'threat',
  judge(facts) {
    const { request, namespace } = facts.finding;
    const details = detailsOf<PrincipalDetails>(facts, 'principal');
    if (!details?.identity) return undefined;
    const { accessEntry, accessPolicies = [], authenticationMode } = details;
    if (!accessEntry && authenticationMode === 'API')
      return judgement('The access entry that let the creator in was removed after the request.');

    const at = Date.parse(request.at ?? namespace.createdAt ?? '');
    const changes: [string, string | undefined][] = [
      ['access entry was made', accessEntry?.createdAt],
      ['access entry was changed', accessEntry?.modifiedAt],
      ...accessPolicies.flatMap(({ policyArn, associatedAt, modifiedAt }): [string, string | undefined][] => [
        [`access policy ${policyArn ?? ''} was associated`, associatedAt],
        [`access policy ${policyArn ?? ''} was changed`, modifiedAt],
      ]),
    ];
    for (const [change, instant] of changes) {
      const minutes = (at - Date.parse(instant ?? '')) / 60_000;
      // A change after the request counts too: it may hide one before, of which only the latest time is kept.
      if (Math.abs(minutes) <= WINDOW_MINUTES)
        return judgement(`The creator's ${change} ${distance(minutes)} the request.`);
    }
    return undefined;
  },
};

const judgement = (reason: string) => ({ weight: 30, reason, technique: 'T1098.006' });

const distance = (minutes: number): string =>
  `${Math.round(Math.abs(minutes))} minutes ${minutes >= 0 ? 'before' : 'after'}`;
