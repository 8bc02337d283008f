import { GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { type ConfiguredCluster, logGroupOf } from '../../aws/each-cluster.ts';
import { ofEachCluster } from '../each.ts';
import { QUERY_ACTIONS, runQuery } from '../insights.ts';
import type { LiveContext, LiveProbe, Observation } from '../probe.ts';

const HOUR_MS = 3_600_000;
/** The whole hour that ended at least so long ago: what comes late has come. */
const AGO_HOURS = 2;
/** Times by when an event happened and when it arrived differ, so that the two are never the same. */
const [LEAST, MOST] = [0.5, 2];
/** No line of an audit log has it. */
const NEVER = 'filter auditID = "namespace-sentinel-never"';

/** What Logs Insights says that it scanned: the budget and the meaning of an empty answer rest on it. */
export const insightsScans: LiveProbe = {
  id: 'insights-scans',
  question: 'Does a query scan what the metric IncomingBytes says, and nothing where nothing was written?',
  needs: [...QUERY_ACTIONS, 'logs:DescribeLogGroups', 'cloudwatch:GetMetricStatistics'],
  claims: ['incoming-is-scanned', 'silent-scans-nothing'],
  run: (context) =>
    ofEachCluster(
      insightsScans,
      context,
      'Comparing what a query scans with what was written to the log of',
      (cluster) => judge(context, cluster),
    ),
};

async function judge(context: LiveContext, cluster: ConfiguredCluster): Promise<Observation[]> {
  const { view, signal, now } = context;
  const logGroupName = logGroupOf(cluster);
  const group = await view.logGroup(logGroupName);
  if (!group) {
    const says = `there is no log group ${logGroupName}.`;
    return insightsScans.claims.map((claim) => ({ claim, verdict: 'not-seen', says }));
  }
  const from = (Math.floor(now() / HOUR_MS) - AGO_HOURS) * HOUR_MS;
  const to = from + HOUR_MS - 1_000; // both ends of a query belong to it
  const { Datapoints = [] } = await view.clients.cloudwatch.send(
    new GetMetricStatisticsCommand({
      Namespace: 'AWS/Logs',
      MetricName: 'IncomingBytes',
      Dimensions: [{ Name: 'LogGroupName', Value: logGroupName }],
      StartTime: new Date(from),
      EndTime: new Date(from + HOUR_MS),
      Period: HOUR_MS / 1000,
      Statistics: ['Sum'],
    }),
    { abortSignal: signal },
  );
  const written = Datapoints.reduce((sum, { Sum = 0 }) => sum + Sum, 0);
  const busy = (await runQuery(context, { logGroupName, from, to, text: NEVER })).statistics;
  const created = group.creationTime ?? 0;
  const before = { from: created - 2 * HOUR_MS, to: created - HOUR_MS };
  const silent =
    created > 2 * HOUR_MS ? (await runQuery(context, { logGroupName, ...before, text: NEVER })).statistics : undefined;
  return [volume(written, busy.bytesScanned ?? 0), silence(busy.recordsScanned, silent?.recordsScanned)];
}

function volume(written: number, scanned: number): Observation {
  const claim = 'incoming-is-scanned';
  if (written === 0)
    return { claim, verdict: 'not-seen', says: 'nothing was written to its log in the hour that was compared.' };
  const ratio = scanned / written;
  const says = `in one hour ${inMegabytes(written)} were written, and a query over it scanned ${inMegabytes(scanned)} (${ratio.toFixed(2)} times as much).`;
  if (ratio >= LEAST && ratio <= MOST) return { claim, verdict: 'proven', says };
  return {
    claim,
    verdict: 'contradicted',
    says,
    todo: `set investigation.logBudgetVolumes by it: what is wanted, times ${ratio.toFixed(2)}`,
  };
}

function silence(busy: number | undefined, silent: number | undefined): Observation {
  const claim = 'silent-scans-nothing';
  if (!busy || silent === undefined)
    return { claim, verdict: 'not-seen', says: 'there was no hour with lines, or none without, to compare.' };
  const says = `a query that matches nothing scanned ${busy} lines of an hour with lines, and ${silent} of one before the log began.`;
  return { claim, verdict: silent === 0 ? 'proven' : 'contradicted', says };
}

const inMegabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
