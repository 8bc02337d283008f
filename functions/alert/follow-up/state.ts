/** What a follow-up means for the state of its finding, and whom it must reach: the same at every destination. */
import type { FollowUp } from '../../contract/follow-up.ts';
import type { Grade } from '../../contract/vocabulary.ts';
import { type Matter, matterOf } from './words.ts';

/**
 * Whether nothing is left to do about the finding: a person has vouched for the namespace, it was released in full, or everything
 * that runs in it was removed. Where pods alone were ended, what makes them is still there.
 */
export function isClosing(followUp: FollowUp): boolean {
  const { decision, mode, scope } = followUp;
  switch (matterOf(followUp)) {
    case 'released':
      return true;
    case 'contained':
      return mode === 'remove' && scope !== 'pods';
    case 'decided':
      return decision?.decision === 'legitimate';
    default:
      return false;
  }
}

/** What must reach everybody who can be reached: a person is waited for, or the namespace may still act. */
const FOR_ALL: readonly Matter[] = ['question', 'partly-contained', 'refused'];

export const isForAll = (followUp: FollowUp): boolean => FOR_ALL.includes(matterOf(followUp));

/** The grade by which a message is filtered: whoever asks for a least severity gets `UNKNOWN` as well. */
export const followUpAudience = (followUp: FollowUp): Grade =>
  isForAll(followUp) ? 'UNKNOWN' : (followUp.severity ?? 'UNKNOWN');
