import { counted } from '../../kit/words.ts';
import { allNeeds, RECORD_NEEDS } from '../framework/needs.ts';
import { fewNames, notApplicable, notProven, proven, type Verification } from './proof.ts';

/** Not decisive: a volume that is lost is lost evidence, but nothing runs by it. */
export const volumesKept: Verification = {
  id: 'volumes-kept',
  claim: 'The volumes are kept.',
  decisive: false,
  shows: 'effect',
  needs: allNeeds(RECORD_NEEDS, { kubernetes: ['list persistentvolumeclaims'] }),
  async prove(look) {
    const before = await look.before('PersistentVolumeClaim');
    if (before.length === 0) return notApplicable('Read: it had no volume claim.');
    const live = await look.list('v1', 'persistentvolumeclaims');
    const kept = new Set(
      live.filter(({ metadata }) => metadata['deletionTimestamp'] === undefined).map(({ metadata }) => metadata.uid),
    );
    const lost = before.filter(({ metadata }) => !kept.has(metadata.uid));
    if (lost.length > 0)
      return notProven(`Read: gone or being deleted: ${fewNames(lost.map(({ metadata }) => metadata.name ?? ''))}.`);
    return proven(`Read: the snapshot has ${counted(before.length, 'volume claim')}, and none is missing, by UID.`);
  },
};
