import * as z from 'zod';
import { mistake } from '../../functions/kit/mistake.ts';
import { ACCOUNT, controlPlaneLogGroup, EKS_CLUSTER, LOG_GROUP, REGION } from '../../functions/kubernetes/names/aws.ts';
import { MAX_ROUTES_BYTES, routesBytes } from './investigation-routes.ts';
import { type ClusterPlace, groupByNetwork } from './networks.ts';

const centralCluster = z.strictObject({
  name: z
    .string()
    .regex(EKS_CLUSTER, 'must be the name of an EKS cluster')
    .describe('Name of the EKS cluster. Several accounts may have one of the same name.'),
  account: z
    .string('must be the 12 digits of the AWS account in quotes: without them YAML reads a number')
    .regex(ACCOUNT, 'must be the 12 digits of an AWS account')
    .describe('AWS account of the cluster.'),
  region: z.string().regex(REGION, 'must be an AWS Region, such as eu-west-1').describe('AWS Region of the cluster.'),
  logGroup: z
    .string()
    .regex(LOG_GROUP, 'must be the name of a log group, beginning with "/"')
    .optional()
    .describe(
      'Log group in the account and Region of the stack into which its logs are copied. Its name ends in /aws/eks/NAME/cluster. Default: the name that the group has in its own account.',
    ),
  cutLines: z
    .boolean()
    .default(true)
    .describe('Also watch audit lines that were cut for their length: nothing else finds what they hide.'),
});

/** The log group here that has the logs of a cluster of another account or Region. */
const centralGroupOf = ({ name, logGroup }: { name: string; logGroup?: string | undefined }): string =>
  logGroup ?? controlPlaneLogGroup(name);

/** A log group into which the logs of clusters are copied. */
export interface CentralGroup {
  readonly logGroupName: string;
  /** Whose logs it has, each as `account/Region`. */
  readonly sources: readonly string[];
  readonly cutLines: boolean;
}

/** The distinct log groups of clusters of other accounts or Regions. */
export const centralGroups = (clusters: readonly CentralCluster[]): CentralGroup[] =>
  [...Map.groupBy(clusters, centralGroupOf)].map(([logGroupName, members]) => ({
    logGroupName,
    sources: members.map(({ account, region }) => `${account}/${region}`),
    cutLines: members.some(({ cutLines }) => cutLines),
  }));

/** As *detect* reads them (`CentralLogs` in `functions/detect/attribution.ts`). */
export const centralEnvironment = (groups: readonly CentralGroup[]): Record<string, string> =>
  groups.length === 0
    ? {}
    : {
        CENTRAL_LOGS: JSON.stringify(
          Object.fromEntries(groups.map(({ logGroupName, sources }) => [logGroupName, sources])),
        ),
      };

/** A cluster whose logs come from another account or Region. */
export type CentralCluster = z.output<typeof centralCluster>;

const placeOf = ({ account, region, name }: CentralCluster): string => `${account}/${region}/${name}`;

const each = z.check<CentralCluster[]>(({ value, issues }) => {
  const seen = new Set<string>();
  for (const [index, cluster] of value.entries()) {
    const say = (key: string, what: string, fix: string) =>
      issues.push({ code: 'custom', message: mistake(what, fix), input: value, path: [index, key] });
    const end = controlPlaneLogGroup(cluster.name);
    if (!centralGroupOf(cluster).endsWith(end))
      say(
        'logGroup',
        `it does not end in ${end}, which tells the name of the cluster`,
        `let the log group name pattern of the centralization rule end in \${source.logGroup}`,
      );
    if (seen.has(placeOf(cluster))) say('name', 'the same cluster is named twice', 'remove one of them');
    seen.add(placeOf(cluster));
  }
});
each._zod.def.when = ({ issues }) => issues.length === 0;

export const centralClusters = z
  .array(centralCluster)
  .max(100)
  .check(each)
  .default([])
  .describe(
    'Clusters of other accounts or Regions whose logs a centralization rule of CloudWatch Logs copies to here (docs/integrations.md). They are watched by their logs alone.',
  );

interface Options {
  readonly clusters: readonly (ClusterPlace & { name: string })[];
  readonly centralClusters: readonly CentralCluster[];
}

/** What is watched is something, each log group is of one kind, and their names fit into the settings of *detect*. */
export const centralFits = z.check<Options>(({ value, issues }) => {
  const { clusters, centralClusters: central } = value;
  const say = (message: string, ...path: PropertyKey[]) => issues.push({ code: 'custom', message, input: value, path });
  if (clusters.length === 0 && central.length === 0)
    say(mistake('it is empty', 'add an item (the clusters to watch), or one under centralClusters'), 'clusters');
  const own = new Set(clusters.map(({ name }) => controlPlaneLogGroup(name)));
  for (const [index, cluster] of central.entries())
    if (own.has(centralGroupOf(cluster)))
      say(
        mistake(
          `${centralGroupOf(cluster)} is the log group of a cluster under clusters`,
          `let the log group name pattern of the centralization rule begin with something of its own, as /central\${source.logGroup}, and name that group`,
        ),
        'centralClusters',
        index,
        'logGroup',
      );
  const routes = groupByNetwork(clusters).map((group) => group.clusters.map(({ name }) => name));
  const [first = [], ...others] = routes;
  const bytes =
    Buffer.byteLength(JSON.stringify(centralEnvironment(centralGroups(central)))) + routesBytes([first, ...others]);
  if (central.length > 0 && bytes > MAX_ROUTES_BYTES)
    say(
      mistake(
        `the names are too long: ${bytes} bytes of settings, and Lambda takes ${MAX_ROUTES_BYTES}`,
        'give some clusters a configuration of their own',
      ),
      'centralClusters',
    );
});
centralFits._zod.def.when = ({ value, issues }) =>
  typeof value === 'object' &&
  value !== null &&
  Array.isArray((value as Options).clusters) &&
  Array.isArray((value as Options).centralClusters) &&
  !issues.some(({ path }) => ['clusters', 'centralClusters'].includes(String(path?.[0])));

interface Placed extends Options {
  readonly account?: string | undefined;
  readonly region?: string | undefined;
}

/** A cluster of the stack's own account and Region is watched whole. */
export const centralElsewhere = z.check<Placed>(({ value, issues }) => {
  for (const [index, { account, region }] of value.centralClusters.entries())
    if (account === value.account && region === value.region)
      issues.push({
        code: 'custom',
        message: mistake('it is in the account and Region of the stack', 'name it under clusters'),
        input: value,
        path: ['centralClusters', index],
      });
});
centralElsewhere._zod.def.when = centralFits._zod.def.when;
