/** What the stack has deployed, by the names in its outputs. */
import { capitalized } from '../../../../functions/kit/words.ts';
import { groupByNetwork, inNetwork, type NetworkGroup } from '../../../../lib/config/networks.ts';
import type { ConfiguredCluster } from '../aws/each-cluster.ts';
import type { LiveContext } from './probe.ts';

const EVERYWHERE = ['detect', 'alert'] as const;
const IN_EACH_NETWORK = ['investigate', 'watch'] as const;
const OF_PLAYBOOKS = ['contain', 'probe', 'release'] as const;

/** The kinds of functions. */
export type FunctionKind =
  | (typeof EVERYWHERE)[number]
  | (typeof IN_EACH_NETWORK)[number]
  | (typeof OF_PLAYBOOKS)[number]
  | 'decide';

export interface DeployedFunction {
  kind: FunctionKind;
  functionName: string;
  roleArn: string;
  /** From where it reaches the clusters; of what reaches none, the first network. */
  network: NetworkGroup<ConfiguredCluster>;
}

/** Every function whose name and role are both in the outputs. */
export function deployedFunctions({ config, outputs }: Pick<LiveContext, 'config' | 'outputs'>): DeployedFunction[] {
  const networks = groupByNetwork(config.clusters);
  const [first] = networks;
  const { enabled } = config.containment;
  const wanted = [
    ...EVERYWHERE.map((kind) => ({ kind, network: first })),
    ...networks.flatMap((network) =>
      [...IN_EACH_NETWORK, ...(enabled ? OF_PLAYBOOKS : [])].map((kind) => ({ kind, network })),
    ),
    ...(enabled ? [{ kind: 'decide' as const, network: first }] : []),
  ];
  return wanted.flatMap(({ kind, network }) => {
    const label = labelOf(kind, network === first ? undefined : network);
    const [functionName, roleArn] = [outputs.get(`${label}FunctionName`), outputs.get(`${label}RoleArn`)];
    return functionName === undefined || roleArn === undefined ? [] : [{ kind, functionName, roleArn, network }];
  });
}

/** The state machine *contain* of a network, by its ARN; undefined where there is none. */
export function containPlaybook(
  { config, outputs }: Pick<LiveContext, 'config' | 'outputs'>,
  { network }: NetworkGroup<unknown>,
): string | undefined {
  const [first] = groupByNetwork(config.clusters);
  return outputs.get(
    `${labelOf('contain', network.id === first.network.id ? undefined : { network, clusters: [] })}PlaybookArn`,
  );
}

/** The state machines, by the names of the playbooks; those of a VPC have its name behind theirs. */
export function deployedPlaybooks({ config, outputs }: Pick<LiveContext, 'config' | 'outputs'>): Map<string, string> {
  if (!config.containment.enabled) return new Map();
  const networks = groupByNetwork(config.clusters);
  const labels = [
    ...networks.flatMap((network, index) =>
      ['contain', 'release'].map((kind) => labelOf(kind, index === 0 ? undefined : network)),
    ),
    'Decide',
  ];
  return new Map(
    labels.flatMap((label) => {
      const arn = outputs.get(`${label}PlaybookArn`);
      return arn === undefined ? [] : [[label, arn] as const];
    }),
  );
}

/**
 * How the outputs call a function or playbook. An output's name has letters and digits alone: the hyphen before the network goes.
 *
 * @param network undefined for the first one
 */
function labelOf(kind: string, network: NetworkGroup<unknown> | undefined): string {
  const name = network ? inNetwork(kind, network.network).replaceAll('-', '') : kind;
  return capitalized(name);
}
