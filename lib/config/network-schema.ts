import * as z from 'zod';
import { mistake } from '../../functions/kit/mistake.ts';
import { MAX_ROUTES_BYTES, routesBytes } from './investigation-routes.ts';
import { type ClusterPlace, groupByNetwork, type NetworkGroup } from './networks.ts';

/** Each has functions, playbooks and alarms of its own, and a stack holds at most 500 resources. */
export const MAX_NETWORKS = 3;

const KEYS = ['vpc', 'subnets', 'securityGroups'] as const;

/** The id of something in EC2: 8 hexadecimal digits, since 2016 17 of them. */
const ec2Id = (prefix: string, what: string) =>
  z
    .string()
    .regex(
      new RegExp(`^${prefix}-([0-9a-f]{8}|[0-9a-f]{17})$`),
      `must be the id of a ${what}, such as ${prefix}-0123456789abcdef0`,
    );

/** At most as many may be named as Lambda takes; none twice. */
const ids = (prefix: string, what: string, most: number) =>
  z
    .array(ec2Id(prefix, what))
    .min(1)
    .max(most)
    .refine((list) => new Set(list).size === list.length, {
      error: mistake('it names one twice', 'remove one of them'),
    });

/** The keys of a cluster with a private endpoint. */
export const networkKeys = {
  vpc: ec2Id('vpc', 'VPC')
    .optional()
    .describe('VPC from which a private endpoint of the cluster is reached. With subnets and securityGroups.'),
  subnets: ids('subnet', 'subnet', 16)
    .optional()
    .describe('Private subnets of the VPC for the functions that talk to the cluster. They need a way to AWS.'),
  securityGroups: ids('sg', 'security group', 5)
    .optional()
    .describe('Security groups of these functions. The cluster must let them in on port 443.'),
};

/** For editors; in the schema itself {@link placeWhole} says it in one sentence. */
export const PLACE_DEPENDENCIES = Object.fromEntries(KEYS.map((key) => [key, KEYS.filter((other) => other !== key)]));

/** A network is told whole, or not at all. Runs even where other mistakes were found in the cluster. */
export const placeWhole = z.check<Record<string, unknown>>(({ value, issues }) => {
  if (typeof value !== 'object' || value === null) return;
  const missing = KEYS.filter((key) => value[key] === undefined);
  if (missing.length === 0 || missing.length === KEYS.length) return;
  const message = mistake(`the network lacks ${missing.join(' and ')}`, `give ${KEYS.join(', ')}, all three or none`);
  issues.push({ code: 'custom', message, input: value });
});
placeWhole._zod.def.when = () => true;

/** The networks fit into a stack, and their clusters into the settings of *detect*. Runs once each by itself is right. */
export const networksFit = z.check<(ClusterPlace & { name: string })[]>(({ value, issues }) => {
  const groups = groupByNetwork(value);
  const say = (what: string, fix: string) => issues.push({ code: 'custom', message: mistake(what, fix), input: value });
  if (groups.length > MAX_NETWORKS)
    say(
      `the clusters are in ${groups.length} networks, and a stack takes ${MAX_NETWORKS}`,
      'give the others a configuration of their own',
    );
  const [first, ...others] = groups;
  const bytes = routesBytes([namesOf(first), ...others.map(namesOf)]);
  if (bytes > MAX_ROUTES_BYTES)
    say(
      `the names are too long for so many networks: ${bytes} bytes of settings, and Lambda takes ${MAX_ROUTES_BYTES}`,
      'give some clusters a configuration of their own',
    );
});
networksFit._zod.def.when = ({ issues }) => issues.length === 0;

const namesOf = ({ clusters }: NetworkGroup<{ name: string }>): string[] => clusters.map(({ name }) => name);
