import { Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { Audiences } from '../../functions/contract/digest-audiences.ts';
import { defined } from '../../functions/kit/defined.ts';
import { SentinelFunction } from '../base/sentinel-function.ts';
import { audiencesEnvironment } from '../config/audiences-environment.ts';
import type { ContainmentOptions } from '../config/containment-schema.ts';
import { mapNonEmpty, type Network, type NetworkGroup, type NonEmpty } from '../config/networks.ts';
import { playbooksEnvironment, protectedEnvironment } from '../config/playbook-environment.ts';
import { type PlaybookName, playbookArns } from '../playbooks/playbook-arns.ts';
import type { EventBuses } from '../storage/event-buses.ts';
import type { EvidenceBucket } from '../storage/evidence-bucket.ts';
import type { FindingsStorage } from '../storage/findings-storage.ts';
import type { Queues } from '../storage/queues.ts';
import type { ReaderPolicy } from '../storage/reader-policy.ts';
import type { Topics } from '../storage/topics.ts';

export interface AlertProps {
  readonly table: FindingsStorage;
  readonly bucket: EvidenceBucket;
  /** Lets people read the reports, which name it. */
  readonly reader: ReaderPolicy;
  readonly topics: Topics;
  readonly buses: EventBuses;
  readonly queues: Queues;
  /** How long a finding stays in the table. */
  readonly findingsDays: number;
  /** How long its logs are kept. */
  readonly logsDays: number;
  /** @default - shares the account's */
  readonly reservedConcurrency?: number | undefined;
  /** IANA name of the time zone of those who read the mails. @default - UTC alone */
  readonly timeZone?: string | undefined;
  /** Who gets which digest. @default - everybody that of the hour */
  readonly audiences?: Audiences | undefined;
  /** Which playbooks an alert may offer, and start by itself. @default - none */
  readonly playbooks?: AlertPlaybooks | undefined;
}

interface AlertPlaybooks {
  readonly options: ContainmentOptions;
  /** Each has its own playbooks; the first ones are for every cluster that no other network names. */
  readonly networks: NonEmpty<NetworkGroup<{ readonly name: string }>>;
}

/**
 * Words the alert, stores the report, publishes; starts isolation where the configuration says so. Has no resource policy. Of
 * our roles that of *investigate* may invoke it, by which Lambda hands over its result or its failure, and those of *contain*,
 * *release* and *decide* for what on-call is told about them.
 */
export class AlertFunction extends SentinelFunction {
  constructor(scope: Construct, id: string, props: AlertProps) {
    const { table, bucket, reader, topics, buses, queues } = props;
    super(scope, id, {
      code: 'alert',
      description: 'Namespace Sentinel: words the alert, stores the report and publishes both',
      environment: {
        FINDINGS_TABLE: table.table.tableName,
        FINDINGS_DAYS: String(props.findingsDays),
        DESTINATIONS: JSON.stringify({ ...topics.targets, ...buses.targets }),
        EVIDENCE_BUCKET: bucket.bucket.bucketName,
        READER_POLICY: reader.managedPolicyArn,
        ...defined({ TIME_ZONE: props.timeZone }),
        ...audiencesEnvironment(props.audiences),
        ...(props.playbooks && playbooksOf(scope, props.playbooks)),
      },
      timeout: Duration.seconds(40), // shorter than the lease under which it delivers
      retryAttempts: 2,
      maxEventAge: Duration.hours(6),
      onFailure: queues.deadLetters,
      logsDays: props.logsDays,
      reservedConcurrency: props.reservedConcurrency,
    });
    table.allowNoting(this.role);
    bucket.allowAdding(this.role, 'alerts/*');
    topics.allowAlerting(this.role);
    buses.allowAlerting(this.role);
    if (props.playbooks && startsByItself(props.playbooks)) {
      table.allowCountingStarts(this.role);
      this.role.addToPrincipalPolicy(
        new PolicyStatement({
          actions: ['states:StartExecution'],
          resources: props.playbooks.networks.map(({ network }) => playbookArns(this, 'contain', network).machine),
        }),
      );
    }
  }
}

const startsByItself = ({ options }: AlertPlaybooks): boolean => options.autoStart.severity !== 'never';

/** By name: the playbooks wait for *alert*, which they tell how they ended. */
function playbooksOf(scope: Construct, playbooks: AlertPlaybooks): Record<string, string> {
  const arn = (playbook: PlaybookName, network?: Network) => playbookArns(scope, playbook, network).machine;
  const { networks, options } = playbooks;
  const routes = mapNonEmpty(networks, ({ network, clusters }) => ({
    contain: arn('contain', network),
    release: arn('release', network),
    clusterNames: clusters.map(({ name }) => name),
  }));
  return {
    ...playbooksEnvironment(routes, arn('decide')),
    ...protectedEnvironment(options.protectedNamespaces),
    ...defined({ AUTO_START: startsByItself(playbooks) ? JSON.stringify(options.autoStart) : undefined }),
  };
}
