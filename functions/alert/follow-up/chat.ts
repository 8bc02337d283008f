/** The chat message about a follow-up. */
import type { Message } from '../../clients/send/topics.ts';
import type { FollowUp } from '../../contract/follow-up.ts';
import { code, messageOf, type Notification, nextStep, within } from '../chat.ts';
import { ACCOUNT, LABEL, matching, REGION } from '../grammar.ts';
import { clusterName } from '../headline.ts';
import { objectLink } from '../links.ts';
import type { Playbooks } from '../playbooks.ts';
import { followUpAdvice } from './advice.ts';
import type { Places } from './email.ts';
import { aboutOf, byVerdict, followUpHeadline, matterOf, meaningOf, proofCount } from './words.ts';

const MAX = { open: 5, proofs: 4 };

export const followUpChat = (followUp: FollowUp, playbooks: Playbooks, places: Places): Message =>
  messageOf(followUpNotification(followUp, playbooks, places));

export function followUpNotification(followUp: FollowUp, playbooks: Playbooks, places: Places = {}): Notification {
  const { id, target, summary, open, proofs } = followUp;
  const cluster = clusterName(aboutOf(followUp));
  const namespace = matching(LABEL, target.namespace);
  const matter = matterOf(followUp);
  const link = objectLink(places.report, target);
  const unproven = byVerdict(proofs).filter(({ verdict }) => verdict === 'not-proven');
  const lines = [
    `*${meaningOf(followUp)}*`,
    code(summary),
    ...(open.length > 0 ? ['*Open:*'] : []),
    ...open.slice(0, MAX.open).map((text) => `• ${code(text)}`),
    ...(open.length > MAX.open ? [`• and ${open.length - MAX.open} more`] : []),
    ...(proofs.length > 0 ? [`*${proofCount(proofs)}*`] : []),
    ...unproven.slice(0, MAX.proofs).map(({ claim, how }) => `• ${code(`${claim} ${how}`)}`),
    ...(link ? [`*Report:* ${link}`] : []),
  ];
  return within(
    { title: followUpHeadline(followUp), lines, nextSteps: followUpAdvice(followUp, playbooks).map(nextStep) },
    {
      eventType: 'NamespaceSentinelFollowUp',
      keywords: [matter, followUp.playbook, cluster, namespace],
      threadId: id,
      relatedResources: [],
      context: {
        findingId: id,
        outcome: matter,
        account: matching(ACCOUNT, target.cluster.account),
        region: matching(REGION, target.cluster.region),
        cluster,
        namespace,
      },
    },
  );
}
