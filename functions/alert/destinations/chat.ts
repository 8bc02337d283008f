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
import type { FollowUp } from '../../contract/follow-up.ts';
import { gradeOf } from '../../contract/grade.ts';
import type { Phrase } from '../../kit/phrase.ts';
import { linesAndMore } from '../../kit/words.ts';
import { partitionOf } from '../../kubernetes/names/partition.ts';
import { advice } from '../advice.ts';
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
import { followUpAdvice } from '../follow-up/advice.ts';
import { aboutOf, byVerdict, followUpHeadline, matterOf, meaningOf, proofCount } from '../follow-up/words.ts';
import { ACCOUNT, ARN, LABEL, matching, REGION } from '../grammar.ts';
import { AUTO_START, clusterName, headline, limitedWords } from '../headline.ts';
import { objectLink } from '../links.ts';
import { newsOf } from '../news.ts';
import { wholeRecord } from '../see-more.ts';
import type { StateMachineArns } from '../state-machine-arns.ts';
import type { AdviceStep } from '../step.ts';
import { harmless } from '../text.ts';
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
  followUp: (...followUp) => messageOf(followUpNotification(...followUp)),
  digest: (...digest) => messageOf(digestNotification(...digest)),
  config: {
    key: 'chat',
    schema: z.optional(schema).check(z.describe('Alerts in Slack or Microsoft Teams through Amazon Q Developer.')),
    subscriptions: (options) => options && (options.slack ? [{ to: 'slack', ...options.slack }] : []),
  },
});

/** The schema: `content.description` is required, and `version` and `source` are constants. */
interface Notification {
  version: '1.0';
  source: 'custom';
  content: { textType: 'client-markdown'; title: string; description: string; nextSteps: string[]; keywords: string[] };
  metadata: {
    /** Messages of one thread show together: all about a finding. */
    threadId: string;
    summary: string;
    eventType: string;
    relatedResources: string[];
    additionalContext: Record<string, string>;
  };
}

/** Characters. Slack's own limits (header 150, text of a section 3,000) are below Amazon Q's. */
const MAX = { title: 150, description: 2_800, command: 800, reasons: 5, unknowns: 4, open: 5, proofs: 4, rows: 8 };

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
    { title: headline(alert), lines: description(alert), nextSteps: advice(alert).map(nextStep) },
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
      context: { findingId: alert.id, severity: grade, account, region, cluster, namespace },
    },
  );
}

export function followUpNotification(
  followUp: FollowUp,
  playbooks: StateMachineArns,
  places: Places = {},
): Notification {
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
      },
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

/** The text, and the first command that does more than connect, where it is short enough. */
function nextStep({ text, commands = [] }: AdviceStep): string {
  const line = commands
    .flatMap((command) => ('line' in command ? [command.line] : []))
    .find((line) => !/^aws eks /.test(line));
  return line === undefined || line.length > MAX.command ? text : `${text} \`${line}\``;
}

interface Words {
  title: string;
  lines: string[];
  nextSteps: string[];
}
interface About {
  eventType: string;
  threadId: string;
  keywords: (string | undefined)[];
  relatedResources: string[];
  context: Record<string, string | undefined>;
}

/** The notification, within the limits of its fields. */
function within(
  { title: whole, lines, nextSteps }: Words,
  { eventType, threadId, keywords, relatedResources, context }: About,
): Notification {
  const title = whole.slice(0, MAX.title);
  return {
    version: '1.0',
    source: 'custom',
    content: {
      textType: 'client-markdown',
      title,
      description: shortened(lines, MAX.description).join('\n'),
      nextSteps,
      keywords: keywords.filter((word) => word !== undefined),
    },
    metadata: { threadId, summary: title, eventType, relatedResources, additionalContext: known(context) },
  };
}

function description(alert: Alert): string[] {
  const { finding, assessment, investigationFailed } = alert;
  const { actor } = finding;
  const who = actor.principalArn ?? actor.username;
  const reasons = assessment?.indicators.toSorted((a, b) => Math.abs(b.weight) - Math.abs(a.weight)) ?? [];
  const open = unknowns(alert);
  const limited = limitedWords(alert);
  return [
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
          ...linesAndMore(newsOf(alert).map(code), MAX.reasons).map((text) => `• ${text}`),
        ]
      : []),
    ...reasons
      .filter(({ id }) => !alert.update?.newIndicators.includes(id))
      .slice(0, MAX.reasons)
      .map(({ weight, reason }) => `• ${weight < 0 ? '' : '+'}${weight} ${code(reason)}`),
    ...(open.length > 0 ? ['*Not known:*'] : []),
    ...linesAndMore(open.map(code), MAX.unknowns).map((text) => `• ${text}`),
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

/** The first lines, as many as fit, and a sign if some are missing. */
function shortened(lines: string[], characters: number): string[] {
  let left = characters - 2;
  const cut = lines.findIndex((line) => {
    left -= line.length + 1;
    return left < 0;
  });
  return cut < 0 ? lines : [...lines.slice(0, cut), '…'];
}

/**
 * Somebody else's text as code, where chat shows formatting as it is. Mentions (`<!channel>`, `<@U1>`, `@here`), links
 * and the end of the code all need characters that it cannot hold.
 */
const code = (text: string): string =>
  `\`${harmless(text).replace(/[<>&`*~|#!]/g, (character) => REPLACEMENTS[character] ?? ' ')}\``;

const REPLACEMENTS: Record<string, string> = { '<': '{', '>': '}', '&': '+', '`': "'", '#': 'no. ', '|': '/' };

const known = (values: Record<string, string | undefined>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined));
