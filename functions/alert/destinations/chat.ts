/**
 * The topic for chat, in the schema of custom notifications of Amazon Q Developer in chat applications; it drops any other
 * silently.
 * https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html
 */

import * as z from 'zod/mini';
import type { Message } from '../../clients/send/sender.ts';
import type { Alert } from '../../contract/alert.ts';
import { digestSeverity } from '../../contract/digest.ts';
import type { Digest } from '../../contract/digest-message.ts';
import { drillWords } from '../../contract/drill.ts';
import { gradeOf } from '../../contract/grade.ts';
import type { Phrase } from '../../kit/phrase.ts';
import { linesAndMore } from '../../kit/words.ts';
import { partitionOf } from '../../kubernetes/names/partition.ts';
import { furtherSteps, inOneText, mainSteps } from '../advice.ts';
import { followUpNotification } from '../chat/follow-up.ts';
import { code, MAX, type Notification, nextStep, sentence, within } from '../chat/notification.ts';
import {
  actorPhrase,
  digestAdvice,
  digestHeadline,
  explanationOf,
  hiddenRows,
  othersWords,
  rowWords,
  samplePhrase,
} from '../digest/words.ts';
import { digestFrequency } from '../digest-frequency.ts';
import { ACCOUNT, ARN, LABEL, matching, REGION } from '../grammar.ts';
import { AUTO_START, clusterName, headline, limitedWords } from '../headline.ts';
import { objectLink } from '../links.ts';
import { newsOf } from '../news.ts';
import { wholeRecord } from '../see-more.ts';
import { toldIn } from '../told.ts';
import { unknowns } from '../unknowns.ts';
import { destination, type Places } from './destination.ts';

const slack = z.strictObject({
  workspaceId: z
    .string()
    .check(
      z.regex(/^T[0-9A-Z]{5,}$/, 'must be the id of a Slack workspace, such as T0123ABCD (Amazon Q Developer console)'),
      z.describe('Slack workspace, already authorised in the Amazon Q Developer console.'),
    ),
  channelId: z
    .string()
    .check(
      z.regex(/^[CG][0-9A-Z]{5,}$/, 'must be the id of a Slack channel, such as C0123ABCD (last part of its link)'),
      z.describe('Slack channel; invite @Amazon Q to it.'),
    ),
});

const schema = z.strictObject({
  topic: z
    ._default(z.literal(true, { error: 'must be true; to have no chat topic, leave out "chat"' }), true)
    .check(z.describe('Create a topic for Amazon Q Developer in chat applications.')),
  slack: z.optional(slack).check(z.describe('Subscribe this Slack channel to the topic.')),
  digest: digestFrequency,
});

export const chat = destination({
  id: 'chat',
  transport: {
    kind: 'sns',
    name: 'Chat',
    displayName: 'Namespace Sentinel chat',
    description: 'Alerts for Amazon Q Developer',
  },
  // What SNS takes; the limits of the fields keep it far below.
  maxBytes: 262_144,
  alert: (alert) => messageOf(notificationOf(alert)),
  followUp: (followUp, playbooks, places) => messageOf(followUpNotification(followUp, playbooks, places)),
  digest: (digest, places) => messageOf(digestNotification(digest, places)),
  config: {
    key: 'chat',
    schema: z.optional(schema).check(z.describe('Alerts in Slack or Microsoft Teams through Amazon Q Developer.')),
    subscriptions: (options) => options && (options.slack ? [{ to: 'slack', ...options.slack }] : []),
    digest: (options) => options?.digest,
  },
});

const messageOf = (notification: Notification): Message => ({
  body: JSON.stringify(notification),
  byProtocol: false,
  attributes: {},
});

