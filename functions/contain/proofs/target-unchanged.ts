import { QUARANTINE_LABEL } from '../../kubernetes/quarantine.ts';
import { notProven, proven, type Verification } from './proof.ts';

/** Decisive: the admission policies go by the label, and all else is about this namespace. */
export const targetUnchanged: Verification = {
  id: 'target-unchanged',
  claim: 'It is the namespace that was meant, and it carries the quarantine label.',
  decisive: true,
  shows: 'effect',
  needs: { kubernetes: ['get namespaces'] },
  async prove(look) {
    const { metadata } = await look.namespace();
    const label = metadata.labels?.[QUARANTINE_LABEL];
    if (label === undefined) return notProven('Read: the quarantine label is missing.');
    if (label !== look.target.uid) return notProven(`Read: the quarantine label is ${label}, not the UID.`);
    const ending = metadata['deletionTimestamp'] ? ' It is being deleted.' : '';
    return proven(`Read: its UID is ${look.target.uid}, and the label has it.${ending}`);
  },
};
