import type { KubernetesObject } from '../../../clients/kubernetes/kubernetes.ts';
import { instant, record, records, text } from '../../../kit/json.ts';
import { type Contact, contactsIn } from '../contacts.ts';
import type { Deploys, OriginObjects } from './origin-object.ts';
import { repositoryOf, stepOf } from './origin-step.ts';
import type { ServedObjects } from './served-objects.ts';

/**
 * Flux's Kustomizations (fluxcd/kustomize-controller, api/v1): `spec.sourceRef`, `spec.path`, `status.inventory`,
 * `status.lastAppliedRevision`.
 */
export const kustomization: OriginObjects = {
  kind: 'Kustomization',
  tool: 'Flux',
  group: 'kustomize.toolkit.fluxcd.io',
  isController: (serviceAccount) => serviceAccount === 'kustomize-controller',
  userAgent: /^kustomize-controller\//,
  deploys(object, { kind, name }) {
    const entries = records(record(record(object['status'])['inventory'])['entries']);
    // `<namespace>_<name>_<group>_<kind>`; none of them can hold a `_`, but the name of RBAC's objects.
    const has = entries.some(({ id }) => {
      const parts = String(id).split('_');
      return parts.at(-1) === kind && parts.slice(1, -2).join('_') === name;
    });
    return has ? 'yes' : unlessAtWork(object, entries.length > 0 ? 'no' : 'unknown');
  },
  async step(object, served) {
    const { metadata } = object;
    const [spec, status] = [record(object['spec']), record(object['status'])];
    const source = await sourceOf(spec['sourceRef'], metadata.namespace, served);
    return stepOf({
      tool: kustomization.tool,
      kind: kustomization.kind,
      namespace: metadata.namespace,
      name: metadata.name,
      repository: source.repository,
      path: text(spec['path']),
      // Of an artifact that was made from Git, the commit says more than the artifact's digest.
      revision:
        text(status['lastAppliedOriginRevision']) ??
        source.origin ??
        text(status['lastAppliedRevision']) ??
        text(status['lastAttemptedRevision']) ??
        source.revision,
      startedAt: readySince(object),
      contacts: [...contactsIn(metadata, 'the Kustomization'), ...source.contacts],
    });
  },
};

/** Flux's HelmReleases (fluxcd/helm-controller, api/v2): `spec.chart`, `spec.chartRef`, `status.history`. */
export const helmRelease: OriginObjects = {
  kind: 'HelmRelease',
  tool: 'Flux',
  group: 'helm.toolkit.fluxcd.io',
  isController: (serviceAccount) => serviceAccount === 'helm-controller',
  userAgent: /^helm-controller\//,
  deploys(object, { kind, name }) {
    const spec = record(object['spec']);
    const target = text(spec['targetNamespace']) ?? object.metadata.namespace;
    const creates = record(spec['install'])['createNamespace'] === true;
    // What a chart holds is in the release, which is a Secret.
    return kind === 'Namespace' && target === name && creates ? 'yes' : 'unknown';
  },
  async step(object, served) {
    const { metadata } = object;
    const [spec, status] = [record(object['spec']), record(object['status'])];
    const chart = record(record(spec['chart'])['spec']);
    const source = await sourceOf(chart['sourceRef'] ?? spec['chartRef'], metadata.namespace, served);
    const [latest = {}] = records(status['history']);
    return stepOf({
      tool: helmRelease.tool,
      kind: helmRelease.kind,
      namespace: metadata.namespace,
      name: metadata.name,
      repository: source.repository,
      path: text(latest['chartName']) ?? text(chart['chart']),
      revision: text(latest['chartVersion']) ?? text(status['lastAttemptedRevision']) ?? text(chart['version']),
      startedAt: instant(latest['firstDeployed']) ?? readySince(object),
      contacts: [...contactsIn(metadata, 'the HelmRelease'), ...source.contacts],
    });
  },
};

/** While it is at work, what it lists is of the time before. */
function unlessAtWork(object: KubernetesObject, otherwise: Deploys): Deploys {
  const status = record(object['status']);
  const ready = records(status['conditions']).find(({ type }) => type === 'Ready');
  const isDone = ready?.['status'] === 'True' && status['observedGeneration'] === record(object.metadata)['generation'];
  return isDone ? otherwise : 'unknown';
}

const readySince = (object: KubernetesObject): string | undefined =>
  instant(records(record(object['status'])['conditions']).find(({ type }) => type === 'Ready')?.['lastTransitionTime']);

const SOURCE_GROUP = 'source.toolkit.fluxcd.io';
const SOURCE_KINDS = ['Bucket', 'GitRepository', 'HelmChart', 'HelmRepository', 'OCIRepository'];

interface FluxSource {
  repository?: string | undefined;
  revision?: string | undefined;
  /** The commit from which an OCI artifact was made, as whoever pushed it says. */
  origin?: string | undefined;
  contacts: Contact[];
}

async function sourceOf(reference: unknown, own: string | undefined, served: ServedObjects): Promise<FluxSource> {
  const { kind, name, namespace } = record(reference);
  const of = text(kind);
  const [sourceName, sourceNamespace] = [text(name), text(namespace) ?? own];
  if (of === undefined || !SOURCE_KINDS.includes(of) || !sourceName || !sourceNamespace) return { contacts: [] };
  const [object] = (await served.find({ group: SOURCE_GROUP, kind: of, name: sourceName, namespace: sourceNamespace }))
    .items;
  if (!object) return { contacts: [] };
  const spec = record(object['spec']);
  const artifact = record(record(object['status'])['artifact']);
  const pushed = record(artifact['metadata']);
  const chart = of === 'HelmChart' ? await sourceOf(spec['sourceRef'], sourceNamespace, served) : undefined;
  return {
    repository:
      repositoryOf(pushed['org.opencontainers.image.source']) ??
      repositoryOf(spec['url']) ??
      chart?.repository ??
      text(spec['bucketName']),
    revision: text(artifact['revision']),
    origin: text(pushed['org.opencontainers.image.revision']),
    contacts: contactsIn(object.metadata, `the ${of}`),
  };
}
