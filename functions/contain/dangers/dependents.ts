import type { KubernetesObject } from '../../clients/kubernetes/kubernetes.ts';
import { record, records, text } from '../../kit/json.ts';
import { rights } from '../framework/needs.ts';
import { groupOf, resourceName } from '../isolation/api-kinds.ts';
import { type Danger, type DangerKind, nameList, type Surroundings } from './danger.ts';

const GATEWAY = 'gateway.networking.k8s.io';
/** Kinds of the Gateway API that name backends. https://gateway-api.sigs.k8s.io/reference/spec/ */
const ROUTES = ['grpcroutes', 'httproutes', 'tcproutes', 'tlsroutes', 'udproutes'];

/** Objects of other namespaces, and of the cluster, that lead to this one. */
export const dependents: DangerKind = {
  about: 'objects elsewhere that depend on the namespace',
  needs: {
    kubernetes: rights(['list'], 'services', 'persistentvolumes', ...ROUTES.map((kind) => `${kind}.${GATEWAY}`)),
  },
  async find(surroundings) {
    const found = await Promise.all([aliases(surroundings), routes(surroundings), volumes(surroundings)]);
    return { dangers: found.flat() };
  },
};

const placeOf = ({ metadata: { namespace, name } }: KubernetesObject): string =>
  namespace ? `${namespace}/${name}` : `${name}`;

function danger(id: string, what: string, objects: KubernetesObject[], consequence: string): Danger[] {
  if (objects.length === 0) return [];
  return [
    { id: `dependents/${id}`, what: `${what}: ${nameList(objects.map(placeOf))}.`, consequence, blocking: false },
  ];
}

/** Aliases of its Services. An Ingress reaches into other namespaces by these alone. */
async function aliases(surroundings: Surroundings): Promise<Danger[]> {
  const { target } = surroundings;
  const services = await surroundings.all('v1', 'services');
  const led = services.filter(({ metadata, spec }) => {
    const [, of, svc] = text(record(spec)['externalName'])?.split('.') ?? [];
    return metadata.namespace !== target.namespace && of === target.namespace && svc === 'svc';
  });
  return danger('services', 'Services elsewhere are aliases of its own', led, 'Requests through them get no answer.');
}

/** Routes of the Gateway API may name backends of other namespaces. */
async function routes(surroundings: Surroundings): Promise<Danger[]> {
  const { namespace } = surroundings.target;
  const kinds = (await surroundings.kinds()).filter(
    ({ apiVersion, resource }) => groupOf(apiVersion) === GATEWAY && ROUTES.includes(resource),
  );
  const found = await Promise.all(
    kinds.map(async (kind) => {
      const routes = await surroundings.all(kind.apiVersion, kind.resource);
      const led = routes.filter(({ metadata, spec }) => {
        const backends = records(record(spec)['rules']).flatMap((rule) => records(rule['backendRefs']));
        return metadata.namespace !== namespace && backends.some((backend) => backend['namespace'] === namespace);
      });
      return danger(
        resourceName(kind),
        `${kind.kind}s elsewhere lead to it`,
        led,
        'Requests through them get no answer.',
      );
    }),
  );
  return found.flat();
}

/** Volumes are kept: containment deletes no claim. */
async function volumes(surroundings: Surroundings): Promise<Danger[]> {
  const { target } = surroundings;
  const bound = (await surroundings.all('v1', 'persistentvolumes')).filter(
    ({ spec }) => record(record(spec)['claimRef'])['namespace'] === target.namespace,
  );
  const lost = bound.filter(({ spec }) => record(spec)['persistentVolumeReclaimPolicy'] === 'Delete');
  const consequence =
    'They are kept, but would be deleted together with their claims: snapshot them before anybody deletes the namespace.';
  return danger('persistentvolumes', 'Volumes that go with their claims', lost, consequence);
}
