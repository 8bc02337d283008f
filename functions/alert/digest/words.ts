/** What a digest says, in the words that the mail and chat share. */
import { printCommand } from '../../contract/commands/print.ts';
import { digestSeverity } from '../../contract/digest.ts';
import type { Digest, DigestRow } from '../../contract/digest-message.ts';
import { DRILL_MARK } from '../../contract/drill.ts';
import type { DigestReason } from '../../contract/vocabulary.ts';
import { count, number, ownWords, type Phrase, say } from '../../kit/phrase.ts';
import { matching, REGION, utc } from '../grammar.ts';
import { clusterName, cutToFit } from '../headline.ts';
import type { AdviceStep } from '../step.ts';

/** What is in the first place in a digest is told this way: `9,998 attempts to create a namespace were denied`. */
export function rowWords({ reason, outcome, count: amount, severity, drill }: DigestRow): string {
  const words: Record<DigestReason, () => string> = {
    refused: () =>
      outcome === 'rejected'
        ? count(amount, 'request to create a namespace was rejected', 'requests to create a namespace were rejected')
        : count(amount, 'attempt to create a namespace was denied', 'attempts to create a namespace were denied'),
    'outcome-unknown': () =>
      count(amount, 'request may have created a namespace', 'requests may have created a namespace each'),
    'not-investigated': () =>
      count(amount, 'namespace was created and not investigated', 'namespaces were created and not investigated'),
    flood: () =>
      severity === undefined
        ? count(
            amount,
            'more namespace was created, and is looked at as soon as there is capacity',
            'more namespaces were created, and are looked at as soon as there is capacity',
          )
        : `${count(amount, 'more namespace was created', 'more namespaces were created')}: ${severity}`,
    limited: () =>
      count(
        amount,
        'finding whose severity is unknown, because limits kept questions from being asked',
        'findings whose severity is unknown, because limits kept questions from being asked',
      ),
    accepted: () =>
      `${count(amount, 'namespace was created as a person has accepted', 'namespaces were created as a person has accepted')}: ${severity ?? 'severity unknown'}`,
    'looked-at': () =>
      `${count(amount, 'finding of an earlier digest was', 'findings of an earlier digest were')} looked at since: ${severity ?? 'severity unknown'}`,
  };
  return `${drill ? `${DRILL_MARK}: ` : ''}${words[reason]()}`;
}

/** `prod, eu-west-1` */
function placeOf({ cluster }: Digest): string {
  const name = clusterName({ cluster });
  const region = matching(REGION, cluster.region);
  return [name ?? 'a cluster whose name is not known', ...(region ? [region] : [])].join(', ');
}

const most = ({ atLeast }: Digest): string => (atLeast ? 'at least ' : '');

/** `MEDIUM (digest): 9,998 findings in prod, eu-west-1, from 2026-11-23 07:00 to 08:00 UTC.` */
export const digestHeadline = (digest: Digest): string => `${titleOf(digest)} in ${placeOf(digest)}, ${hours(digest)}.`;

/** The same without the hours. */
export const digestTitle = (digest: Digest): string => `${titleOf(digest)} in ${placeOf(digest)}.`;

const titleOf = (digest: Digest): string =>
  `${digestSeverity(digest)} (${kindOf(digest)}): ${most(digest)}${count(digest.total, 'finding')}`;

const kindOf = ({ frequency = 'hourly' }: Digest): string =>
  frequency === 'hourly' ? 'digest' : `${frequency} digest`;

const HOUR_MS = 3_600_000;

const lengthOf = ({ from, until }: Digest): number => Date.parse(until) - Date.parse(from);

function hours(digest: Digest): string {
  const { from, until } = digest;
  const [first, last] = [utc(from), utc(until)];
  if (first && last && lengthOf(digest) > 25 * HOUR_MS)
    return `from ${first.slice(0, 10)} to ${last.slice(0, 10)} (UTC)`;
  if (first && lengthOf(digest) > 2 * HOUR_MS) return `on ${first.slice(0, 10)} (UTC)`;
  return first && last ? `from ${first.slice(0, 16)} to ${last.slice(11, 16)} UTC` : 'in an hour not known';
}

