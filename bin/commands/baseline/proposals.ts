/** Who made which namespaces in recorded logs, as proposals for a person to accept. Nothing is learnt by it. */

import { NEVER_ACCEPTED, networkOf } from '../../../functions/contract/acceptance.ts';
import type { Cluster, Finding } from '../../../functions/contract/finding.ts';
import type { Indicator } from '../../../functions/contract/investigation.ts';
import { creatorOf } from '../../../functions/contract/known-creator.ts';
import { RULES } from '../../../functions/investigate/indicators/index.ts';
import { defined } from '../../../functions/kit/defined.ts';
import { generalise, patternsOf } from '../../../functions/kubernetes/name-pattern.ts';

export interface LessonProposal {
  cluster: Cluster;
  principal: string;
  /** Whom it acted as. */
  impersonated?: string;
  namePattern: string;
  /** What its work showed in these logs, and is found in ordinary work. */
  indicators: string[];
  /** Networks from which it came. */
  addresses: string[];
  /** Threats that its work showed: never accepted unless a person moves them to the others. */
  alsoShown?: string[];
  /** How many namespaces, when the first and when the last one. */
  created: number;
  first?: string;
  last?: string;
  /** Some of them. */
  names: string[];
}

/** Creations that no proposal is made of. */
export interface LeftOut {
  why: string;
  creations: number;
  /** Some of the namespaces, where they have names. */
  names: string[];
}

const SHOWN_NAMES = 5;
/** Of each creator so many creations are investigated, the newest. */
const INVESTIGATED = 3;
const MAX_NETWORKS = 40;

interface Creation {
  name: string;
  at?: string;
}

interface Creator {
  cluster: Cluster;
  principal: string;
  impersonated?: string;
  creations: Creation[];
  networks: Set<string>;
  newest: Finding[];
}

/** Which indicators a finding shows, of all that can be known from the logs. */
type ShownBy = (findings: readonly Finding[]) => Promise<ReadonlyMap<string, readonly Indicator[]>>;

/** Takes findings up, in any order. */
export class Proposals {
  readonly #creators = new Map<string, Creator>();
  readonly #leftOut = new Map<string, { creations: number; names: Set<string> }>();

  add(finding: Finding): void {
    if (finding.outcome !== 'created') return;
    const { cluster, namespace, request } = finding;
    const principal = creatorOf(finding.actor);
    const why = whyNot(finding, principal);
    if (why !== undefined || principal === undefined || namespace.name === undefined) {
      this.#leave(why ?? '', namespace.name);
      return;
    }
    const { name, region, account } = cluster;
    const impersonated = finding.actor.impersonated?.username;
    const key = JSON.stringify([account, region, name, principal, impersonated]);
    const creator: Creator = this.#creators.get(key) ?? {
      cluster: { name, region, account } as Cluster,
      principal,
      ...defined({ impersonated }),
      creations: [],
      networks: new Set(),
      newest: [],
    };
    creator.creations.push({ name: namespace.name, ...defined({ at: request.at || undefined }) });
    const network = networkOf(request.sourceIps?.at(-1));
    if (network !== undefined && creator.networks.size < MAX_NETWORKS) creator.networks.add(network);
    creator.newest = [finding, ...creator.newest]
      .toSorted((a, b) => (b.request.at ?? '').localeCompare(a.request.at ?? ''))
      .slice(0, INVESTIGATED);
    this.#creators.set(key, creator);
  }

  /** The most frequent first. */
  async proposals(shownBy: ShownBy): Promise<LessonProposal[]> {
    const shown = await shownBy([...this.#creators.values()].flatMap(({ newest }) => newest));
    return [...this.#creators.values()]
      .flatMap(({ cluster, principal, impersonated, creations, networks, newest }) =>
        [...generalise(creations.map(({ name }) => name))].map(([namePattern, names]): LessonProposal => {
          const covered = creations.filter(({ name }) => names.includes(name));
          const times = covered.flatMap(({ at }) => at ?? []).sort();
          const [first, last] = [times[0], times.at(-1)];
          return {
            cluster,
            principal,
            ...defined({ impersonated }),
            namePattern,
            ...scopeOf(newest.flatMap(({ id }) => shown.get(id) ?? [])),
            addresses: [...networks].sort(),
            created: covered.length,
            ...defined({ first: first || undefined, last: last || undefined }),
            names: names.slice(0, SHOWN_NAMES),
          };
        }),
      )
      .sort(
        (a, b) => b.created - a.created || compare(a.principal, b.principal) || compare(a.namePattern, b.namePattern),
      );
  }

  leftOut(): LeftOut[] {
    return [...this.#leftOut].map(([why, { creations, names }]) => ({
      why,
      creations,
      names: [...names].slice(0, SHOWN_NAMES),
    }));
  }

  #leave(why: string, name: string | undefined): void {
    const left = this.#leftOut.get(why) ?? { creations: 0, names: new Set<string>() };
    left.creations += 1;
    if (name !== undefined && left.names.size < SHOWN_NAMES) left.names.add(name);
    this.#leftOut.set(why, left);
  }
}

const THREATS = new Set(RULES.filter(({ kind }) => kind === 'threat').map(({ id }) => id));

/** What lowers the score belongs to no acceptance. */
function scopeOf(indicators: readonly Indicator[]): Pick<LessonProposal, 'indicators' | 'alsoShown'> {
  const ids = [...new Set(indicators.filter(({ weight }) => weight >= 0).map(({ id }) => id))].sort();
  const threats = ids.filter((id) => THREATS.has(id));
  return {
    indicators: ids.filter((id) => !THREATS.has(id) && !NEVER_ACCEPTED.includes(id)),
    ...defined({ alsoShown: threats.length > 0 ? threats : undefined }),
  };
}

function whyNot({ cluster, namespace, actor }: Finding, principal: string | undefined): string | undefined {
  if (!cluster.name || !cluster.region || !cluster.account)
    return 'the input does not name the cluster: give --cluster, --region and --account';
  if (actor.impersonated && !actor.impersonated.username) return 'the record does not say whom the creator acted as';
  if (principal === undefined) return 'the record holds no identity to look up';
  if (namespace.name === undefined) return 'the record does not give the name';
  return patternsOf(namespace.name).length === 0
    ? 'what the record holds as the name is not a valid namespace name'
    : undefined;
}

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
