import { Aws, Stack } from 'aws-cdk-lib';
import { type EventBus, type EventPattern, Rule } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { namePrefix } from '../base/name-prefix.ts';
import type { Queues } from '../storage/queues.ts';

export interface HealthEventsProps {
  readonly bus: EventBus;
  /** ARNs of the buses that its events are forwarded to. */
  readonly forwardTo: readonly string[];
  readonly queues: Queues;
  /** What is told beside the changes of our alarms, by a name for its rule. */
  readonly told: Readonly<Record<string, EventPattern>>;
}

/** A rule has no more. */
const MAX_TARGETS = 5;

/**
 * Hands what AWS itself tells about the sentinel to the bus of events, as it words it: every change of state of our alarms, changes to
 * what it rests on, playbooks that did not succeed. No function is in between: that one is dead is what an alarm may tell. The buses
 * that events are forwarded to get it from the same rules, as what is forwarded keeps its source; a bus named `default` does not,
 * because that of this account has it already, and it would come back from there for ever.
 */
export class HealthEvents extends Construct {
  constructor(scope: Construct, id: string, { bus, forwardTo, queues, told }: HealthEventsProps) {
    super(scope, id);
    const others = forwardTo.filter((arn) => !arn.endsWith(':event-bus/default'));
    const arns = [bus.eventBusArn, ...others];
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('events.amazonaws.com').withConditions({
        StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
      }),
      description: 'Namespace Sentinel: hands what AWS tells about it to buses',
    });
    role.addToPrincipalPolicy(new PolicyStatement({ actions: ['events:PutEvents'], resources: arns }));
    const alarms: EventPattern = {
      source: ['aws.cloudwatch'],
      detailType: ['CloudWatch Alarm State Change'],
      detail: { alarmName: [{ prefix: namePrefix(Stack.of(this)) }] },
    };
    const rules: Rule[] = [];
    for (const [name, eventPattern] of Object.entries({ Alarms: alarms, ...told }))
      for (let first = 0; first < arns.length; first += MAX_TARGETS) {
        const rule = new Rule(this, first === 0 ? name : `${name}${first}`, {
          description: 'Namespace Sentinel: hands what AWS tells about it to buses',
          eventPattern,
        });
        rule.node.addDependency(role);
        for (const arn of arns.slice(first, first + MAX_TARGETS))
          rule.addTarget({ bind: () => ({ arn, role, deadLetterConfig: { arn: queues.deadLetters.queueArn } }) });
        rules.push(rule);
      }
    queues.takeUndelivered('UndeliveredHealth', ...rules);
  }
}
