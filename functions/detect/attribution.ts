/** Which cluster an event of a log group is of. */
import type { Cluster, Finding } from '../contract/finding.ts';
import { defined } from '../kit/defined.ts';
import { isRecord } from '../kit/json.ts';
import { ACCOUNT, REGION, SYSTEM_FIELDS } from '../kubernetes/names/aws.ts';

/** The accounts and Regions whose logs are copied into a log group, each as `account/Region`, by the name of the group. */
export type CentralLogs = Readonly<Record<string, readonly string[]>>;

/** Of a delivery. */
export interface LogGroupPlace {
  logGroup: string;
  /** Account of the log group. */
  owner: string;
  /** Region of the log group. */
  region: string;
}

export interface Attribution {
  cluster: Cluster;
  /** Where the log group is; absent where that is the account and Region of the cluster. */
  home?: Pick<Finding['source'], 'account' | 'region'>;
  /** Whether the configuration names this account and Region for the log group. */
  isConfigured: boolean;
}

/** The cluster whose control plane writes to this log group: EKS names it `/aws/eks/<cluster>/cluster`. */
export const clusterOf = (logGroup: string | undefined, account?: string, region?: string): Cluster =>
  defined({ name: /^\/aws\/eks\/([^/]+)\/cluster$/.exec(logGroup ?? '')?.[1], region, account });

/**
 * Where several accounts write to one log group, its name tells only the name of the cluster; the account and the Region are told by
 * the system fields that CloudWatch Logs adds to each event (`PutSubscriptionFilter`, `emitSystemFields`). What they do not tell is
 * not known: it is never taken from the log group.
 *
 * @param fields `extractedFields` of the event: anything, as it is not checked before
 */
export function attribute(fields: unknown, place: LogGroupPlace, central: CentralLogs): Attribution {
  const { logGroup, owner, region } = place;
  const sources = Object.hasOwn(central, logGroup) ? central[logGroup] : undefined;
  const [account, from] = SYSTEM_FIELDS.map((name) => systemField(fields, name));
  const isOwn = (account ?? owner) === owner && (from ?? region) === region;
  if (!sources && isOwn) return { cluster: clusterOf(logGroup, owner, region), isConfigured: true };
  const cluster = defined({
    // The rule that copies the logs may put anything before the name that the group has in its own account.
    name: /\/aws\/eks\/([^/]+)\/cluster$/.exec(logGroup)?.[1],
    region: valid(REGION, from),
    account: valid(ACCOUNT, account),
  });
  return {
    cluster,
    home: { account: owner, region },
    isConfigured: sources?.includes(`${cluster.account}/${cluster.region}`) ?? false,
  };
}

const systemField = (fields: unknown, name: string): unknown =>
  isRecord(fields) && Object.hasOwn(fields, name) ? fields[name] : undefined;

const valid = (grammar: RegExp, value: unknown): string | undefined =>
  typeof value === 'string' && grammar.test(value) ? value : undefined;
