/** What became of a message at each subscriber of a topic, as far as SNS says it. */
import { isRecord, parseJson } from '../../../functions/kit/json.ts';
import { andMore } from '../../../functions/kit/words.ts';
import { whatFailed } from './link.ts';

/** A subscription of a topic. */
export interface TopicSubscriber {
  /** `PendingConfirmation` where it is not confirmed. */
  arn: string;
  protocol: string;
  endpoint: string;
  /** JSON text; absent where it takes everything. */
  filterPolicy?: string;
}

/** A line of delivery status logging. */
export interface DeliveryStatus {
  status: string;
  destination: string;
  /** Epoch milliseconds. */
  at: number;
  statusCode?: number;
  answer?: string;
}

/** What is asked of a topic. All calls throw what the service answers. */
export interface TopicView {
  /** What people call it. */
  name: string;
  subscribers(signal: AbortSignal): Promise<TopicSubscriber[]>;
  /** For which protocols deliveries are logged, with success and with failure. */
  logged(signal: AbortSignal): Promise<{ successes: readonly string[]; failures: readonly string[] }>;
  statuses(messageId: string, from: number, signal: AbortSignal): Promise<DeliveryStatus[]>;
}

/**
 * - `taken`: its endpoint took it.
 * - `handed-over`: SNS has it, and nothing says more.
 * - `not-taken`: its endpoint refused it, or nothing was logged though it should be.
 * - `not-for-it`: its filter policy takes other messages.
 * - `unconfirmed`: it gets nothing.
 */
export type SubscriberState = 'taken' | 'handed-over' | 'not-taken' | 'not-for-it' | 'unconfirmed' | 'not-seen';

export interface SubscriberRow {
  topic: string;
  protocol: string;
  endpoint: string;
  state: SubscriberState;
  /** RFC 3339. */
  at?: string;
  says: string;
  fix?: string;
}

export interface SentMessage {
  messageId: string;
  /** When SNS took it, in epoch milliseconds. */
  at: number;
  /** Attributes by which filter policies let it through. */
  attributes: Readonly<Record<string, string>>;
}

/** The protocols whose deliveries SNS can log. https://docs.aws.amazon.com/sns/latest/dg/sns-topic-attributes.html */
const LOGGED: Readonly<Record<string, string>> = {
  http: 'HTTP',
  https: 'HTTP',
  sqs: 'SQS',
  lambda: 'Lambda',
  firehose: 'Firehose',
};

/** @param statuses of the message so far @returns undefined where more may come */
function judge(
  { protocol, endpoint, arn, filterPolicy }: TopicSubscriber,
  { at, attributes }: SentMessage,
  logged: Awaited<ReturnType<TopicView['logged']>>,
  statuses: readonly DeliveryStatus[],
): Omit<SubscriberRow, 'topic' | 'protocol' | 'endpoint'> | undefined {
  const time = new Date(at).toISOString();
  if (!arn.startsWith('arn:'))
    return {
      state: 'unconfirmed',
      says: 'It has not confirmed its subscription, and gets nothing.',
      fix: 'follow the link in the message of AWS Notifications, which SNS sends again by "Request confirmation" in its console',
    };
  const wanted = filterPolicy === undefined ? true : lets(filterPolicy, attributes);
  const own = statuses.find(({ destination }) => destination === endpoint);
  const failure = own && own.status !== 'SUCCESS';
  if (own && failure)
    return {
      state: 'not-taken',
      at: new Date(own.at).toISOString(),
      says: `Its endpoint did not take it (${own.statusCode ?? 'no status'}): ${own.answer ?? 'no reason was given'}`,
      fix: 'fix the endpoint, or its right to get messages; SNS tries again by its delivery policy',
    };
  if (own && wanted === false)
    return {
      state: 'not-taken',
      at: new Date(own.at).toISOString(),
      says: 'It took a message that its filter policy should have kept from it.',
      fix: 'send this report: docs/unverified.md rests on SNS applying the policy (filter-policy-json)',
    };
  if (own) return { state: 'taken', at: new Date(own.at).toISOString(), says: 'Taken by its endpoint.' };
  if (wanted === false)
    return { state: 'not-for-it', says: `Its filter policy takes other messages than this one: ${filterPolicy}` };
  const kind = LOGGED[protocol];
  const may = wanted === undefined ? ' Its filter policy is of a form that is not judged here.' : '';
  if (protocol.startsWith('email'))
    return { state: 'handed-over', at: time, says: `Handed to SNS: check the inbox.${may}` };
  if (kind === undefined || !logged.successes.includes(kind))
    return {
      state: 'handed-over',
      at: time,
      says: `Handed to SNS; delivery status logging is off, so nobody knows whether its endpoint took it.${may}`,
      fix: `switch delivery status logging on for ${kind ?? protocol} (docs/drill.md), or look at the endpoint`,
    };
  return undefined;
}

