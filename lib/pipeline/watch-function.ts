import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { SentinelFunction } from '../base/sentinel-function.ts';
import { routesEnvironment } from '../config/investigation-routes.ts';
import type { NonEmpty } from '../config/networks.ts';
import type { FindingsStorage } from '../storage/findings-storage.ts';
import type { AlertFunction } from './alert-function.ts';
import type { InvestigateFunction } from './investigate-function.ts';

export interface WatchProps {
  /** Words and sends the digests. */
  readonly alert: AlertFunction;
  readonly table: FindingsStorage;
  /** One for each network; the first is for every cluster that no other is for. */
  readonly investigations: NonEmpty<InvestigateFunction>;
  /** How long its logs are kept. */
  readonly logsDays: number;
}

/**
 * Looks after what no event brings forward: findings that did not end in an alert, and further looks. A run that failed
 * is neither repeated nor kept, because the next one finds the same in the table.
 */
export class WatchFunction extends SentinelFunction {
  constructor(scope: Construct, id: string, { table, alert, investigations, logsDays }: WatchProps) {
    super(scope, id, {
      code: 'watch',
      description: 'Namespace Sentinel: takes up what is due in the findings table',
      environment: {
        FINDINGS_TABLE: table.table.tableName,
        ...routesEnvironment(investigations),
        ALERT_FUNCTION: alert.lambda.functionName,
        WATCH_MAX_PER_RUN: '100',
      },
      timeout: Duration.seconds(60),
      retryAttempts: 0,
      maxEventAge: Duration.seconds(60),
      logsDays,
    });
    table.allowAgenda(this.role);
    alert.allowInvocationBy(this.role);
    for (const investigate of investigations) investigate.allowInvocationBy(this.role);
  }
}
