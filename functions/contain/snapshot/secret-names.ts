/** The names of Secrets that objects refer to: what a person has to look at, as nobody here reads Secrets. */
import type { KubernetesObject } from '../../clients/kubernetes/kubernetes.ts';
import { record, records, text } from '../../kit/json.ts';

/** The names that these objects refer to, sorted. */
export function secretNames(objects: readonly KubernetesObject[]): string[] {
  const names = objects.flatMap((object) => namesIn(object)).flatMap((name) => text(name) ?? []);
  return [...new Set(names)].sort();
}

function namesIn(object: KubernetesObject): unknown[] {
  const spec = record(object['spec']);
  switch (object.kind) {
    case 'ServiceAccount':
      return [...records(object['secrets']), ...records(object['imagePullSecrets'])].map(({ name }) => name);
    case 'Ingress':
      return records(spec['tls']).map(({ secretName }) => secretName);
    case 'Pod':
      return ofPod(spec);
    case 'PodTemplate':
      return ofPod(record(record(object['template'])['spec']));
    case 'CronJob':
      return ofPod(templateOf(record(record(spec['jobTemplate'])['spec'])));
    default:
      return ofPod(templateOf(spec));
  }
}

const templateOf = (spec: Record<string, unknown>): Record<string, unknown> => record(record(spec['template'])['spec']);

function ofPod(spec: Record<string, unknown>): unknown[] {
  const containers = ['containers', 'initContainers', 'ephemeralContainers'].flatMap((key) => records(spec[key]));
  return [
    ...records(spec['imagePullSecrets']).map(({ name }) => name),
    ...records(spec['volumes']).flatMap(ofVolume),
    ...containers.flatMap(({ env, envFrom }) => [
      ...records(env).map(({ valueFrom }) => record(record(valueFrom)['secretKeyRef'])['name']),
      ...records(envFrom).map(({ secretRef }) => record(secretRef)['name']),
    ]),
  ];
}

/** Plugins of volumes name theirs in one of three ways, as `iscsi`, `csi` and `azureFile` do. */
function ofVolume(volume: Record<string, unknown>): unknown[] {
  return Object.values(volume)
    .map(record)
    .flatMap((source) => [
      source['secretName'],
      record(source['secretRef'])['name'],
      record(source['nodePublishSecretRef'])['name'],
      ...records(source['sources']).map(({ secret }) => record(secret)['name']),
    ]);
}
