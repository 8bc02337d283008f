/** Objects of Argo CD and Flux, in the shape of their CRDs: what a namespace may come from. */
import { LocalKubernetes } from '../../functions/clients/local/kubernetes.ts';

export interface ArgoOptions {
  name?: string;
  namespace?: string;
  deploys?: string;
  createNamespace?: boolean;
  resources?: object[];
  repoURL?: string;
  initiatedBy?: object;
  phase?: string;
  metadata?: object;
  spec?: object;
  revision?: string;
}

export const COMMIT = '9f2c4e1d0b7a6f5e4d3c2b1a09f8e7d6c5b4a392';
export const listsNamespace = (name: string) => [
  { kind: 'Namespace', version: 'v1', name, status: 'Synced' },
  { group: 'apps', kind: 'Deployment', version: 'v1', namespace: name, name: 'web', status: 'Synced' },
];

/** As `kubectl get application -o json` prints it after a sync. */
export const application = ({
  name = 'checkout',
  namespace = 'argocd',
  deploys = 'shop',
  createNamespace = false,
  resources = listsNamespace(deploys),
  repoURL = 'https://git.example.com/shop/deploy.git',
  initiatedBy = { username: 'alice@example.com' },
  phase = 'Succeeded',
  metadata = {},
  spec = {},
  revision = COMMIT,
}: ArgoOptions = {}) => ({
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Application',
  metadata: { name, namespace, ...metadata },
  spec: {
    project: 'default',
    source: { repoURL, path: 'overlays/production', targetRevision: 'main' },
    destination: { server: 'https://kubernetes.default.svc', namespace: deploys },
    syncPolicy: { automated: {}, syncOptions: createNamespace ? ['CreateNamespace=true'] : [] },
    ...spec,
  },
  status: {
    resources,
    sync: { status: 'Synced', revision },
    operationState: {
      phase,
      startedAt: '2026-11-23T09:59:50Z',
      operation: { initiatedBy, sync: { revision } },
      syncResult: { revision, source: { repoURL } },
    },
    history: [{ id: 0, revision, deployedAt: '2026-11-23T09:59:58Z', initiatedBy }],
  },
});

export interface FluxOptions {
  name?: string;
  namespace?: string;
  entries?: string[];
  ready?: 'True' | 'Unknown' | 'False';
  metadata?: object;
  spec?: object;
  status?: object;
}

export const kustomization = ({
  name = 'apps',
  namespace = 'flux-system',
  entries = ['_shop__Namespace', 'shop_web_apps_Deployment'],
  ready = 'True',
  metadata = {},
  spec = {},
  status = {},
}: FluxOptions = {}) => ({
  apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
  kind: 'Kustomization',
  metadata: { name, namespace, generation: 3, ...metadata },
  spec: {
    interval: '10m',
    path: './apps/production',
    prune: true,
    sourceRef: { kind: 'GitRepository', name: 'fleet' },
    ...spec,
  },
  status: {
    observedGeneration: 3,
    conditions: [{ type: 'Ready', status: ready, lastTransitionTime: '2026-11-23T09:59:59Z' }],
    inventory: { entries: entries.map((id) => ({ id, v: 'v1' })) },
    lastAppliedRevision: `main@sha1:${COMMIT}`,
    ...status,
  },
});

/** What every artifact has; nobody fetches it here. */
const ARTIFACT = {
  digest: `sha256:${'0'.repeat(64)}`,
  lastUpdateTime: '2026-11-23T09:59:00Z',
  path: 'gitrepository/flux-system/fleet/fleet.tar.gz',
  url: 'http://source-controller.flux-system.svc.cluster.local/fleet.tar.gz',
};

export const gitRepository = (metadata: object = {}, url = 'https://git.example.com/platform/fleet') => ({
  apiVersion: 'source.toolkit.fluxcd.io/v1',
  kind: 'GitRepository',
  metadata: { name: 'fleet', namespace: 'flux-system', ...metadata },
  spec: { url, interval: '5m', ref: { branch: 'main' } },
  status: { artifact: { ...ARTIFACT, revision: `main@sha1:${COMMIT}` } },
});

export const helmRelease = ({
  name = 'monitoring',
  namespace = 'flux-system',
  metadata = {},
  spec = {},
  status = {},
}: FluxOptions = {}) => ({
  apiVersion: 'helm.toolkit.fluxcd.io/v2',
  kind: 'HelmRelease',
  metadata: { name, namespace, generation: 1, ...metadata },
  spec: {
    interval: '10m',
    targetNamespace: 'shop',
    install: { createNamespace: true },
    chart: {
      spec: { chart: 'kube-prometheus-stack', version: '65.x', sourceRef: { kind: 'HelmRepository', name: 'charts' } },
    },
    ...spec,
  },
  status: {
    observedGeneration: 1,
    history: [{ chartName: 'kube-prometheus-stack', chartVersion: '65.1.0', firstDeployed: '2026-11-23T09:59:59Z' }],
    ...status,
  },
});

export const helmRepository = {
  apiVersion: 'source.toolkit.fluxcd.io/v1',
  kind: 'HelmRepository',
  metadata: { name: 'charts', namespace: 'flux-system' },
  spec: { interval: '5m', url: 'https://user:secret@charts.example.com/stable' },
};

/** What a controller's request looks like. */
export const ACTORS = {
  argocd: 'system:serviceaccount:argocd:argocd-application-controller',
  kustomize: 'system:serviceaccount:flux-system:kustomize-controller',
  helm: 'system:serviceaccount:flux-system:helm-controller',
};

/** The marks that these tools put on a namespace. */
export const trackedBy = (application: string, name = 'shop') => ({
  'argocd.argoproj.io/tracking-id': `${application}:/Namespace:${name}/${name}`,
});
export const appliedBy = (name: string, namespace = 'flux-system') => ({
  'kustomize.toolkit.fluxcd.io/name': name,
  'kustomize.toolkit.fluxcd.io/namespace': namespace,
});
export const releasedBy = (name: string, namespace = 'flux-system') => ({
  'helm.toolkit.fluxcd.io/name': name,
  'helm.toolkit.fluxcd.io/namespace': namespace,
});

/** Lists as the API server answers them, by path; the kinds that are served. */
export const SERVED = {
  Application: '/apis/argoproj.io/v1alpha1/applications',
  Kustomization: '/apis/kustomize.toolkit.fluxcd.io/v1/kustomizations',
  HelmRelease: '/apis/helm.toolkit.fluxcd.io/v2/helmreleases',
  GitRepository: '/apis/source.toolkit.fluxcd.io/v1/gitrepositories',
  OCIRepository: '/apis/source.toolkit.fluxcd.io/v1/ocirepositories',
  HelmRepository: '/apis/source.toolkit.fluxcd.io/v1/helmrepositories',
  HelmChart: '/apis/source.toolkit.fluxcd.io/v1/helmcharts',
  Bucket: '/apis/source.toolkit.fluxcd.io/v1/buckets',
};

/** A cluster that serves these kinds, and has these objects. */
export const clusterOf = (objects: readonly { kind: string }[], served: Partial<typeof SERVED> = SERVED) =>
  new LocalKubernetes(
    Object.fromEntries(
      Object.entries(served).map(([kind, path]) => [
        path,
        { kind: `${kind}List`, items: objects.filter((object) => object.kind === kind) },
      ]),
    ),
  );
