import { shortName } from '../../kit/words.ts';
import { defineRule } from '../rule.ts';

/**
 * A mark of a GitOps tool makes people take the namespace for one that was reviewed. Whoever copies it without the object
 * behind it hides among them. Below MEDIUM by itself: a backup that is restored in another cluster carries old marks.
 */
export const forgedOrigin = defineRule({
  id: 'forged-origin',
  kind: 'threat',
  weight: 20,
  why: 'A backup that is restored elsewhere carries old marks, so it decides nothing alone; MEDIUM with an unknown creator.',
  technique: 'T1036',
  shownBy: ['origin'],
  judge(_, { origin: { marks = [] } = {} }) {
    const forged = marks.find(({ verdict }) => verdict === 'forged');
    if (!forged) return undefined;
    return {
      reason: `The namespace carries the mark ${forged.key} of a GitOps tool, and ${forged.why}.`,
      brief: `The namespace carries a forged or copied mark of a GitOps tool: ${shortName(forged.key)}.`,
      check: 'origin',
    };
  },
});
