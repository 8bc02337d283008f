import { Aws, Duration, Stack } from 'aws-cdk-lib';
import { type EventBus, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { DeployedDestination } from '../../functions/alert/destinations/index.ts';
import { EVENT_SOURCE } from '../../functions/contract/event-source.ts';
import { defined } from '../../functions/kit/defined.ts';
import { SentinelFunction } from '../base/sentinel-function.ts';
import type { EventBuses } from '../storage/event-buses.ts';
import type { FindingsStorage } from '../storage/findings-storage.ts';
import type { Queues } from '../storage/queues.ts';

export interface SecurityHubProps {
  /** Where *alert* puts the findings. */
  readonly bus: EventBus;
  /** Which of them are imported, by a pattern on `detail`. @default - all */
  readonly only?: Readonly<Record<string, unknown>> | undefined;
  /** Knows when a finding was made. */
  readonly table: FindingsStorage;
  readonly queues: Queues;
  /** How long its logs are kept. */
  readonly logsDays: number;
}

/** Imports findings into AWS Security Hub, under the default product of the account. EventBridge alone invokes it. */
export class SecurityHubFunction extends SentinelFunction {
  constructor(scope: Construct, id: string, { bus, only, table, queues, logsDays }: SecurityHubProps) {
    const stack = Stack.of(scope);
    const product = stack.formatArn({
      service: 'securityhub',
      resource: 'product',
      resourceName: `${Aws.ACCOUNT_ID}/default`,
    });
    super(scope, id, {
      code: 'securityhub',
      description: 'Namespace Sentinel: imports findings into AWS Security Hub',
      environment: { FINDINGS_TABLE: table.table.tableName, ACCOUNT: Aws.ACCOUNT_ID, PRODUCT_ARN: product },
      timeout: Duration.seconds(30),
      retryAttempts: 2,
      maxEventAge: Duration.hours(6),
      onFailure: queues.deadLetters,
      logsDays,
    });
    table.allowReadingFindings(this.role);
    this.role.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['securityhub:BatchImportFindings'], resources: [product] }),
    );
    this.role.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['securityhub:BatchUpdateFindings'],
        resources: [stack.formatArn({ service: 'securityhub', resource: 'hub', resourceName: 'default' })],
        // To resolve a finding, and to change nothing else of one.
        conditions: { StringEquals: { 'securityhub:ASFFSyntaxPath/Workflow.Status': 'RESOLVED' } },
      }),
    );
    const rule = new Rule(this, 'Rule', {
      description: 'Namespace Sentinel: hands findings to the function securityhub',
      eventBus: bus,
      eventPattern: { source: [EVENT_SOURCE], ...defined({ detail: only }) },
    });
    this.lambda.addPermission('Events', {
      principal: new ServicePrincipal('events.amazonaws.com'),
      sourceArn: rule.ruleArn,
    });
    rule.addTarget({
      bind: () => ({
        arn: this.lambda.functionArn,
        input: RuleTargetInput.fromEventPath('$.detail'),
        deadLetterConfig: { arn: queues.deadLetters.queueArn },
      }),
    });
    queues.takeUndelivered('UnimportedFindings', rule);
  }
}

interface Surroundings extends Omit<SecurityHubProps, 'bus' | 'only'> {
  readonly buses: EventBuses;
}

/** The function, where a destination asks for it. */
export function securityHubOf(
  scope: Construct,
  destinations: readonly DeployedDestination[],
  { buses, ...surroundings }: Surroundings,
): SecurityHubFunction | undefined {
  const asked = destinations.flatMap(({ destination, subscriptions }) =>
    subscriptions.flatMap((each) => (each.to === 'securityhub' ? [{ id: destination.id, only: each.only }] : [])),
  );
  const [first] = asked;
  const bus = first && buses.busOf(first.id);
  return first && bus && new SecurityHubFunction(scope, 'SecurityHub', { bus, only: first.only, ...surroundings });
}
