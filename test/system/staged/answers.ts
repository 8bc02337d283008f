/** Whether a mail alone answers what the procedure asks, by what the script really did. */
import type { Alert } from '../../../functions/contract/alert.ts';
import type { Fact, GroundTruth } from '../../../tools/record/incidents/incident.ts';
import { fieldsOf, says, sectionsOf } from './mail.ts';
import { entranceOf, factsOf, objectOf, refusedBefore, requestOf } from './truth.ts';

/** What the namespace was made with. */
export interface Metadata {
  labels: Record<string, string>;
  annotations: Record<string, string>;
}

interface Told {
  /** The alert that the mail was made of. */
  alert: Alert;
  truth: GroundTruth;
  /** Which of the incident's namespaces it is about. */
  index: number;
  /** What was done until then. */
  facts: readonly Fact[];
  metadata: Metadata;
}

/** Seconds between the request and what the API server writes as its time, and what rounding takes. */
const MAX_APART_MS = 2_000;

/** What the mail fails to say, each with where it was looked for. */
export function missingAnswers(text: string, told: Told): string[] {
  const sections = sectionsOf(text);
  const missing: string[] = [];
  const section = (title: string): string => sections.get(title) ?? '';
  const expect = (place: string, answer: string | undefined, ...values: (string | undefined)[]) => {
    for (const value of values)
      if (value === undefined || !says(answer, value)) missing.push(`${place}: no ${value} in: ${answer}`);
  };
  const found = fieldsOf(section('ANSWERS'));
  const [top = ''] = text.split('\n=== ');
  const answer = (label: string, ...values: (string | undefined)[]) => expect(label, found.get(label), ...values);
  const anywhere = (...values: (string | undefined)[]) => expect('the mail', text, ...values);

  whatHappened(told, top, answer, expect);
  whoDidIt(told, top, expect);
  severityShown(told, top, expect);
  theQuestions(told, answer, anywhere);
  const { evidence = [] } = told.alert;
  const silent = evidence.filter(({ status }) => status === 'not-checked').length;
  if (silent > 0) expect('unknown', section('NOT KNOWN'), `${silent} of ${evidence.length} checks gave no answer`);
  return missing;
}

type Expect = (place: string, answer: string | undefined, ...values: (string | undefined)[]) => void;

type Answer = (label: string, ...values: (string | undefined)[]) => void;

/** Of each label and annotation so many characters are sure to be shown, of so many of them. */
const SHOWN = { characters: 30, pairs: 4 };

function whatHappened({ truth, index, metadata }: Told, top: string, answer: Answer, expect: Expect): void {
  const { namespace, uid } = truth.creations[index] ?? {};
  expect('top', top, namespace);
  answer('1 Namespace', uid);
  const [, day = '', time = ''] = /(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) UTC/.exec(top) ?? [];
  const at = Date.parse(`${day}T${time}Z`);
  if (!(Math.abs(at - Date.parse(requestOf(truth, index).at)) < MAX_APART_MS)) expect('When', top, undefined);
  for (const pairs of [metadata.labels, metadata.annotations])
    for (const [key, value] of Object.entries(pairs).slice(0, SHOWN.pairs))
      answer('1 Namespace', key.slice(0, SHOWN.characters), value.slice(0, SHOWN.characters));
}

function whoDidIt({ truth, index }: Told, top: string, expect: Expect): void {
  const { actor } = truth.creations[index] ?? {};
  expect('Who', top, actor?.principalArn?.split('/').at(-1) ?? actor?.username);
  if (actor?.sessionName) expect('Who', top, actor.sessionName);
  expect('Who', top, requestOf(truth, index).from);
}

/** The weightiest reason, as far as it is sure to be shown: the top of the mail leaves out what stands in parentheses. */
function severityShown({ alert: { assessment } }: Told, top: string, expect: Expect): void {
  const { severity, score, indicators: [heaviest] = [] } = assessment ?? {};
  expect('severity', top, severity, `(${score} of 100 points`);
  if (heaviest && heaviest.weight > 0)
    expect('reason', top, heaviest.reason.replaceAll('"', "'").split(' (', 1).join().slice(0, 40));
}

/** The seven questions of the investigation, by their labels; what is cut in an answer may stand among the reasons. */
function theQuestions(
  { truth, facts }: Told,
  answer: Answer,
  anywhere: (...values: (string | undefined)[]) => void,
): void {
  answer('1 Namespace', 'Confirmed');

  const entrance = entranceOf(truth.right);
  answer('2 Permission', entrance ? entrance.policy : truth.right.object);
  for (const fact of factsOf('access-change', facts)) {
    const way = entranceOf(fact);
    anywhere(way ? way.principal.split('/').at(-1) : objectOf(fact).name);
  }

  // There are no such logs in the twin: the mail has to say so.
  answer('3 Logs', 'Not checked');

  const exposures = factsOf('exposure', facts);
  if (exposures.length === 0) answer('4 Network', 'No Service or Ingress exposes it');
  for (const fact of exposures) answer('4 Network', objectOf(fact).name);

  const workloads = factsOf('workload', facts).map(objectOf);
  if (workloads.length === 0) answer('5 Malware', 'Nothing runs in the namespace.');
  for (const { kind, name } of workloads) anywhere(`${kind} ${name}`);

  const refused = refusedBefore(truth);
  answer('6 Audit log', 'request', ...(refused > 0 ? [`${refused} refused`] : []));
  answer('7 Contact', 'contact');
}
