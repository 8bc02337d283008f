/** How the actor got the right, as far as it is known: put together from several checks. */

import type { Details } from '../checks/index.ts';
import type { Alert } from '../contract/alert.ts';
import type { Finding } from '../contract/finding.ts';
import { defined } from '../kit/defined.ts';
import { ownWords, type Phrase, say, timeToRequest } from '../kit/phrase.ts';
import { epochOf } from './grammar.ts';
import { needsNoGrant } from './unknowns.ts';

type Change = NonNullable<NonNullable<Details['access-changes']>['changes']>[number];

export interface GrantSummary {
  /** What gave the right; undefined where nothing is known of it. */
  by?: NonNullable<NonNullable<Details['permissions']>['grantedBy']>;
  /** The group that no rule is asked about. */
  masters: boolean;
  /** RFC 3339. */
  madeAt?: string;
  /** The change that made it, where the logs hold it. */
  change?: Change;
}

export function grantOf({ finding }: Alert, details: Details): GrantSummary {
  const by = details.permissions?.grantedBy;
  const masters = by?.kind === 'group system:masters' || (by === undefined && needsNoGrant(finding));
  const change = by && changeThatMade(by, details['access-changes']?.changes ?? [], requestInstant(finding));
  // The audit log knows the microsecond; Kubernetes and CloudTrail round to the second below.
  const madeAt = change?.source === 'audit' ? change.at : (by?.bindingCreatedAt ?? change?.at);
  return { masters, ...defined({ by, madeAt: madeAt || undefined, change }) };
}

/** The last write before the request that gave this very right. */
function changeThatMade(
  by: NonNullable<GrantSummary['by']>,
  changes: readonly Change[],
  request: number | undefined,
): Change | undefined {
  const matches = changes.filter(({ at, what, name, namespace, verb, source, gives, concerns = [] }) => {
    // Instants of CloudTrail are whole seconds, rounded down.
    const late = request !== undefined && (epochOf(at) ?? 0) > request;
    if (late || verb === 'delete' || verb === 'deletecollection') return false;
    if (by.accessPolicyArn === undefined)
      return what === by.kind && by.binding === (namespace === undefined ? name : `${namespace}/${name}`);
    const policy = by.accessPolicyArn.split('/').at(-1) ?? '';
    return source === 'cloudtrail' && concerns.includes('actor') && policy !== '' && (gives ?? '').includes(policy);
  });
  return matches.toSorted((a, b) => (a.at ?? '').localeCompare(b.at ?? '')).at(-1);
}

/** Who gave the right and how long before the request; undefined where nothing gave it, or nothing is known. */
export function grantorOf(alert: Alert, details: Details): { whole: Phrase; brief?: Phrase }[] | undefined {
  const { by, madeAt, change } = grantOf(alert, details);
  if (!by || by.kind === 'group system:masters') return undefined;
  const when = sinceRequest(alert, madeAt);
  if (change?.by !== undefined) {
    const time = when ? ownWords(`, ${asToRequest(when)}`) : [];
    return [
      {
        whole: say`The right was given by ${change.by}${time}.`,
        brief: say`The right was given by ${shortIdentity(change.by)}${time}.`,
      },
    ];
  }
  return when ? [{ whole: say`The right was given ${ownWords(asToRequest(when))}; by whom is not known.` }] : undefined;
}

/** The name alone, of an ARN. */
const shortIdentity = (identity: string): Phrase => {
  const [, kind, name] =
    /^arn:aws[a-z-]*:(?:iam|sts)::\d{12}:(role|user|assumed-role)\/(?:.*\/)?([\w+=,.@-]{1,64})$/.exec(identity) ?? [];
  return kind === undefined
    ? say`${identity}`
    : say`${ownWords(kind === 'user' ? 'the user' : 'the role')} ${name ?? ''}`;
};

const asToRequest = (when: string): string => (/(?:before|after)$/.test(when) ? `${when} the request` : when);

/** Epoch milliseconds. */
export const requestInstant = ({ request, namespace }: Finding): number | undefined =>
  epochOf(request.at) ?? epochOf(namespace.createdAt);

/** `4 min 10 s before`; undefined where one of the instants is not known. */
export function sinceRequest({ finding }: Alert, instant: string | undefined): string | undefined {
  const request = requestInstant(finding);
  const epoch = epochOf(instant);
  if (request === undefined || epoch === undefined) return undefined;
  return isWholeSecond(epoch) && secondOf(epoch) === secondOf(request)
    ? 'in the same second'
    : timeToRequest(epoch - request);
}

/** Kubernetes and CloudTrail round down to these: an order within the second is not known from them. */
export const isWholeSecond = (epoch: number): boolean => epoch % 1_000 === 0;
export const secondOf = (epoch: number): number => Math.floor(epoch / 1_000);
