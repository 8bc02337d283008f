/** Who made which namespaces in recorded logs, as proposals for a person to accept. Nothing is learnt by it. */

import type { Cluster, Finding } from '../../../functions/contract/finding.ts';
import { creatorOf } from '../../../functions/contract/known-creator.ts';
import { defined } from '../../../functions/kit/defined.ts';
import { generalise, patternsOf } from '../../../functions/kubernetes/name-pattern.ts';

export interface LessonProposal {
  cluster: Cluster;
  principal: string;
  namePattern: string;
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

interface Creation {
  name: string;
  at?: string;
}

/** Takes findings up, in any order. */
export class Proposals {
  readonly #creators = new Map<string, { cluster: Cluster; principal: string; creations: Creation[] }>();
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
    const key = JSON.stringify([account, region, name, principal]);
    const creator = this.#creators.get(key) ?? {
      cluster: { name, region, account } as Cluster,
      principal,
      creations: [],
    };
    creator.creations.push({ name: namespace.name, ...defined({ at: request.at || undefined }) });
    this.#creators.set(key, creator);
  }

  /** The most frequent first. */
  proposals(): LessonProposal[] {
    return [...this.#creators.values()]
      .flatMap(({ cluster, principal, creations }) =>
        [...generalise(creations.map(({ name }) => name))].map(([namePattern, names]): LessonProposal => {
          const covered = creations.filter(({ name }) => names.includes(name));
          const times = covered.flatMap(({ at }) => at ?? []).sort();
          const [first, last] = [times[0], times.at(-1)];
          return {
            cluster,
            principal,
            namePattern,
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

function whyNot({ cluster, namespace, actor }: Finding, principal: string | undefined): string | undefined {
  if (!cluster.name || !cluster.region || !cluster.account)
    return 'the input does not tell the cluster: give --cluster, --region and --account';
  if (actor.impersonated) return 'the creator acted as somebody else';
  if (principal === undefined) return 'the record holds no identity that could be known';
  if (namespace.name === undefined) return 'the record does not tell the name';
  return patternsOf(namespace.name).length === 0 ? 'what the record holds as the name can be none' : undefined;
}

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
