/** Starts playbooks as Step Functions would, on one machine: the deployed definitions, and the steps behind them. */
import { randomUUID } from 'node:crypto';
import { StoredFindingRecords } from '../../functions/clients/bucket/stored-finding-records.ts';
import { LocalBaseline } from '../../functions/clients/local/baseline.ts';
import { LocalContainmentRegister } from '../../functions/clients/local/containment-register.ts';
import type { LocalFindingsTable } from '../../functions/clients/local/findings-table.ts';
import { LocalLogSearch } from '../../functions/clients/local/log-search.ts';
import { DECIDE_FUNCTION_STEPS } from '../../functions/contain/decide/index.ts';
import { runDecide } from '../../functions/contain/decide/run-decide.ts';
import type { DecideClients } from '../../functions/contain/decide/step.ts';
import { readPayload } from '../../functions/contain/framework/payload.ts';
import { type ContainClients, DEFAULT_SETTINGS } from '../../functions/contain/framework/step.ts';
import { containMachine } from '../../functions/contain/machines/contain.ts';
import { decideMachine } from '../../functions/contain/machines/decide.ts';
import { releaseMachine } from '../../functions/contain/machines/release.ts';
import type { Definition } from '../../functions/contain/machines/states.ts';
import type { FollowUp, PlanAnswer } from '../../functions/contract/follow-up.ts';
import type { Clock } from './clock.ts';
import { type ExampleAccount, ExampleBucket, type ExamplePlaybook } from './example-account.ts';
import { type End, type Handler, type PlaybookProgress, runPlaybook } from './playbook.ts';
import { STEPS } from './playbooks.ts';
import type { SimulatedCluster } from './simulation/cluster.ts';
import { type LocalFunction, taskHandlers } from './tasks.ts';

export interface PlaybookRunsOptions {
  account: ExampleAccount;
  cluster: SimulatedCluster;
  clock: Clock;
  /** In place of the evidence bucket. */
  folder: string;
  table: LocalFindingsTable;
  /** Lines that were recorded before. */
  auditLines: readonly string[];
  /** Hands something to *alert*. */
  tell(followUp: { followUp: FollowUp }): Promise<void>;
}

/** What a line in a mail starts. */
export interface PlaybookOffer {
  playbook: ExamplePlaybook;
  input: Record<string, unknown>;
}

export class PlaybookRuns {
  readonly #options: PlaybookRunsOptions;
  readonly #register = new LocalContainmentRegister();
  /** Executions that wait for an answer, by their task token. */
  readonly #waiting = new Map<string, (answer: PlanAnswer) => void>();
  readonly #running = new Set<string>();
  readonly #store: ExampleBucket;
  readonly #followUps: ContainClients['followUps'];

  constructor(options: PlaybookRunsOptions) {
    this.#options = options;
    this.#store = new ExampleBucket(options.folder);
    this.#followUps = { tell: (followUp) => options.tell({ followUp }) };
  }

  /**
   * Runs an execution to its end. Its waits are put forward on the clock.
   *
   * @param onProgress what happens in it
   * @param onQuestion it waits for an answer by *decide*, and on-call has been asked
   */
  async start(
    { playbook, input }: PlaybookOffer,
    onProgress: (progress: PlaybookProgress) => void,
    onQuestion: () => Promise<void> = async () => undefined,
  ): Promise<End> {
    const { clock, account } = this.#options;
    const definition = this.#definitionOf(playbook);
    // As Step Functions names an execution that nobody named.
    const name = randomUUID();
    const id = account.execution(playbook, name);
    const startedAt = new Date(clock.now()).toISOString();
    const waits = waitsOf(definition);
    // What the execution holds, as the last state has left it.
    let held: unknown;
    this.#running.add(id);
    try {
      return await runPlaybook(
        definition,
        { name, id, input },
        {
          handlers: timed(this.#handlersOf(playbook, definition, onQuestion), startedAt),
          pauses: { waits: Object.fromEntries([...waits.keys()].map((state) => [state, 1])) },
          onProgress: (progress) => {
            if (progress.kind === 'left') held = progress.output;
            if (progress.kind === 'entered') clock.forward(waits.get(progress.state)?.(held, clock.now()) ?? 0);
            onProgress(progress);
          },
        },
      );
    } finally {
      this.#running.delete(id);
    }
  }

  #definitionOf(playbook: ExamplePlaybook): Definition {
    const { lambda } = this.#options.account;
    if (playbook === 'decide') return decideMachine(lambda('decide'));
    if (playbook === 'release') return releaseMachine(lambda('release'));
    return containMachine(
      { contain: lambda('contain'), probe: lambda('probe') },
      { questionSeconds: DEFAULT_SETTINGS.questionHours * 3_600 },
    );
  }

