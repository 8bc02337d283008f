/**
 * What the product takes for true and nothing but an account of AWS can show: everything else is held by tests. The page
 * docs/unverified.md is made from this table.
 */

export interface OpenClaim {
  id: string;
  /** What is taken for true, as a sentence. */
  claim: string;
  /** The files that rest on it. */
  restsOn: readonly string[];
  /** What happens where it is false, as a sentence. */
  ifFalse: string;
  /**
   * The probe of `sentinel preflight --live` that reads it off the account; what a drill has to do, as it takes a message or an
   * execution; or why neither can show it. A probe may have to wait until something has happened: then both are named.
   */
  shownBy: { probe: string; drill?: string } | { drill: string } | { nothing: string };
}

/** By `sentinel drill` (docs/drill.md). */
const DRILL_ALERT = 'sentinel drill --stack NAME';
const DRILL_QUESTION = 'sentinel drill --stack NAME --ask-on-call';
const DRILL_REMOVAL =
  'sentinel drill --stack NAME --ask-on-call; of the removal itself, contain in mode remove, approved';
const DRILL_FILTER =
  'sentinel drill --stack NAME --alert-only --severity LOW, and HIGH, where a subscriber takes HIGH and its deliveries are logged';

export const CLAIMS = [
  {
    id: 'roles-allowed',
    claim:
      'The role of each function is allowed what the function calls, also under the boundaries and policies of the organisation.',
    restsOn: [
      'lib/pipeline/investigate-permissions.ts',
      'lib/playbooks/playbook-function.ts',
      'lib/storage/findings-storage.ts',
    ],
    ifFalse: 'A check has no answer ("denied"), or a step of a playbook fails; alert and report say which.',
    shownBy: { probe: 'role-rights' },
  },
  {
    id: 'roles-confined',
    claim:
      'No role of the stack is allowed what an intruder would want: Secrets, IAM, other clusters’ settings, deleting evidence.',
    restsOn: ['lib/base/sentinel-function.ts', 'docs/security.md'],
    ifFalse: 'Whoever takes over a function has more than it needs.',
    shownBy: { probe: 'role-rights' },
  },
  {
    id: 'calls-allowed',
    claim: 'No call of our functions is refused when it is really made.',
    restsOn: ['lib/pipeline/investigate-permissions.ts', 'functions/clients/aws/actions.ts'],
    ifFalse: 'As for the roles; resource policies and keys refuse what the simulator does not see.',
    shownBy: { probe: 'own-calls', drill: DRILL_REMOVAL },
  },
  {
    id: 'kms-via-service',
    claim: 'The condition kms:ViaService has the DNS suffix of the partition, in China as well (amazonaws.com.cn).',
    restsOn: ['lib/storage/encryption-key.ts'],
    ifFalse:
      'No function reads or writes the table, the bucket or a topic: nothing is alerted, and invocations-failed rings.',
    shownBy: { probe: 'own-calls', drill: DRILL_ALERT },
  },
  {
    id: 'guardduty-on-everything',
    claim:
      'GuardDuty authorises ListFindings and GetFindings on everything, as the Service Authorization Reference says, and not on the detector.',
    restsOn: ['lib/pipeline/investigate-permissions.ts'],
    ifFalse: 'The check threats has no answer.',
    shownBy: { probe: 'own-calls', drill: DRILL_ALERT },
  },
  {
    id: 'definitions-valid',
    claim: 'Step Functions finds the definitions of the playbooks valid.',
    restsOn: [
      'functions/contain/machines/contain.ts',
      'functions/contain/machines/release.ts',
      'functions/contain/machines/decide.ts',
    ],
    ifFalse: 'A deployment fails, or an execution breaks off at a state.',
    shownBy: { probe: 'state-machines' },
  },
  {
    id: 'states-lead',
    claim:
      'Each state does with results, errors and inputs what the interpreter does by which the playbooks are tested.',
    restsOn: [
      'functions/contain/machines/states.ts',
      'functions/contain/machines/sequence.ts',
      'bin/local/playbook.ts',
    ],
    ifFalse: 'A playbook takes another way than the tested one: it leaves a step out, or ends too early.',
    shownBy: { probe: 'state-machines' },
  },
  {
    id: 'task-token',
    claim:
      'states:SendTaskSuccess is authorised on the state machine whose task waits, though the Service Authorization Reference names no resource.',
    restsOn: ['lib/playbooks/decide-function.ts'],
    ifFalse: 'An approval does not arrive: decide ends refused, and nothing is removed.',
    shownBy: { drill: DRILL_QUESTION },
  },
  {
    id: 'freeze-covers-eks',
    claim:
      'What identities of EKS write into namespaces of users, for clean-up, status and enforcement, is in the list of the freeze.',
    restsOn: ['cluster/policies/freeze.yaml', 'docs/adr/0027-freeze-exemptions.md'],
    ifFalse:
      'In a contained namespace that identity is refused: a deletion hangs, a status goes stale, or rules are not enforced.',
    shownBy: { probe: 'exempt-identities' },
  },
  {
    id: 'vpc-cni-writes',
    claim:
      'The network policy controller of EKS is the published one: it sets its finalizer, and writes PolicyEndpoints.',
    restsOn: ['cluster/policies/freeze.yaml', 'functions/contain/proofs/policy-endpoints.ts'],
    ifFalse:
      'A deny-all that is written in a frozen namespace is not enforced; the playbook ends partly contained and says so.',
    shownBy: { probe: 'exempt-identities', drill: 'sentinel drill on a cluster with the VPC CNI' },
  },
  {
    id: 'auto-mode-policies',
    claim:
      'In Auto Mode it is eks:managed, or the network policy controller, that sets the finalizer of network policies and writes PolicyEndpoints.',
    restsOn: ['cluster/policies/freeze.yaml'],
    ifFalse: 'As for the VPC CNI: nothing is enforced in a frozen namespace, and the playbook ends partly contained.',
    shownBy: { probe: 'exempt-identities', drill: 'sentinel drill on a cluster in Auto Mode' },
  },
  {
    id: 'auto-mode-finalizers',
    claim:
      'The controllers of Auto Mode for load balancers keep their marks in finalizers, whose names nobody publishes: any is let through.',
    restsOn: ['cluster/policies/freeze.yaml'],
    ifFalse: 'Services and Ingresses that are deleted in a contained namespace stay in Terminating.',
    shownBy: { probe: 'exempt-identities' },
  },
  {
    id: 'kms-migrator-writes',
    claim: 'eks:kms-storage-migrator encrypts Secrets again by an update that changes annotations at most.',
    restsOn: ['cluster/policies/freeze.yaml'],
    ifFalse: 'Secrets of a contained namespace stay under the former key until it is released.',
    shownBy: { probe: 'exempt-identities' },
  },
  {
    id: 'delivery-by-group',
    claim:
      'CloudWatch Logs counts ForwardedLogEvents, DeliveryErrors and DeliveryThrottling by the log group alone, beside other dimensions.',
    restsOn: ['lib/alarms/metrics.ts', 'lib/alarms/alarm-rules.ts'],
    ifFalse: 'watch does not tell about deliveries that failed.',
    shownBy: { probe: 'delivery-metrics' },
  },
  {
    id: 'one-permission',
    claim:
      'One permission of detect, with the source ARN log-group:/aws/eks/*/cluster:*, lets CloudWatch Logs deliver from each cluster.',
    restsOn: ['lib/pipeline/detect-function.ts'],
    ifFalse: 'The deployment fails at the first subscription filter, or nothing is delivered and CLUSTER-silent rings.',
    shownBy: { probe: 'delivery-metrics' },
  },
  {
    id: 'five-filters',
    claim: 'A log group takes five subscription filters, where older pages say two.',
    restsOn: ['bin/commands/preflight/aws/checks/subscription-filters.ts'],
    ifFalse: 'Preflight says that there is room, and the deployment fails at the filter.',
    shownBy: { probe: 'filter-slots' },
  },
  {
    id: 'system-fields',
    claim:
      'A subscription filter on a central log group that asks for them tells the account and the Region of each event under extractedFields, as @aws.account and @aws.region, and Logs Insights knows the fields by these names.',
    restsOn: [
      'functions/detect/attribution.ts',
      'functions/investigate/reach.ts',
      'docs/adr/0038-central-log-groups.md',
    ],
    ifFalse:
      'Findings of clusters in other accounts have no account, the alarm source-not-configured rings, and no question to their logs is answered.',
    shownBy: { drill: 'make a namespace in a cluster under centralClusters, and look at the account in the alert' },
  },
  {
    id: 'central-copies',
    claim:
      'A centralization rule copies the log of an EKS control plane as it is, into a log group whose name ends in that of the source, with the names of the streams in those of the copies; IncomingLogEvents counts what is copied.',
    restsOn: ['lib/config/central-schema.ts', 'lib/alarms/metrics.ts', 'functions/clients/logs/insights-log-search.ts'],
    ifFalse:
      'Nothing is found of clusters in other accounts, or questions to their logs find nothing; the alarms of the central log groups ring all the time.',
    shownBy: { drill: 'make a namespace in a cluster under centralClusters, and look at the check actor-activity' },
  },
  {
    id: 'report-status',
    claim:
      'Lambda writes a line of the type platform.report with a status other than success for each invocation that failed, whatever the reason.',
    restsOn: ['lib/base/failed-invocation.ts', 'lib/alarms/alarm-rules.ts'],
    ifFalse: 'The alarm invocations-failed stays silent for some kinds of failures.',
    shownBy: { probe: 'failure-lines', drill: 'invoke detect with an event that it cannot read' },
  },
  {
    id: 'vpc-attachment',
    claim: 'Lambda accepts a role whose rights on network interfaces are confined to the VPC, its subnets and groups.',
    restsOn: ['lib/base/vpc-attachment.ts'],
    ifFalse: 'The deployment of functions in a VPC fails.',
    shownBy: { probe: 'failure-lines' },
  },
  {
    id: 'sum-without-data',
    claim: 'SUM over several metrics takes those that have data, where the others have none.',
    restsOn: ['lib/alarms/metrics.ts'],
    ifFalse: 'results-lost and messages-undelivered never ring.',
    shownBy: { probe: 'metric-maths' },
  },
  {
    id: 'filter-policy-json',
    claim:
      'SNS applies a filter policy on attributes to messages with a body for each protocol (MessageStructure json).',
    restsOn: ['lib/storage/topics.ts', 'functions/clients/send/sns-sender.ts'],
    ifFalse: 'Addresses with a least severity get nothing, or everything.',
    shownBy: { probe: 'messages', drill: DRILL_FILTER },
  },
  {
    id: 'subscription-attributes',
    claim:
      'SNS authorises GetSubscriptionAttributes on the topic of the subscription, as the Service Authorization Reference says, and not on the subscription.',
    restsOn: [
      'lib/storage/topics.ts',
      'lib/storage/drill-policy.ts',
      'functions/clients/aws/aws-topic-subscriptions.ts',
    ],
    ifFalse:
      'watch sees who is subscribed and not the filter policies: one that keeps alerts from an address is not told, and the log of watch says "not known".',
    shownBy: { probe: 'own-calls' },
  },
  {
    id: 'alarms-to-health-topic',
    claim: 'CloudWatch publishes alarms to the health topic, which has no key, by a statement with the source account.',
    restsOn: ['lib/storage/topics.ts'],
    ifFalse: 'Alarms ring unheard.',
    shownBy: { probe: 'messages', drill: 'set an alarm to ALARM by hand' },
  },
  {
    id: 'ends-by-role',
    claim:
      'EventBridge publishes to the health topic with the rights of a role, without a statement of the topic for the service.',
    restsOn: ['lib/playbooks/playbook-ends.ts'],
    ifFalse:
      'Nobody hears of a playbook that did not succeed; the message goes to the dead-letter queue, whose alarm rings.',
    shownBy: { probe: 'messages', drill: 'start contain with an input that it refuses' },
  },
  {
    id: 'chat-limits',
    claim:
      'Amazon Q Developer in chat applications shows a custom notification of the lengths that we send; its limits are not published.',
    restsOn: ['functions/alert/destinations/chat.ts'],
    ifFalse: 'The channel stays empty, or a message is cut; mail and EventBridge have it all the same.',
    shownBy: { drill: DRILL_ALERT },
  },
  {
    id: 'routing-key-in-body',
    claim:
      'EventBridge puts the body parameter of a connection into a request whose body is a part of the event ($.detail), and PagerDuty takes the request with the header that a connection cannot do without.',
    restsOn: ['lib/storage/https-endpoint.ts', 'functions/alert/destinations/pagerduty.ts'],
    ifFalse: 'PagerDuty refuses each event with 400: it lies in the dead-letter queue, whose alarm rings.',
    shownBy: { drill: DRILL_ALERT },
  },
  {
    id: 'dead-letter-event',
    claim:
      'EventBridge leaves in the dead-letter queue the whole event that a target did not take, also where the target gets a part of it ($.detail).',
    restsOn: ['bin/commands/redrive/redrive.ts', 'lib/storage/event-buses.ts'],
    ifFalse: 'sentinel redrive lists such a message as one of another kind, and leaves it in the queue.',
    shownBy: { drill: `name a secret with a wrong key, deploy, ${DRILL_ALERT}, and sentinel redrive` },
  },
  {
    id: 'pagerduty-rising',
    claim:
      'PagerDuty shows in an open alert what a later trigger of the same finding says, and tells again where its severity has risen.',
    restsOn: ['functions/alert/pagerduty/incident.ts'],
    ifFalse:
      'Who has acknowledged a MEDIUM alert does not hear from PagerDuty that it is CRITICAL now; the mail tells it.',
    shownBy: { drill: DRILL_ALERT },
  },
  {
    id: 'security-hub-imports',
    claim:
      'Security Hub takes findings under the default product of the account from a role that may import to that product alone, and lets it resolve them where the policy allows the workflow status RESOLVED alone.',
    restsOn: ['lib/pipeline/security-hub-function.ts', 'functions/alert/asff/finding.ts'],
    ifFalse:
      'Findings lie in the dead-letter queue, whose alarm rings; they are not in Security Hub, or stay open there.',
    shownBy: { drill: DRILL_ALERT },
  },
  {
    id: 'guardduty-fields',
    claim: 'GuardDuty takes each field by which an investigation asks for findings, those of attack sequences as well.',
    restsOn: ['functions/clients/aws/aws-threats.ts'],
    ifFalse: 'The check threats has no answer.',
    shownBy: { probe: 'threat-details' },
  },
  {
    id: 'guardduty-since',
    claim: 'GuardDuty says in Features[].UpdatedAt since when its EKS Protection is on.',
    restsOn: ['functions/clients/aws/aws-threats.ts'],
    ifFalse: 'A namespace that is older than the protection is told as looked at.',
    shownBy: { probe: 'threat-details' },
  },
  {
    id: 'guardduty-actors',
    claim: 'The names of actors in attack sequences can be compared with the users of the audit log.',
    restsOn: ['functions/clients/aws/aws-threats.ts', 'functions/checks/threats.ts'],
    ifFalse: 'An attack sequence by the creator of a namespace is found by the cluster alone, not by the creator.',
    shownBy: { probe: 'threat-details' },
  },
  {
    id: 'incoming-is-scanned',
    claim: 'A query of Logs Insights scans, and bills, about as many bytes as the metric IncomingBytes counts.',
    restsOn: ['functions/clients/aws/aws-log-volumes.ts', 'docs/adr/0026-limits.md'],
    ifFalse: 'The log budget pays for more or fewer looks than it says.',
    shownBy: { probe: 'insights-scans' },
  },
  {
    id: 'silent-scans-nothing',
    claim: 'recordsScanned is 0 where a log has no lines in the time of the query, and nowhere else.',
    restsOn: ['functions/clients/logs/insights-log-search.ts'],
    ifFalse: 'A log that is silent is told as one in which nothing was found, or the reverse.',
    shownBy: { probe: 'insights-scans' },
  },
  {
    id: 'index-leaves-out',
    claim: 'A query with filterIndex leaves out lines that were cut and lines from before the index policy.',
    restsOn: ['docs/adr/0026-limits.md'],
    ifFalse: 'Queries could scan less than they do; nothing is missed.',
    shownBy: {
      nothing: 'it takes an index policy on the log group of the cluster, which would be a change of what is not ours',
    },
  },
  {
    id: 'established-connections',
    claim:
      'The network plugins that EKS runs do with connections that are open already what their published code does.',
    restsOn: ['functions/contain/proofs/connections-cut.ts', 'docs/proofs.md'],
    ifFalse:
      'A connection of before goes on, or is cut, where the report says the reverse; the end of the pod ends it in any case.',
    shownBy: { drill: 'keep a connection open from a pod of a namespace made for it, and contain the namespace' },
  },
  {
    id: 'queue-messages-in-china',
    claim: 'SQS takes messages of 1 MiB in every partition that the configuration takes.',
    restsOn: ['lib/storage/queues.ts'],
    ifFalse: 'The first deployment in that partition fails at the queues, and leaves nothing.',
    shownBy: { nothing: 'a stack that is there shows it, and one that is not there has nothing to ask' },
  },
] as const satisfies readonly OpenClaim[];

export type ClaimId = (typeof CLAIMS)[number]['id'];
