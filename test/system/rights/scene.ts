/** The control plane on which the rights of our identities are tried, with what each attempt needs. */
import { Agent } from 'node:https';
import { type Credentials, type KubeAnswer, type KubeRequest, kubeRequest } from '../../../tools/twin/kube.ts';
import { type ClusterSide, merge, OURS, POD, post, QUARANTINE, RELEASING, startClusterSide } from '../cluster-side.ts';
import { bindings, core, DENY_ALL, MARK, RBAC } from '../identities/objects.ts';
import { staged } from '../identities/staged.ts';
import { IDENTITIES, type IdentityName, namespaceOf, PLACES, type Place, type Uids } from './attack.ts';
import { customKinds } from './custom-kinds.ts';
import { doomed, doomedInCluster } from './samples.ts';

/** In quarantine, beside `pen`. */
const QUARANTINED_TOO = 'pen-2';
/** Ordinary; an attack quarantines it. */
const FREE_TOO = 'free-2';

const labels = (app: string) => ({ matchLabels: { app } });
const template = (app: string) => ({ metadata: { labels: { app } }, spec: POD('').spec });

/** Beside what the tests of our identities stage. */
const more = (namespace: string) =>
  [
    {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name: 'paused' },
      spec: {
        schedule: '0 0 1 1 *',
        suspend: true,
        jobTemplate: { spec: { template: { spec: { ...POD('').spec, restartPolicy: 'Never' } } } },
      },
    },
    { apiVersion: 'v1', kind: 'Pod', ...POD('quick', { nodeSelector: { hall: 'none' } }), metadata: { name: 'quick' } },
    {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: { name: 'old' },
      spec: { replicas: 1, selector: labels('y'), template: template('y') },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: 'loses' },
      spec: {
        ...{ replicas: 1, serviceName: 'x', selector: labels('z'), template: template('z') },
        persistentVolumeClaimRetentionPolicy: { whenScaled: 'Delete', whenDeleted: 'Retain' },
      },
    },
    // As containment makes them.
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'deny-1', labels: OURS },
      spec: DENY_ALL,
    },
    {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'q-1', labels: OURS },
      spec: { hard: { 'count/leases.coordination.k8s.io': '0' } },
    },
  ].map((object) => ({ ...object, metadata: { ...object.metadata, namespace } }));

/** Roles that release must not bind, each for a reason of its own. */
const WIDE = {
  'reaches-all': [{ apiGroups: [''], resources: ['*'], verbs: ['get'] }],
  'scales-all': [{ apiGroups: ['apps'], resources: ['*/scale'], verbs: ['patch'] }],
  'groups-all': [{ apiGroups: ['*'], resources: ['pods'], verbs: ['get'] }],
  escalates: [{ apiGroups: ['rbac.authorization.k8s.io'], resources: ['roles'], verbs: ['bind'] }],
};

export interface RightsScene {
  side: ClusterSide;
  uids: Uids;
  /** By the identity of that name, or as the administrator. */
  ask(who: IdentityName | 'admin', request: KubeRequest): Promise<KubeAnswer>;
  close(): Promise<void>;
}

/** One namespace for each {@link Place}, and two more for attacks. */
export async function bringUp(): Promise<RightsScene> {
  const side = await startClusterSide();
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  const close = async () => {
    agent.destroy();
    await side.close();
  };
  try {
    const { cluster, done } = side;
    await cluster.certificates.issue(
      ...IDENTITIES.map((name) => ({
        name: `thief-${name}`,
        commonName: `stolen-${name}`,
        organizations: [`namespace-sentinel:${name}`],
      })),
    );
    const credentials = (who: IdentityName | 'admin'): Credentials =>
      who === 'admin' ? cluster.admin : cluster.certificates.pair(`thief-${who}`);
    const ask = (who: IdentityName | 'admin', request: KubeRequest) =>
      kubeRequest(cluster.endpoint, credentials(who), request, agent);

    const { groups } = (await done({ path: '/apis' })).json as { groups: { name: string }[] };
    const kinds = customKinds(new Set(groups.map(({ name }) => name)));
    const create = (items: object[]) => side.kubectl(['create', '-f', '-'], { apiVersion: 'v1', kind: 'List', items });
    await create(kinds);
    await side.kubectl(['wait', '--for=condition=Established', 'crd', '--all']);
    for (const [name, rules] of Object.entries(WIDE))
      await done(post(`${RBAC}/clusterroles`, { metadata: { name }, rules }));

    const places = Object.keys(PLACES) as Place[];
    const uids = {} as Record<keyof Uids, string>;
    for (const place of places) {
      const namespace = namespaceOf(place);
      await side.make(namespace);
      uids[place] = await side.uid(namespace);
      await create([
        ...staged(namespace),
        ...more(namespace),
        ...doomed(place),
        ...doomedInCluster(place, uids[place]),
      ]);
    }
    for (const namespace of [QUARANTINED_TOO, FREE_TOO]) await side.make(namespace);
    for (const namespace of ['pen', QUARANTINED_TOO, 'loose']) {
      await side.quarantine(namespace);
      const marked = await side.ask(side.contain, post(bindings(namespace), MARK));
      if (marked.code !== 201) throw new Error(marked.text);
    }
    const lifted = { metadata: { labels: { [QUARANTINE]: null, [RELEASING]: uids.loose } } };
    const released = await side.ask(side.release, merge(core('loose'), lifted));
    if (released.code !== 200) throw new Error(released.text);
    const account = post(`${core('loose')}/serviceaccounts`, { metadata: { generateName: 'restored-' } });
    await cluster.processes.until(async () => (await side.ask(side.release, account)).code === 201, {
      what: 'release may restore',
    });
    return { side, uids: { ...uids, 'free-2': await side.uid(FREE_TOO) }, ask, close };
  } catch (error) {
    await close();
    throw error;
  }
}