  #handlersOf(
    playbook: ExamplePlaybook,
    definition: Definition,
    onQuestion: () => Promise<void>,
  ): Record<string, Handler> {
    if (playbook === 'decide') return this.#decideHandlers(definition);
    const { account, clock } = this.#options;
    return taskHandlers(definition, {
      functions: (['contain', 'probe', 'release'] as const).map(
        (role): LocalFunction => ({ arn: account.lambda(role), steps: STEPS[role], clients: this.#clientsOf(role) }),
      ),
      settings: DEFAULT_SETTINGS,
      now: clock.now,
      answer: (_, taskToken) =>
        new Promise((resolve, reject) => {
          this.#waiting.set(taskToken, resolve);
          onQuestion().catch(reject);
        }),
    });
  }

  /** Only *probe* is held by the freeze: the others are what it is exempt for. */
  #clientsOf(role: 'contain' | 'probe' | 'release'): ContainClients {
    const { cluster, auditLines, table } = this.#options;
    const kubernetes = role === 'probe' ? cluster.asProbe() : cluster;
    return {
      kubernetes: { connect: async () => kubernetes },
      store: this.#store,
      register: this.#register,
      followUps: this.#followUps,
      playbooks: { ended: async (execution) => !this.#running.has(execution) },
      podIdentity: { associations: async () => [], dissociate: async () => false },
      capabilities: { of: async () => [] },
      findings: new StoredFindingRecords(this.#store),
      lookup: table,
      ...(role === 'probe' && {
        auditLog: new LocalLogSearch({ audit: () => [...auditLines, ...cluster.auditLog] }),
      }),
    };
  }

  #decideHandlers({ States }: Definition): Record<string, Handler> {
    const { account, clock, table } = this.#options;
    const clients: DecideClients = {
      register: this.#register,
      lookup: table,
      table,
      baseline: new LocalBaseline(table),
      store: this.#store,
      followUps: this.#followUps,
      playbooks: {
        ended: async (execution) => !this.#running.has(execution),
        answer: async (taskToken, answer) => {
          const resolve = this.#waiting.get(taskToken);
          this.#waiting.delete(taskToken);
          resolve?.(answer);
          return resolve !== undefined;
        },
      },
    };
    const settings = { release: { byDefault: account.machine('release'), clusters: {} } };
    const run: Handler = async (event) => {
      const payload = readPayload(event);
      const step = DECIDE_FUNCTION_STEPS.find(({ key }) => key === payload.step);
      if (!step) throw new TypeError(`there is no step ${payload.step}`);
      return runDecide(step, payload, clients, settings, clock.now);
    };
    const tasks = Object.entries(States).filter(([, { Type }]) => Type === 'Task');
    return Object.fromEntries(tasks.map(([name]) => [name, run]));
  }
}

/** How long a Wait state waits, in milliseconds. @param held what the execution holds @param now in epoch milliseconds */
type Wait = (held: unknown, now: number) => number;

const waitsOf = ({ States }: Definition): Map<string, Wait> =>
  new Map(
    Object.entries(States).flatMap(([name, { Type, Seconds, TimestampPath }]): [string, Wait][] => {
      if (Type !== 'Wait') return [];
      if (Seconds !== undefined) return [[name, () => Number(Seconds) * 1_000]];
      const keys = String(TimestampPath).split('.').slice(1);
      const valueIn = (held: unknown) => keys.reduce<unknown>((value, key) => Object(value)[key], held);
      return [[name, (held, now) => Date.parse(String(valueIn(held))) - now]];
    }),
  );

/** The interpreter tells the time of day, where the recording's is meant. */
function timed(handlers: Record<string, Handler>, startedAt: string): Record<string, Handler> {
  const stamped = (parameters: unknown): unknown => {
    const { Payload, ...rest } = Object(parameters) as { Payload?: object };
    return Payload ? { ...rest, Payload: { ...Payload, startedAt } } : { ...rest, startedAt };
  };
  return Object.fromEntries(
    Object.entries(handlers).map(([state, handler]) => [state, (parameters: unknown) => handler(stamped(parameters))]),
  );
}
