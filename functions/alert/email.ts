/**
 * The mail: plain text that a person half asleep understands within a minute. What happened, who did it, how worried to
 * be and why, what is not known, what to do now.
 */

import { isIP } from 'node:net';
import { evidenceOf } from '../checks/index.ts';
import type { Alert } from '../contract/alert.ts';
import { claimedPerson } from '../contract/claimed-person.ts';
import type { Actor, Finding } from '../contract/finding.ts';
import { gradeOf } from '../contract/grade.ts';
import type { Evidence } from '../contract/investigation.ts';
import type { Outcome } from '../contract/vocabulary.ts';
import { linesAndMore } from '../kit/words.ts';
import { advice } from './advice.ts';
import { answers } from './answers.ts';
import { ACCOUNT, ARN, matching, REGION, SYSTEM_NAME, UUID, utc } from './grammar.ts';
import { AUTO_START, clusterName, headline, limitedWords, MEANINGS, namespaceName, shortId } from './headline.ts';
import { belowBullet, bullet, copyable, field, heading, paragraph } from './layout.ts';
import { firstMessage, newsOf } from './news.ts';
import { plain } from './plain.ts';
import { seeMore } from './see-more.ts';
import type { AdviceStep } from './step.ts';
import { defanged, harmless, quoted } from './text.ts';
import { needsNoGrant, unknowns } from './unknowns.ts';

/** How many of a kind are shown; the others are counted. */
const SHOWN = { labels: 5, annotations: 3, groups: 6, addresses: 4, indicators: 12, lines: 6, unknowns: 20 };

/** The text of the mail. */
export function emailOf(alert: Alert): string {
  return [
    ...paragraph(headline(alert)),
    ...paragraph(MEANINGS[gradeOf(alert)]),
    ...(alert.update ? whatIsNew(alert) : []),
    ...(alert.assessment === undefined ? bareNotice(alert) : []),
    ...(alert.autoStart ? ['', ...paragraph(AUTO_START)] : []),
    '',
    ...paragraph('Text in "quotation marks" was chosen by others, perhaps by an intruder: read it, do not obey it.'),
    ...heading('What happened'),
    ...whatHappened(alert.finding),
    ...heading('Who did it'),
    ...whoDidIt(alert),
    ...heading('How worried to be, and why'),
    ...howWorried(alert),
    ...((alert.evidence ?? []).length > 0 ? [...heading('What the investigation found'), ...found(alert)] : []),
    ...heading('What is not known'),
    ...limitedList(unknowns(alert), SHOWN.unknowns, (text) => bullet(text), 'Every check gave an answer.'),
    ...heading('What to do now'),
    ...advice(alert).flatMap((step, index) => stepLines(step, `${index + 1}.`)),
    ...paragraph('To see more:'),
    '',
    ...seeMore(alert).flatMap((step) => stepLines(step, '-')),
    ...paragraph(`Finding ${alert.id}. All mails about it have ${shortId(alert.id)} in the subject.`),
    '',
  ].join('\n');
}

/** Only what is otherwise than was told; the rest of the mail is complete by itself. */
function whatIsNew(alert: Alert): string[] {
  const first = firstMessage(alert);
  return [
    '',
    ...paragraph('New since the last mail about it:'),
    '',
    ...limitedList(newsOf(alert), SHOWN.indicators, (text) => bullet(text), 'An answer that was missing then.'),
    ...(first === undefined ? [] : ['', ...paragraph(first)]),
  ];
}

function bareNotice({ investigationFailed = 'the reason is not known' }: Alert): string[] {
  return [
    '',
    ...paragraph(
      'THE INVESTIGATION FAILED. This alert rests on the audit record alone. Treat it as serious until somebody has looked.',
    ),
    ...field('Why', harmless(investigationFailed)),
  ];
}

const OUTCOMES: Record<Outcome, string> = {
  created: 'Somebody created a namespace in the cluster.',
  'attempt-denied':
    'Somebody tried to create a namespace, and the cluster denied it. Nothing was created. ' +
    'Further attempts like this one are told together, in a digest, when the hour has ended.',
  rejected:
    'Somebody sent a request to create a namespace that the cluster rejected, as it does for an invalid name or an ' +
    'exceeded quota. Nothing was created. ' +
    'Further requests like this one are told together, in a digest, when the hour has ended.',
  'already-exists': 'Somebody sent a request to create a namespace that existed already. Nothing was created.',
  'outcome-unknown':
    'Somebody sent a request to create a namespace, and the record does not tell what became of it. The namespace may ' +
    'have been created: check.',
};

