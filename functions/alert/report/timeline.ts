/** What happened, in its order: from the evidence of all checks that tell of instants. */

import type { CheckName, Details } from '../../checks/index.ts';
import { isGrave, signPhrase } from '../../checks/parts/workload-signs/index.ts';
import type { Alert } from '../../contract/alert.ts';
import type { Outcome } from '../../contract/vocabulary.ts';
import { defined } from '../../kit/defined.ts';
import { count, joinPhrases, ownWords, type Phrase, say, term, timeToRequest } from '../../kit/phrase.ts';
import { changePhrase } from '../answers.ts';
import { epochOf } from '../grammar.ts';
import { isWholeSecond, requestInstant, secondOf } from '../grant.ts';

export const LANES = ['access', 'actor', 'refused', 'namespace'] as const;
export type Lane = (typeof LANES)[number];

export interface TimelineEvent {
  /** Epoch milliseconds. */
  at: number;
  lane: Lane;
  what: Phrase;
  /** The request that the alert is about. */
  request?: true;
  /** In the second of the request; more is not known. */
  sameSecond?: true;
  /** Worth a second look. */
  grave?: boolean;
}

/** What is known of a lane: where its check gave no answer, an empty lane does not mean that nothing happened. */
interface LaneKnowledge {
  /** There is a check for it, and it gave an answer. */
  asked: boolean;
  known: boolean;
  /** Epoch milliseconds; absent where that check does not say. */
  completeUntil?: number;
  /** Checks that gave no answer, and why. */
  missing: { question: string; reason: string }[];
}

export interface Timeline {
  /** The earliest first. */
  events: TimelineEvent[];
  /** How many were left out. */
  left: number;
  lanes: Record<Lane, LaneKnowledge>;
  /** Epoch milliseconds of the request; absent where it is not known. */
  request?: number;
}

/** More than these are not drawn: those near the request and the grave ones stay. */
const MAX_EVENTS = 40;
/** What is further away from the request is told elsewhere. */
const WINDOW_MS = 26 * 3_600_000;

/** Which checks an entry in a lane can come from, the main one first. */
const SOURCES: Record<Lane, readonly CheckName[]> = {
  access: ['access-changes', 'principal'],
  actor: ['actor-activity', 'api-server-logs'],
  refused: ['refused-requests'],
  namespace: ['workloads', 'threats'],
};

/** @param most events that are kept */
export function timelineOf(alert: Alert, details: Details, most = MAX_EVENTS): Timeline {
  const request = requestInstant(alert.finding);
  const all = [
    ...requestEvent(alert, request),
    ...accessEvents(alert, details),
    ...actorEvents(alert, details),
    ...namespaceEvents(details).map((event) => inNamespace(event, request)),
  ].filter(({ at }) => request === undefined || Math.abs(at - request) <= WINDOW_MS);
  const distance = ({ at }: TimelineEvent) => Math.abs(at - (request ?? at));
  const kept = all
    .toSorted((a, b) => rank(b) - rank(a) || distance(a) - distance(b))
    .slice(0, most)
    .sort((a, b) => a.at - b.at || rank(a) - rank(b));
  const lanes = Object.fromEntries(LANES.map((lane) => [lane, knowledgeOf(alert, lane)])) as Timeline['lanes'];
  return { events: kept, left: all.length - kept.length, lanes, ...defined({ request }) };
}

const rank = ({ request, grave }: TimelineEvent): number => (request ? 2 : grave ? 1 : 0);

function knowledgeOf({ evidence = [] }: Alert, lane: Lane): LaneKnowledge {
  const sources: readonly string[] = SOURCES[lane];
  const asked = evidence.filter(({ check }) => sources.includes(check));
  const missing = asked
    .filter(({ status }) => status === 'not-checked')
    .map(({ question, reason = 'no reason given' }) => ({ question, reason }));
  const [main = ''] = sources;
  const first = asked.find(({ check }) => check === main);
  const completeUntil = epochOf(first?.completeUntil);
  const known = first !== undefined && first.status !== 'not-checked';
  return { asked: first !== undefined, known, missing, ...defined({ completeUntil }) };
}

/** An event, if its instant is one. */
function event(instant: string | undefined, lane: Lane, what: Phrase, grave = false): TimelineEvent[] {
  const at = epochOf(instant);
  return at === undefined ? [] : [{ at, lane, what, ...defined({ grave: grave || undefined }) }];
}

/** What is in the namespace was made after it: in the same second it is drawn at the second's end. */
function inNamespace({ at, ...rest }: TimelineEvent, request: number | undefined): TimelineEvent {
  const same = request !== undefined && isWholeSecond(at) && secondOf(at) === secondOf(request);
  return { at: same ? at + 999 : at, ...rest, ...defined({ sameSecond: same ? (true as const) : undefined }) };
}

const REQUEST: Record<Outcome, string> = {
  created: 'The namespace was created',
  'attempt-denied': 'The attempt to create the namespace was denied',
  rejected: 'The request to create the namespace was rejected',
  'already-exists': 'A request to create the namespace found that it existed',
  'outcome-unknown': 'A request to create the namespace; what became of it is not known',
};

