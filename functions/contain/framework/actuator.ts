import { setTimeout as sleep } from 'node:timers/promises';
import type { Kubernetes, KubernetesObject } from '../../clients/kubernetes/kubernetes.ts';
import type { DeleteOptions, WritableKubernetes } from '../../clients/kubernetes/kubernetes-writer.ts';
import type { Action, DoneAction } from '../../contract/containment.ts';
import { KubernetesError } from '../../contract/errors.ts';
import { defined } from '../../kit/defined.ts';
import { listPath, type ObjectReference, objectPath } from '../../kubernetes/object-path.ts';
import type { Deletions } from './deletions.ts';
import { changedInFlight } from './in-flight.ts';

/** An object that is written, and why. */
export interface Aim extends ObjectReference {
  kind: string;
  /** To what end, in a few words. */
  what: string;
  /** The name that the action is noted under, where the API server or we make up the real one: the same in a plan. */
  shown?: string;
}

/** What the API server made of a write. */
export type WriteResult = { object: KubernetesObject } | { code: number; reason: string };

/** HTTP codes of failures that may be gone the next time. */
const TRANSIENT = new Set([0, 408, 429, 500, 502, 503, 504]);

/**
 * What we have installed or made refuses a write of ours: a policy of `cluster/`, or the quota. The API server goes by a
 * copy of the namespace and its quotas that is some milliseconds old, more under load, so just after a label was set or
 * the quota deleted that may be over at once.
 */
const BY_OURS = /ValidatingAdmissionPolicy 'namespace-sentinel-|exceeded quota: namespace-sentinel-/;
/** How long a step waits for such refusals to pass, all in all, and how long before the first new try. In milliseconds. */
const PATIENCE_MS = 2_000;
const FIRST_PAUSE_MS = 10;

/**
 * Writes to the cluster and notes each write as an action. A write that is refused is noted as failed, and the step goes
 * on with the others: what can be contained is. One that failed for a reason that may pass is noted as well, and makes the
 * step be tried again ({@link transient}).
 */
export class Actuator {
  /** For reads. */
  readonly kubernetes: Kubernetes;
  /** Whether writes are sent as dry runs. */
  readonly dryRun: boolean;
  readonly actions: DoneAction[] = [];
  readonly #writer: WritableKubernetes;
  readonly #signal: AbortSignal;
  readonly #liftedBefore: RegExp | undefined;
  readonly #asSent: boolean;
  readonly #deletions: Deletions | undefined;
  #transient: string | undefined;
  #patienceMs = PATIENCE_MS;
  #pausing: Promise<void> | undefined;

  /**
   * @param options.liftedBefore refusals of dry runs that count as done: an earlier step lifts what refuses
   * @param options.asSent whether a write counts as failed where something else was stored than was sent
   * @param options.deletions where deletions are written down before they are made, if release has to know of them
   */
  constructor(
    kubernetes: WritableKubernetes,
    signal: AbortSignal,
    {
      dryRun,
      liftedBefore,
      deletions,
      asSent = false,
    }: {
      dryRun: boolean;
      liftedBefore?: RegExp | undefined;
      deletions?: Deletions | undefined;
      asSent?: boolean;
    },
  ) {
    this.kubernetes = kubernetes;
    this.#writer = kubernetes;
    this.#signal = signal;
    this.dryRun = dryRun;
    this.#liftedBefore = liftedBefore;
    this.#asSent = asSent;
    this.#deletions = dryRun ? undefined : deletions;
  }

  /** Why the step has to be tried again: the first failure that may pass. */
  get transient(): string | undefined {
    return this.#transient;
  }

  /**
   * Creates an object; the answer has its name where that was generated.
   *
   * @param options.mayExist the control plane makes such objects, too: one that is there counts as `already` made
   */
  create(aim: Aim, object: object, { mayExist = false }: { mayExist?: boolean } = {}): Promise<WriteResult> {
    const create = (options: { dryRun: boolean }) => this.#writer.create(listPath(aim), object, this.#signal, options);
    return this.#write('create', aim, create, { sent: object, alreadyCode: mayExist ? 409 : undefined });
  }

  /**
   * @param change a JSON merge patch; with `metadata.uid` it fails on another object of that name
   * @param subresource as `status`, `scale`
   */
  patch(aim: Aim, change: object, subresource?: string): Promise<WriteResult> {
    const path = objectPath(aim) + (subresource ? `/${subresource}` : '');
    const patch = (options: { dryRun: boolean }) => this.#writer.patch(path, change, this.#signal, options);
    return this.#write('patch', aim, patch, { sent: change, subresource });
  }

  /** Writes down at once what is about to be deleted: {@link remove} would do it one by one. */
  async announce(objects: readonly KubernetesObject[]): Promise<void> {
    await this.#deletions?.announce(objects.flatMap(({ metadata: { uid } }) => uid ?? []));
  }

