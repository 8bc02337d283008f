/** The snapshots that release believes: those whose hash was noted by who took them. */

import type { Override } from '../../contract/containment.ts';
import { defined } from '../../kit/defined.ts';
import { allNeeds, type Needs, RECORD_NEEDS } from '../framework/needs.ts';
import type { StepContext } from '../framework/step.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';

/** What a person accepts who knows where an unconfirmed snapshot comes from. */
export const UNCONFIRMED = 'snapshot/unconfirmed';

/** What {@link confirmedSnapshots} asks. */
export const CONFIRM_NEEDS: Needs = allNeeds(RECORD_NEEDS, { aws: ['dynamodb:GetItem'] });

/** A snapshot that must not be restored from; the message says why, and what a person can do. */
export class SnapshotRefused extends Error {
  override name = 'SnapshotRefused';
  /** With what it is restored from all the same; absent where it is not, whatever a person says. */
  readonly override: Override | undefined;

  constructor(message: string, override?: Override) {
    super(message);
    this.override = override;
  }
}

/**
 * The snapshots to restore from, each as it was when its hash was noted. Read again by every step, as each step could meet
 * another file.
 *
 * @throws {SnapshotRefused} where one is not what was stored, or nothing was noted of it and nobody has accepted that
 */
export async function confirmedSnapshots({ folder, clients, run }: StepContext): Promise<Snapshot[]> {
  const snapshots = await folder.storedSnapshots();
  const unconfirmed: string[] = [];
  for (const { key, sha256 } of snapshots) {
    const noted = await clients.register.hashes('snapshot', key);
    if (noted.includes(sha256)) continue;
    if (noted.length > 0)
      throw new SnapshotRefused(
        `The snapshot ${key} is not the one that was taken: its SHA-256 is ${sha256}, and ${noted.join(' or ')} was recorded. Nothing is restored from it. An earlier version in the bucket may be the right one.`,
      );
    unconfirmed.push(key);
  }
  if (unconfirmed.length > 0 && !run.accept.includes(UNCONFIRMED))
    throw new SnapshotRefused(
      `No hash was noted of ${unconfirmed.join(', ')}, so nobody knows whether it is what was taken. Compare it with the hash list in the evidence; to restore from it all the same, start again with "accept": ["${UNCONFIRMED}"].`,
      { accept: [...run.accept, UNCONFIRMED], ...defined({ overwrite: run.overwrite || undefined }) },
    );
  return snapshots.map(({ value }) => value);
}
