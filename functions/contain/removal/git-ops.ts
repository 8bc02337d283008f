/** Who would put back what was stopped. */
import type { KubernetesObject } from '../../clients/kubernetes/kubernetes.ts';
import type { Proposal } from '../../contract/containment.ts';
import { SUBDOMAIN } from '../../kubernetes/names/kubernetes.ts';

/** Labels by which Flux marks what it applies, with the kind that does it. */
const FLUX = [
  ['kustomize.toolkit.fluxcd.io', 'kustomizations.kustomize.toolkit.fluxcd.io'],
  ['helm.toolkit.fluxcd.io', 'helmreleases.helm.toolkit.fluxcd.io'],
] as const;

/**
 * Pausing is a person's to do: what Argo CD and Flux keep is outside the namespace, and the marks on an object may be an
 * attacker's. While the freeze is in force they are refused anyway.
 */
export function gitOpsProposals(objects: readonly KubernetesObject[]): Proposal[] {
  const commands = new Map<string, string[]>();
  for (const { metadata } of objects) {
    for (const [mark, kind] of FLUX) {
      const name = metadata.labels?.[`${mark}/name`];
      const namespace = metadata.labels?.[`${mark}/namespace`];
      if (isName(name) && isName(namespace))
        add(['patch', kind, name, '-n', namespace, '--type=merge', '-p', '{"spec":{"suspend":true}}']);
    }
    // `<application>:<group>/<kind>:<namespace>/<name>`, the application with its namespace where that is not argocd's own.
    const tracked = metadata.annotations?.['argocd.argoproj.io/tracking-id']?.split(':')[0];
    const application = tracked ?? metadata.labels?.['argocd.argoproj.io/instance'];
    const [name = '', namespace = 'argocd'] = application?.split('_').reverse() ?? [];
    if (isName(name) && isName(namespace))
      add(['annotate', 'applications.argoproj.io', name, '-n', namespace, 'argocd.argoproj.io/skip-reconcile=true']);
  }
  if (commands.size === 0) return [];
  return [
    {
      text: 'Objects of the namespace are marked as made by Argo CD or Flux: pause what makes them, if it is yours.',
      commands: [...commands.values()],
    },
  ];

  function add(args: string[]): void {
    commands.set(args.join('\n'), ['kubectl', ...args]);
  }
}

/** An annotation may hold anything: a name that begins like an option would be taken for one. */
const isName = (name: string | undefined): name is string => SUBDOMAIN.test(name ?? '');
