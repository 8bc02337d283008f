import { type Duration, RemovalPolicy, type Size } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  ApplicationLogLevel,
  Architecture,
  type IDestination,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
} from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { defined } from '../../functions/kit/defined.ts';
import { type Network, PUBLIC_NETWORK } from '../config/networks.ts';
import { codeOf, type FunctionName } from './bundling.ts';
import { countFailures } from './failures.ts';
import { attachToVpc } from './vpc-attachment.ts';

export interface SentinelFunctionProps {
  /** Which function it is. */
  readonly code: FunctionName;
  /** What the function is for, in one sentence. */
  readonly description: string;
  /** Settings; the file with the handler reads them. */
  readonly environment: Record<string, string>;
  /** When Lambda ends an invocation. */
  readonly timeout: Duration;
  /** Memory, and with it processor time. @default 512 MiB */
  readonly memory?: Size;
  /**
   * How often Lambda repeats an asynchronous invocation that failed (after one and two minutes).
   * @default - not set, for what is called synchronously
   */
  readonly retryAttempts?: 0 | 1 | 2;
  /**
   * How long an event may wait, retries and throttling included, before Lambda gives it up: 60 s to 6 h.
   * @default - not set, for what is called synchronously
   */
  readonly maxEventAge?: Duration;
  /** Where an event goes that was given up, with the error. @default - nowhere */
  readonly onFailure?: Queue | SentinelFunction;
  /** Where the result goes. @default - nowhere */
  readonly onSuccess?: SentinelFunction;
  /** Concurrency set aside for this function. @default - shares the account's */
  readonly reservedConcurrency?: number | undefined;
  /** How long its logs are kept. */
  readonly logsDays: number;
  /** From where it reaches what it talks to. @default - outside of any VPC */
  readonly network?: Network;
}

/** The shape that all functions share. Its role may write to its own log group, and nothing that is not granted here. */
export class SentinelFunction extends Construct {
  readonly lambda: NodejsFunction;
  readonly role: Role;
  readonly logGroup: LogGroup;
  readonly network: Network;

  constructor(scope: Construct, id: string, props: SentinelFunctionProps) {
    super(scope, id);
    const { network = PUBLIC_NETWORK } = props;
    this.network = network;
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `Namespace Sentinel: ${id.toLowerCase()}`,
    });
    this.logGroup = new LogGroup(this, 'Logs', {
      retention: props.logsDays as RetentionDays, // the enumeration's values are the days
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.logGroup.grantWrite(this.role);
    countFailures(this.logGroup);
    this.lambda = new NodejsFunction(this, 'Function', {
      description: network.vpc ? `${props.description} (${network.vpc.id})` : props.description,
      ...codeOf(props.code),
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: props.memory?.toMebibytes() ?? 512,
      timeout: props.timeout,
      role: this.role,
      ...defined({ environment: props.environment }),
      logGroup: this.logGroup,
      loggingFormat: LoggingFormat.JSON,
      applicationLogLevelV2: ApplicationLogLevel.INFO,
      systemLogLevelV2: SystemLogLevel.INFO,
      ...defined({
        retryAttempts: props.retryAttempts,
        maxEventAge: props.maxEventAge,
        onFailure: props.onFailure && destination(props.onFailure),
        onSuccess: props.onSuccess && destination(props.onSuccess),
        reservedConcurrentExecutions: props.reservedConcurrency || undefined,
      }),
    });
    if (network.vpc) attachToVpc(this.lambda, this.role, network.vpc);
  }

  /** Lets the caller's role invoke this function. */
  allowInvocationBy(caller: Role): void {
    caller.addToPrincipalPolicy(invoke(this));
  }
}

const invoke = (target: SentinelFunction): PolicyStatement =>
  new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [target.lambda.functionArn] });

/** Grants one action on one resource; the library's own destinations grant every version of a function as well. */
const destination = (target: Queue | SentinelFunction): IDestination => ({
  bind: (_scope, source) => {
    const isFunction = target instanceof SentinelFunction;
    source.role?.addToPrincipalPolicy(
      isFunction ? invoke(target) : new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [target.queueArn] }),
    );
    return { destination: isFunction ? target.lambda.functionArn : target.queueArn };
  },
});
