import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { FindingsTable } from './findings-table.ts';
import type { Investigate } from './investigate.ts';
import { SentinelFunction } from './sentinel-function.ts';

export interface WatchProps {
  readonly table: FindingsTable;
  readonly investigate: Investigate;
  /** How long a finding stays in the table. */
  readonly findingsDays: number;
  /** How long its logs are kept. */
  readonly logsDays: number;
}

/**
 * Looks after what no event brings forward: findings that did not end in an alert, and further looks. A run that failed
 * is neither repeated nor kept, because the next one finds the same in the table.
 */
export class Watch extends SentinelFunction {
  constructor(scope: Construct, id: string, { table, investigate, findingsDays, logsDays }: WatchProps) {
    super(scope, id, {
      room: 'watch',
      description: 'Namespace Sentinel: takes up what is due in the findings table',
      environment: {
        FINDINGS_TABLE: table.table.tableName,
        FINDINGS_DAYS: String(findingsDays),
        INVESTIGATE_FUNCTION: investigate.lambda.functionName,
        WATCH_MAX_PER_RUN: '100',
      },
      timeout: Duration.seconds(60),
      retryAttempts: 0,
      maxEventAge: Duration.seconds(60),
      logsDays,
    });
    table.allowAgenda(this.role);
    investigate.allowInvocationBy(this.role);
  }
}
