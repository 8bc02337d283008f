import { ArnFormat, Aws, Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { DefinitionBody, LogLevel, StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { Definition } from '../../functions/contain/machines/states.ts';
import { acknowledgeWildcard } from '../base/acknowledge.ts';
import type { SentinelFunction } from '../base/sentinel-function.ts';
import type { Network } from '../config/networks.ts';
import { ANY_EXECUTION, type PlaybookName, playbookArns } from './playbook-arns.ts';

/** Whose steps a machine runs, by the name that its definition knows. */
type Functions = Readonly<Record<string, SentinelFunction>>;

export interface PlaybookProps<F extends Functions> {
  readonly playbook: PlaybookName;
  /** From where its functions reach the clusters. @default - outside of any VPC */
  readonly network?: Network;
  /** What it may invoke; nothing else. */
  readonly functions: F;
  /** Makes the definition from the ARNs of the functions. */
  readonly definition: (arns: Record<keyof F, string>) => Definition;
  /** Where its transitions are logged. */
  readonly logGroup: ILogGroup;
}

/** A state machine that people start by hand: durable, so that it may wait for an answer. */
export class Playbook<F extends Functions = Functions> extends Construct {
  readonly machine: StateMachine;
  readonly role: Role;
  /** Of its executions; ends in a wildcard. */
  readonly executionsArn: string;

  constructor(scope: Construct, id: string, props: PlaybookProps<F>) {
    super(scope, id);
    const { playbook, functions, definition, logGroup } = props;
    const stack = Stack.of(this);
    const { name, machine: machineArn, executions } = playbookArns(this, playbook, props.network);
    this.executionsArn = executions;
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('states.amazonaws.com').withConditions({
        StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
        ArnLike: { 'aws:SourceArn': machineArn },
      }),
      description: `Namespace Sentinel: the playbook ${playbook}`,
    });
    for (const called of Object.values(functions)) called.allowInvocationBy(this.role);
    // Made of its parts: the definition reads the partition from it, and an attribute is not text before deployment.
    const arnOf = ({ lambda }: SentinelFunction): string =>
      stack.formatArn({
        service: 'lambda',
        resource: 'function',
        resourceName: lambda.functionName,
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      });
    const arns = Object.fromEntries(Object.entries(functions).map(([key, called]) => [key, arnOf(called)]));
    this.machine = new StateMachine(this, 'Machine', {
      stateMachineName: name,
      stateMachineType: StateMachineType.STANDARD,
      definitionBody: DefinitionBody.fromString(stack.toJsonString(definition(arns as Record<keyof F, string>))),
      role: this.role,
      // Inputs hold text that attackers have chosen, and one state holds the token that answers a question.
      logs: { destination: logGroup, level: LogLevel.ALL, includeExecutionData: false },
      tracingEnabled: false,
    });
    acknowledgeWildcard(
      this.role,
      '*',
      'The actions by which Step Functions sets up the delivery of logs cannot be confined to a resource.',
    );
    Validations.of(this.machine).acknowledge({
      id: 'AwsSolutions-SF2',
      reason:
        'The history of each execution shows every state with its times, result and retries, and is kept for 90 days; X-Ray would add nothing but a copy.',
    });
  }
}

/** Lets the role ask whether executions of these have ended, by their names: the machines wait for the role. */
export function allowAskingAbout(role: Role, ...executions: readonly string[]): void {
  role.addToPrincipalPolicy(new PolicyStatement({ actions: ['states:DescribeExecution'], resources: [...executions] }));
  for (const resource of executions) acknowledgeWildcard(role, resource, ANY_EXECUTION);
}
