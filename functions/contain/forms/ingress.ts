import type { KubernetesObject } from '../../clients/kubernetes/kubernetes.ts';
import { record, text, texts } from '../../kit/json.ts';
import type { ContainmentForm } from './form.ts';

/** A class that no controller serves. */
const nobody = (uid: string): string => `quarantined-${uid}`;

/** Finalizers of the AWS Load Balancer Controller and of Auto Mode: it deletes the load balancer of an Ingress that it loses. */
const BALANCER = /(^|\.)(ingress\.k8s\.aws|ingress\.eks\.amazonaws\.com)\//;

/** Annotations by which that controller answers without a backend: a redirect, or a page of the Ingress's own. */
const OWN_ANSWER = /^alb\.ingress\.kubernetes\.io\/(actions\.|jwt-validation|auth-)/;

/**
 * The backends of an Ingress are empty with its Services. What it answers by itself (redirects, snippets of a proxy's
 * configuration, a host name that it takes from others) ends when no controller serves it any more. An Ingress with an AWS
 * load balancer stays with its controller, which would delete the balancer and its name, unless it can answer by itself.
 */
export const ingress: ContainmentForm = {
  apiGroup: 'networking.k8s.io',
  kind: 'Ingress',
  what: 'is served by no controller any more',
  contain(live, uid) {
    const { ingressClassName } = record(live['spec']);
    if (ingressClassName === nobody(uid) || (hasBalancer(live) && !answersItself(live))) return undefined;
    return { spec: { ingressClassName: nobody(uid) } };
  },
  restore(original, live) {
    const [was, is] = [original, live].map(({ spec }) => text(record(spec)['ingressClassName']));
    return was === is ? undefined : { spec: { ingressClassName: was ?? null } };
  },
  isContained(original, live, uid) {
    const { ingressClassName } = record(live['spec']);
    return ingressClassName === nobody(uid) || (hasBalancer(original) && !answersItself(original));
  },
};

/** The old way to name a class, which some controllers heed before the field: the form cannot move such an Ingress. */
export const classByAnnotation = ({ metadata }: KubernetesObject): string | undefined =>
  text(metadata.annotations?.['kubernetes.io/ingress.class']);

const hasBalancer = ({ metadata }: KubernetesObject): boolean =>
  texts(metadata['finalizers']).some((finalizer) => BALANCER.test(finalizer));

const answersItself = ({ metadata }: KubernetesObject): boolean =>
  Object.keys(record(metadata.annotations)).some((key) => OWN_ANSWER.test(key));
