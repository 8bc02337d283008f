/** The stage on which an incident's script acts: every request is a step, and has to be answered as the script expects. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { EKSClient } from '@aws-sdk/client-eks';
import { defined } from '../../../functions/kit/defined.ts';
import type { KubeAnswer } from '../../twin/kube.ts';
import type { Twin } from '../../twin/twin.ts';
import { type Actor, Client, type Metadata, type Sent } from '../client.ts';
import type { Exchange, Identity } from '../exchange.ts';
import { applyAsAdmin } from '../setup.ts';
import type { AwsCall } from './cloudtrail.ts';
import type { Creation, Fact, Look, Phase, Step } from './incident.ts';

/** What whoever stages an incident wants to be told. */
export interface Hooks {
  /** The standing state is there: what happens from now on is the incident. */
  begin?(): Promise<void>;
  /** The moment at which an alert is investigated. */
  look?(which: Look, scene: Pick<Scene, 'creations'>): Promise<void>;
}

/** An IAM identity that calls AWS. */
export interface AwsActor {
  identity: Identity & { accessKeyId: string; principalId: string };
  client: EKSClient;
}

type AwsRequest = Omit<AwsCall, 'at' | 'by' | 'answer'> & { send(client: EKSClient): Promise<{ $metadata: unknown }> };

export class Scene {
  readonly twin: Twin;
  readonly steps: Step[] = [];
  readonly creations: Creation[] = [];
  readonly awsCalls: AwsCall[] = [];
  readonly looks: Partial<Record<Look, string>> = {};
  begunAt = '';
  readonly #name: string;
  readonly #hooks: Hooks;
  readonly #notes: Exchange[] = [];
  #phase: Phase = 'before';

  constructor(twin: Twin, name: string, hooks: Hooks) {
    this.twin = twin;
    this.#name = name;
    this.#hooks = hooks;
  }

  /** Makes what has stood in the cluster for long. */
  async standing(...objects: object[]): Promise<void> {
    await applyAsAdmin(this.twin, objects);
  }

  /** From here on it is the incident: authorizer and admission have learnt of what stands. */
  async begin(): Promise<void> {
    await sleep(1_000);
    await this.#hooks.begin?.();
    this.begunAt = new Date().toISOString();
  }

  /** A request that has to be answered with this code. */
  async act(who: Actor, does: string, sent: Sent, expected: number, fact?: Fact): Promise<KubeAnswer> {
    const at = new Date().toISOString();
    const answer = await new Client(this.twin, who, this.#name, this.#notes).send(sent);
    const { method = 'GET', path } = sent;
    const auditID = String(answer.headers['audit-id'] ?? '');
    this.#step({ at, who, does, request: `${method} ${path}`, code: answer.code, auditID, fact });
    if (answer.code !== expected)
      throw new Error(`${this.#name}: ${does}: expected ${expected}: ${answer.code} ${answer.text}`);
    return answer;
  }

  /** Asks until the authorizer has learnt that an identity may create namespaces; each time is a step. */
  async untilMayCreate(who: Actor): Promise<void> {
    const spec = { resourceAttributes: { verb: 'create', resource: 'namespaces' } };
    const body = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec };
    const sent = { method: 'POST', path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', body };
    for (let tries = 0; tries < 50; tries++, await sleep(100)) {
      const { json } = await this.act(who, 'asks whether it may create namespaces now', sent, 201);
      if ((json?.['status'] as { allowed?: boolean } | undefined)?.allowed) return;
    }
    throw new Error(`${this.#name}: the right to create namespaces did not come`);
  }

  /** Creates a namespace; has to succeed. */
  async create(
    who: Actor,
    does: string,
    metadata: Metadata & { name: string },
    sent: Partial<Sent> = {},
  ): Promise<void> {
    this.#phase = 'creation';
    const body = { apiVersion: 'v1', kind: 'Namespace', metadata };
    const answer = await this.act(who, does, { method: 'POST', path: '/api/v1/namespaces', body, ...sent }, 201);
    this.#created(who, metadata.name, String(answer.headers['audit-id']), answer.json);
  }

  /** Runs kubectl, which has to succeed. */
  async kubectl(who: Actor, does: string, args: string[], input?: unknown, facts: Fact[] = []): Promise<void> {
    const at = new Date().toISOString();
    const client = new Client(this.twin, who, this.#name, this.#notes);
    const run = await client.kubectl(args, input === undefined ? {} : { input });
    const request = `kubectl ${args.join(' ')}`;
    if (run.code !== 0) throw new Error(`${this.#name}: ${does}: ${request}: ${run.stderr}`);
    const writes = run.exchanges.length > 0 ? run.exchanges : [{ code: 200, auditID: null }];
    for (const [index, { code, auditID }] of writes.entries())
      this.#step({ at, who, does, request, code, ...defined({ auditID: auditID || undefined }), fact: facts[index] });
  }

  /** Creates a namespace with kubectl; has to succeed. */
  async kubectlCreate(who: Actor, does: string, args: string[], name: string, input?: unknown): Promise<void> {
    this.#phase = 'creation';
    await this.kubectl(who, does, args, input);
    const auditID = this.steps.at(-1)?.auditID ?? '';
    const admin = new Client(this.twin, { kind: 'user', credentials: this.twin.admin }, this.#name, []);
    this.#created(who, name, auditID, (await admin.send({ path: `/api/v1/namespaces/${name}` })).json);
  }

  /** A call of the EKS API. */
  async aws(who: AwsActor, does: string, call: AwsRequest, fact?: Fact): Promise<void> {
    const at = new Date().toISOString();
    const { send, ...request } = call;
    const { $metadata: _, ...answer } = await send(who.client);
    this.awsCalls.push({ ...request, at, by: who.identity, answer });
    this.#step({ at, who: who.identity, does, request: `eks:${call.eventName}`, code: 200, fact });
  }

  /** The moment of an investigation: the pods that were asked for run. */
  async look(which: Look): Promise<void> {
    const admin = new Client(this.twin, { kind: 'user', credentials: this.twin.admin }, this.#name, []);
    for (let tries = 0; tries < 100; tries++, await sleep(100)) {
      const { json } = await admin.send({ path: '/api/v1/pods' });
      const pods = (json?.['items'] ?? []) as { status: { phase: string } }[];
      if (pods.every(({ status }) => status.phase !== 'Pending')) break;
    }
    this.looks[which] = new Date().toISOString();
    await this.#hooks.look?.(which, this);
    this.#phase = 'after';
  }

  #created(actor: Actor, namespace: string, auditID: string, object: Record<string, unknown> | undefined): void {
    const { uid = '', creationTimestamp = '' } = (object?.['metadata'] ?? {}) as {
      uid?: string;
      creationTimestamp?: string;
    };
    if (!uid) throw new Error(`${this.#name}: the answer holds no namespace`);
    this.creations.push({ namespace, uid, createdAt: creationTimestamp, auditID, actor: identityOf(actor) });
  }

  #step({
    who,
    fact,
    ...step
  }: Omit<Step, 'phase' | 'by' | 'from' | 'fact'> & {
    who: Identity & { from?: string };
    fact: Fact | undefined;
  }): void {
    const { from = '127.0.0.1' } = who;
    this.steps.push({ ...step, phase: this.#phase, by: identityOf(who), from, ...defined({ fact }) });
  }
}

const identityOf = ({ kind, username, principalArn, sessionName }: Identity): Identity => ({
  kind,
  ...defined({
    username: username || undefined,
    principalArn: principalArn || undefined,
    sessionName: sessionName || undefined,
  }),
});
