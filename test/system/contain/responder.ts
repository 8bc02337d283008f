/** The playbooks run on this machine against a real control plane, each function by its own limited identity. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type End, type Handler, runPlaybook } from '../../../bin/local/playbook.ts';
import { KubeWriteApi } from '../../../functions/clients/kubernetes/kube-write-api.ts';
import { Kubeconfig } from '../../../functions/clients/kubernetes/kubeconfig.ts';
import type { WritableKubernetes } from '../../../functions/clients/kubernetes/kubernetes-writer.ts';
import { LocalContainmentRegister } from '../../../functions/clients/local/containment-register.ts';
import { LocalEvidenceStore } from '../../../functions/clients/local/evidence-store.ts';
import { LocalLogSearch, linesOf } from '../../../functions/clients/local/log-search.ts';
import { readPayload } from '../../../functions/contain/framework/payload.ts';
import { runStep } from '../../../functions/contain/framework/run-step.ts';
import { type ContainClients, DEFAULT_SETTINGS, type PlaybookStep } from '../../../functions/contain/framework/step.ts';
import { containMachine } from '../../../functions/contain/machines/contain.ts';
import { releaseMachine } from '../../../functions/contain/machines/release.ts';
import { RELEASE_FUNCTION_STEPS } from '../../../functions/contain/release/index.ts';
import { CONTAIN_FUNCTION_STEPS } from '../../../functions/contain/steps/index.ts';
import { PROBE_FUNCTION_STEPS } from '../../../functions/contain/steps/probe.ts';
import type { Mode, Scope, StepRecord } from '../../../functions/contract/containment.ts';
import type { FollowUp, PlanAnswer } from '../../../functions/contract/follow-up.ts';
import { CONTAIN_STEPS, RELEASE_STEPS, type StepKey } from '../../../functions/contract/playbook-steps.ts';
import { GROUPS } from '../../../functions/kubernetes/quarantine.ts';
import type { Cluster } from '../../../tools/twin/cluster.ts';
import { kubeconfig } from '../../../tools/twin/kube.ts';
import { Life } from './life.ts';

/** Names that a console shows, and the ARNs that the definitions need. */
const ARN = 'arn:aws:lambda:eu-west-1:111122223333:function:';

type Identity = 'contain' | 'probe' | 'release';

export interface Ended {
  end: End;
  told: FollowUp[];
  /** What each step did, by its key. */
  record(step: StepKey): Promise<StepRecord>;
}

export class Responder {
  readonly folder: string;
  readonly register = new LocalContainmentRegister();
  /** What the steps may ask in addition. */
  more: Partial<ContainClients> = {};
  readonly apis: Record<Identity, WritableKubernetes>;
  readonly #store: LocalEvidenceStore;
  readonly #over = new Set<string>();
  #runs = 0;

  private constructor(folder: string, apis: Record<Identity, WritableKubernetes>) {
    this.folder = folder;
    this.apis = apis;
    this.#store = new LocalEvidenceStore(folder);
  }

  static async of(cluster: Cluster): Promise<Responder> {
    const identities = ['contain', 'probe', 'release'] as const;
    const apis = await Promise.all(
      identities.map(async (name) => [name, await connect(cluster, name, [GROUPS[name]])] as const),
    );
    const folder = mkdtempSync(join(cluster.processes.folder, 'evidence-'));
    const responder = new Responder(folder, Object.fromEntries(apis) as Record<Identity, WritableKubernetes>);
    responder.more = { auditLog: new LocalLogSearch({ audit: linesOf([cluster.auditLog]) }) };
    return responder;
  }