/** Whether a filter policy lets attributes through; undefined where it has more than texts and whether an attribute exists. */
function lets(policy: string, attributes: Readonly<Record<string, string>>): boolean | undefined {
  const rules = parseJson(policy);
  if (!isRecord(rules)) return undefined;
  const verdicts = Object.entries(rules).map(([name, values]) =>
    Array.isArray(values) ? anyOf(values.map((value) => matches(value, attributes[name]))) : undefined,
  );
  if (verdicts.includes(false)) return false;
  return verdicts.includes(undefined) ? undefined : true;
}

function matches(wanted: unknown, value: string | undefined): boolean | undefined {
  if (typeof wanted === 'string') return wanted === value;
  if (isRecord(wanted) && Object.keys(wanted).length === 1 && typeof wanted['exists'] === 'boolean')
    return wanted['exists'] === (value !== undefined);
  return undefined;
}

function anyOf(verdicts: readonly (boolean | undefined)[]): boolean | undefined {
  if (verdicts.includes(true)) return true;
  return verdicts.includes(undefined) ? undefined : false;
}

const MOST = 50;
/** A message may be delivered before *alert* knows that SNS took it, and by another clock. */
const CLOCKS_MS = 60_000;

/** Looks at one topic until every subscriber has its row, or the time is over. */
export async function subscribersOf(
  topic: TopicView,
  message: SentMessage,
  { limitMs, signal, now, pause }: Looking,
): Promise<SubscriberRow[]> {
  const end = now() + limitMs;
  const bounded = AbortSignal.any([signal, AbortSignal.timeout(limitMs + 10_000)]);
  try {
    const [all, logged] = await Promise.all([topic.subscribers(bounded), topic.logged(bounded)]);
    for (;;) {
      const isLogged = logged.successes.length + logged.failures.length > 0;
      const statuses = isLogged ? await topic.statuses(message.messageId, message.at - CLOCKS_MS, bounded) : [];
      const rows = all
        .slice(0, MOST)
        .map((subscriber) => ({ subscriber, row: judge(subscriber, message, logged, statuses) }));
      if (rows.every(({ row }) => row) || now() >= end)
        return [
          ...rows.map(({ subscriber, row }) => rowOf(topic.name, subscriber, row ?? SILENT)),
          ...rest(topic, all),
        ];
      await pause(2_000, signal);
    }
  } catch (error) {
    signal.throwIfAborted();
    const says = `Who is subscribed could not be looked at: ${whatFailed(error)}`;
    return [{ topic: topic.name, protocol: '-', endpoint: '-', state: 'not-seen', says }];
  }
}

export interface Looking {
  limitMs: number;
  signal: AbortSignal;
  now(): number;
  pause(ms: number, signal: AbortSignal): Promise<void>;
}

const SILENT: Omit<SubscriberRow, 'topic' | 'protocol' | 'endpoint'> = {
  state: 'not-taken',
  says: 'Deliveries to it are logged, and none of this message was.',
  fix: 'look at the endpoint, and at the metric NumberOfNotificationsFailed of the topic',
};

const rowOf = (topic: string, { protocol, endpoint }: TopicSubscriber, row: typeof SILENT): SubscriberRow => ({
  topic,
  protocol,
  endpoint,
  ...row,
});

function rest(topic: TopicView, all: readonly TopicSubscriber[]): SubscriberRow[] {
  if (all.length === 0)
    return [
      {
        topic: topic.name,
        protocol: '-',
        endpoint: '-',
        state: 'not-taken',
        says: 'Nobody is subscribed, so nobody is told.',
        fix: 'name somebody in the configuration, or subscribe to the topic',
      },
    ];
  const left = all.slice(MOST).map(({ endpoint }) => endpoint);
  return left.length === 0
    ? []
    : [
        {
          topic: topic.name,
          protocol: '-',
          endpoint: '-',
          state: 'not-seen',
          says: `Not looked at: ${andMore(left, 3)}`,
        },
      ];
}
