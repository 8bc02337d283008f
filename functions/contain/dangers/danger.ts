/** What hangs on a namespace, and would be felt when it is cut off; and what would make cutting it off incomplete. */

import type { Capabilities, Capability } from '../../clients/aws/capabilities.ts';
import type { Kubernetes, KubernetesObject, ServedKind } from '../../clients/kubernetes/kubernetes.ts';
import type { Target } from '../../contract/containment.ts';
import { andMore } from '../../kit/words.ts';
import { listPath } from '../../kubernetes/object-path.ts';
import type { Needs } from '../framework/needs.ts';

export interface Danger {
  /** Names it for `accept`: `webhook/validating/NAME`. */
  id: string;
  /** What there is, as a sentence. May hold attacker-chosen text. */
  what: string;
  /** What follows from it, as a sentence. */
  consequence: string;
  /** Containment would harm others: it is refused unless a person accepts this danger. */
  blocking: boolean;
  /** Whether it keeps containment from being whole, until a person has fixed it. */
  open?: boolean;
  /** What a person can do about it, as argument vectors. */
  commands?: string[][];
}

interface Sight {
  dangers: Danger[];
  /** What else was learnt, for the record of the step. */
  facts?: Record<string, unknown>;
}

/** One kind of danger: a file in `dangers/`, and a row in its table. */
export interface DangerKind {
  /** As a reader knows it when it could not be looked for: `webhooks that lead into the namespace`. */
  about: string;
  /** What *contain* must be granted for it. */
  needs: Needs;
  /** @throws what the API server answers: then it is not known */
  find(surroundings: Surroundings): Promise<Sight>;
}

/** What the kinds of danger look at: each listing is read once. */
export class Surroundings {
  readonly target: Target;
  readonly kubernetes: Kubernetes;
  readonly signal: AbortSignal;
  readonly #capabilities: Capabilities | undefined;
  readonly #lists = new Map<string, Promise<KubernetesObject[]>>();
  #kinds: Promise<ServedKind[]> | undefined;

  /** @param capabilities where EKS can be asked */
  constructor(target: Target, kubernetes: Kubernetes, signal: AbortSignal, capabilities?: Capabilities) {
    this.#capabilities = capabilities;
    this.target = target;
    this.kubernetes = kubernetes;
    this.signal = signal;
  }

  /** Objects of a kind, everywhere. @throws what the API server answers, and when there are more than can be read */
  all(apiVersion: string, resource: string): Promise<KubernetesObject[]> {
    return this.#list(listPath({ apiVersion, resource }));
  }

  /** Objects of a kind in the namespace. */
  here(apiVersion: string, resource: string): Promise<KubernetesObject[]> {
    return this.#list(listPath({ apiVersion, resource, namespace: this.target.namespace }));
  }

  /** Objects of a kind in another namespace. */
  in(namespace: string, apiVersion: string, resource: string): Promise<KubernetesObject[]> {
    return this.#list(listPath({ apiVersion, resource, namespace }));
  }

  /** What EKS runs for the cluster from outside; undefined where EKS cannot be asked. @throws what EKS answers */
  async capabilities(): Promise<Capability[] | undefined> {
    return this.#capabilities?.of(this.target.cluster, this.signal);
  }

  kinds(): Promise<ServedKind[]> {
    this.#kinds ??= this.kubernetes.kinds(this.signal);
    return this.#kinds;
  }

  #list(path: string): Promise<KubernetesObject[]> {
    const known = this.#lists.get(path) ?? this.#read(path);
    this.#lists.set(path, known);
    return known;
  }

  async #read(path: string): Promise<KubernetesObject[]> {
    const { items, complete } = await this.kubernetes.list(path, this.signal);
    if (!complete) throw new Error(`there are more than the ${items.length} that could be read (${path})`);
    return items;
  }
}

/** A list for a sentence, not too long. */
export const nameList = (names: readonly (string | undefined)[], most = 6): string =>
  andMore(
    names.map((name) => name ?? '(no name)'),
    most,
  );
