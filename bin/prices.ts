/**
 * List prices of us-east-1 in US dollars, without free tiers, from the services' price pages. Who changes one writes the month
 * here, runs `npm run cost` and commits docs/cost.md.
 */
export const PRICES_READ = 'September 2026';

export const PRICES = {
  /** CloudWatch: an alarm, for each metric that it looks at, a month. */
  alarmMetric: 0.1,
  /** CloudWatch: a composite alarm, a month, beside its members. */
  compositeAlarm: 0.5,
  /** CloudWatch: a custom metric, a month; by the hour, and only in hours in which it is written. */
  customMetric: 0.3,
  /** CloudWatch: a dashboard, a month, beyond the account's first three or with more than 50 metrics. */
  dashboard: 3,
  /** KMS: a key, a month. The first and the second rotation add as much each. */
  key: 1,
  /** KMS: 10,000 requests. */
  keyRequests: 0.03,
  /** Secrets Manager: a secret, a month. */
  secret: 0.4,
  /** Lambda on arm64: a GB-second, and a million requests. */
  lambdaGbSecond: 0.0000133334,
  lambdaRequests: 0.2,
  /** CloudWatch Logs: a GB taken in, kept for a month, and scanned by Logs Insights. */
  logsIngested: 0.5,
  logsKept: 0.03,
  logsScanned: 0.005,
  /** DynamoDB on demand: a million writes and reads. */
  tableWrites: 0.625,
  tableReads: 0.125,
  /** DynamoDB: a GB kept for a month, and as much again for its continuous backup. */
  tableKept: 0.25,
  tableBackedUp: 0.2,
  /** S3: a GB kept for a month, and 1,000 requests: PUT or LIST, and GET. */
  bucketKept: 0.023,
  bucketPuts: 0.005,
  bucketGets: 0.0004,
  /** A GB that leaves AWS for the internet, beyond the first 100 of a month. */
  transferOut: 0.09,
  /** SNS: 100,000 e-mails. */
  emails: 2,
} as const;

/** The metrics that a dashboard may show while it is one of the account's first three, which are free. */
export const FREE_DASHBOARD_METRICS = 50;

export const HOURS_A_MONTH = 730;
export const DAYS_A_MONTH = HOURS_A_MONTH / 24;
