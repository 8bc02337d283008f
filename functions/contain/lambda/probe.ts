import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { AwsLogVolumes } from '../../clients/aws/aws-log-volumes.ts';
import { InsightsLogSearch } from '../../clients/logs/insights-log-search.ts';
import { budgetOfEach } from '../../clients/table/log-budget.ts';
import { Environment } from '../../kit/environment.ts';
import { PROBE_FUNCTION_STEPS } from '../steps/probe.ts';
import { containmentClients } from './clients.ts';
import { createHandler } from './handler.ts';
import { readSettings } from './settings.ts';

const environment = new Environment(process.env);

/** A person starts each containment, so that nobody can bring about many: each question may scan so much, for some $0.50. */
const budget = budgetOfEach(100 * 1024 ** 3);
const volumes = new AwsLogVolumes(new CloudWatchClient());

/** The entry of the deployed function. */
export const handler = createHandler(
  'probe',
  PROBE_FUNCTION_STEPS,
  {
    ...containmentClients(environment),
    auditLog: new InsightsLogSearch(new CloudWatchLogsClient(), { budget, volumes }),
  },
  readSettings(environment),
);
