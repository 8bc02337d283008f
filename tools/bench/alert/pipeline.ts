/** The deployed bundles of detect, investigate and alert, joined as Lambda joins them, with AWS and a cluster on this machine. */
import { join } from 'node:path';
import { type Certificate, LocalAws } from './aws.ts';
import { delivery } from './creations.ts';
import { Environments, type Handled } from './environments.ts';

export const STAGES = ['detect', 'investigate', 'alert'] as const;
type Stage = (typeof STAGES)[number];

/** How an event came to a message; instants in milliseconds. */
interface Course {
  delivered: number;
  invoked?: number;
  investigated?: number;
  published?: number;
  done: PromiseWithResolvers<void>;
}

/** What one message took, in milliseconds. */
export type Took = Record<Stage | 'whole', number>;

export class BenchPipeline {
  /** The least that a new environment took until its first event was handled, in milliseconds of processor time. */
  readonly firstEvent: Record<Stage, number> = {
    detect: Number.POSITIVE_INFINITY,
    investigate: Number.POSITIVE_INFINITY,
    alert: Number.POSITIVE_INFINITY,
  };
  readonly #aws: LocalAws;
  readonly #courses = new Map<string, Course>();
  readonly #bundles: string;
  #functions: Record<Stage, Environments> | undefined;
  #made = 0;

  /** @param bundles the folder of the functions' bundles */
  constructor(bundles: string, certificate: Certificate) {
    this.#bundles = bundles;
    this.#aws = new LocalAws(certificate, {
      invoked: (_, event) => void this.#investigate(event as Request),
      published: (subject) => this.#published(subject),
    });
  }

  async start(settings: Record<string, string>): Promise<void> {
    await this.#aws.start();
    const env = { ...settings, ...this.#aws.environment };
    const made = STAGES.map((name) => [name, new Environments(name, join(this.#bundles, name, 'index.js'), env)]);
    this.#functions = Object.fromEntries(made);
  }

  /** Ends all environments: what comes next meets cold functions. */
  async cool(): Promise<void> {
    await Promise.all(STAGES.map((name) => this.#of(name).end()));
  }

  async stop(): Promise<void> {
    await this.cool();
    this.#aws.stop();
  }

  /** Delivers so many creations at once, each by an actor of its own, and waits for their messages. */
  async create(count: number): Promise<Took[]> {
    const names = Array.from({ length: count }, () => `bench-${++this.#made}`);
    const courses = names.map((name) => {
      const course: Course = { delivered: performance.now(), done: Promise.withResolvers() };
      this.#courses.set(name, course);
      return course;
    });
    const { result } = await this.#run('detect', delivery(names));
    const { handedOver } = result as { handedOver: number };
    if (handedOver !== count) throw new Error(`detect handed over ${handedOver} of ${count} creations`);
    await Promise.all(courses.map(({ done }) => done.promise));
    return courses.map(tookOf);
  }

  async #investigate(request: Request): Promise<void> {
    const course = this.#courses.get(request.finding.namespace.name);
    if (!course) throw new Error('an investigation that nothing was created for');
    try {
      course.invoked = performance.now();
      const { result } = await this.#run('investigate', request);
      course.investigated = performance.now();
      await this.#run('alert', {
        version: '1.0',
        timestamp: new Date().toISOString(),
        requestContext: {
          requestId: crypto.randomUUID(),
          functionArn: 'arn',
          condition: 'Success',
          approximateInvokeCount: 1,
        },
        requestPayload: request,
        responseContext: { statusCode: 200 },
        responsePayload: result,
      });
      if (course.published === undefined) throw new Error('alert published nothing');
      course.done.resolve();
    } catch (error) {
      course.done.reject(error);
    }
  }

  #published(subject: string): void {
    const course = this.#courses.get(/\bbench-\d+\b/.exec(subject)?.[0] ?? '');
    if (course) course.published ??= performance.now();
  }

  async #run(name: Stage, event: unknown): Promise<Handled> {
    const handled = await this.#of(name).handle(event);
    if (handled.wasCold) this.firstEvent[name] = Math.min(this.firstEvent[name], handled.processor);
    return handled;
  }

  #of(name: Stage): Environments {
    if (!this.#functions) throw new Error('the pipeline is not started');
    return this.#functions[name];
  }
}

interface Request {
  finding: { namespace: { name: string } };
}

function tookOf({ delivered, invoked = Number.NaN, investigated = Number.NaN, published = Number.NaN }: Course): Took {
  return {
    detect: invoked - delivered,
    investigate: investigated - invoked,
    alert: published - investigated,
    whole: published - delivered,
  };
}
