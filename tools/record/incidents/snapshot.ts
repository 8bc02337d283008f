/** The cluster's objects at a moment, as the API server lists them. */
import { kubeRequest } from '../../twin/kube.ts';
import type { Twin } from '../../twin/twin.ts';

/** Answers by path: discovery documents and lists. */
export type Snapshot = Record<string, unknown>;

/** Never looked at: what is in them is nobody's business, or they are noise. */
const LEFT_OUT = new Set(['secrets', 'events', 'leases', 'componentstatuses']);
/** Of these only the metadata. */
const METADATA_ONLY = new Set(['configmaps']);
const METADATA = 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io';

interface Group {
  versions: { groupVersion: string }[];
}

interface Resource {
  name: string;
  verbs: string[];
}

export async function snapshot({ endpoint, admin }: Twin): Promise<Snapshot> {
  const taken: Snapshot = {};
  const get = async (path: string, accept = 'application/json') => {
    const answer = await kubeRequest(endpoint, admin, { path, headers: { accept } });
    if (answer.code !== 200) throw new Error(`${path}: ${answer.code} ${answer.text}`);
    taken[path] = answer.json;
    return answer.json ?? {};
  };
  await get('/version');
  await get('/api');
  const groups = ((await get('/apis'))['groups'] ?? []) as Group[];
  const versions = [
    '/api/v1',
    ...groups.flatMap((group) => group.versions.map(({ groupVersion }) => `/apis/${groupVersion}`)),
  ];
  for (const version of versions) {
    for (const { name, verbs } of ((await get(version))['resources'] ?? []) as Resource[])
      if (verbs.includes('list') && !name.includes('/') && !LEFT_OUT.has(name))
        await get(`${version}/${name}`, METADATA_ONLY.has(name) ? METADATA : undefined);
  }
  return taken;
}
