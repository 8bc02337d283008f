import { Duration, Size, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { defined } from '../../functions/kit/defined.ts';
import { acknowledgeWildcard } from '../base/acknowledge.ts';
import { SentinelFunction } from '../base/sentinel-function.ts';
import type { ContainmentOptions } from '../config/containment-schema.ts';
import type { Network } from '../config/networks.ts';
import { protectedEnvironment } from '../config/playbook-environment.ts';
import type { AlertFunction } from '../pipeline/alert-function.ts';
import type { EvidenceBucket } from '../storage/evidence-bucket.ts';
import type { FindingsStorage } from '../storage/findings-storage.ts';

/** How long a call of a step may take: it ends by itself, and says how far it got. */
const BUDGET = Duration.seconds(240);

/** What every function of a playbook is given. */
export interface PlaybookFunctionProps {
  readonly table: FindingsStorage;
  readonly bucket: EvidenceBucket;
  /** Words what on-call is told. */
  readonly alert: AlertFunction;
  readonly options: ContainmentOptions;
  /** How long its logs are kept. */
  readonly logsDays: number;
}

/** With what a function needs that talks to clusters. */
export interface ResponderProps extends PlaybookFunctionProps {
  /** From where the clusters are reached. */
  readonly network: Network;
  /** The clusters that it may work on: those of the network. */
  readonly clusterNames: readonly string[];
  /** ARNs of the executions that may hold the lease on a namespace. */
  readonly executions: readonly string[];
}

interface Own {
  /** Its file is `functions/contain/lambda/<name>.ts`. */
  readonly name: 'contain' | 'probe' | 'release' | 'decide';
  readonly description: string;
  readonly environment?: Record<string, string>;
  readonly network?: Network;
}

/** A function that runs steps of a playbook, called synchronously by its state machine, which also retries. */
export class PlaybookFunction extends SentinelFunction {
  constructor(
    scope: Construct,
    id: string,
    own: Own,
    { table, bucket, alert, options, logsDays }: PlaybookFunctionProps,
  ) {
    super(scope, id, {
      code: own.name,
      description: own.description,
      environment: {
        // The same for all four: what a function may not use is refused to its role.
        FINDINGS_TABLE: table.table.tableName,
        EVIDENCE_BUCKET: bucket.bucket.bucketName,
        ALERT_FUNCTION: alert.lambda.functionName,
        QUESTION_HOURS: String(options.questionHours),
        STEP_BUDGET_SECONDS: String(BUDGET.toSeconds()),
        ...protectedEnvironment(options.protectedNamespaces),
        ...own.environment,
      },
      timeout: Duration.seconds(300), // longer than the budget, shorter than the state waits
      // A namespace of thousands of objects is held in memory; Lambda gives processor time in proportion to memory.
      memory: Size.mebibytes(1024),
      logsDays,
      ...defined({ network: own.network }),
    });
  }

  /** Lets it find the clusters; what it may do there is said by the group of its role and the manifests in `cluster/`. */
  protected reach(clusterNames: readonly string[]): void {
    // A statement for each cluster: CDK spreads whole statements over policies, which have a largest size.
    for (const name of clusterNames)
      this.role.addToPrincipalPolicy(
        new PolicyStatement({ actions: ['eks:DescribeCluster'], resources: [this.#eks('cluster', name)] }),
      );
  }

  /**
   * Lets it find any cluster of the account and Region, also one that was taken out of the configuration. It is let into those
   * alone that have an access entry for its role.
   */
  protected reachAny(): void {
    const clusters = this.#eks('cluster', '*');
    this.role.addToPrincipalPolicy(new PolicyStatement({ actions: ['eks:DescribeCluster'], resources: [clusters] }));
    acknowledgeWildcard(
      this.role,
      clusters,
      'A namespace may wait for its release in a cluster that the configuration does not name any more. It only reads.',
    );
  }

  /** Lets it see the associations of EKS Pod Identity, which give service accounts of the clusters IAM roles. */
  protected seeAssociations(clusterNames: readonly string[]): void {
    for (const name of clusterNames) {
      this.role.addToPrincipalPolicy(
        new PolicyStatement({ actions: ['eks:ListPodIdentityAssociations'], resources: [this.#eks('cluster', name)] }),
      );
      this.#allowOnAssociations(name, 'eks:DescribePodIdentityAssociation');
    }
  }

  /** Lets it take these roles away. */
  protected dissociate(clusterNames: readonly string[]): void {
    for (const name of clusterNames) this.#allowOnAssociations(name, 'eks:DeletePodIdentityAssociation');
  }

  #allowOnAssociations(clusterName: string, action: string): void {
    const associations = this.#eks('podidentityassociation', `${clusterName}/*`);
    this.role.addToPrincipalPolicy(new PolicyStatement({ actions: [action], resources: [associations] }));
    acknowledgeWildcard(
      this.role,
      associations,
      'EKS chooses the ids of associations, and no condition names their namespace. Those of this cluster alone.',
    );
  }

  #eks(resource: string, resourceName: string): string {
    return Stack.of(this).formatArn({ service: 'eks', resource, resourceName });
  }
}
