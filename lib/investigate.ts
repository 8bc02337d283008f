import { Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { acknowledgeWildcard } from './acknowledge.ts';
import type { Alert } from './alert.ts';
import { SentinelFunction } from './sentinel-function.ts';

export interface InvestigateProps {
  /** Gets the result, or the error. */
  readonly alert: Alert;
  /** The clusters that may be looked at. */
  readonly clusterNames: readonly string[];
  /** How long an investigation may take. */
  readonly budget: Duration;
  /** Identities that create namespaces as part of their work. */
  readonly knownAutomation: readonly string[];
  /** How long its logs are kept. */
  readonly logsDays: number;
  /** @default - shares the account's */
  readonly reservedConcurrency?: number | undefined;
}

/**
 * Runs the checks. Never repeated: an investigation that failed, or waited for a minute, is given up and the alert goes
 * out without it. 60 s of waiting, the budget (45 s at most), 10 s for what surrounds it: within two minutes.
 */
export class Investigate extends SentinelFunction {
  constructor(scope: Construct, id: string, props: InvestigateProps) {
    super(scope, id, {
      room: 'investigate',
      description: 'Namespace Sentinel: gathers the evidence about a finding and scores it',
      environment: {
        INVESTIGATION_BUDGET_MS: String(props.budget.toMilliseconds()),
        KNOWN_AUTOMATION: JSON.stringify(props.knownAutomation),
      },
      timeout: props.budget.plus(Duration.seconds(10)),
      retryAttempts: 0,
      maxEventAge: Duration.seconds(60),
      onSuccess: props.alert,
      onFailure: props.alert,
      logsDays: props.logsDays,
      reservedConcurrency: props.reservedConcurrency,
    });
    for (const clusterName of props.clusterNames) this.#allowLookingAt(clusterName);
  }

  #allowLookingAt(clusterName: string): void {
    const arn = (resource: string, resourceName: string) =>
      Stack.of(this).formatArn({ service: 'eks', resource, resourceName });
    const cluster = arn('cluster', clusterName);
    const entries = arn('access-entry', `${clusterName}/*`);
    this.role.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['eks:DescribeCluster', 'eks:ListAccessEntries'], resources: [cluster] }),
    );
    this.role.addToPrincipalPolicy(
      new PolicyStatement({
        // Authorised on the entry. Where a principal has none there is no such ARN, so the cluster is named as well.
        actions: ['eks:DescribeAccessEntry', 'eks:ListAssociatedAccessPolicies'],
        resources: [cluster, entries],
      }),
    );
    acknowledgeWildcard(
      this,
      entries,
      'Whose access entry is to be read is known only when a namespace was created, and the ARN ends in an id that EKS chooses. Read-only, and of this cluster alone.',
    );
  }
}
