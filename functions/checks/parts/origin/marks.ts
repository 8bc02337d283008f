/** What a namespace or an object says of the GitOps tool that deploys it: labels and annotations, which anybody can set. */
import type { KubernetesObject } from '../../../clients/kubernetes/kubernetes.ts';
import { defined } from '../../../kit/defined.ts';
import { LABEL, SUBDOMAIN } from '../../../kubernetes/names/kubernetes.ts';
import type { OriginKind } from './origin-object.ts';

/** A label or annotation that names the object which deploys what it stands on. */
export interface Mark {
  key: string;
  value: string;
  kind: OriginKind;
  name: string;
  /** Absent where the mark does not say. */
  namespace?: string;
  /** The mark says itself that it belongs to another object than the one on which it stands: it was copied. */
  copied?: boolean;
}

type Marked = Pick<KubernetesObject['metadata'], 'labels' | 'annotations'>;

/** `<application>:<group>/<kind>:<namespace>/<name>` (argo-cd, util/argo/resource_tracking.go) */
const TRACKING_ID = 'argocd.argoproj.io/tracking-id';
/** Where Argo CD tracks by label, and its administrator has moved the label away from `app.kubernetes.io/instance`. */
const INSTANCE = 'argocd.argoproj.io/instance';

/** Labels of the objects that Flux applies (fluxcd/kustomize-controller and helm-controller, OwnerLabels). */
const FLUX = [
  { kind: 'Kustomization', prefix: 'kustomize.toolkit.fluxcd.io' },
  { kind: 'HelmRelease', prefix: 'helm.toolkit.fluxcd.io' },
] as const;

/**
 * The marks of an object. `app.kubernetes.io/instance` is none: Argo CD may write it, and so does every Helm chart.
 *
 * @param on kind and name of the object on which they stand
 */
export function marksOf({ labels = {}, annotations = {} }: Marked, on: { kind: string; name: string }): Mark[] {
  const tracking = annotations[TRACKING_ID];
  const marks: Mark[] = [
    ...(tracking === undefined ? [] : trackingMark(tracking, on)),
    ...[labels[INSTANCE], annotations[INSTANCE]].flatMap((value) =>
      value === undefined ? [] : [{ key: INSTANCE, value, kind: 'Application' as const, name: value }],
    ),
    ...FLUX.flatMap(({ kind, prefix }) => {
      const [name, namespace] = [labels[`${prefix}/name`], labels[`${prefix}/namespace`]];
      return name === undefined ? [] : [{ key: `${prefix}/name`, value: name, kind, name, ...defined({ namespace }) }];
    }),
  ];
  return marks.filter(
    ({ name, namespace }) => SUBDOMAIN.test(name) && (namespace === undefined || LABEL.test(namespace)),
  );
}

function trackingMark(value: string, on: { kind: string; name: string }): Mark[] {
  const [application = '', kind = '', name = ''] = value.split(':');
  // An Application outside Argo CD's own namespace is named with its namespace before it.
  const at = application.indexOf('_');
  const isCopied = kind.split('/').at(-1) !== on.kind || name.split('/').at(-1) !== on.name;
  return [
    {
      key: TRACKING_ID,
      value,
      kind: 'Application',
      name: application.slice(at + 1),
      ...defined({ namespace: at < 0 ? undefined : application.slice(0, at), copied: isCopied || undefined }),
    },
  ];
}
