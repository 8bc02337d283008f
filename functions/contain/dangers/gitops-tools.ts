/** Argo CD and Flux: what says that they own objects of a namespace, and how they are paused. */
import type { KubernetesObject } from '../../clients/kubernetes/kubernetes.ts';
import { command } from '../../contract/commands/command.ts';
import { record, records, text } from '../../kit/json.ts';

/** A kind of object that applies others, and keeps them as they are in a repository. */
export interface Tool {
  name: 'Argo CD' | 'Flux';
  group: string;
  resource: string;
  /**
   * What it says itself that it applies, of this cluster: for each object the namespace, or the namespace's own name.
   *
   * @param cluster the name of the EKS cluster
   */
  namespaces(owner: KubernetesObject, cluster: string | undefined): string[];
  /** Whether it is a capability of EKS that runs it, outside of the cluster. */
  isOutside?(owner: KubernetesObject): boolean;
  /** Makes it leave its objects alone. */
  pause(resource: string, name: string, namespace: string | undefined): string[];
  /** By which marks on an object it is named. Whoever writes the object may write them. */
  mark(object: KubernetesObject): { namespace: string; name: string } | undefined;
}

const SUSPEND = JSON.stringify({ spec: { suspend: true } });
const suspend = (resource: string, name: string, namespace: string | undefined): string[] =>
  command('kubectl patch', [resource, name], { '--namespace': namespace, '--type': 'merge', '--patch': SUSPEND });

/** Flux writes another cluster's objects by a kubeconfig. */
const isHere = (owner: KubernetesObject): boolean => record(owner['spec'])['kubeConfig'] === undefined;

/** An inventory's ids are `<namespace>_<name>_<group>_<kind>`: fluxcd/pkg, ssa, `ObjMetadata`. */
const inventory = ({ status }: KubernetesObject): string[] =>
  records(record(record(status)['inventory'])['entries']).flatMap(({ id }) => {
    const [namespace = '', name = '', group, kind] = text(id)?.split('_') ?? [];
    return kind === 'Namespace' && group === '' ? name : namespace;
  });

const fluxMark =
  (of: string) =>
  ({ metadata: { labels = {} } }: KubernetesObject): { namespace: string; name: string } | undefined => {
    const name = labels[`${of}.toolkit.fluxcd.io/name`];
    return name ? { name, namespace: labels[`${of}.toolkit.fluxcd.io/namespace`] ?? 'flux-system' } : undefined;
  };

/**
 * The capability of EKS names a cluster by its ARN, and no other way of naming it works there.
 * https://docs.aws.amazon.com/eks/latest/userguide/argocd-register-clusters.html
 */
const clusterOf = (spec: unknown): string | undefined =>
  /^arn:[a-z-]+:eks:[a-z0-9-]+:\d{12}:cluster\/(.{1,100})$/.exec(
    text(record(record(spec)['destination'])['server']) ?? '',
  )?.[1];

const application: Tool = {
  name: 'Argo CD',
  group: 'argoproj.io',
  resource: 'applications',
  isOutside: ({ spec }) => clusterOf(spec) !== undefined,
  namespaces({ spec, status }, cluster) {
    const { server, name, namespace } = record(record(spec)['destination']);
    // https://argo-cd.readthedocs.io/en/stable/operator-manual/declarative-setup/#clusters
    const isHere = server === 'https://kubernetes.default.svc' || name === 'in-cluster';
    const byArn = clusterOf(spec);
    if (!isHere && (byArn === undefined || byArn !== cluster)) return [];
    const resources = records(record(status)['resources']).map((each) =>
      each['kind'] === 'Namespace' ? text(each['name']) : text(each['namespace']),
    );
    return [text(namespace), ...resources].flatMap((each) => each ?? []);
  },
  pause: (resource, name, namespace) =>
    command('kubectl annotate', [resource, name, 'argocd.argoproj.io/skip-reconcile=true'], {
      '--namespace': namespace,
    }),
  mark({ metadata: { labels = {}, annotations = {} } }) {
    const tracked = text(annotations['argocd.argoproj.io/tracking-id'])?.split(':')[0];
    const named = tracked ?? labels['argocd.argoproj.io/instance'];
    // Applications outside Argo CD's own namespace are written with theirs before the name.
    const [, namespace = 'argocd', name] = /^(?:([a-z0-9-]+)_)?(.+)$/s.exec(named ?? '') ?? [];
    return name ? { name, namespace } : undefined;
  },
};

const kustomization: Tool = {
  name: 'Flux',
  group: 'kustomize.toolkit.fluxcd.io',
  resource: 'kustomizations',
  namespaces: (owner) => (isHere(owner) ? inventory(owner) : []),
  pause: suspend,
  mark: fluxMark('kustomize'),
};

const helmRelease: Tool = {
  name: 'Flux',
  group: 'helm.toolkit.fluxcd.io',
  resource: 'helmreleases',
  namespaces(owner) {
    const into = text(record(owner['spec'])['targetNamespace']) ?? owner.metadata.namespace;
    return isHere(owner) ? [...(into ? [into] : []), ...inventory(owner)] : [];
  },
  pause: suspend,
  mark: fluxMark('helm'),
};

export const TOOLS: readonly Tool[] = [application, kustomization, helmRelease];