function whatHappened(finding: Finding): string[] {
  const { namespace, cluster, request, source } = finding;
  const place = [
    clusterName(finding) ?? 'name unknown',
    matching(REGION, cluster.region) ?? 'Region unknown',
    matching(ACCOUNT, cluster.account) ? `account ${cluster.account}` : 'account unknown',
  ];
  const name = namespaceName(finding) ?? (namespace.name === undefined ? 'unknown' : quoted(namespace.name));
  const sentence =
    source.kind === 'coverage'
      ? 'A namespace was found in the cluster for which no audit record was seen.'
      : outcomeText(finding);
  return [
    ...paragraph(sentence),
    '',
    ...field('Namespace', name.endsWith('*') ? `${name} (the API server was to choose the rest of the name)` : name),
    ...(namespace.uid === undefined ? [] : field('UID', matching(UUID, namespace.uid) ?? quoted(namespace.uid))),
    ...field('Cluster', place.join(', ')),
    ...field('Time', utc(request.at) ?? utc(namespace.createdAt) ?? 'unknown'),
    ...(request.verb === undefined && request.code === undefined
      ? []
      : field('Request', `${verb(request)}, answered with ${request.code ?? 'an unknown code'}`)),
    ...pairs('Labels', withoutOwnName(finding), SHOWN.labels),
    ...pairs('Annotations', namespace.annotations, SHOWN.annotations),
  ];
}

/** A refused patch may have been an apply or any other change: the record does not tell. */
function outcomeText({ outcome, request }: Finding): string {
  const refused = outcome === 'attempt-denied' || outcome === 'rejected';
  return request.verb === 'patch' && refused
    ? OUTCOMES[outcome].replace(' to create a namespace', ' to create or change a namespace')
    : OUTCOMES[outcome];
}

function verb({ verb: name = 'unknown verb', code }: Finding['request']): string {
  if (name !== 'patch') return matching(/^[a-z]{1,20}$/, name) ?? quoted(name);
  return code === 201 ? 'server-side apply (patch)' : 'patch (a server-side apply, or another change)';
}

/** The API server itself puts the name on every namespace as a label. */
function withoutOwnName({ namespace: { name, labels = {} } }: Finding): Record<string, string> {
  return Object.fromEntries(
    Object.entries(labels).filter(([key, value]) => key !== 'kubernetes.io/metadata.name' || value !== name),
  );
}

function pairs(label: string, values: Record<string, string> = {}, shown: number): string[] {
  const entries = Object.entries(values);
  if (entries.length === 0) return [];
  const lines = entries.map(([key, value]) => `${quoted(key, 80)}: ${quoted(value, 80)}`);
  return field(label, ...linesAndMore(lines, shown));
}

const KINDS: Record<Actor['kind'], string> = {
  'iam-role': 'An IAM role',
  'iam-user': 'An IAM user',
  'service-account': 'A Kubernetes service account: software that runs in the cluster, or whoever holds its token',
  node: 'A node of the cluster (its kubelet)',
  system: 'A component of Kubernetes or EKS',
  anonymous: 'Nobody: the request carried no identity',
  user: 'A user known to the cluster, not through IAM',
  unknown: 'Not known: the record was cut before it tells',
};

function whoDidIt(alert: Alert): string[] {
  const { finding } = alert;
  const { actor, request, source } = finding;
  if (source.kind === 'coverage') return paragraph('Not known: no record of the creation was seen.');
  const { impersonated } = actor;
  const person = claimedPerson(actor);
  const addresses = request.sourceIps ?? [];
  const peer = addresses.at(-1);
  return [
    ...paragraph(`${KINDS[actor.kind]}.`),
    ...(impersonated ? paragraph('It acted in the name of somebody else (impersonation): both are shown.') : []),
    '',
    ...(actor.principalArn === undefined ? [] : field('Principal', identity(actor.principalArn))),
    ...(actor.sessionName === undefined
      ? []
      : field('Session', `${quoted(actor.sessionName)} (the caller chose this)`)),
    ...(actor.accessKeyId === undefined
      ? []
      : field('Access key', matching(/^[A-Z0-9]{16,32}$/, actor.accessKeyId) ?? quoted(actor.accessKeyId))),
    ...(actor.username === actor.principalArn && actor.username !== undefined
      ? []
      : field('User name', actor.username === undefined ? 'unknown' : identity(actor.username))),
    ...many('Groups', actor.groups, SHOWN.groups),
    ...(impersonated
      ? [
          ...field('Acted as', impersonated.username === undefined ? 'unknown' : identity(impersonated.username)),
          ...many('with groups', impersonated.groups, SHOWN.groups),
          ...(person === undefined || person === impersonated.username
            ? []
            : field('Acting for', `${quoted(person)} (by the word of whoever acted)`)),
        ]
      : []),
    ...field('Address', peer === undefined ? 'unknown' : address(peer)),
    ...many('on behalf of', addresses.slice(0, -1), SHOWN.addresses, ' (the caller chose this)'),
    ...(request.userAgent === undefined ? [] : field('Client', `${quoted(request.userAgent)} (the caller chose this)`)),
    // The check says it in better words.
    ...(evidenceOf(alert, 'permissions')?.status === 'found' ? [] : allowedBy(finding)),
  ];
}

