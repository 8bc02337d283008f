import { Duration, Size } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { SentinelFunction } from '../base/sentinel-function.ts';
import { type InvestigationOptions, investigationEnvironment } from '../config/investigation-environment.ts';
import type { Route } from '../config/investigation-routes.ts';
import type { Network } from '../config/networks.ts';
import type { FindingsStorage } from '../storage/findings-storage.ts';
import type { AlertFunction } from './alert-function.ts';
import { allowLooking } from './investigate-permissions.ts';

export interface InvestigateProps {
  readonly table: FindingsStorage;
  /** Gets the result, or the error. */
  readonly alert: AlertFunction;
  /** From where the clusters are reached. */
  readonly network: Network;
  /** The clusters that may be looked at: those of the network. */
  readonly clusterNames: readonly string[];
  /** Log groups into which logs of other accounts or Regions are copied. */
  readonly centralLogGroups: readonly string[];
  /** What is asked, for how long, and how it is weighed. */
  readonly options: InvestigationOptions;
  /** How long its logs are kept. */
  readonly logsDays: number;
  /** @default - shares the account's */
  readonly reservedConcurrency?: number | undefined;
}

/**
 * Runs the checks. Never repeated: an investigation that failed, or waited for a minute, is given up and the alert goes
 * out without it. 60 s of waiting, the budget (45 s at most), 10 s for what surrounds it: within two minutes.
 */
export class InvestigateFunction extends SentinelFunction implements Route {
  readonly functionName: string;
  readonly clusterNames: readonly string[];

  constructor(scope: Construct, id: string, props: InvestigateProps) {
    const { table, alert, network, clusterNames, centralLogGroups, options } = props;
    const { investigation, limits } = options;
    super(scope, id, {
      code: 'investigate',
      description: 'Namespace Sentinel: gathers the evidence about a finding and scores it',
      environment: { FINDINGS_TABLE: table.table.tableName, ...investigationEnvironment(options) },
      timeout: Duration.seconds(limits.investigationBudgetSeconds + 10),
      // The Kubernetes client is large, and log lines of up to 40 MB are judged in memory; Lambda gives processor time in
      // proportion to memory.
      memory: Size.mebibytes(1024),
      retryAttempts: 0,
      maxEventAge: Duration.seconds(60),
      onSuccess: alert,
      onFailure: alert,
      logsDays: props.logsDays,
      reservedConcurrency: props.reservedConcurrency,
      network,
    });
    this.functionName = this.lambda.functionName;
    this.clusterNames = clusterNames;
    table.allowInvestigating(this.role);
    const { flowLogGroups, startScans } = investigation;
    allowLooking(this.role, { clusterNames, centralLogGroups, flowLogGroups, startScans });
  }
}
