import { Aws, Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { RUN_SECONDS } from '../../functions/contract/schedule.ts';
import { SentinelFunction } from '../base/sentinel-function.ts';
import { routesEnvironment } from '../config/investigation-routes.ts';
import type { Network, NonEmpty } from '../config/networks.ts';
import type { FindingsStorage } from '../storage/findings-storage.ts';
import type { AlertFunction } from './alert-function.ts';
import type { InvestigateFunction } from './investigate-function.ts';

export interface WatchProps {
  /** Words and sends the digests. */
  readonly alert: AlertFunction;
  readonly table: FindingsStorage;
  /** One for each network; the first is for every cluster that no other is for. */
  readonly investigations: NonEmpty<InvestigateFunction>;
  /** From where the clusters are reached. */
  readonly network: Network;
  /** Whether it is the first network: its *watch* also does what is done once for the stack. */
  readonly first: boolean;
  /** The clusters that it watches: those of the network. */
  readonly clusterNames: readonly string[];
  /** How long its logs are kept. */
  readonly logsDays: number;
}

/**
 * Looks after what no event brings forward (`functions/watch/jobs.ts`), for the clusters of a network. A run that failed is
 * neither repeated nor kept, because the next one finds the same in the table. What its role may do are the rights that the jobs
 * say they need: the test suite holds the two together.
 */
export class WatchFunction extends SentinelFunction {
  readonly clusterNames: readonly string[];

  constructor(scope: Construct, id: string, props: WatchProps) {
    const { table, alert, investigations, network, first, clusterNames, logsDays } = props;
    super(scope, id, {
      code: 'watch',
      description: 'Namespace Sentinel: looks after what no event brings forward',
      environment: {
        FINDINGS_TABLE: table.table.tableName,
        ...routesEnvironment(investigations),
        ALERT_FUNCTION: alert.lambda.functionName,
        WATCH_MAX_PER_RUN: '100',
        CLUSTERS: JSON.stringify(clusterNames),
        ACCOUNT: Aws.ACCOUNT_ID,
        NETWORK: network.id,
        FIRST_NETWORK: String(first),
      },
      timeout: Duration.seconds(RUN_SECONDS),
      retryAttempts: 0,
      maxEventAge: Duration.seconds(60),
      logsDays,
      network,
    });
    this.clusterNames = clusterNames;
    this.lambda.addEnvironment('ROLE_ARN', this.role.roleArn);
    table.allowJobRuns(this.role);
    table.allowCanaries(this.role);
    this.#reach(clusterNames);
    if (!first) return;
    table.allowAgenda(this.role);
    alert.allowInvocationBy(this.role);
    for (const investigate of investigations) investigate.allowInvocationBy(this.role);
  }

  /** Lets it find the clusters; what it may do there is said by the group of its role and `cluster/roles/watch.yaml`. */
  #reach(clusterNames: readonly string[]): void {
    // A statement for each cluster: CDK spreads whole statements over policies, which have a largest size.
    for (const resourceName of clusterNames)
      this.role.addToPrincipalPolicy(
        new PolicyStatement({
          actions: ['eks:DescribeCluster'],
          resources: [Stack.of(this).formatArn({ service: 'eks', resource: 'cluster', resourceName })],
        }),
      );
  }
}
