import { Aws, Duration, Stack } from 'aws-cdk-lib';
import { type CfnRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { RUN_SECONDS } from '../../functions/contract/schedule.ts';
import { listDigest, ownLists } from '../../functions/kubernetes/cluster-side.ts';
import { controlPlaneLogGroup } from '../../functions/kubernetes/names/aws.ts';
import { acknowledgeWildcard } from '../base/acknowledge.ts';
import { namePrefix } from '../base/name-prefix.ts';
import { SentinelFunction } from '../base/sentinel-function.ts';
import type { CentralGroup } from '../config/central-schema.ts';
import { routesEnvironment } from '../config/investigation-routes.ts';
import type { Network, NonEmpty } from '../config/networks.ts';
import type { EncryptionKey } from '../storage/encryption-key.ts';
import type { EventBuses } from '../storage/event-buses.ts';
import type { FindingsStorage } from '../storage/findings-storage.ts';
import type { Topics } from '../storage/topics.ts';
import type { AlertFunction } from './alert-function.ts';
import type { DetectFunction } from './detect-function.ts';
import type { InvestigateFunction } from './investigate-function.ts';

interface WatchedCluster {
  readonly name: string;
  readonly cutLines: boolean;
  readonly accessEntries: boolean;
}

export interface WatchProps {
  /** Words and sends the digests. */
  readonly alert: AlertFunction;
  readonly table: FindingsStorage;
  /** Under which findings, evidence and alerts are encrypted. */
  readonly key: EncryptionKey;
  /** One for each network; the first is for every cluster that no other is for. */
  readonly investigations: NonEmpty<InvestigateFunction>;
  /** To where the chain from the audit logs leads; it also takes up what its subscriptions have not brought. */
  readonly detect: DetectFunction;
  readonly topics: Topics;
  /** On that of events it is told, too, how the product is. */
  readonly buses: EventBuses;
  /** From where the clusters are reached. */
  readonly network: Network;
  /** Whether it is the first network: its *watch* also does what is done once for the stack. */
  readonly first: boolean;
  /** The clusters that it watches: those of the network. */
  readonly clusters: readonly WatchedCluster[];
  /** The log groups into which logs of other accounts or Regions are copied: looked after once for the stack. */
  readonly centralGroups: readonly CentralGroup[];
  /** What the admission policies protect and exempt besides what is shipped. */
  readonly containment: Parameters<typeof ownLists>[0];
  /** How long its logs are kept. */
  readonly logsDays: number;
}

const ownListDigests = (containment: WatchProps['containment']): Record<string, string> =>
  Object.fromEntries(Object.entries(ownLists(containment)).map(([list, expression]) => [list, listDigest(expression)]));

/** As `functions/watch/lambda.ts` reads it: the names of the groups, each with the filters that it has beside that of every group. */
const centralSettings = (groups: readonly CentralGroup[]): Record<string, string> =>
  groups.length === 0
    ? {}
    : {
        CENTRAL_LOG_GROUPS: JSON.stringify(
          Object.fromEntries(groups.map((each) => [each.logGroupName, each.cutLines ? ['cut-lines'] : []])),
        ),
      };

/**
 * Looks after what no event brings forward (`functions/watch/jobs.ts`), for the clusters of a network. A run that failed is
 * neither repeated nor kept, because the next one finds the same in the table. What its role may do are the rights that the jobs
 * say they need: the test suite holds the two together.
 */
export class WatchFunction extends SentinelFunction {
  readonly clusterNames: readonly string[];

  constructor(scope: Construct, id: string, props: WatchProps) {
    const { table, key, alert, investigations, detect, topics, buses, network, first, clusters, logsDays } = props;
    const clusterNames = clusters.map(({ name }) => name);
    const central = first ? props.centralGroups : [];
    const namesWhere = (isMeant: (cluster: WatchedCluster) => boolean): string =>
      JSON.stringify(clusters.filter(isMeant).map(({ name }) => name));
    super(scope, id, {
      code: 'watch',
      description: 'Namespace Sentinel: looks after what no event brings forward',
      environment: {
        FINDINGS_TABLE: table.table.tableName,
        ...routesEnvironment(investigations),
        ALERT_FUNCTION: alert.lambda.functionName,
        WATCH_MAX_PER_RUN: '100',
        CLUSTERS: JSON.stringify(clusterNames),
        ACCOUNT: Aws.ACCOUNT_ID,
        STACK: Aws.STACK_ID,
        DETECT_FUNCTION: detect.lambda.functionName,
        DETECT_ARN: detect.lambda.functionArn,
        CUT_LINE_CLUSTERS: namesWhere(({ cutLines }) => cutLines),
        ...centralSettings(central),
        MAPPED_CLUSTERS: namesWhere(({ accessEntries }) => !accessEntries),
        OWN_LISTS: JSON.stringify(ownListDigests(props.containment)),
        KEY_ARN: key.keyArn,
        HEALTH_TOPIC: topics.health.topicArn,
        NETWORK: network.id,
        FIRST_NETWORK: String(first),
      },
      timeout: Duration.seconds(RUN_SECONDS),
      retryAttempts: 0,
      maxEventAge: Duration.seconds(60),
      logsDays,
      network,
    });
    this.clusterNames = clusterNames;
    this.lambda.addEnvironment('ROLE_ARN', this.role.roleArn);
    table.allowJobRuns(this.role);
    table.allowCanaries(this.role);
    topics.allowTelling(this.role);
    const bus = buses.allowTelling(this.role);
    if (bus) this.lambda.addEnvironment('EVENTS_BUS', bus.eventBusArn);
    table.allowCoverage(this.role);
    detect.allowInvocationBy(this.role);
    this.#reach(clusterNames);
    this.#seeChain(clusterNames, detect);
    for (const { logGroupName } of central) this.#seeLogGroup(logGroupName, []);
    if (!first) return;
    key.allowDescription(this.role);
    topics.allowListing(this.role);
    table.allowAgenda(this.role);
    alert.allowInvocationBy(this.role);
    for (const investigate of investigations) investigate.allowInvocationBy(this.role);
  }

  /**
   * Lets it compare the roles with what the deployment wrote down.
   *
   * @param deployment logical id of the resource that has it in its metadata
   */
  compareRoles(roles: readonly CfnRole[], deployment: string): void {
    this.lambda.addEnvironment('DEPLOYMENT', deployment);
    const stack = Stack.of(this);
    const allow = (actions: string[], resources: string[]) =>
      this.role.addToPrincipalPolicy(new PolicyStatement({ actions, resources }));
    allow(['cloudformation:DescribeStackResource', 'cloudformation:DescribeStacks'], [Aws.STACK_ID]);
    allow(
      ['iam:GetRole', 'iam:ListRolePolicies', 'iam:GetRolePolicy', 'iam:ListAttachedRolePolicies'],
      roles.map(({ attrArn }) => attrArn),
    );
    const policies = stack.formatArn({
      service: 'iam',
      region: '',
      resource: 'policy',
      resourceName: `${namePrefix(stack)}*`,
    });
    allow(['iam:GetPolicy', 'iam:GetPolicyVersion'], [policies]);
    acknowledgeWildcard(
      this.role,
      policies,
      'CloudFormation chooses the names of policies, and begins them with that of the stack. Read-only.',
    );
  }

  /** Lets it find the clusters; what it may do there is said by the group of its role and `cluster/roles/watch.yaml`. */
  #reach(clusterNames: readonly string[]): void {
    // A statement for each cluster: CDK spreads whole statements over policies, which have a largest size.
    for (const resourceName of clusterNames)
      this.role.addToPrincipalPolicy(
        new PolicyStatement({
          actions: ['eks:DescribeCluster'],
          resources: [Stack.of(this).formatArn({ service: 'eks', resource: 'cluster', resourceName })],
        }),
      );
  }

  /** Lets it see the settings of a log group. */
  #seeLogGroup(name: string, more: readonly string[]): void {
    const logGroup = Stack.of(this).formatArn({ service: 'logs', resource: `log-group:${name}:*` });
    const actions = ['logs:DescribeSubscriptionFilters', 'logs:GetTransformer', ...more];
    this.role.addToPrincipalPolicy(new PolicyStatement({ actions, resources: [logGroup] }));
    acknowledgeWildcard(this.role, logGroup, 'The ARN of a log group in a policy ends in ":*".');
  }

  /** Lets it see the chain from the audit logs to *detect*. It reads settings, and of the log what was not
   * delivered; no code of a function. */
  #seeChain(clusterNames: readonly string[], detect: DetectFunction): void {
    const stack = Stack.of(this);
    const allow = (actions: string[], ...resources: string[]) =>
      this.role.addToPrincipalPolicy(new PolicyStatement({ actions, resources }));
    for (const name of clusterNames) {
      const entries = stack.formatArn({ service: 'eks', resource: 'access-entry', resourceName: `${name}/*` });
      const cluster = stack.formatArn({ service: 'eks', resource: 'cluster', resourceName: name });
      this.#seeLogGroup(controlPlaneLogGroup(name), ['logs:FilterLogEvents']);
      allow(['eks:DescribeAccessEntry'], cluster, entries);
      acknowledgeWildcard(
        this.role,
        entries,
        'EKS chooses the id at the end of the ARN. Read-only, of this cluster alone.',
      );
    }
    allow(
      ['lambda:GetFunctionConfiguration', 'lambda:GetFunctionConcurrency', 'lambda:GetPolicy'],
      detect.lambda.functionArn,
    );
    allow(['iam:GetRole'], detect.role.roleArn);
    allow(['logs:DescribeLogGroups', 'cloudwatch:GetMetricStatistics'], '*');
    acknowledgeWildcard(
      this.role,
      '*',
      'These actions cannot be confined. logs:DescribeLogGroups: reads the settings of log groups, and lists by a prefix. cloudwatch:GetMetricStatistics: reads metrics.',
    );
  }
}
