/** Configurations that differ in all that the template depends on, for what has to hold for each of them. */

const place = (digit: number) => ({
  vpc: `vpc-0123456789abcdef${digit}`,
  subnets: [`subnet-0123456789abcdef${digit}`],
  securityGroups: [`sg-0123456789abcdef${digit}`],
});
const emails = [{ address: 'oncall@example.com' }];
const named = (count: number, more: object = {}) =>
  Array.from({ length: count }, (_, index) => ({ name: `cluster-${index}`, ...more }));
const cluster = [{ name: 'production' }];
const account = '111122223333';

/** By name, as `sentinel.config.yaml` would have them. */
export const CONFIGURATIONS: Readonly<Record<string, Record<string, unknown>>> = {
  defaults: { clusters: cluster, emails },
  'many clusters': { account, region: 'us-east-1', clusters: named(50), emails },
  'cut lines of many clusters': { account, region: 'ap-southeast-2', clusters: named(40, { cutLines: true }), emails },
  'private endpoints in two networks': {
    account,
    region: 'eu-west-1',
    clusters: [{ name: 'open' }, { name: 'red', ...place(1) }, { name: 'blue', ...place(2), cutLines: true }],
    emails,
  },
  'no cluster outside of a VPC': { clusters: [{ name: 'hidden', ...place(1) }], emails },
  GovCloud: { account, region: 'us-gov-west-1', clusters: cluster, emails, chat: {} },
  China: { account, region: 'cn-north-1', clusters: cluster, emails },
  'European Sovereign Cloud': { account, region: 'eusc-de-east-1', clusters: cluster, emails },
  'no access entries': { clusters: named(3, { accessEntries: false }), emails },
  'isolation by itself': {
    account,
    region: 'eu-central-1',
    clusters: cluster,
    emails,
    investigation: { startScans: true, flowLogGroups: ['/vpc/flow-logs'], windowHours: 48 },
    containment: {
      autoStart: { severity: 'HIGH', maxPerHour: 2 },
      questionHours: 8,
      objectLockDays: 90,
      protectedNamespaces: ['payments', 'team-*'],
    },
    limits: { reservedConcurrency: { detect: 10, investigate: 10, alert: 5 } },
    retention: { protectTable: true, logsDays: 30 },
  },
  'everything off': { clusters: cluster, containment: { enabled: false }, dashboard: false, emails },
  'events for another account': {
    clusters: cluster,
    emails,
    events: { forwardTo: ['arn:aws:events:eu-west-1:222233334444:event-bus/security'] },
    ocsf: { forwardTo: ['arn:aws:events:eu-west-1:222233334444:event-bus/lake'] },
  },
  'logs of other accounts alone': {
    account,
    region: 'eu-central-1',
    clusters: [],
    emails,
    centralClusters: [
      { name: 'production', account: '222233334444', region: 'eu-west-1' },
      { name: 'production', account: '333344445555', region: 'eu-west-1', cutLines: false },
    ],
  },
  'HTTPS endpoints': {
    clusters: cluster,
    emails,
    pagerDuty: { secret: 'sentinel/pagerduty', secretField: 'routingKey' },
    webhooks: [
      { name: 'Soar', url: 'https://soar.example.com/hooks', secret: 'sentinel/soar', minSeverity: 'HIGH' },
      { name: 'Desk', url: 'https://desk.example.com/', secret: 'sentinel/desk', header: 'X-Api-Key' },
    ],
  },
  'digests of days and weeks': {
    clusters: cluster,
    emails: [
      { address: 'oncall@example.com' },
      { address: 'platform@example.com', digest: 'daily' },
      { address: 'audit@example.com', minSeverity: 'MEDIUM', digest: 'weekly' },
    ],
    chat: { digest: 'daily' },
  },
  'AWS Security Hub': {
    account,
    region: 'eu-west-1',
    clusters: cluster,
    emails,
    securityHub: { minSeverity: 'MEDIUM' },
  },
  'several subscriptions': {
    account,
    region: 'us-west-2',
    clusters: named(2),
    emails: ['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'].map((minSeverity, index) => ({
      address: `${index}@example.com`,
      minSeverity,
    })),
    healthEmails: ['a@example.com', 'b@example.com'],
    timeZone: 'Europe/Zurich',
    chat: { slack: { workspaceId: 'T0123ABCD', channelId: 'C0123ABCD' } },
  },
};
