import { list, record, records, text, texts } from '../../../kit/json.ts';

/** One container of any sort, as far as the signs look at it. */
export interface Container {
  /** As a person would say it: `init container setup`. */
  label: string;
  name: string;
  image: string | undefined;
  securityContext: Record<string, unknown>;
  ports: Record<string, unknown>[];
  /** `volumeMounts` */
  mounts: Record<string, unknown>[];
  /** Command and arguments: to be searched, never to be shown. */
  arguments: string[];
  /** Values of environment variables: to be searched, never to be shown. */
  environment: string[];
}

/** A pod's specification, whoever wrote it: whatever has another shape counts as absent. */
export interface PodSpec {
  containers: Container[];
  volumes: Record<string, unknown>[];
  tolerations: Record<string, unknown>[];
  securityContext: Record<string, unknown>;
  serviceAccount: string;
  spec: Record<string, unknown>;
}

export function podSpecOf(value: unknown): PodSpec {
  const spec = record(value);
  const containers = (field: string, sort: string) =>
    list(spec[field]).map((container) => containerOf(record(container), sort));
  return {
    containers: [
      ...containers('containers', 'container'),
      ...containers('initContainers', 'init container'),
      ...containers('ephemeralContainers', 'ephemeral container'),
    ],
    volumes: records(spec['volumes']),
    tolerations: records(spec['tolerations']),
    securityContext: record(spec['securityContext']),
    serviceAccount: text(spec['serviceAccountName']) ?? text(spec['serviceAccount']) ?? 'default',
    spec,
  };
}

function containerOf(container: Record<string, unknown>, sort: string): Container {
  const name = text(container['name']) ?? '';
  return {
    label: `${sort} ${name}`,
    name,
    image: text(container['image']),
    securityContext: record(container['securityContext']),
    ports: records(container['ports']),
    mounts: records(container['volumeMounts']),
    arguments: [...texts(container['command']), ...texts(container['args'])],
    environment: records(container['env']).flatMap(({ value }) => text(value) ?? []),
  };
}
