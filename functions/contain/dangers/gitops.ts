import type { KubernetesObject } from '../../clients/kubernetes/kubernetes.ts';
import { text } from '../../kit/json.ts';
import type { Danger, DangerKind } from './danger.ts';

interface Owner {
  tool: 'Argo CD' | 'Flux';
  /** `applications.argoproj.io`. */
  resource: string;
  namespace: string;
  name: string;
}

const KINDS: readonly [string, string][] = [
  ['v1', 'services'],
  ['v1', 'serviceaccounts'],
  ['apps/v1', 'deployments'],
  ['apps/v1', 'statefulsets'],
  ['apps/v1', 'daemonsets'],
  ['networking.k8s.io/v1', 'networkpolicies'],
  ['rbac.authorization.k8s.io/v1', 'rolebindings'],
];

/** What puts objects back as they are in a repository: it works against containment until it is paused. */
export const gitops: DangerKind = {
  about: 'owners that put objects back (Argo CD, Flux)',
  async find(surroundings) {
    const { namespace } = surroundings.target;
    const lists = await Promise.all(KINDS.map(([apiVersion, resource]) => surroundings.here(apiVersion, resource)));
    const namespaces = await surroundings.all('v1', 'namespaces');
    const objects = [...namespaces.filter(({ metadata }) => metadata.name === namespace), ...lists.flat()];
    const owners = new Map(objects.flatMap(ownersOf).map((owner) => [JSON.stringify(owner), owner]));
    const managers = [...new Set(objects.flatMap(managersOf))];
    const unnamed = owners.size === 0 && managers.length > 0 ? [managedBy(managers)] : [];
    return { dangers: [...[...owners.values()].map(dangerOf), ...unnamed] };
  },
};

function ownersOf({ metadata: { labels = {}, annotations = {} } }: KubernetesObject): Owner[] {
  const argo =
    text(annotations['argocd.argoproj.io/tracking-id'])?.split(':')[0] ?? labels['argocd.argoproj.io/instance'];
  // Applications outside Argo CD's own namespace are written with theirs before the name.
  const [, of = 'argocd', app = ''] = /^(?:([a-z0-9-]+)_)?(.*)$/s.exec(argo ?? '') ?? [];
  const flux = (kind: string, resource: string): Owner[] => {
    const name = labels[`${kind}.toolkit.fluxcd.io/name`];
    const namespace = labels[`${kind}.toolkit.fluxcd.io/namespace`] ?? 'flux-system';
    return name ? [{ tool: 'Flux', resource, namespace, name }] : [];
  };
  return [
    ...(app
      ? [{ tool: 'Argo CD', resource: 'applications.argoproj.io', namespace: of, name: app } satisfies Owner]
      : []),
    ...flux('kustomize', 'kustomizations.kustomize.toolkit.fluxcd.io'),
    ...flux('helm', 'helmreleases.helm.toolkit.fluxcd.io'),
  ];
}

const MANAGERS = ['argocd-controller', 'argocd-application-controller', 'kustomize-controller', 'helm-controller'];
const managersOf = ({ metadata }: KubernetesObject): string[] =>
  (metadata.managedFields ?? []).flatMap(({ manager }) => (manager && MANAGERS.includes(manager) ? manager : []));

const CONSEQUENCE =
  'Where nothing freezes the namespace it puts back what is taken away, and on release it may overwrite what is restored.';

const dangerOf = ({ tool, resource, namespace, name }: Owner): Danger => ({
  id: `gitops/${resource}/${namespace}/${name}`,
  what: `Objects of the namespace are marked as owned by ${tool} (${namespace}/${name}).`,
  consequence: CONSEQUENCE,
  blocking: false,
  commands: [
    tool === 'Flux'
      ? [
          'kubectl',
          'patch',
          resource,
          name,
          '--namespace',
          namespace,
          '--type=merge',
          '--patch={"spec":{"suspend":true}}',
        ]
      : ['kubectl', 'annotate', resource, name, '--namespace', namespace, 'argocd.argoproj.io/skip-reconcile=true'],
  ],
});

const managedBy = (managers: string[]): Danger => ({
  id: 'gitops/field-managers',
  what: `Objects of the namespace were written by ${managers.join(', ')}, and do not say for which application.`,
  consequence: CONSEQUENCE,
  blocking: false,
});