  /**
   * Runs *contain*, or *release* with that mode.
   *
   * @param answer to the question whether to remove
   * @param waitsForCaches whether the API server's cache of tokens is waited for
   * @param life of the process that runs it; what is tried is tried again at once then
   */
  async run(
    mode: Mode,
    target: { namespace: string; uid: string },
    {
      accept = [],
      overwrite = false,
      scope,
      answer,
      waitsForCaches = false,
      removalPause = 500,
      life,
      findingId,
    }: {
      accept?: string[];
      overwrite?: boolean;
      scope?: Scope;
      answer?: (question: FollowUp) => Omit<PlanAnswer, 'decidedAt'>;
      waitsForCaches?: boolean;
      removalPause?: number;
      life?: Life;
      findingId?: string;
    } = {},
  ): Promise<Ended> {
    const told: FollowUp[] = [];
    const name = `run-${++this.#runs}`;
    const input = {
      cluster: 'twin',
      ...target,
      mode,
      accept,
      overwrite,
      ...(scope !== undefined && { scope }),
      ...(findingId !== undefined && { findingId }),
    };
    const release = mode === 'release' || this.#releasing;
    const steps: [Identity, readonly PlaybookStep[]][] = release
      ? [['release', RELEASE_FUNCTION_STEPS]]
      : [
          ['contain', CONTAIN_FUNCTION_STEPS],
          ['probe', PROBE_FUNCTION_STEPS],
        ];
    const titles: Partial<Record<StepKey, string>> = release ? RELEASE_STEPS : CONTAIN_STEPS;
    const handlers: Record<string, Handler> = {};
    for (const [identity, own] of steps)
      for (const step of own)
        handlers[titles[step.key] ?? ''] = (parameters) => this.#step(identity, step, parameters, told, life);
    if (!release) {
      const ask = handlers[CONTAIN_STEPS.askOnCall];
      handlers[CONTAIN_STEPS.askOnCall] = async (parameters) => {
        await ask?.((parameters as { Payload: unknown }).Payload);
        const question = told.find(({ question }) => question !== undefined);
        if (!question || !answer) throw Object.assign(new Error('nobody answered'), { name: 'States.Timeout' });
        return { ...answer(question), decidedAt: new Date().toISOString() };
      };
    }
    const definition = release
      ? releaseMachine(`${ARN}release`)
      : containMachine({ contain: `${ARN}contain`, probe: `${ARN}probe` }, { questionSeconds: 60 });
    const end = await runPlaybook(
      definition,
      { name, id: `local-${name}`, input },
      {
        handlers,
        pauses: {
          waits: {
            ...(!waitsForCaches && { 'Wait for caches': 0 }),
            'Wait for the nodes': removalPause,
            'Wait for removal': removalPause,
            'Wait for the audit log': removalPause,
          },
          ...(life && { retries: Object.fromEntries(Object.keys(handlers).map((state) => [state, 0])) }),
        },
      },
    );
    this.#over.add(`local-${name}`);
    const root = `containment/unknown/unknown/twin/${target.uid}/runs/${name}/steps/`;
    return {
      end,
      told,
      record: async (step) => {
        const body = await this.#store.get(`${root}${step}.json`);
        if (!body) throw new Error(`the step ${step} has left no record`);
        return JSON.parse(Buffer.from(body).toString());
      },
    };
  }

  #releasing = false;

  /** A plan of *release*; its mode alone does not distinguish it from one of *contain*. */
  async planRelease(target: { namespace: string; uid: string }): Promise<Ended> {
    this.#releasing = true;
    try {
      return await this.run('plan', target);
    } finally {
      this.#releasing = false;
    }
  }

  async #step(
    identity: Identity,
    step: PlaybookStep,
    parameters: unknown,
    told: FollowUp[],
    life = new Life(),
  ): Promise<unknown> {
    const clients: ContainClients = {
      kubernetes: { connect: async () => life.of(this.apis[identity], ['create', 'patch', 'remove']) },
      store: life.of(this.#store, ['put', 'putFirst']),
      register: life.of(this.register, ['lease', 'giveBack', 'ask']),
      followUps: life.of(
        {
          tell: async (followUp: FollowUp) => {
            told.push(followUp);
          },
        },
        ['tell'],
      ),
      playbooks: { ended: async (execution) => this.#over.has(execution) },
      ...this.more,
    };
    return runStep(step, readPayload(parameters), clients, DEFAULT_SETTINGS);
  }
}

/** Connects as somebody with a certificate. */
export async function connect(
  cluster: Pick<Cluster, 'certificates' | 'endpoint' | 'processes'>,
  name: string,
  groups: string[],
): Promise<WritableKubernetes> {
  await cluster.certificates.issue({ name, commonName: `test:${name}`, organizations: groups });
  const file = join(cluster.processes.folder, `${name}.kubeconfig`);
  writeFileSync(file, kubeconfig(cluster.endpoint, name, cluster.certificates.pair(name)), { mode: 0o600 });
  return new KubeWriteApi(new Kubeconfig({ kubeconfig: file }));
}