export function notificationOf(alert: Alert): Notification {
  const { finding } = alert;
  const grade = gradeOf(alert);
  const region = matching(REGION, finding.cluster.region);
  const account = matching(ACCOUNT, finding.cluster.account);
  const cluster = clusterName(finding);
  const namespace = matching(LABEL, finding.namespace.name);
  const principal = matching(ARN, finding.actor.principalArn);
  return within(
    {
      title: headline(alert),
      lines: description(alert),
      nextSteps: [...mainSteps(alert).map(inOneText), ...furtherSteps(alert)].map(nextStep),
    },
    {
      eventType: 'NamespaceSentinelAlert',
      keywords: [grade, finding.outcome, cluster, namespace],
      threadId: alert.id,
      relatedResources: [
        ...(cluster && region && account
          ? [`arn:${partitionOf(region)}:eks:${region}:${account}:cluster/${cluster}`]
          : []),
        ...(principal ? [principal] : []),
      ],
      context: { findingId: alert.id, severity: grade, account, region, cluster, namespace, drill: finding.drill },
    },
  );
}

export function digestNotification(digest: Digest, { archive }: Places): Notification {
  const { id, cluster, rows } = digest;
  const [account, region] = [matching(ACCOUNT, cluster.account), matching(REGION, cluster.region)];
  const others = othersWords({ ...digest, ...hiddenRows(digest, MAX.rows) });
  const inCode = (phrase: Phrase): string =>
    phrase.map((part) => (typeof part === 'string' ? part : code('other' in part ? part.other : part.told))).join('');
  const command = archive === undefined ? undefined : wholeRecord(archive);
  return within(
    {
      title: digestHeadline(digest),
      lines: [
        explanationOf(digest),
        ...rows
          .slice(0, MAX.rows)
          .map(
            (row) =>
              `• *${rowWords(row)}*, by ${inCode(actorPhrase(row))}; latest: ${inCode(samplePhrase(row.latest))}`,
          ),
        ...(others ? [others] : []),
        ...(command && 'line' in command ? [`*Everything:* \`${command.line}\``] : []),
      ],
      nextSteps: digestAdvice(digest).map(nextStep),
    },
    {
      eventType: 'NamespaceSentinelDigest',
      keywords: ['digest', clusterName(digest)],
      threadId: id,
      relatedResources: [],
      context: { digestId: id, severity: digestSeverity(digest), account, region, cluster: clusterName(digest) },
    },
  );
}

function description(alert: Alert): string[] {
  const { finding, assessment, investigationFailed } = alert;
  const { actor } = finding;
  const who = actor.principalArn ?? actor.username;
  const reasons = assessment?.indicators.toSorted((a, b) => Math.abs(b.weight) - Math.abs(a.weight)) ?? [];
  const open = unknowns(alert);
  const limited = limitedWords(alert);
  const drill = drillWords(finding.drill);
  return [
    ...(drill === undefined ? [] : [`*${drill}*`]),
    assessment === undefined
      ? `*The investigation failed.* Treat this as serious until somebody has looked. ${code(investigationFailed ?? 'The reason is not known.')}`
      : `*${gradeOf(alert)}*, with ${assessment.score} of 100 points.`,
    ...(limited === undefined ? [] : [limited]),
    ...(alert.autoStart ? [`*${AUTO_START}*`] : []),
    `*Who:* ${who === undefined ? 'unknown' : code(who)}${actor.sessionName === undefined ? '' : `, session ${code(actor.sessionName)}`}`,
    ...(actor.impersonated ? [`*Acted as:* ${code(actor.impersonated.username ?? 'unknown')}`] : []),
    ...(alert.update
      ? [
          '*New since the last message:*',
          ...linesAndMore(newsOf(alert, MAX.sentence).map(sentence), MAX.reasons).map((text) => `• ${text}`),
        ]
      : []),
    ...reasons
      .filter(({ id }) => !alert.update?.newIndicators.includes(id))
      .slice(0, MAX.reasons)
      .map(
        ({ weight, reason, brief }) =>
          `• ${weight < 0 ? '' : '+'}${weight} ${sentence(toldIn({ text: reason, brief }, MAX.sentence))}`,
      ),
    ...(open.length > 0 ? ['*Not known:*'] : []),
    ...linesAndMore(open.map(sentence), MAX.unknowns).map((text) => `• ${text}`),
    ...everything(alert),
  ];
}

function everything({ finding, archive, report }: Alert): string[] {
  const link = objectLink(report, finding);
  const command = archive === undefined ? undefined : wholeRecord(archive);
  return [
    ...(link ? [`*Report:* ${link}`] : []),
    ...(command && 'line' in command ? [`*Everything:* \`${command.line}\``] : []),
  ];
}
