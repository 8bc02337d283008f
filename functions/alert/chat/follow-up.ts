/** The chat message about a follow-up: what was done or is asked, what is open, what to do. */
import type { FollowUp } from '../../contract/follow-up.ts';
import { count } from '../../kit/phrase.ts';
import { linesAndMore } from '../../kit/words.ts';
import type { Places } from '../destinations/destination.ts';
import { followUpAdvice } from '../follow-up/advice.ts';
import { aboutOf, byVerdict, followUpHeadline, matterOf, meaningOf, proofCount } from '../follow-up/words.ts';
import { ACCOUNT, LABEL, matching, REGION } from '../grammar.ts';
import { clusterName } from '../headline.ts';
import { objectLink } from '../links.ts';
import type { StateMachineArns } from '../state-machine-arns.ts';
import { code, MAX, type Notification, nextStep, shortCode, within } from './notification.ts';

export function followUpNotification(
  followUp: FollowUp,
  playbooks: StateMachineArns,
  places: Places = {},
): Notification {
  const { id, target, summary, open, proofs, question } = followUp;
  const cluster = clusterName(aboutOf(followUp));
  const namespace = matching(LABEL, target.namespace);
  const matter = matterOf(followUp);
  const link = objectLink(places.report, target);
  const unproven = byVerdict(proofs).filter(({ verdict }) => verdict === 'not-proven');
  const lines = [
    `*${meaningOf(followUp)}*`,
    code(summary),
    ...(question ? planLines(question) : []),
    ...(open.length > 0 ? ['*Open:*'] : []),
    ...linesAndMore(open.map(code), MAX.open).map((text) => `• ${text}`),
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
        drill: followUp.drill ? 'registered' : undefined,
      },
    },
  );
}

/** Characters of an object's line. */
const OBJECT = 110;

/** What would be removed, where it is approved: chat may be all that somebody has at hand. */
function planLines({ plan, planTotal }: NonNullable<FollowUp['question']>): string[] {
  const shown = plan.slice(0, MAX.objects);
  const left = Math.max(planTotal, plan.length) - shown.length;
  return [
    `*What would be removed (${count(Math.max(planTotal, plan.length), 'object')}, volumes are kept):*`,
    ...shown.map(({ kind, name, what }) => `• ${shortCode(`${kind} ${name}: ${what}`, OBJECT)}`),
    ...(left > 0 ? [`• and ${left} more: the report has the whole plan`] : []),
  ];
}
