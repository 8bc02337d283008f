import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { KubeWriteApi } from '../../../functions/clients/kubernetes/kube-write-api.ts';
import { Kubeconfig } from '../../../functions/clients/kubernetes/kubeconfig.ts';
import { namespace } from '../../record/incidents/objects.ts';
import { type Cluster, startCluster } from '../../twin/cluster.ts';
import { run } from '../../twin/commands.ts';
import type { Row } from '../row.ts';
import { crowd, NEIGHBOUR, type State, stateOf } from './crowd.ts';
import { MODES, type Mode, ours, peers, type Took } from './run.ts';

/** Of namespaces: how many objects are made in them; and the pods, ReplicaSets and slices that the control plane adds. */
const SIZES = [50, 500, 2_000, 5_000];
/** What isolation may take until every proof but those by the audit log, in seconds: at most at so many objects. */
const MOST: readonly [objects: number, seconds: number][] = [
  [500, 15],
  [2_000, 60],
];
const LONG_MS = 600_000;
/** It is read from where a run began: it must not be begun again meanwhile. */
const AUDIT_LOG_MB = 4_000;

type Both = Record<'ours' | 'peer', Took>;

/** What must be so after a mode: a script that did nothing would be fast. */
const AFTER: Readonly<Record<Mode, (state: State, before: State) => boolean>> = {
  plan: (state, before) => JSON.stringify(state) === JSON.stringify(before),
  isolate: (state, { running }) =>
    state.accounts + state.bindings + state.elsewhere + state.leading + state.open === 0 && state.running === running,
  remove: (state) => Object.values(state).every((count) => count === 0),
  release: (state, before) =>
    (Object.keys(before) as (keyof State)[]).every((key) => state[key] === (key === 'elsewhere' ? 0 : before[key])),
};

/** On a control plane of its own, by the programs of the twin. @param tell what is going on */
export async function measure(tell: (what: string) => void): Promise<Row[]> {
  const cluster = await startCluster(tell, { auditLogMaxSizeMb: AUDIT_LOG_MB });
  try {
    return await measured(cluster, tell);
  } finally {
    await cluster.close();
  }
}

async function measured(cluster: Cluster, tell: (what: string) => void): Promise<Row[]> {
  const api = new KubeWriteApi(new Kubeconfig({ kubeconfig: cluster.adminKubeconfig }));
  await run(cluster.kubectl, [`--kubeconfig=${cluster.adminKubeconfig}`, 'apply', '-k', 'cluster/']);
  await api.create('/api/v1/namespaces', namespace(NEIGHBOUR), AbortSignal.timeout(LONG_MS));
  const rows: Row[] = [];
  for (const size of SIZES) {
    const sides = await Promise.all(
      (['ours', 'peer'] as const).map(async (side) => ({
        side,
        folder: await mkdtemp(join(cluster.processes.folder, `${side}-`)),
      })),
    );
    const spaces: { side: 'ours' | 'peer'; folder: string; namespace: string; before: State }[] = [];
    for (const { side, folder } of sides) {
      tell(`${size} objects are made for ${side}`);
      const { namespace: name } = await crowd(api, `${side}-${size}`, size);
      await until(`the pods of ${name} run`, async () => (await stateOf(api, name)).running === (size * 3) / 50);
      spaces.push({ side, folder, namespace: name, before: await stateOf(api, name) });
    }
    for (const mode of MODES) {
      const took: Partial<Both> = {};
      for (const { side, folder, namespace: name, before } of spaces) {
        tell(`${mode} of ${size} objects, ${side}`);
        took[side] = await (side === 'ours' ? ours : peers)({ cluster, namespace: name, mode, folder });
        const what = `${mode} of ${name} has done its work`;
        await until(
          what,
          async () => AFTER[mode](await stateOf(api, name), before),
          () => stateOf(api, name),
        );
      }
      rows.push(...rowsOf(size, mode, took as Both));
    }
  }
  return rows;
}

async function until(what: string, isSo: () => Promise<boolean>, now?: () => Promise<unknown>): Promise<void> {
  const end = Date.now() + LONG_MS / 5;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`waited in vain until ${what}: ${JSON.stringify(await now?.())}`);
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

function rowsOf(size: number, mode: Mode, { ours, peer }: Both): Row[] {
  const row = (what: string, own: number | undefined, others: number | undefined, rest: Partial<Row> = {}): Row => ({
    bench: 'containment',
    work: `${mode} of ${size} objects, ${what}`,
    unit: 's',
    ...(own !== undefined && { ours: own }),
    peer: { name: 'kubectl script', ...(others !== undefined && { value: others }) },
    ...rest,
  });
  const most = MOST.find(([objects]) => size <= objects)?.[1];
  return [
    ...(mode === 'isolate'
      ? [
          row('until it is in force', ours.force, peer.force, { goal: 1 }),
          row('until the last proof', ours.proofs, peer.proofs, most === undefined ? {} : { most }),
        ]
      : []),
    row('wall time', ours.wall, peer.wall, { goal: 1 }),
    row('time of the API server', ours.api, peer.api),
  ];
}
