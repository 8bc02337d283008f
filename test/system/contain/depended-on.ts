/** A namespace that others depend on, and the kinds that this needs. */

export const crd = (group: string, version: string, kind: string, plural: string) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: {
    name: `${plural}.${group}`,
    // As of a published API: the API server wants to be told that it was approved.
    annotations: { 'api-approved.kubernetes.io': 'unapproved, for a test' },
  },
  spec: {
    group,
    scope: 'Namespaced',
    names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
    versions: [
      {
        name: version,
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
});
export const KINDS: [string, string, string, string][] = [
  ['cilium.io', 'v2', 'CiliumNetworkPolicy', 'ciliumnetworkpolicies'],
  ['argoproj.io', 'v1alpha1', 'Application', 'applications'],
  ['kustomize.toolkit.fluxcd.io', 'v1', 'Kustomization', 'kustomizations'],
  ['helm.toolkit.fluxcd.io', 'v2', 'HelmRelease', 'helmreleases'],
  ['example.com', 'v1', 'Widget', 'widgets'],
];

/** What of the cluster leads into the namespace `hub`, or applies objects of it. */
export function hubObjects(): object[] {
  const service = { namespace: 'hub', name: 'hub', port: 443 };
  const leads = {
    clientConfig: { service },
    sideEffects: 'None',
    admissionReviewVersions: ['v1'],
    failurePolicy: 'Ignore',
    timeoutSeconds: 1,
  };
  const rules = [{ apiGroups: ['example.com'], apiVersions: ['*'], operations: ['CREATE'], resources: ['widgets'] }];
  const configuration = (name: string, ...webhooks: object[]) => ({
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name },
    webhooks,
  });
  const other = {
    ...leads,
    name: 'other.example.com',
    rules,
    clientConfig: { service: { ...service, namespace: 'shop' } },
  };
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { namespace: 'hub', name: 'hub' },
      spec: { ports: [{ port: 443 }] },
    },
    configuration('alone', { ...leads, name: 'alone.example.com', rules }),
    configuration('shared', other, { ...leads, name: 'mine.example.com', rules }),
    {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Application',
      metadata: { namespace: 'argocd', name: 'web' },
      spec: { destination: { server: 'https://kubernetes.default.svc', namespace: 'hub' } },
    },
    {
      apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
      kind: 'Kustomization',
      metadata: { namespace: 'flux-system', name: 'apps' },
      status: { inventory: { entries: [{ id: '_hub__Namespace', v: 'v1' }] } },
    },
    {
      apiVersion: 'helm.toolkit.fluxcd.io/v2',
      kind: 'HelmRelease',
      metadata: { namespace: 'flux-system', name: 'hub' },
      spec: { targetNamespace: 'hub' },
    },
    {
      apiVersion: 'apiregistration.k8s.io/v1',
      kind: 'APIService',
      metadata: { name: 'v1.hub.example.com' },
      spec: {
        group: 'hub.example.com',
        version: 'v1',
        groupPriorityMinimum: 100,
        versionPriority: 10,
        service,
        insecureSkipTLSVerify: true,
      },
    },
  ];
}
