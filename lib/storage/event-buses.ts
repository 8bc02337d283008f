import { Aws, Duration } from 'aws-cdk-lib';
import { EventBus, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { type IRole, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { DeployedDestination, HttpsSubscription } from '../../functions/alert/destinations/index.ts';
import { EVENT_SOURCE } from '../../functions/contract/event-source.ts';
import { defined } from '../../functions/kit/defined.ts';
import { HttpsEndpoint } from './https-endpoint.ts';
import type { Queues } from './queues.ts';

/** On whose bus it is told how the product is. */
export const HEALTH_DESTINATION = 'events';

/** How long an HTTPS endpoint may be away. The alarm about dead letters rings after it: a pager must not be silent for a day. */
const PATIENCE = Duration.hours(1);
/** The most that EventBridge takes. */
const MAX_RETRIES = 185;

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
      const endpoints = subscriptions.filter((each) => each.to === 'https');
      if (endpoints.length > 0) this.#send(name, bus, endpoints);
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
    role.addToPrincipalPolicy(putOn(...this.all.map(({ bus }) => bus)));
  }

  /** The bus of a destination; undefined where it has none. */
  busOf(destination: string): EventBus | undefined {
    return this.all.find((each) => each.destination === destination)?.bus;
  }

  /** Lets the role tell on the bus of events how the product is; of no effect without that bus. @returns the bus */
  allowTelling(role: IRole): EventBus | undefined {
    const bus = this.busOf(HEALTH_DESTINATION);
    if (bus) role.addToPrincipalPolicy(putOn(bus));
    return bus;
  }

  /** Sends every event of the bus to others; what cannot be delivered within a day goes to the dead-letter queue. */
  #forward(name: string, bus: EventBus, arns: readonly string[]): void {
    const role = this.#role(`${name}ForwardRole`, 'Namespace Sentinel: forwards its events to other buses');
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

  /** Sends the `detail` of the events of the bus to HTTPS endpoints; what one does not take in time goes to the dead-letter queue. */
  #send(name: string, bus: EventBus, endpoints: readonly HttpsSubscription[]): void {
    const role = this.#role(`${name}SendRole`, 'Namespace Sentinel: sends its events to HTTPS endpoints');
    const made = endpoints.map(({ name: endpointName, only, ...endpoint }) => {
      const id = `${name}${endpointName}`;
      const { apiDestinationArn: arn } = new HttpsEndpoint(this, id, endpoint).destination;
      const rule = new Rule(this, `${id}Rule`, {
        description: 'Namespace Sentinel: sends its events to an HTTPS endpoint',
        eventBus: bus,
        eventPattern: { source: [EVENT_SOURCE], ...defined({ detail: only }) },
      });
      rule.addTarget({
        bind: () => ({
          arn,
          role,
          // The detail is the request: no template, which would not escape what it puts in.
          input: RuleTargetInput.fromEventPath('$.detail'),
          retryPolicy: { maximumEventAgeInSeconds: PATIENCE.toSeconds(), maximumRetryAttempts: MAX_RETRIES },
          deadLetterConfig: { arn: this.#queues.deadLetters.queueArn },
        }),
      });
      rule.node.addDependency(role);
      return { arn, rule };
    });
    role.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['events:InvokeApiDestination'], resources: made.map(({ arn }) => arn) }),
    );
    this.#queues.takeUndelivered(`Unsent${name}`, ...made.map(({ rule }) => rule));
  }

  #role(id: string, description: string): Role {
    return new Role(this, id, {
      assumedBy: new ServicePrincipal('events.amazonaws.com').withConditions({
        StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
      }),
      description,
    });
  }
}

/** In our name only. */
const putOn = (...buses: readonly EventBus[]): PolicyStatement =>
  new PolicyStatement({
    actions: ['events:PutEvents'],
    resources: buses.map(({ eventBusArn }) => eventBusArn),
    conditions: { StringEquals: { 'events:source': EVENT_SOURCE } },
  });