function requestEvent({ finding }: Alert, at: number | undefined): TimelineEvent[] {
  if (at === undefined) return [];
  const { name } = finding.namespace;
  const what = say`${ownWords(REQUEST[finding.outcome])}${name === undefined ? [] : say`: ${name}`}`;
  return [{ at, lane: 'namespace', what, request: true }];
}

/** Two sources tell about the same change when their instants are this near: CloudTrail's are whole seconds. */
const SAME_MS = 2_000;

function accessEvents(alert: Alert, details: Details): TimelineEvent[] {
  const { changes = [] } = details['access-changes'] ?? {};
  const seen = changes.flatMap((change) =>
    event(change.at, 'access', changePhrase(alert, change, { withTime: false }), change.wide),
  );
  const { accessEntry, accessPolicies = [] } = details.principal ?? {};
  const { grantedBy } = details.permissions ?? {};
  const states = [
    ...event(accessEntry?.createdAt, 'access', ownWords("The creator's EKS access entry was made")),
    ...event(accessEntry?.modifiedAt, 'access', ownWords("The creator's EKS access entry was changed")),
    ...accessPolicies.flatMap(({ policyArn, associatedAt }) =>
      event(associatedAt, 'access', say`The creator was given the access policy ${policyArn ?? ''}`, true),
    ),
    ...(grantedBy?.accessPolicyArn === undefined
      ? event(
          grantedBy?.bindingCreatedAt,
          'access',
          say`The ${term(grantedBy?.kind ?? 'binding')} ${grantedBy?.binding ?? ''} was made`,
          grantedBy?.wildcard,
        )
      : []),
  ];
  // The log tells more of a change than the state that it left behind does.
  const told = states.filter(({ at }, index) => {
    const near = (other: TimelineEvent) => Math.abs(other.at - at) <= SAME_MS;
    return !seen.some(near) && !states.slice(0, index).some((other) => other.at === at);
  });
  return [...seen, ...told];
}

function actorEvents({ finding }: Alert, details: Details): TimelineEvent[] {
  const activity = details['actor-activity'] ?? {};
  const { addresses = [], userAgents = [], namespacesCreated = [], firstSeen, lastSeen, from } = activity;
  const [address] = addresses;
  const first =
    epochOf(firstSeen) === epochOf(from)
      ? 'The creator was active before, too'
      : "The creator's first request in the time looked at";
  const later = <T extends { firstSeen?: string }>(items: T[]) => items.filter((item) => item.firstSeen !== firstSeen);
  const { authenticatorFailures = [] } = details['api-server-logs'] ?? {};
  return [
    ...event(
      firstSeen,
      'actor',
      say`${ownWords(first)}${address?.firstSeen === firstSeen && address?.value ? say`, from ${address.value}` : []}`,
    ),
    ...later(addresses).flatMap(({ firstSeen, value = '' }) =>
      event(firstSeen, 'actor', say`The creator's first request from the address ${value}`),
    ),
    ...later(userAgents).flatMap(({ firstSeen, value = '' }) =>
      event(firstSeen, 'actor', say`The creator's first request with the client ${value}`),
    ),
    ...namespacesCreated
      .filter(({ name, at }) => name !== finding.namespace.name || epochOf(at) !== requestInstant(finding))
      .flatMap(({ name, at }) =>
        event(at, 'actor', say`The creator made the namespace ${name ?? ownWords('of unknown name')}`),
      ),
    ...(lastSeen === firstSeen ? [] : event(lastSeen, 'actor', ownWords("The creator's last request so far"))),
    ...authenticatorFailures.flatMap(({ at }) =>
      event(at, 'actor', ownWords('The authenticator refused a token of the creator or from its address')),
    ),
    ...(details['refused-requests']?.groups ?? [])
      .filter(({ isActor }) => isActor)
      .flatMap(({ lastAt, count: times = 1, code, verb = 'unknown', resource = '' }) =>
        event(
          lastAt,
          'refused',
          say`${ownWords(`Refused${code === undefined ? '' : ` (${code})`}: `)}${term(verb)} ${resource}${times > 1 ? ownWords(`, the last of ${count(times, 'time')}`) : []}`,
        ),
      ),
  ];
}

function namespaceEvents(details: Details): TimelineEvent[] {
  return [
    ...(details.workloads?.workloads ?? []).flatMap(({ kind = 'Workload', name = '', createdAt, signs = [] }) => {
      const grave = signs.filter(isGrave);
      const shown = grave.length > 0 ? say` (${joinPhrases(grave.slice(0, 3).map(signPhrase))})` : [];
      return event(createdAt, 'namespace', say`${term(kind)} ${name} was made${shown}`, grave.length > 0);
    }),
    ...(details.threats?.findings ?? []).flatMap(({ type = '', updatedAt, concerns = [] }) =>
      event(updatedAt, concerns.includes('actor') ? 'actor' : 'namespace', say`GuardDuty found ${type}`, true),
    ),
  ];
}

/** How far from the request: `4 min 10 s before`. */
export function distanceOf({ at, sameSecond, request: isRequest }: TimelineEvent, request: number | undefined): string {
  if (request === undefined || isRequest) return '';
  return sameSecond || (isWholeSecond(at) && secondOf(at) === secondOf(request))
    ? 'in the same second'
    : timeToRequest(at - request);
}