export function digestSubject(digest: Digest): string {
  const name = clusterName(digest);
  const at = utc(digest.from)?.slice(0, 16) ?? '';
  const subject = (place: string): string => `${titleOf(digest)}${place} [${at}]`;
  return subject(name ? ` in ${cutToFit(name, subject(` in ${name}`).length)}` : '');
}

/** One that holds a real finding is not of a drill. */
export const isDrill = ({ rows, others }: Digest): boolean =>
  rows.length > 0 && rows.every(({ drill }) => drill === true) && others === undefined;

/** What kind of digest it is. */
export function explanationOf({ rows }: Digest): string {
  const accepted = rows.filter(({ reason }) => reason === 'accepted').length;
  if (accepted === 0) return EXPLANATION;
  return accepted === rows.length ? ACCEPTED : MIXED;
}

const ACCEPTED =
  'A person has accepted each of them: this creator, such names, and all that the investigation found. Anything else is ' +
  'reported on its own.';

const EXPLANATION =
  'They were like others that had a mail of their own in the same hour, or too many for that. None was found to be HIGH or ' +
  'above: that is always reported on its own.';

const MIXED =
  'A person has accepted some of them. The others were like those that had a mail of their own in the same hour, or too many for ' +
  'that; none of these was found to be HIGH or above: that is always reported on its own.';

/** What is left out where only so many rows are shown. */
export function hiddenRows({ rows, others }: Digest, shown: number): Pick<Digest, 'others'> {
  const hidden = rows.slice(shown);
  if (hidden.length === 0) return others ? { others } : {};
  const findings = hidden.reduce((sum, { count }) => sum + count, others?.findings ?? 0);
  return { others: { rows: hidden.length + (others?.rows ?? 0), findings } };
}

export function othersWords({ others, atLeast }: Digest): string | undefined {
  if (!others) return undefined;
  return `And ${atLeast ? 'at least ' : ''}${number(others.findings)} more, in ${count(others.rows, 'group')} like these.`;
}

/** Who it was; nothing but the kind where the record has no name. */
export const actorPhrase = ({ actor }: DigestRow): Phrase =>
  actor.name === undefined
    ? ownWords(actor.kind === 'anonymous' ? 'nobody known (no identity)' : 'not known')
    : say`${actor.name}`;

/** One finding of a row. */
export function samplePhrase({ namespace, impersonated, address, at }: DigestRow['first']): Phrase {
  return [
    utc(at) ?? 'at a time not known',
    ...(namespace === undefined ? [] : [', namespace ', { other: namespace }]),
    ...(impersonated === undefined ? [] : [', acting as ', { other: impersonated }]),
    ...(address === undefined ? [] : [', from ', { other: address }]),
  ];
}

const NEW_NAMESPACES = [printCommand(['kubectl', 'get', 'namespaces', '--sort-by', 'metadata.creationTimestamp'])];

/** What to do about it, in this order. */
export function digestAdvice({ rows }: Digest): AdviceStep[] {
  const has = (...reasons: DigestReason[]): boolean => rows.some(({ reason }) => reasons.includes(reason));
  return [
    ...(has('outcome-unknown', 'not-investigated', 'limited')
      ? [
          {
            text: 'What was not investigated, or not in full, is looked at as soon as there is capacity, and is reported at once if it is HIGH or above. To see which namespaces are new:',
            commands: NEW_NAMESPACES,
          },
        ]
      : has('flood')
        ? [{ text: 'Look whether so many new namespaces were expected:', commands: NEW_NAMESPACES }]
        : []),
    ...(rows.length > 0 && rows.every(({ reason }) => reason === 'looked-at')
      ? [{ text: 'Nothing has to be done at once: nothing that was looked at since is HIGH or above.' }]
      : []),
    ...(has('not-investigated')
      ? [{ text: 'See why investigations failed: the alarms and the logs of the function investigate say it.' }]
      : []),
    ...(has('accepted')
      ? [
          {
            text: `${rows.every(({ reason }) => reason === 'accepted') ? 'Nothing has to be done.' : 'For what a person has accepted nothing has to be done.'} What was accepted, by whom, why and until when, and how it is taken back: "sentinel baseline list" and "sentinel baseline revoke".`,
          },
        ]
      : []),
    ...(has('refused')
      ? [
          {
            text: 'Ask the owners of these identities whether they tried this. If nobody did, treat the credentials as stolen: take them away, then look for what else they did.',
          },
        ]
      : []),
  ];
}
