import { Aws } from 'aws-cdk-lib';
import { type IRole, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type CfnSubscription, SubscriptionFilter, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { DeployedDestination, Subscription } from '../../functions/alert/destinations/index.ts';
import type { EncryptionKey } from './encryption-key.ts';
import { SlackChannel } from './slack-channel.ts';

export interface TopicsProps {
  /** Encrypts the alerts. */
  readonly key: EncryptionKey;
  /** Where alerts go. */
  readonly destinations: readonly DeployedDestination[];
  /** Who is told when Namespace Sentinel itself is unwell. */
  readonly healthEmails: readonly string[];
}

/** The topic of a destination. */
interface AlertTopic {
  /** The destination's id. */
  readonly destination: string;
  /** Names it in the stack and its outputs. */
  readonly name: string;
  readonly description: string;
  readonly topic: Topic;
  /** Who is subscribed to it: addresses, and what stands for the Slack channel. */
  readonly subscribers: readonly string[];
}

/**
 * Where alerts go out, and, apart from them, where trouble with the sentinel itself is told. The health topic has no key: should
 * somebody disable the stack's, the alarms must still come through, and no message in it is secret. SNS's own key would not do,
 * because neither CloudWatch nor EventBridge may publish to a topic that is encrypted with it.
 */
export class Topics extends Construct {
  /** In the order of the destinations. */
  readonly alerts: readonly AlertTopic[];
  readonly health: Topic;
  readonly #key: EncryptionKey;
  readonly #healthEmails: readonly string[];

  constructor(scope: Construct, id: string, { key, destinations, healthEmails }: TopicsProps) {
    super(scope, id);
    this.#key = key;
    this.#healthEmails = healthEmails;
    this.alerts = destinations.flatMap(({ destination, subscriptions }) => {
      const { transport } = destination;
      if (transport.kind !== 'sns') return [];
      const { name, displayName, description } = transport;
      const topic = new Topic(this, name, { displayName, masterKey: key, enforceSSL: true });
      for (const subscription of subscriptions) subscribe(scope, topic, subscription);
      return [
        { destination: destination.id, name, description, topic, subscribers: subscriptions.flatMap(subscriberOf) },
      ];
    });
    this.health = new Topic(this, 'Health', { displayName: 'Namespace Sentinel health', enforceSSL: true });
    // Without a filter policy, and never with one: the messages of alarms have no attributes.
    for (const address of healthEmails) this.health.addSubscription(new EmailSubscription(address));
    this.health.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsPublish',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.health.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    );
  }

  /** What *alert* sends to, by the destination's id. */
  get targets(): Record<string, string> {
    return Object.fromEntries(this.alerts.map(({ destination, topic }) => [destination, topic.topicArn]));
  }

  /** Who is to be subscribed, by topic. */
  get subscribers(): { readonly topic: string; readonly who: readonly string[] }[] {
    return [
      ...this.alerts.map(({ topic, subscribers: who }) => ({ topic: topic.topicArn, who })),
      { topic: this.health.topicArn, who: this.#healthEmails },
    ];
  }

  /** Every topic, with a name for alarms and graphs. */
  get all(): { readonly label: string; readonly topic: Topic }[] {
    const alerts = this.alerts.map(({ name, topic }) => ({ label: name.toLowerCase(), topic }));
    return [...alerts, { label: 'health', topic: this.health }];
  }

  /** Lets the role publish alerts; not health messages, which only alarms and the ends of playbooks send. */
  allowAlerting(role: IRole): void {
    allow(role, ...this.alerts.map(({ topic }) => topic));
    this.#key.allowUse(role, 'sns');
  }

  /** Lets the role see who is subscribed. */
  allowListing(role: IRole): void {
    const resources = this.all.map(({ topic }) => topic.topicArn);
    role.addToPrincipalPolicy(new PolicyStatement({ actions: ['sns:ListSubscriptionsByTopic'], resources }));
  }

  /** Lets the role publish health messages. */
  allowTelling(role: IRole): void {
    allow(role, this.health);
  }
}

const subscriberOf = (subscription: Subscription): string[] => {
  if (subscription.to === 'slack') return [subscription.to];
  return subscription.to === 'email' ? [subscription.address] : [];
};

function allow(role: IRole, ...topics: readonly Topic[]): void {
  const resources = topics.map(({ topicArn }) => topicArn);
  role.addToPrincipalPolicy(new PolicyStatement({ actions: ['sns:Publish'], resources }));
}

function subscribe(scope: Construct, topic: Topic, subscription: Subscription): void {
  if (subscription.to !== 'email' && subscription.to !== 'slack')
    throw new Error(`a topic does not send to ${subscription.to}`);
  if (subscription.to === 'slack') {
    const { workspaceId, channelId } = subscription;
    new SlackChannel(scope, 'Slack', { workspaceId, channelId, topic });
    return;
  }
  const { address, severities } = subscription;
  // A policy and its scope are always there, also for who gets all: to add or remove one of a subscription that exists rolls
  // the update back (aws/aws-cdk#24804), and so would a change of the least severity. CDK leaves out a scope that is the default.
  const severity = severities
    ? SubscriptionFilter.stringFilter({ allowlist: [...severities] })
    : SubscriptionFilter.existsFilter(); // whatever a later version calls its severities
  const added = topic.addSubscription(new EmailSubscription(address, { filterPolicy: { severity } }));
  (added.node.defaultChild as CfnSubscription).filterPolicyScope = 'MessageAttributes';
}
