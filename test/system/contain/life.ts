/** The life of a process that runs a playbook: it ends after so many effects, and from then on nothing it does works. */

/** No answer of anybody: the process is dead. */
class Death extends Error {
  override name = 'Death';
}

/** The methods of a client. */
type Method<T> = { [K in keyof T]: T[K] extends (...args: never[]) => Promise<unknown> ? K : never }[keyof T] & string;

/**
 * An effect is what changes the world outside the process: a write to the cluster, a stored file, a lease, a message. The
 * process dies *after* an effect and before it learns of it, so the number of an effect names each state in which the
 * world can be left: at every boundary between steps, as a step ends by storing its record, and within every step.
 */
export class Life {
  /** What it has done, in order: `patch /api/v1/namespaces/x`. */
  readonly effects: string[] = [];
  readonly #endsAfter: number;
  #onEffect: (effect: string) => Promise<void> | void;

  /** @param endsAfter the number of the effect that it does not survive; 0 dies before the first one */
  constructor(endsAfter = Number.POSITIVE_INFINITY, onEffect: (effect: string) => Promise<void> | void = () => {}) {
    this.#endsAfter = endsAfter;
    this.#onEffect = onEffect;
  }

  get isOver(): boolean {
    return this.effects.length >= this.#endsAfter;
  }

  /** The client as the process has it. @param effects the methods that change something, but for dry runs */
  of<T extends object>(client: T, effects: readonly Method<T>[]): T {
    return new Proxy(client, {
      get: (object, key) => {
        const method: unknown = Reflect.get(object, key);
        // What asks nobody works in memory.
        if (typeof method !== 'function' || key === 'place')
          return typeof method === 'function' ? method.bind(object) : method;
        return async (...args: unknown[]) => {
          if (this.isOver) throw new Death(`dead: no ${String(key)}`);
          const answer: unknown = await Reflect.apply(method, object, args);
          const dry = args.some((arg) => Object(arg).dryRun === true);
          if (!dry && (effects as readonly unknown[]).includes(key)) {
            this.effects.push(`${String(key)} ${String(args[0])}`);
            await this.#onEffect(this.effects.at(-1) ?? '');
          }
          if (this.isOver) throw new Death(`dead after ${this.effects.length} effects`);
          return answer;
        };
      },
    });
  }
}
