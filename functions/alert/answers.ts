/**
 * The questions that the investigation procedure asks of an analyst, each answered from the checks that serve it. The
 * mail and the report show the same answers.
 */

import { type CheckName, type Details, detailsOf } from '../checks/index.ts';
import type { Alert } from '../contract/alert.ts';
import type { Evidence } from '../contract/investigation.ts';
import { defined } from '../kit/defined.ts';
import { checkSentence, joinPhrases, ownWords, type Phrase, say, term } from '../kit/phrase.ts';
import { shortName } from '../kit/words.ts';
import { epochOf, utc } from './grammar.ts';
import { grantorOf, sinceRequest } from './grant.ts';

/** A sentence of an answer. */
interface AnswerLine {
  whole: Phrase;
  /** Where it has a short form. */
  brief?: Phrase;
}

export interface AnswerSummary {
  /** One or two words. */
  label: string;
  /** Among the seven questions of the procedure, from 1 on; absent for others. */
  place?: number;
  question: string;
  /** The evidence that it rests on. */
  evidence: Evidence[];
  /** `found` where any of it is, `not-checked` where all of it is. */
  status: Evidence['status'];
  /** What is known. */
  lines: AnswerLine[];
  /** For the work after the incident. */
  later: boolean;
  /** Which checks gave no answer. */
  missing: Evidence[];
}

interface Question {
  label: string;
  question: string;
  checks: readonly CheckName[];
  /** What several checks tell only together: stands after the summary of the one named. */
  after?: Partial<Record<CheckName, (alert: Alert, details: Details) => AnswerLine[]>>;
  /** Checks that are told only where they found something, beside others that answer the question. */
  quiet?: readonly CheckName[];
  /** Not for the night of the alert: left out of the mail where there is a report. */
  later?: boolean;
}

/** The seven of the procedure, in its order, and what is for the work after it. */
const QUESTIONS: readonly Question[] = [
  { label: 'Namespace', question: 'Is it there, and what is in it?', checks: ['namespace', 'namespace-activity'] },
  {
    label: 'Permission',
    question: 'What allowed it, who gave that right, and which rights were changed shortly before?',
    checks: ['permissions', 'access-changes', 'principal'],
    after: {
      permissions: (alert, details) => grantorOf(alert, details) ?? [],
      'access-changes': changesOfConcern,
    },
  },
  {
    label: 'Logs',
    question: 'What do the logs of API server and containers say?',
    checks: ['api-server-logs', 'container-logs'],
  },
  { label: 'Network', question: 'Is it open to the network, and whom does it talk to?', checks: ['network'] },
  {
    label: 'Malware',
    question: 'Does it run anything dangerous or malicious?',
    checks: ['workloads', 'threats', 'images'],
    quiet: ['images'],
  },
  {
    label: 'Audit log',
    question: 'What else did the creator do, and what was refused?',
    checks: ['actor-activity', 'refused-requests'],
    after: { 'refused-requests': worstRefusals },
  },
  {
    label: 'Contact',
    question: 'Who can say whether this was expected?',
    checks: ['owner', 'role-session', 'origin'],
    quiet: ['role-session', 'origin'],
  },
  {
    label: 'Baseline',
    question: 'Has a person said that the creator makes such namespaces?',
    checks: ['known-creator'],
    later: true,
  },
  {
    label: 'Weaknesses',
    question: 'How open is the cluster?',
    checks: ['cluster-posture', 'cluster-weaknesses'],
    later: true,
  },
];
const KNOWN = new Set<string>(QUESTIONS.flatMap(({ checks }) => checks));

/** In the order in which a person asks. A question that no check was asked about is left out. */
export function answers(alert: Alert, details = detailsOf(alert)): AnswerSummary[] {
  const { evidence = [] } = alert;
  const rows = QUESTIONS.flatMap(({ label, question, checks, after = {}, quiet = [], later = false }, index) => {
    const asked = checks.flatMap((check) => evidence.filter((item) => item.check === check));
    if (asked.length === 0) return [];
    const lines = (item: Evidence): AnswerLine[] => {
      const check = item.check as CheckName;
      if (item.status === 'clear' && quiet.includes(check)) return [];
      return [summaryOf(alert, item), ...(after[check]?.(alert, details) ?? [])];
    };
    return [answer({ label, question, later, ...(later ? {} : { place: index + 1 }) }, asked, lines)];
  });
  const others = evidence.filter(({ check }) => !KNOWN.has(check));
  if (others.length === 0) return rows;
  const lines = (item: Evidence): AnswerLine[] => [
    { whole: [...checkSentence(item.question), ' ', ...summaryOf(alert, item).whole] },
  ];
  return [...rows, answer({ label: 'Also', question: 'What else is there to know?', later: false }, others, lines)];
}

function answer(
  words: Pick<AnswerSummary, 'label' | 'place' | 'question' | 'later'>,
  evidence: Evidence[],
  lines: (item: Evidence) => AnswerLine[],
): AnswerSummary {
  const answered = evidence.filter(({ status }) => status !== 'not-checked');
  return {
    ...words,
    evidence,
    status: answered.some(({ status }) => status === 'found') ? 'found' : (answered[0]?.status ?? 'not-checked'),
    lines: answered.flatMap(lines).filter(({ whole }) => whole.length > 0),
    missing: evidence.filter(({ status }) => status === 'not-checked'),
  };
}

