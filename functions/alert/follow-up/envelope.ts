/** The message about a follow-up for the main topic. */
import type { Message } from '../../clients/send/topics.ts';
import type { FollowUp } from '../../contract/follow-up.ts';
import { enveloped, placeAttributes } from '../envelope.ts';
import type { Playbooks } from '../playbooks.ts';
import { followUpEmail, type Places } from './email.ts';
import { aboutOf, followUpSubject, matterOf } from './words.ts';

/** What stays whole in the JSON however much has to go. */
const KEEP =
  `schemaVersion id messageId playbook target severity mode execution startedAt at outcome folder archive report question.id
  question.planHash question.expiresAt question.planTotal decision.decision steps[].step steps[].status proofs[].id
  proofs[].verdict proofs[].decisive`.split(/\s+/);

/** What must reach everybody who can be reached: a person is waited for, or the namespace may still act. */
const FOR_ALL: readonly string[] = ['question', 'partly-contained', 'refused'];

export function followUpEnvelope(followUp: FollowUp, playbooks: Playbooks, places: Places): Message {
  const matter = matterOf(followUp);
  return enveloped({
    subject: followUpSubject(followUp),
    email: followUpEmail(followUp, playbooks, places),
    attributes: {
      // A policy for a least severity lists UNKNOWN as well.
      severity: FOR_ALL.includes(matter) ? 'UNKNOWN' : (followUp.severity ?? 'UNKNOWN'),
      outcome: matter,
      ...placeAttributes(aboutOf(followUp)),
    },
    value: { ...followUp, ...places },
    keep: KEEP,
  });
}
