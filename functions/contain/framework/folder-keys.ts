/** The keys under which the evidence store keeps what is about one namespace. */
import type { Target } from '../../contract/containment.ts';
import { EVIDENCE } from '../../contract/evidence-keys.ts';
import { ACCOUNT, EKS_CLUSTER, REGION } from '../../kubernetes/names/aws.ts';
import { UID } from '../../kubernetes/names/kubernetes.ts';

/** The part of a key that says which namespace its folder is about: `<account>/<region>/<cluster>/<uid>/`. */
export function ownerOf({ cluster, uid }: Target): string {
  const part = (grammar: RegExp, text: string | undefined): string => (text && grammar.test(text) ? text : 'unknown');
  const { account, region, name } = cluster;
  return `${part(ACCOUNT, account)}/${part(REGION, region)}/${part(EKS_CLUSTER, name)}/${part(UID, uid)}/`;
}

/** The name of the first snapshot after so many releases. */
export const firstOf = (releases: number): string =>
  releases === 0 ? 'snapshot.json.gz' : `snapshot-${releases + 1}.json.gz`;

/** The root of what the runs write about one namespace: `containment/<account>/<region>/<cluster>/<uid>/`. */
export const folderKey = (target: Target): string => `${EVIDENCE.runs}/${ownerOf(target)}`;

/** The first snapshot of a namespace. */
export const firstSnapshotKey = (target: Target): string => `${EVIDENCE.snapshots}/${ownerOf(target)}${firstOf(0)}`;

/** Whether it is the key of a namespace's first snapshot. */
export const isFirstSnapshot = (key: string): boolean =>
  key.startsWith(`${EVIDENCE.snapshots}/`) && key.split('/').length === 6 && key.endsWith(`/${firstOf(0)}`);