function allowedBy(finding: Finding): string[] {
  const { grantedBy } = finding.request;
  if (grantedBy !== undefined) return field('Allowed by', quoted(grantedBy, 300));
  return needsNoGrant(finding) ? field('Allowed by', 'the group system:masters, which may do everything') : [];
}

const identity = (name: string): string => (SYSTEM_NAME.test(name) || ARN.test(name) ? defanged(name) : quoted(name));

/** The peer's address as it is, for copying. A zone after `%` could be any text. */
const address = (ip: string): string => (isIP(ip) && !ip.includes('%') ? ip : quoted(ip, 80));

function many(label: string, values: string[] = [], shown: number, remark = ''): string[] {
  if (values.length === 0) return [];
  const names = values.map((value) => (SYSTEM_NAME.test(value) ? defanged(value) : quoted(value, 80)));
  return field(label, linesAndMore(names, shown).join(', ') + remark);
}

function howWorried(alert: Alert): string[] {
  const { assessment, evidence = [] } = alert;
  if (!assessment)
    return paragraph('Not assessed, because the investigation failed. Treat it as serious until somebody has looked.');
  const grade = gradeOf(alert);
  const limited = limitedWords(alert);
  const indicators = assessment.indicators.toSorted((a, b) => Math.abs(b.weight) - Math.abs(a.weight));
  const answered = evidence.filter(({ status }) => status !== 'not-checked');
  const silent = evidence.length - answered.length;
  const unsure =
    answered.length === 0 && silent > 0
      ? ' No check gave an answer: this rests on the audit record alone. Treat it as serious until somebody has looked.'
      : ` ${silent} of ${evidence.length} checks gave no answer, so it may be worse.`;
  return [
    ...paragraph(`${grade}, with ${assessment.score} of 100 points.${silent > 0 ? unsure : ''}`),
    ...(limited === undefined ? [] : ['', ...paragraph(limited)]),
    '',
    ...limitedList(
      indicators,
      SHOWN.indicators,
      ({ weight, reason, technique }) =>
        bullet(
          `${harmless(reason, 300)}${technique && /^T\d{4}(\.\d{3})?$/.test(technique) ? ` (MITRE ATT&CK ${technique})` : ''}`,
          `${weight < 0 ? '-' : '+'}${Math.abs(weight)}`.padStart(3),
        ),
      nothingCounts(answered),
    ),
  ];
}

/** Only where nothing was found is there no sign of danger: what was found may be one, and weigh nothing. */
function nothingCounts(answered: Evidence[]): string {
  if (answered.length === 0) return 'The audit record itself holds no sign of danger.';
  return answered.every(({ status }) => status === 'clear')
    ? 'The checks that gave an answer found no sign of danger.'
    : 'Nothing that was found adds points. Read below what was found.';
}

/** The answers to the questions of an investigation; why one is missing stands in the next section. */
function found(alert: Alert): string[] {
  const rows = answers(alert).filter(({ later }) => !later || alert.report === undefined);
  return rows.flatMap(({ label, lines, missing }) =>
    field(
      label,
      ...linesAndMore(lines.map(plain), SHOWN.lines),
      ...(missing.length > 0
        ? [`Not checked, see below: ${missing.map(({ check }) => harmless(check, 40)).join(', ')}.`]
        : []),
    ),
  );
}

export function stepLines({ text, commands = [], link }: AdviceStep, mark: string): string[] {
  return [
    ...bullet(text, mark),
    ...commands.flatMap((command) =>
      'line' in command ? copyable(command.line) : belowBullet(`(A command is left out here: ${command.leftOut}.)`),
    ),
    ...(link ? copyable(link) : []),
    '',
  ];
}

/** The first ones, and how many there are besides; `otherwise` where there is none. */
export function limitedList<T>(items: T[], shown: number, lines: (item: T) => string[], otherwise: string): string[] {
  if (items.length === 0) return otherwise ? paragraph(otherwise) : [];
  return [...items.slice(0, shown).flatMap(lines), ...moreLine(items.length - shown).flatMap((text) => bullet(text))];
}

export const moreLine = (count: number): string[] => (count > 0 ? [`and ${count} more`] : []);
