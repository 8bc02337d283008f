import { Aws } from 'aws-cdk-lib';
import { EventBus, Rule } from 'aws-cdk-lib/aws-events';
import { type IRole, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { DeployedDestination } from '../../functions/alert/destinations/index.ts';
import { EVENT_SOURCE } from '../../functions/contract/event-source.ts';
import type { Queues } from './queues.ts';

export interface EventBusesProps {
  /** Where alerts go; those that a bus carries count here. */
  readonly destinations: readonly DeployedDestination[];
  /** Takes what could not be forwarded. */
  readonly queues: Queues;
}

/** The bus of a destination. */
interface AlertBus {
  /** The destination's id. */
  readonly destination: string;
  /** Names it in the stack and its outputs. */
  readonly name: string;
  readonly description: string;
  readonly bus: EventBus;
}

/**
 * The event buses on which *alert* puts its messages. A bus has no policy of its own: only roles of this account that may put
 * events on it do, and of ours *alert* alone.
 */
export class EventBuses extends Construct {
  /** In the order of the destinations. */
  readonly all: readonly AlertBus[];
  readonly #queues: Queues;

  constructor(scope: Construct, id: string, { destinations, queues }: EventBusesProps) {
    super(scope, id);
    this.#queues = queues;
    this.all = destinations.flatMap(({ destination, subscriptions }) => {
      const { id: destinationId, transport } = destination;
      if (transport.kind !== 'eventbridge') return [];
      const { name, description } = transport;
      const bus = new EventBus(this, name, { description: `Namespace Sentinel: ${description}` });
      const arns = subscriptions.flatMap((each) => (each.to === 'event-bus' ? [each.arn] : []));
      if (arns.length > 0) this.#forward(name, bus, arns);
      return [{ destination: destinationId, name, description, bus }];
    });
  }

  /** What *alert* sends to, by the destination's id. */
  get targets(): Record<string, string> {
    return Object.fromEntries(this.all.map(({ destination, bus }) => [destination, bus.eventBusArn]));
  }

  /** Lets the role put events on the buses, in our name only. */
  allowAlerting(role: IRole): void {
    if (this.all.length === 0) return;
    role.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['events:PutEvents'],
        resources: this.all.map(({ bus }) => bus.eventBusArn),
        conditions: { StringEquals: { 'events:source': EVENT_SOURCE } },
      }),
    );
  }

  /** Sends every event of the bus to others; what cannot be delivered within a day goes to the dead-letter queue. */
  #forward(name: string, bus: EventBus, arns: readonly string[]): void {
    const role = new Role(this, `${name}ForwardRole`, {
      assumedBy: new ServicePrincipal('events.amazonaws.com').withConditions({
        StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
      }),
      description: 'Namespace Sentinel: forwards its events to other buses',
    });
    role.addToPrincipalPolicy(new PolicyStatement({ actions: ['events:PutEvents'], resources: [...arns] }));
    const rule = new Rule(this, `${name}Forward`, {
      description: 'Namespace Sentinel: forwards its events to other buses',
      eventBus: bus,
      eventPattern: { source: [EVENT_SOURCE] },
    });
    this.#queues.takeUndelivered(`Unforwarded${name}`, rule);
    for (const arn of arns)
      rule.addTarget({ bind: () => ({ arn, role, deadLetterConfig: { arn: this.#queues.deadLetters.queueArn } }) });
    rule.node.addDependency(role);
  }
}
