import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { FindingsTable } from './findings-table.ts';
import type { Investigate } from './investigate.ts';
import { routesEnvironment } from './investigation-routes.ts';
import type { NonEmpty } from './networks.ts';
import { SentinelFunction } from './sentinel-function.ts';

export interface WatchProps {
  readonly table: FindingsTable;
  /** One for each network; the first is for every cluster that no other is for. */
  readonly investigations: NonEmpty<Investigate>;
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
  constructor(scope: Construct, id: string, { table, investigations, findingsDays, logsDays }: WatchProps) {
    super(scope, id, {
      room: 'watch',
      description: 'Namespace Sentinel: takes up what is due in the findings table',
      environment: {
        FINDINGS_TABLE: table.table.tableName,
        FINDINGS_DAYS: String(findingsDays),
        ...routesEnvironment(investigations),
        WATCH_MAX_PER_RUN: '100',
      },
      timeout: Duration.seconds(60),
      retryAttempts: 0,
      maxEventAge: Duration.seconds(60),
      logsDays,
    });
    table.allowAgenda(this.role);
    for (const investigate of investigations) investigate.allowInvocationBy(this.role);
  }
}
