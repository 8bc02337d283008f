import * as z from 'zod/mini';
import { type Audiences, addressName } from '../../contract/digest-audiences.ts';
import type { DigestFrequency } from '../../contract/vocabulary.ts';
import { parseJson } from '../../kit/json.ts';
import { chat } from './chat.ts';
import type { Destination, Subscription } from './destination.ts';
import { events } from './events.ts';
import { ocsf } from './ocsf.ts';
import { pagerduty } from './pagerduty.ts';
import { securityhub } from './securityhub.ts';
import { topic } from './topic.ts';
import { webhook } from './webhook.ts';

export type { Destination, HttpsSubscription, Subscription } from './destination.ts';

/**
 * Every destination, in the order in which they get an alert. The first one is in every deployment: metrics count alerts
 * by it.
 */
export const DESTINATIONS = [topic, chat, pagerduty, events, ocsf, webhook, securityhub] as const;
export const MAIN_DESTINATION = DESTINATIONS[0].id;

type Entry = (typeof DESTINATIONS)[number];
type Key = Entry['config']['key'];

/** The keys of the destinations in the configuration. */
export type DestinationSchemas = { [E in Entry as E['config']['key']]: E['config']['schema'] };
export const destinationSchemas = Object.fromEntries(
  DESTINATIONS.map(({ config }) => [config.key, config.schema]),
) as DestinationSchemas;

/** A destination of a deployment. */
export interface DeployedDestination {
  destination: Destination;
  subscriptions: readonly Subscription[];
  /** How often it gets a digest, where a subscription does not say otherwise. */
  digest: DigestFrequency;
}

/** The destinations that a configuration asks for. @param options its values by their keys, checked */
export const deployedDestinations = (options: { readonly [K in Key]?: unknown }): DeployedDestination[] =>
  (DESTINATIONS as readonly Destination[]).flatMap((destination) => {
    const { key, subscriptions, digest } = destination.config;
    const value = options[key as Key];
    const made = subscriptions(value);
    return made ? [{ destination, subscriptions: made, digest: digest?.(value) ?? 'hourly' }] : [];
  });

/**
 * Who gets which digest. A destination that subscribers can join by themselves has the digest of the hour as well: who wants another one chooses
 * it by the message attribute `digest`.
 *
 * @returns undefined where everybody gets the digest of the hour
 */
export function audiencesOf(deployed: readonly DeployedDestination[]): Audiences | undefined {
  const names = new Map<DigestFrequency, Set<string>>();
  const add = (frequency: DigestFrequency, ...more: string[]): void => {
    const known = names.get(frequency) ?? new Set<string>();
    names.set(frequency, known);
    for (const name of more) known.add(name);
  };
  for (const { destination, subscriptions, digest } of deployed) {
    add(digest, destination.id);
    for (const subscription of subscriptions)
      if (subscription.to === 'email')
        add(subscription.digest ?? digest, destination.id, addressName(subscription.address));
  }
  if ([...names.keys()].every((frequency) => frequency === 'hourly')) return undefined;
  return Object.fromEntries([...names].map(([frequency, all]) => [frequency, [...all]]));
}

const targetsSchema = z.record(z.string(), z.string().check(z.minLength(1)));

/**
 * The destinations of this deployment, and what each one's transport sends to (of SNS the topic's ARN, of EventBridge the bus's).
 *
 * @param text JSON as the stack sets it: the target by the destination's id
 * @throws when it is anything else, or names a destination that is not known
 */
export function readDestinations(text: string): { destinations: Destination[]; targets: Record<string, string> } {
  const { data: targets = {} } = targetsSchema.safeParse(parseJson(text));
  const destinations = (DESTINATIONS as readonly Destination[]).filter(({ id }) => Object.hasOwn(targets, id));
  if (destinations.length === 0 || destinations.length < Object.keys(targets).length)
    throw new Error(
      'environment variable DESTINATIONS is not {"<id of a destination>": "<target>"}, as the stack sets it',
    );
  return { destinations, targets };
}
