/** How the functions know the playbooks, and what may be done with them. */
import { defined } from '../../functions/kit/defined.ts';
import type { NonEmpty } from './networks.ts';

/** The machines of a network, and the clusters that it reaches. */
export interface PlaybookRoute {
  /** ARN. */
  readonly contain: string;
  /** ARN. */
  readonly release: string;
  readonly clusterNames: readonly string[];
}

/**
 * Lambda allows 4 KB for all environment variables of a function, measured as one JSON object. What else *alert* has takes at
 * most 1,600 bytes of them: names of a table (255 at most) and a bucket, four destinations and the bounds of the automatic start.
 * Where there are more destinations, and all names are long, synthesis refuses what Lambda would (lib/base/limits.ts).
 */
export const MAX_PLAYBOOK_BYTES = 2450;

/** What the playbooks and the protected namespaces take of that; no ARN of a state machine is longer than 142 characters. */
export function playbookBytes(
  clusterNames: NonEmpty<readonly string[]>,
  protectedNamespaces: readonly string[],
): number {
  const arn = 'x'.repeat(142);
  const route = (names: readonly string[]): PlaybookRoute => ({ contain: arn, release: arn, clusterNames: names });
  const [first, ...others] = clusterNames;
  return Buffer.byteLength(
    JSON.stringify({
      ...playbooksEnvironment([route(first), ...others.map(route)], arn),
      ...protectedEnvironment(protectedNamespaces),
    }),
  );
}

/** As *alert* reads them; the first ones are for every cluster that no other names. */
export function playbooksEnvironment(
  [first, ...others]: NonEmpty<PlaybookRoute>,
  decide: string,
): { PLAYBOOKS: string } {
  const machines = ({ contain, release }: PlaybookRoute) => ({ contain, release });
  return {
    PLAYBOOKS: JSON.stringify({
      default: machines(first),
      ...defined({
        networks:
          others.length > 0 ? others.map((route) => ({ ...machines(route), clusters: route.clusterNames })) : undefined,
      }),
      decide,
    }),
  };
}

/** The environment by which *decide* offers release; the first machine is for every cluster that no other names. */
export const releaseEnvironment = ([first, ...others]: NonEmpty<Pick<PlaybookRoute, 'release' | 'clusterNames'>>) => ({
  RELEASE_MACHINE: first.release,
  RELEASE_MACHINES: JSON.stringify(
    Object.fromEntries(others.map(({ release, clusterNames }) => [release, clusterNames])),
  ),
});

/** The environment by which every function reads which namespaces are protected. */
export const protectedEnvironment = (names: readonly string[]): { PROTECTED_NAMESPACES: string } => ({
  PROTECTED_NAMESPACES: JSON.stringify(names),
});
