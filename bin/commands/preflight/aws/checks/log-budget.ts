import { AwsLogVolumes } from '../../../../../functions/clients/aws/aws-log-volumes.ts';
import { budgetOf, SHARES } from '../../../../../functions/clients/table/log-budget.ts';
import { defined } from '../../../../../functions/kit/defined.ts';
import type { AwsCheck } from '../check.ts';
import { eachCluster, logGroupOf } from '../each-cluster.ts';

const GIB = 1024 ** 3;
const HOURS = 24;
/** A GB scanned by Logs Insights in us-east-1, in dollars (docs/cost.md). */
const PER_GB = 0.005;

/** How many looks into the audit log of a day the configuration pays for, by what is written to it. */
export const logBudget: AwsCheck = {
  id: 'log-budget',
  question: 'For how many looks does the log budget pay, and what do they cost?',
  needs: ['cloudwatch:GetMetricStatistics'],
  when: 'both',
  stopsDeployment: false,
  fix: 'raise investigation.logBudgetGiB or leave it out, or ask about less with investigation.windowHours',
  run: (context) =>
    eachCluster(logBudget, context, async (cluster) => {
      const { view, signal, config } = context;
      const { logBudgetVolumes: volumes, logBudgetGiB, windowHours } = config.investigation;
      const { bytesPerDay } = await new AwsLogVolumes(view.clients.cloudwatch).of(logGroupOf(cluster), signal);
      if (bytesPerDay === 0)
        return [{ status: 'ok', says: 'Nothing was written to its log in a week: every look is paid for.' }];
      const atMost = logBudgetGiB === undefined ? undefined : logBudgetGiB * GIB;
      const budget = budgetOf(bytesPerDay, { volumes, ...defined({ atMost }) });
      const look = (bytesPerDay * windowHours) / HOURS;
      const [all, ofOne] = [SHARES.whole.pool, SHARES.whole.actor].map((share) => Math.floor((share * budget) / look));
      const says = `${inGb(bytesPerDay)} are written to its log a day. A first look at ${windowHours} hours scans ${inGb(look)} (${dollars(look)}), and ${inGb(budget)} a day may be scanned (at most ${dollars(budget)}): ${all} such looks, ${ofOne} of them for one actor; what is remembered is not scanned again.`;
      if (ofOne !== undefined && ofOne >= 1) return [{ status: 'ok', says }];
      return [{ status: 'note', says: `${says} First looks see only the hour before a request.` }];
    }),
};

const inGb = (bytes: number): string => `${(bytes / 1e9).toFixed(bytes < 1e9 ? 2 : 0)} GB`;
const dollars = (bytes: number): string => `$${((bytes / 1e9) * PER_GB).toFixed(2)} in us-east-1`;
