import type { KubernetesObject } from '../../clients/kubernetes/kubernetes.ts';
import { short } from '../../kit/words.ts';
import type { Owner } from './workload-owners.ts';
import { SIGNS, type WorkloadSign } from './workload-signs/index.ts';
import { type PodSpec, podSpecOf } from './workload-signs/pod-spec.ts';
import { CONCERN } from './workload-signs/sign.ts';

/** Details of one sign, and their length: what a person can use. Pods of one controller mostly say the same. */
const DETAILS = 5;
const LONG = 160;

/** A controller or a bare pod, with what its template and all its pods show. */
export class Workload {
  readonly kind: string;
  readonly name: string;
  readonly object: KubernetesObject | undefined;
  readonly images = new Set<string>();
  serviceAccount = '';
  pods = 0;
  readonly #usualRegistries: readonly string[];
  readonly #signs = new Map<WorkloadSign, Set<string>>();

  constructor({ kind, name, object }: Owner, usualRegistries: readonly string[]) {
    this.kind = kind;
    this.name = name;
    this.object = object;
    this.#usualRegistries = usualRegistries;
  }

  add(podSpec: unknown, isPod: boolean): void {
    if (isPod) this.pods++;
    const pod = podSpecOf(podSpec);
    if (pod.containers.length > 0) this.serviceAccount ||= pod.serviceAccount;
    for (const { image } of pod.containers) if (image) this.images.add(image);
    this.#look(pod);
  }

  /** In the order of the table. */
  get signs(): { sign: WorkloadSign; detail: string }[] {
    return this.#found().flatMap(({ sign }) => [...(this.#signs.get(sign) ?? [])].map((detail) => ({ sign, detail })));
  }

  /** The highest of its signs counts first, then how many there are. */
  get danger(): number {
    const dangers = this.#found().map(({ danger }) => danger);
    return Math.max(0, ...dangers) + dangers.length / 100;
  }

  /** Names of the signs that are of concern. */
  get concerns(): string[] {
    return this.#found().flatMap(({ sign, danger }) => (danger >= CONCERN ? [sign] : []));
  }

  #found() {
    return SIGNS.filter(({ sign }) => this.#signs.has(sign));
  }

  #look(pod: PodSpec): void {
    const context = { kind: this.kind, usualRegistries: this.#usualRegistries };
    for (const { sign, look } of SIGNS) {
      const details = look(pod, context);
      if (details.length === 0) continue;
      const known = this.#signs.get(sign) ?? new Set();
      this.#signs.set(sign, known);
      for (const detail of details) if (known.size < DETAILS) known.add(short(detail, LONG));
    }
  }
}
