/** The form of a finding's id, for whoever finds a namespace: *detect* in the audit log, *watch* in the cluster. */
import { sha256 } from '../kit/sha256.ts';
import type { Cluster } from './finding.ts';

/** The finding of a namespace: its UID is made by the API server and never comes twice, so cluster and UID are enough. */
export const idOfNamespace = (cluster: Cluster, uid: string): string => idOf(cluster, ['uid', uid]);

/** @param identity what tells it from every other finding of the cluster */
export function idOf(cluster: Cluster, identity: readonly unknown[]): string {
  const parts = [cluster.account, cluster.region, cluster.name, ...identity].map(short);
  return `nsf-${sha256(JSON.stringify(parts)).slice(0, 32)}`;
}

/** Longer texts stand in the id by their hash, which the finding needs as well where it cuts them. In characters. */
const LONG = 4_096;

const short = (part: unknown): unknown =>
  typeof part === 'string' && part.length > LONG ? { length: part.length, sha256: sha256(part) } : part;