  /**
   * What is not there counts as `already` done.
   *
   * @param options.uid another object of that name is left alone
   * @throws where the deletion cannot be written down
   */
  async remove(aim: Aim, options: DeleteOptions = {}): Promise<WriteResult | { gone: true }> {
    const { uid } = options;
    if (uid !== undefined) await this.#deletions?.announce([uid]);
    try {
      const remove = () => this.#writer.remove(objectPath(aim), this.#signal, { ...options, dryRun: this.dryRun });
      const existed = await this.#patiently(remove);
      this.note('delete', aim, existed ? 'done' : 'already');
      if (existed && uid !== undefined) this.#deletions?.done(uid);
      return { gone: true };
    } catch (error) {
      return this.#failed('delete', aim, error);
    }
  }

  /**
   * Tries to create what must be refused: the refusal is the proof. Nothing is noted, and nothing is retried.
   *
   * @param path of the listing, or of a subresource with its query
   * @param dryRun false only for what knows no dry run and cannot succeed (a command in a pod that is not there)
   */
  async attempt(path: string, object: object, { dryRun }: { dryRun: boolean }): Promise<WriteResult> {
    try {
      return { object: await this.#writer.create(path, object, this.#signal, { dryRun }) };
    } catch (error) {
      const { code, message } = answered(error, this.#signal);
      return { code, reason: message };
    }
  }

  /**
   * A container's log, part by part.
   *
   * @throws what the API server answers
   */
  stream(path: string, signal: AbortSignal, take: (part: Uint8Array) => void): Promise<void> {
    return this.#writer.stream(path, signal, take);
  }

  /** Notes that there was nothing to write, because the cluster is already in that state. */
  already(verb: Action['verb'], aim: Aim): void {
    this.note(verb, aim, 'already');
  }

  /**
   * Notes a write that is not sent from here: one that goes to AWS, or in a plan one to an object that a dry run has not
   * really made.
   */
  note(
    verb: Action['verb'],
    { kind, namespace, name, what, shown = name }: Omit<Aim, 'apiVersion' | 'resource'>,
    outcome: DoneAction['outcome'],
    reason?: string,
  ): void {
    const where = { kind, ...defined({ namespace: namespace || undefined }), name: shown };
    this.actions.push({ verb, ...where, what, outcome, ...defined({ reason: reason || undefined }) });
  }

  async #write(
    verb: Action['verb'],
    aim: Aim,
    write: (options: { dryRun: boolean }) => Promise<KubernetesObject>,
    {
      sent,
      subresource,
      alreadyCode,
    }: { sent: object; subresource?: string | undefined; alreadyCode?: number | undefined },
  ): Promise<WriteResult> {
    try {
      const object = await this.#patiently(() => write({ dryRun: this.dryRun }));
      // What release makes again may be completed by others, as it was when it was first made.
      const changed = this.#asSent ? changedInFlight(sent, object, subresource) : undefined;
      this.note(verb, aim, changed ? 'failed' : 'done', changed);
      return { object };
    } catch (error) {
      const { code, message } = answered(error, this.#signal);
      if (code !== alreadyCode) return this.#failed(verb, aim, error);
      this.already(verb, aim);
      return { code, reason: message };
    }
  }

  /** Tries again what {@link BY_OURS} says may pass at once. One that stays refused costs a step its patience only once. */
  async #patiently<T>(write: () => Promise<T>): Promise<T> {
    for (let pause = FIRST_PAUSE_MS; ; pause *= 2) {
      try {
        return await write();
      } catch (error) {
        const { code, message } = answered(error, this.#signal);
        if (code !== 403 || !BY_OURS.test(message) || this.#patienceMs <= 0 || this.dryRun) throw error;
      }
      await this.#pauseFor(pause);
    }
  }

  /** Writes that are refused side by side wait together: it is their time that is bounded, not their number. */
  async #pauseFor(ms: number): Promise<void> {
    this.#pausing ??= this.#sleep(Math.min(ms, this.#patienceMs)).finally(() => {
      this.#pausing = undefined;
    });
    await this.#pausing;
  }

  async #sleep(ms: number): Promise<void> {
    this.#patienceMs -= ms;
    await sleep(ms, undefined, { signal: this.#signal });
  }

  /** @throws anything that is not an answer of the API server, and when the step's time is over */
  #failed(verb: Action['verb'], aim: Aim, error: unknown): { code: number; reason: string } {
    const { code, message } = answered(error, this.#signal);
    if (this.dryRun && code === 403 && this.#liftedBefore?.test(message)) {
      this.note(verb, aim, 'done');
      return { code, reason: message };
    }
    if (TRANSIENT.has(code)) this.#transient ??= `${verb} ${aim.kind} ${aim.name}: ${message}`;
    this.note(verb, aim, 'failed', message);
    return { code, reason: message };
  }
}

/** @throws anything that is not an answer of the API server, and when the step's time is over */
function answered(error: unknown, signal: AbortSignal): KubernetesError {
  if (signal.aborted || !(error instanceof KubernetesError)) throw error;
  return error;
}
