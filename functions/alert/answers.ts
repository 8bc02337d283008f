/**
 * The questions that the investigation procedure asks of an analyst, each answered from the checks that serve it. The
 * mail and the report show the same answers.
 */

import { type CheckName, type Details, detailsOf } from '../checks/index.ts';
import type { Alert } from '../contract/alert.ts';
import type { Evidence } from '../contract/investigation.ts';
import { checkSentence, joinPhrases, ownWords, type Phrase, say, term } from '../kit/phrase.ts';
import { utc } from './grammar.ts';
import { grantorOf, sinceRequest } from './grant.ts';

export interface AnswerSummary {
  /** One or two words. */
  label: string;
  question: string;
  /** The evidence that it rests on. */
  evidence: Evidence[];
  /** `found` where any of it is, `not-checked` where all of it is. */
  status: Evidence['status'];
  /** What is known. */
  lines: Phrase[];
  /** For the work after the incident. */
  later: boolean;
  /** Which checks gave no answer. */
  missing: Evidence[];
}

interface Question {
  label: string;
  question: string;
  checks: readonly CheckName[];
  /** What several checks tell only together; stands after the first one's summary. */
  more?(alert: Alert, details: Details): Phrase[];
  /** Not for the night of the alert: left out of the mail where there is a report. */
  later?: boolean;
}

const QUESTIONS: readonly Question[] = [
  { label: 'Namespace', question: 'Is it there, and what is in it?', checks: ['namespace', 'namespace-activity'] },
  {
    label: 'Permission',
    question: 'What allowed it, and who gave that right?',
    checks: ['permissions', 'principal'],
    more: (alert, details) => [grantorOf(alert, details) ?? []],
  },
  {
    label: 'Changes',
    question: 'Which rights were changed shortly before?',
    checks: ['access-changes'],
    more: changesOfConcern,
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
    checks: ['workloads', 'images', 'threats'],
  },
  {
    label: 'Audit log',
    question: 'What else did the creator do, and what was refused?',
    checks: ['actor-activity', 'refused-requests'],
  },
  {
    label: 'Whom to ask',
    question: 'Who can say whether this was meant?',
    checks: ['origin', 'role-session', 'owner'],
    more: ({ report }, { owner }) =>
      report && owner?.message ? [ownWords('A message ready to send is in the report.')] : [],
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
  const rows = QUESTIONS.flatMap(({ label, question, checks, more, later = false }) => {
    const asked = checks.flatMap((check) => evidence.filter((item) => item.check === check));
    return asked.length === 0 ? [] : [answer({ label, question, later }, asked, more?.(alert, details) ?? [])];
  });
  const others = evidence.filter(({ check }) => !KNOWN.has(check));
  if (others.length === 0) return rows;
  const also = answer({ label: 'Also', question: 'What else is there to know?', later: false }, others, []);
  const answered = others.filter(({ status }) => status !== 'not-checked');
  return [
    ...rows,
    { ...also, lines: answered.map((item) => [...checkSentence(item.question), ' ', ...summaryOf(item)]) },
  ];
}

function answer(
  words: Pick<AnswerSummary, 'label' | 'question' | 'later'>,
  evidence: Evidence[],
  more: Phrase[],
): AnswerSummary {
  const answered = evidence.filter(({ status }) => status !== 'not-checked');
  const [first = [], ...rest] = answered.map(summaryOf);
  return {
    ...words,
    evidence,
    status: answered.some(({ status }) => status === 'found') ? 'found' : (answered[0]?.status ?? 'not-checked'),
    lines: [first, ...more, ...rest].filter(({ length }) => length > 0),
    missing: evidence.filter(({ status }) => status === 'not-checked'),
  };
}

/** Nothing of concern is said with the instant until which that is known. */
function summaryOf({ status, summary, completeUntil }: Evidence): Phrase {
  const until = status === 'clear' ? utc(completeUntil) : undefined;
  return [...checkSentence(summary), ...(until ? ownWords(` (complete until ${until})`) : [])];
}

/** No more lines than a person reads at once; the first of them is in the summary already. */
const SHOWN_CHANGES = 3;

function changesOfConcern(alert: Alert, details: Details): Phrase[] {
  const changes = (details['access-changes']?.changes ?? []).filter(({ concerns = [] }) => concerns.length > 0);
  return changes.length < 2 ? [] : changes.slice(0, SHOWN_CHANGES).map((change) => changePhrase(alert, change));
}

/** `create ClusterRoleBinding "x", which gives "cluster-admin to …", by "ada", 4 min before` */
export function changePhrase(
  alert: Alert,
  change: NonNullable<NonNullable<Details['access-changes']>['changes']>[number],
  { withTime = true } = {},
): Phrase {
  const { verb = 'unknown change', what = 'unknown object', name, namespace, gives, by, code, at } = change;
  const refused = typeof code === 'string' || (code !== undefined && code >= 400);
  const when = sinceRequest(alert, at);
  const words = [
    say`${term(verb)} ${term(what)}${name === undefined ? [] : say` ${namespace === undefined ? name : `${namespace}/${name}`}`}`,
    ...(gives === undefined ? [] : [say`which gives ${gives}`]),
    say`by ${by ?? ownWords('somebody not known')}`,
    ...(refused ? [say`refused with ${code ?? ''}`] : []),
  ];
  return joinPhrases(withTime && when !== undefined ? [...words, ownWords(when)] : words);
}
