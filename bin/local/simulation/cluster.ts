/**
 * A recorded cluster that can be written to: the API server's rules are those of {@link MemoryCluster}, its controllers are
 * stood in for by `controllers.ts`, and the freeze by {@link SimulatedCluster.asProbe}. What only a real control plane
 * can show is simulated here: admission policies, authorization, tokens and packets.
 */
import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { KubernetesObject } from '../../../functions/clients/kubernetes/kubernetes.ts';
import type {
  DeleteOptions,
  WritableKubernetes,
  WriteOptions,
} from '../../../functions/clients/kubernetes/kubernetes-writer.ts';
import { type Kind, MemoryCluster } from '../../../functions/clients/local/memory-cluster.ts';
import { kindsOf, listingsOf, type RecordedAnswers } from '../../../functions/clients/local/recorded-answers.ts';
import { KubernetesError } from '../../../functions/contract/errors.ts';
import { isRecord } from '../../../functions/kit/json.ts';
import { listPath } from '../../../functions/kubernetes/object-path.ts';
import { QUARANTINE_LABEL } from '../../../functions/kubernetes/quarantine.ts';
import { PACKAGE_ROOT } from '../../package-root.ts';
import { reconcile } from './controllers.ts';
import { NETWORK_KINDS, nodeAgents } from './network-plugin.ts';

/** What is not as on a real control plane, for a person. */
export const SIMULATED = 'admission policies, authorization, tokens, node agents and packets';

/** Writes of the simulated control plane, as its audit log would tell them. */
const STREAM_USER = 'system:apiserver';

export class SimulatedCluster extends MemoryCluster {
  readonly #now: () => number;
  readonly #auditLog: string[] = [];

  /** @param objects what the API server answered, by path; `now` in epoch milliseconds */
  static async of(recorded: RecordedAnswers, now: () => number): Promise<SimulatedCluster> {
    const listings = listingsOf(recorded);
    const kinds = kindsOf(recorded, listings);
    const cluster = new SimulatedCluster(
      kinds.map(({ apiVersion, kind, resource, namespaced }): Kind => [apiVersion, kind, resource, namespaced]),
      now,
    );
    // A list of metadata names another kind, and a cluster-wide list holds objects of all namespaces.
    for (const { apiVersion, kind, resource, namespaced } of kinds)
      for (const object of listings.get(listPath({ apiVersion, resource }))?.items ?? [])
        if (!namespaced || object.metadata.namespace !== undefined) cluster.add({ ...object, apiVersion, kind });
    for (const object of await clusterSide()) cluster.add(object);
    for (const object of nodeAgents(await cluster.all('/api/v1/nodes'))) cluster.add(object);
    return cluster;
  }

  private constructor(kinds: readonly Kind[], now: () => number) {
    super([], NETWORK_KINDS, kinds);
    this.#now = now;
  }

  /** Lines of the audit log, since the recording ended. */
  get auditLog(): readonly string[] {
    return this.#auditLog;
  }

  /** All objects at the path of a list. */
  async all(path: string): Promise<KubernetesObject[]> {
    return (await this.list(path, new AbortController().signal)).items;
  }

  override async create(path: string, object: object, signal: AbortSignal, options: WriteOptions = {}) {
    const stamped = { ...object, metadata: { creationTimestamp: this.#instant(), ...Object(object).metadata } };
    return this.#written('create', path, () => super.create(path, stamped, signal, options), options);
  }

  override async patch(path: string, change: object, signal: AbortSignal, options: WriteOptions = {}) {
    return this.#written('patch', path, () => super.patch(path, change, signal, options), options);
  }

  override async remove(path: string, signal: AbortSignal, options: DeleteOptions = {}): Promise<boolean> {
    return this.#written('delete', path, () => super.remove(path, signal, options), options);
  }

  /** The cluster for an identity that the freeze holds. */
  asProbe(): WritableKubernetes {
    const refuse = async (path: string): Promise<never> => {
      const [, namespace = '', resource = ''] = /\/namespaces\/([^/]+)\/([^?]+)/.exec(path) ?? [];
      const frozen = this.at(`/api/v1/namespaces/${namespace}`)?.metadata.labels?.[QUARANTINE_LABEL] !== undefined;
      throw frozen ? refusedByFreeze(namespace, resource) : refusedByRights(resource);
    };
    return {
      read: (...asked) => this.read(...asked),
      list: (...asked) => this.list(...asked),
      listMetadata: (...asked) => this.listMetadata(...asked),
      may: (question) => this.may(question),
      kinds: () => this.kinds(),
      stream: (...asked) => this.stream(...asked),
      create: refuse,
      patch: refuse,
      remove: refuse,
    };
  }

  async #written<T>(verb: string, path: string, write: () => Promise<T>, { dryRun }: WriteOptions): Promise<T> {
    const result = await write();
    if (dryRun) return result;
    this.#log(verb, path);
    await reconcile(this, {
      create: (...asked) => super.create(...asked),
      patch: (...asked) => super.patch(...asked),
      remove: (...asked) => super.remove(...asked),
    });
    return result;
  }

  #instant(): string {
    return `${new Date(this.#now()).toISOString().slice(0, 19)}Z`;
  }

  #log(verb: string, requestURI: string): void {
    const at = new Date(this.#now()).toISOString();
    this.#auditLog.push(
      JSON.stringify({
        kind: 'Event',
        apiVersion: 'audit.k8s.io/v1',
        level: 'Metadata',
        auditID: randomUUID(),
        stage: 'ResponseComplete',
        requestURI,
        verb,
        user: { username: STREAM_USER },
        responseStatus: { code: 200 },
        requestReceivedTimestamp: at,
        stageTimestamp: at,
      }),
    );
  }
}

const probe = 'namespace-sentinel:probe';

/** As the API server words it. */
function refusedByFreeze(namespace: string, resource: string): KubernetesError {
  const [kind = '', name = '', subresource] = resource.split('/');
  const policy = 'namespace-sentinel-freeze';
  const operation = subresource === 'exec' ? 'CONNECT' : 'CREATE';
  const asked = [kind, ...(subresource ? [subresource] : [])].join('/');
  const about = name === '' ? kind : `${kind} "${name}"`;
  return new KubernetesError(
    403,
    'Forbidden',
    `${about} is forbidden: ValidatingAdmissionPolicy '${policy}' with binding '${policy}' denied request: namespace ` +
      `${namespace} is quarantined: ${operation} ${asked} refused for ${probe}; release it first, or see ` +
      'docs/playbooks.md, A frozen namespace',
  );
}

const refusedByRights = (resource: string): KubernetesError =>
  new KubernetesError(
    403,
    'Forbidden',
    `${resource} is forbidden: User "${probe}" cannot create resource "${resource}" in API group ""`,
  );

/** What `kubectl apply -k cluster/` installs. */
async function clusterSide(): Promise<object[]> {
  const folders = ['roles', 'policies'].map((name) => join(PACKAGE_ROOT, 'cluster', name));
  const texts = await Promise.all(
    folders.map(async (folder) => {
      const files = (await readdir(folder)).filter((file) => file !== 'kustomization.yaml');
      return Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
    }),
  );
  return texts.flat().flatMap((text) =>
    parseAllDocuments(text)
      .map((document) => document.toJS())
      .filter(isRecord),
  );
}
