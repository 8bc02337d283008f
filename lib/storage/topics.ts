import { Aws } from 'aws-cdk-lib';
import { type IRole, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type CfnSubscription, SubscriptionFilter, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { DeployedDestination, Subscription } from '../../functions/alert/destinations/index.ts';
import { addressName } from '../../functions/contract/digest-audiences.ts';
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

interface FilterPolicy {
  readonly who: string;
  /** As JSON: CloudFormation writes the values of metadata as texts. */
  readonly policy: string;
}

interface Subscribers {
  readonly topic: string;
  readonly who: readonly string[];
  readonly policies: readonly FilterPolicy[];
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
  /** Their filter policies, where they have one. */
  readonly policies: readonly FilterPolicy[];
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
      const subscribers = subscriptions.flatMap(subscriberOf);
      const policies = subscriptions.flatMap(policiesOf);
      return [{ destination: destination.id, name, description, topic, subscribers, policies }];
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

  /** Who is to be subscribed, by topic, and with which filter policy. */
  get subscribers(): Subscribers[] {
    return [
      ...this.alerts.map(({ topic, subscribers: who, policies }) => ({ topic: topic.topicArn, who, policies })),
      { topic: this.health.topicArn, who: this.#healthEmails, policies: [] },
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

  /** Lets the role see who is subscribed, and with which filter policy. */
  allowListing(role: IRole): void {
    const resources = this.all.map(({ topic }) => topic.topicArn);
    role.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['sns:ListSubscriptionsByTopic', 'sns:GetSubscriptionAttributes'], resources }),
    );
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

const policiesOf = (subscription: Subscription): FilterPolicy[] =>
  subscription.to === 'email'
    ? [{ who: subscription.address, policy: JSON.stringify(filterPolicyOf(subscription)) }]
    : [];

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
  const { address } = subscription;
  const filterPolicy = Object.fromEntries(
    Object.entries(filterPolicyOf(subscription)).map(([name, values]) => [name, new SubscriptionFilter([...values])]),
  );
  const added = topic.addSubscription(new EmailSubscription(address, { filterPolicy }));
  (added.node.defaultChild as CfnSubscription).filterPolicyScope = 'MessageAttributes';
}

/**
 * Which messages reach an address, by their attributes. A policy and its scope are always there, also for who gets all: to add or
 * remove one of a subscription that exists rolls the update back (aws/aws-cdk#24804). CDK leaves out a scope that is the default.
 *
 * `digest` has the name of the address, never how often it gets a digest: so that no change of the configuration changes the policy,
 * which SNS may apply for 15 minutes as it was ("Amazon SNS subscription filter policies"). Messages that are for everybody have no
 * such attribute.
 */
const filterPolicyOf = ({ address, severities }: Extract<Subscription, { to: 'email' }>) => ({
  // Who wants all gets all, whatever a later version calls its severities.
  severity: severities ?? [{ exists: true }],
  digest: [{ exists: false }, addressName(address)],
});
