import { Aws } from 'aws-cdk-lib';
import { type IRole, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { SubscriptionFilter, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { DeployedDestination, Subscription } from '../../functions/alert/destinations/index.ts';
import type { EncryptionKey } from './encryption-key.ts';
import { SlackChannel } from './slack-channel.ts';

export interface TopicsProps {
  /** Encrypts the topics. */
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
}

/** Where alerts go out, and, apart from them, where trouble with the sentinel itself is told. */
export class Topics extends Construct {
  /** In the order of the destinations. */
  readonly alerts: readonly AlertTopic[];
  readonly health: Topic;
  readonly #key: EncryptionKey;

  constructor(scope: Construct, id: string, { key, destinations, healthEmails }: TopicsProps) {
    super(scope, id);
    this.#key = key;
    this.alerts = destinations.map(({ destination, subscriptions }) => {
      const { name, displayName, description } = destination.transport;
      const topic = this.#topic(name, displayName);
      for (const subscription of subscriptions) subscribe(scope, topic, subscription);
      return { destination: destination.id, name, description, topic };
    });
    this.health = this.#topic('Health', 'Namespace Sentinel health');
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

  /** Every topic, with a name for alarms and graphs. */
  get all(): { readonly label: string; readonly topic: Topic }[] {
    const alerts = this.alerts.map(({ name, topic }) => ({ label: name.toLowerCase(), topic }));
    return [...alerts, { label: 'health', topic: this.health }];
  }

  /** Lets the role publish alerts; not health messages, which only alarms send. */
  allowAlerting(role: IRole): void {
    role.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['sns:Publish'], resources: this.alerts.map(({ topic }) => topic.topicArn) }),
    );
    this.#key.allowUse(role, 'sns');
  }

  #topic(id: string, displayName: string): Topic {
    return new Topic(this, id, { displayName, masterKey: this.#key, enforceSSL: true });
  }
}

function subscribe(scope: Construct, topic: Topic, subscription: Subscription): void {
  if (subscription.to === 'slack') {
    const { workspaceId, channelId } = subscription;
    new SlackChannel(scope, 'Slack', { workspaceId, channelId, topic });
    return;
  }
  const { address, severities } = subscription;
  const filterPolicy = severities && { severity: SubscriptionFilter.stringFilter({ allowlist: [...severities] }) };
  topic.addSubscription(new EmailSubscription(address, filterPolicy ? { filterPolicy } : {}));
}
