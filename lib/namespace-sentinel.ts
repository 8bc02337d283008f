import { Annotations, Duration, Size } from 'aws-cdk-lib';
import type { Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { audiencesOf, deployedDestinations } from '../functions/alert/destinations/index.ts';
import { SCHEDULE_MINUTES } from '../functions/contract/schedule.ts';
import { defined } from '../functions/kit/defined.ts';
import { controlPlaneLogGroup } from '../functions/kubernetes/names/aws.ts';
import { GROUPS } from '../functions/kubernetes/quarantine.ts';
import { alarmRules } from './alarms/alarm-rules.ts';
import { Alarms } from './alarms/alarms.ts';
import { Dashboard } from './alarms/dashboard.ts';
import { HealthEvents } from './alarms/health-events.ts';
import type { SentinelParts } from './alarms/sentinel-parts.ts';
import { Tampering } from './alarms/tampering.ts';
import { exceededLimits } from './base/limits.ts';
import { roleStates, rolesIn } from './base/role-states.ts';
import { centralGroups } from './config/central-schema.ts';
import { validateOptions } from './config/config.ts';
import type { SentinelOptionsInput } from './config/config-schema.ts';
import {
  groupByNetwork,
  inNetwork,
  mapNonEmpty,
  type Network,
  type NetworkGroup,
  type NonEmpty,
} from './config/networks.ts';
import { AccessEntries } from './pipeline/access-entries.ts';
import { AlertFunction } from './pipeline/alert-function.ts';
import { ClusterSubscription, type ClusterSubscriptionProps } from './pipeline/cluster-subscription.ts';
import { writeDeployment } from './pipeline/deployment-record.ts';
import { DetectFunction } from './pipeline/detect-function.ts';
import { InvestigateFunction } from './pipeline/investigate-function.ts';
import { Schedule } from './pipeline/schedule.ts';
import { type SecurityHubFunction, securityHubOf } from './pipeline/security-hub-function.ts';
import { WatchFunction } from './pipeline/watch-function.ts';
import { Containment } from './playbooks/containment.ts';
import { DrillPolicy } from './storage/drill-policy.ts';
import { EncryptionKey } from './storage/encryption-key.ts';
import { EventBuses, HEALTH_DESTINATION } from './storage/event-buses.ts';
import { EvidenceBucket } from './storage/evidence-bucket.ts';
import { FindingsStorage } from './storage/findings-storage.ts';
import { Queues } from './storage/queues.ts';
import { ReaderPolicy } from './storage/reader-policy.ts';
import { Topics } from './storage/topics.ts';

/**
 * The options of `sentinel.config.yaml` but `account` and `region`, which are the stack's. Meaning and default of each
 * are in the schema. Only `clusters` must be given.
 */
export type NamespaceSentinelProps = SentinelOptionsInput;

interface MappedByHand {
  readonly network: Network;
  readonly clusterNames: readonly string[];
  /** The roles by Kubernetes group. */
  readonly members: Readonly<Record<string, Role>>;
}

/**
 * Everything that watches the clusters of one account and Region, and others by copies of their logs. To be deployed where these are.
 *
 * @example
 * new NamespaceSentinel(stack, 'NamespaceSentinel', {
 *   clusters: [{ name: 'production' }],
 *   emails: [{ address: 'oncall@example.com', minSeverity: 'MEDIUM' }],
 * });
 */
export class NamespaceSentinel extends Construct implements SentinelParts {
  readonly key: EncryptionKey;
  readonly table: FindingsStorage;
  readonly bucket: EvidenceBucket;
  /** For the people who read alerts and reports. */
  readonly reader: ReaderPolicy;
  /** For the people who hold drills. */
  readonly drill: DrillPolicy;
  readonly topics: Topics;
  readonly buses: EventBuses;
  readonly queues: Queues;
  readonly functions: {
    readonly detect: DetectFunction;
    readonly investigate: InvestigateFunction;
    readonly alert: AlertFunction;
    readonly watch: WatchFunction;
  };
  readonly investigations: NonEmpty<InvestigateFunction>;
  readonly watches: NonEmpty<WatchFunction>;
  readonly containment: Containment | undefined;
  readonly securityHub: SecurityHubFunction | undefined;
  readonly subscriptions: SentinelParts['subscriptions'];
  readonly centralLogs: SentinelParts['centralLogs'];
  /** The clusters that refuse access entries, by the network from which they are reached, with who has to be let in by hand. */
  readonly mappedByHand: readonly MappedByHand[];

  /** @throws {ConfigError} with every mistake in the properties */
  constructor(scope: Construct, id: string, props: NamespaceSentinelProps) {
    super(scope, id);
    this.node.addValidation({ validate: () => exceededLimits(this) });
    const options = validateOptions(props, this.node.path);
    const { clusters, emails, retention, limits, containment } = options;
    const { logsDays, findingsDays } = retention;
    const { reservedConcurrency } = limits;
    const healthEmails = [...new Set(options.healthEmails ?? emails.map(({ address }) => address))];
    if (emails.length === 0)
      Annotations.of(this).addWarningV2(
        'namespace-sentinel:nobody-told',
        'No e-mail address is configured: nobody is told unless somebody subscribes to the topics.',
      );

    this.key = new EncryptionKey(this, 'Key');
    const { key } = this;
    this.table = new FindingsStorage(this, 'Findings', { key, protect: retention.protectTable });
    this.bucket = new EvidenceBucket(this, 'Evidence', {
      key,
      evidenceDays: retention.evidenceDays,
      objectLockDays: containment.objectLockDays,
    });
    this.reader = new ReaderPolicy(this, 'Reader', { bucket: this.bucket, table: this.table.table, key });
    const destinations = deployedDestinations(options);
    const audiences = audiencesOf(destinations);
    this.topics = new Topics(this, 'Topics', { key, destinations, healthEmails });
    this.drill = new DrillPolicy(this, 'Drill', {
      table: this.table.table,
      key,
      topics: this.topics,
      clusterNames: clusters.map(({ name }) => name),
    });
    this.queues = new Queues(this, 'Queues');
    this.buses = new EventBuses(this, 'EventBuses', { destinations, queues: this.queues });

    const { table, bucket, reader, topics, buses, queues } = this;
    const networks = groupByNetwork(clusters);
    const central = centralGroups(options.centralClusters);
    const alert = new AlertFunction(this, 'Alert', {
      table,
      bucket,
      reader,
      topics,
      buses,
      queues,
      findingsDays,
      logsDays,
      reservedConcurrency: reservedConcurrency.alert,
      timeZone: options.timeZone,
      audiences,
      ...defined({ playbooks: containment.enabled ? { options: containment, networks } : undefined }),
    });
    const investigateFrom = ({ network, clusters: reached }: NetworkGroup<{ name: string }>) =>
      new InvestigateFunction(this, inNetwork('Investigate', network), {
        table,
        alert,
        network,
        clusterNames: reached.map(({ name }) => name),
        centralLogGroups: central.map(({ logGroupName }) => logGroupName),
        options,
        logsDays,
        reservedConcurrency: reservedConcurrency.investigate,
      });
    const investigations = mapNonEmpty(networks, investigateFrom);
    this.investigations = investigations;
    const detect = new DetectFunction(this, 'Detect', {
      table,
      investigations,
      queues,
      centralGroups: central,
      maxUnzipped: Size.mebibytes(limits.maxUnzippedMiB),
      audiences,
      findingsDays,
      logsDays,
      reservedConcurrency: reservedConcurrency.detect,
    });
    const watchFrom = ({ network, clusters: reached }: (typeof networks)[number]) =>
      new WatchFunction(this, inNetwork('Watch', network), {
        table,
        key,
        alert,
        investigations,
        network,
        first: network === networks[0].network,
        clusters: reached,
        centralGroups: central,
        detect,
        topics,
        containment,
        buses,
        logsDays,
      });
    this.watches = mapNonEmpty(networks, watchFrom);
    const { watches } = this;
    this.containment = containment.enabled
      ? new Containment(this, 'Containment', {
          table,
          bucket,
          topics,
          queues,
          alert,
          networks,
          logsDays,
          options: containment,
        })
      : undefined;
    this.functions = { detect, investigate: investigations[0], alert, watch: watches[0] };
    this.securityHub = securityHubOf(this, destinations, { buses, table, queues, logsDays });

    const membersFor = (clusterName: string) => {
      const ofNetwork = <F extends { clusterNames: readonly string[] }>(all: NonEmpty<F>): F =>
        all.find(({ clusterNames }) => clusterNames.includes(clusterName)) ?? all[0];
      return {
        [GROUPS.observer]: ofNetwork(investigations).role,
        [GROUPS.watch]: ofNetwork(watches).role,
        ...this.containment?.membersFor(clusterName),
      };
    };
    this.mappedByHand = networks.flatMap(({ network, clusters: reached }) => {
      const clusterNames = reached.filter(({ accessEntries }) => !accessEntries).map(({ name }) => name);
      const [first] = clusterNames;
      return first === undefined ? [] : [{ network, clusterNames, members: membersFor(first) }];
    });
    const subscribe = (parent: Construct, props: Omit<ClusterSubscriptionProps, 'detect'>): ClusterSubscription => {
      const subscription = new ClusterSubscription(parent, 'Logs', { ...props, detect });
      // Nothing comes in before all that follows is in place, retries and destinations included.
      subscription.node.addDependency(detect, ...investigations, alert);
      return subscription;
    };
    this.subscriptions = clusters.map(({ name: clusterName, cutLines, accessEntries }) => {
      const cluster = new Construct(this, `Cluster-${clusterName}`);
      if (accessEntries) new AccessEntries(cluster, 'Access', { clusterName, members: membersFor(clusterName) });
      return {
        clusterName,
        subscription: subscribe(cluster, { logGroupName: controlPlaneLogGroup(clusterName), cutLines }),
      };
    });
    this.centralLogs = central.map(({ logGroupName, sources, cutLines }) => ({
      sources,
      subscription: subscribe(new Construct(this, `Central${logGroupName.replaceAll('/', '_')}`), {
        logGroupName,
        isCentral: true,
        cutLines,
      }),
    }));
    const schedule = new Schedule(this, 'WatchSchedule', {
      targets: watches,
      every: Duration.minutes(SCHEDULE_MINUTES),
      description: 'Namespace Sentinel: runs watch, which looks after what no event brings forward',
    });
    schedule.node.addDependency(...watches, ...investigations, alert);
    const deployment = writeDeployment(schedule.rule, { roles: roleStates(this), subscribers: topics.subscribers });
    const rules = alarmRules(this, options);
    const alarms = new Alarms(this, 'Alarms', { rules, health: topics.health });
    const tampering = new Tampering(this, 'Tampering', this);
    const eventsBus = buses.busOf(HEALTH_DESTINATION);
    if (eventsBus) {
      const forwardTo = options.events?.forwardTo ?? [];
      const told = { ...tampering.told, ...(this.containment && { playbooks: this.containment.ends.told }) };
      new HealthEvents(this, 'HealthEvents', { bus: eventsBus, forwardTo, queues, told });
    }
    watches[0].compareRoles(rolesIn(this), deployment);
    if (options.dashboard) new Dashboard(this, 'Overview', { parts: this, alarms: alarms.all });
  }
}
