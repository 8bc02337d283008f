/** What a stack costs in a month, computed from its template, volumes and list prices. */

import { DAYS_A_MONTH, PRICES } from '../../bin/prices.ts';
import { budgetOf } from '../../functions/clients/table/log-budget.ts';
import {
  alarmMetrics,
  canaryMetrics,
  count,
  largeDashboards,
  logBudget,
  logDays,
  memoryOf,
  scheduledRuns,
  subscriptions,
  type Template,
} from './template.ts';
import * as volumes from './volumes.ts';

/** One line of the bill, in US dollars a month. */
export interface Item {
  readonly what: string;
  readonly dollars: number;
}

export interface Volume {
  /** Findings in a month. */
  readonly findings: number;
  /** Audit log of the cluster in GB a day. */
  readonly auditGb: number;
}

const FUNCTIONS = {
  watch: 'looks after what no event brings forward',
  detect: 'finds the namespace creations',
  investigate: 'gathers the evidence',
  alert: 'words the alert',
} as const;

/** So many invocations of a function: time, requests and logs. */
function invocations(template: Template, name: keyof typeof FUNCTIONS, times: number): number {
  const time = times * volumes.SECONDS[name] * memoryOf(template, FUNCTIONS[name]) * PRICES.lambdaGbSecond;
  const months = logDays(template) / DAYS_A_MONTH;
  const logs = times * volumes.LOG_GB[name] * (PRICES.logsIngested + months * PRICES.logsKept);
  return time + (times / 1e6) * PRICES.lambdaRequests + logs;
}

/** What the stack costs while nothing happens. */
export function idleItems(template: Template): Item[] {
  const metrics = alarmMetrics(template);
  const composites = count(template, 'CloudWatch::CompositeAlarm');
  const runs = scheduledRuns(template);
  return [
    {
      what: `${count(template, 'CloudWatch::Alarm')} alarms on ${metrics} metrics`,
      dollars: metrics * PRICES.alarmMetric + composites * PRICES.compositeAlarm,
    },
    { what: 'canaries that arrive, a metric for each cluster', dollars: canaryMetrics(template) * PRICES.customMetric },
    { what: `${count(template, 'KMS::Key')} KMS key`, dollars: count(template, 'KMS::Key') * PRICES.key },
    {
      what: `${Math.round(runs)} runs of *watch*, with their logs and reads`,
      dollars: invocations(template, 'watch', runs) + ((runs * volumes.RUN_READS) / 1e6) * PRICES.tableReads,
    },
    ...(largeDashboards(template) > 0
      ? [{ what: 'a dashboard of more than 50 metrics', dollars: largeDashboards(template) * PRICES.dashboard }]
      : []),
    ...(count(template, 'SecretsManager::Secret') > 0
      ? [{ what: 'secrets', dollars: count(template, 'SecretsManager::Secret') * PRICES.secret }]
      : []),
  ];
}

/** What findings and audit log add in a month. */
export function usageItems(template: Template, { findings, auditGb }: Volume): Item[] {
  const deliveries = volumes.DELIVERIES_A_GB * auditGb * DAYS_A_MONTH;
  const looks = findings * volumes.LOOKS;
  const requests =
    ((findings * volumes.FINDING_WRITES) / 1e6) * PRICES.tableWrites +
    ((findings * volumes.FINDING_READS) / 1e6) * PRICES.tableReads +
    ((findings * volumes.FINDING_FILES) / 1e3) * PRICES.bucketPuts +
    ((findings * volumes.FINDING_KEY_REQUESTS) / 1e4) * PRICES.keyRequests +
    ((findings * volumes.FINDING_EMAILS * subscriptions(template)) / 1e5) * PRICES.emails;
  return [
    { what: 'deliveries to *detect*', dollars: invocations(template, 'detect', deliveries) },
    { what: 'questions to Logs Insights', dollars: scannedGb(template, { findings, auditGb }) * PRICES.logsScanned },
    {
      what: 'investigations and alerts',
      dollars: invocations(template, 'investigate', looks) + invocations(template, 'alert', looks),
    },
    {
      what: 'table, bucket, key and e-mails',
      dollars: requests + findings * volumes.FINDING_GB * PRICES.bucketKept,
    },
  ];
}

/** What Logs Insights scans in a month: all that the looks ask for, and at most the budget. */
export const scannedGb = (template: Template, volume: Volume): number =>
  Math.min(askedGb(volume), (budgetOf(volume.auditGb * 1e9, logBudget(template)) / 1e9) * DAYS_A_MONTH);

/** Whether the budget keeps questions from being asked. */
export const isSpared = (template: Template, volume: Volume): boolean => askedGb(volume) > scannedGb(template, volume);

const askedGb = ({ findings, auditGb }: Volume): number => findings * volumes.SCANNED_DAYS * auditGb;

export const total = (items: readonly Item[]): number => items.reduce((sum, { dollars }) => sum + dollars, 0);
