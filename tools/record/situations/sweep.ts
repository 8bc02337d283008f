/** Takes away what a situation has made, so that the next one finds the cluster as it was. */
import { setTimeout as sleep } from 'node:timers/promises';
import { kubeRequest } from '../../twin/kube.ts';
import type { Twin } from '../../twin/twin.ts';
import { type Snapshot, snapshot } from '../incidents/snapshot.ts';

interface Item {
  metadata: { name: string; namespace?: string; uid: string };
}

/** What the control plane makes by itself again and again. */
const ITS_OWN = /\/(events|leases|endpoints|endpointslices|ipaddresses|replicasets|controllerrevisions)$/;

const itemsOf = (list: unknown): Item[] => ((list as { items?: Item[] | null } | undefined)?.items ?? []) as Item[];

/**
 * @param base what is to be left
 * @throws when something does not go away
 */
export async function sweep(twin: Twin, base: Snapshot): Promise<void> {
  const known = new Set(
    Object.values(base)
      .flatMap(itemsOf)
      .map(({ metadata }) => metadata.uid),
  );
  for (let tries = 0; tries < 60; tries++, await sleep(500)) {
    const now = await snapshot(twin);
    const left = Object.entries(now).flatMap(([path, list]) =>
      ITS_OWN.test(path)
        ? []
        : itemsOf(list).flatMap(({ metadata }) => (known.has(metadata.uid) ? [] : [pathOf(path, metadata)])),
    );
    if (left.length === 0) return;
    // Webhooks and policies first: they could refuse everything else.
    const ordered = left.toSorted(
      (a, b) => Number(b.includes('admissionregistration')) - Number(a.includes('admissionregistration')),
    );
    for (const path of ordered)
      await kubeRequest(twin.endpoint, twin.admin, { method: 'DELETE', path: `${path}?gracePeriodSeconds=0` });
    if (tries === 59) throw new Error(`these do not go away: ${left.join(', ')}`);
  }
}

const pathOf = (list: string, { name, namespace }: Item['metadata']): string => {
  const cut = list.lastIndexOf('/');
  const encoded = encodeURIComponent(name);
  return namespace
    ? `${list.slice(0, cut)}/namespaces/${namespace}${list.slice(cut)}/${encoded}`
    : `${list}/${encoded}`;
};