/** Data that are older are said to be, in milliseconds. */
const OLD_MS = 5 * 60_000;

/** Nothing of concern is said with the instant until which that is known, unless that is the time of the investigation. */
function summaryOf({ investigatedAt }: Alert, { status, summary, brief, completeUntil }: Evidence): AnswerLine {
  const isOld = !((epochOf(investigatedAt) ?? Number.NaN) - (epochOf(completeUntil) ?? Number.NaN) < OLD_MS);
  const until = status === 'clear' && isOld ? utc(completeUntil) : undefined;
  const told = (sentence: string): Phrase => [
    ...checkSentence(sentence),
    ...(until ? ownWords(` (data until ${until})`) : []),
  ];
  return { whole: told(summary), ...defined({ brief: brief === undefined ? undefined : told(brief) }) };
}

/** No more lines than a person reads at once; the first of them is in the summary already. */
const SHOWN_CHANGES = 3;

function changesOfConcern(alert: Alert, details: Details): AnswerLine[] {
  const changes = (details['access-changes']?.changes ?? []).filter(({ concerns = [] }) => concerns.length > 0);
  return changes.length < 2
    ? []
    : changes.slice(0, SHOWN_CHANGES).map((change) => ({
        whole: changePhrase(alert, change),
        brief: changePhrase(alert, change, { inShort: true }),
      }));
}

/** What leads to more rights or to secrets; anything else comes after it. */
const WEIGHTY =
  /^(?:secrets|serviceaccounts\/token|nodes\/proxy|pods\/(?:exec|attach|ephemeralcontainers)|(?:cluster)?role(?:binding)?s\.|(?:users|groups|serviceaccounts)$|certificatesigningrequests|\w+webhookconfigurations\.)/;
const SHOWN_REFUSALS = 3;

/** The creator's first, then what leads to more rights, then the most frequent. */
function worstRefusals(_: Alert, details: Details): AnswerLine[] {
  const rank = ({ isActor, resource = '' }: Refusal): number =>
    Number(isActor ?? false) * 2 + Number(WEIGHTY.test(resource));
  return (details['refused-requests']?.groups ?? [])
    .toSorted((a, b) => rank(b) - rank(a) || (b.count ?? 0) - (a.count ?? 0))
    .slice(0, SHOWN_REFUSALS)
    .map((refusal) => ({ whole: refusalPhrase(refusal), brief: refusalBrief(refusal) }));
}

/** `Refused: list secrets in kube-system, 12 times, by the creator.` */
const refusalBrief = ({ verb, resource, namespace, count = 1, isActor }: Refusal): Phrase => [
  ...say`Refused: ${term(verb ?? 'unknown verb')} ${term(resource ?? 'unknown resource')}`,
  ...(namespace === undefined ? [] : say` in ${namespace}`),
  ...ownWords(`${count > 1 ? `, ${count} times` : ''}, by ${isActor ? 'the creator' : 'another identity'}.`),
];

type Refusal = NonNullable<NonNullable<Details['refused-requests']>['groups']>[number];

/** `Refused with 403: list secrets in kube-system, 12 times, last at 07:02:18 UTC, by the creator.` */
function refusalPhrase({ verb, resource, namespace, code, count, lastAt, actor, isActor }: Refusal): Phrase {
  const at = utc(lastAt);
  return [
    ...say`Refused${ownWords(code === undefined ? '' : ` with ${code}`)}: ${term(verb ?? 'unknown verb')} ${term(resource ?? 'unknown resource')}`,
    ...(namespace === undefined ? [] : say` in ${namespace}`),
    ...ownWords(
      `${count !== undefined && count > 1 ? `, ${count} times, last` : ','}${at === undefined ? ' at a time not known' : ` at ${at}`}, by `,
    ),
    ...(isActor ? ownWords('the creator') : say`${actor ?? ownWords('somebody not known')}`),
    ...ownWords('.'),
  ];
}

/** What stands last in an ARN; any other name as it is. */
const lastPart = (name: string): string => (name.startsWith('arn:') ? name.replace(/^.*\//, '') : name);

/** `create ClusterRoleBinding "x", which gives "cluster-admin to …", by "ada", 4 min before` */
export function changePhrase(
  alert: Alert,
  change: NonNullable<NonNullable<Details['access-changes']>['changes']>[number],
  { withTime = true, inShort = false } = {},
): Phrase {
  const { verb = 'unknown change', what = 'unknown object', name, namespace, gives, by, code, at } = change;
  const refused = typeof code === 'string' || (code !== undefined && code >= 400);
  const when = sinceRequest(alert, at);
  const shown = inShort ? shortName(lastPart(name ?? '')) : (name ?? '');
  const words = [
    say`${term(verb)} ${term(what)}${name === undefined ? [] : say` ${namespace === undefined ? shown : `${namespace}/${shown}`}`}`,
    ...(gives === undefined || inShort ? [] : [say`which gives ${gives}`]),
    ...(inShort ? [] : [say`by ${by ?? ownWords('somebody not known')}`]),
    ...(refused ? [say`refused with ${code ?? ''}`] : []),
  ];
  return joinPhrases(withTime && when !== undefined ? [...words, ownWords(when)] : words);
}
