/** Whether a mail alone answers what the procedure asks, by what the script really did. */
import type { Alert } from '../../../functions/contract/alert.ts';
import type { Fact, GroundTruth } from '../../../tools/record/incidents/incident.ts';
import { fieldsOf, says, sectionsOf } from './mail.ts';
import { entranceOf, factsOf, objectOf, portOf, refusedBefore, requestOf } from './truth.ts';

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
  const found = fieldsOf(section('WHAT THE INVESTIGATION FOUND'));
  const answer = (label: string, ...values: (string | undefined)[]) => expect(label, found.get(label), ...values);

  whatHappened(told, fieldsOf(section('WHAT HAPPENED')), expect);
  whoDidIt(told, fieldsOf(section('WHO DID IT')), expect);
  severityShown(told, section('SEVERITY AND REASONS'), expect);
  theQuestions(told, answer);
  for (const { question, status, check } of told.alert.evidence ?? [])
    if (status === 'not-checked') expect(`unknown, ${check}`, section('WHAT IS NOT KNOWN'), question);
  return missing;
}

type Expect = (place: string, answer: string | undefined, ...values: (string | undefined)[]) => void;

function whatHappened({ truth, index, metadata }: Told, fields: Map<string, string>, expect: Expect): void {
  const { namespace, uid } = truth.creations[index] ?? {};
  expect('Namespace', fields.get('Namespace'), namespace);
  expect('UID', fields.get('UID'), uid);
  const time = fields.get('Time');
  const at = Date.parse(time?.replace(' UTC', 'Z').replace(' ', 'T') ?? '');
  if (!(Math.abs(at - Date.parse(requestOf(truth, index).at)) < MAX_APART_MS)) expect('Time', time, undefined);
  for (const [key, value] of Object.entries(metadata.labels))
    expect('Labels', fields.get('Labels'), `"${key}": "${value}"`);
  for (const [key, value] of Object.entries(metadata.annotations))
    expect('Annotations', fields.get('Annotations'), `"${key}": "${value}"`);
}

function whoDidIt({ truth, index }: Told, fields: Map<string, string>, expect: Expect): void {
  const { actor } = truth.creations[index] ?? {};
  if (actor?.principalArn) expect('Principal', fields.get('Principal'), actor.principalArn);
  if (actor?.sessionName) expect('Session', fields.get('Session'), actor.sessionName);
  expect('User name', fields.get('User name'), actor?.username);
  expect('Address', fields.get('Address'), requestOf(truth, index).from);
}

function severityShown({ alert: { assessment } }: Told, section: string, expect: Expect): void {
  expect('severity', section, `${assessment?.severity}, with ${assessment?.score} of 100 points`);
  for (const { reason } of assessment?.indicators ?? [])
    expect('reason', section, reason.replaceAll('"', "'").slice(0, 100));
}

/** The seven questions of the investigation, by their labels. */
function theQuestions(
  { alert, truth, index, facts }: Told,
  answer: (label: string, ...values: (string | undefined)[]) => void,
): void {
  const { namespace, actor } = truth.creations[index] ?? {};
  answer('Namespace', 'Confirmed', namespace);

  const entrance = entranceOf(truth.right);
  answer('Permission', ...(entrance ? [entrance.policy, entrance.principal] : [truth.right.object]));
  for (const fact of factsOf('access-change', facts)) {
    const way = entranceOf(fact);
    if (!way) answer('Changes', objectOf(fact).name, 'cluster-admin');
    else answer('Changes', way.principal, ...(way.policy ? [way.policy] : [])); // simulated: CloudTrail
  }

  // There are no such logs in the twin, and no GuardDuty: the mail has to say so.
  answer('Logs', 'Not checked', 'api-server-logs', 'container-logs');
  answer('Malware', 'Not checked', 'threats');

  const exposures = factsOf('exposure', facts);
  if (exposures.length === 0) answer('Network', 'No Service or Ingress exposes it.');
  for (const fact of exposures) answer('Network', objectOf(fact).name, portOf(fact).type, portOf(fact).port);

  const workloads = factsOf('workload', facts).map(objectOf);
  if (workloads.length === 0) answer('Malware', 'Nothing runs in the namespace.');
  for (const { kind, name } of workloads) answer('Malware', `${kind} ${name}`);

  const refused = refusedBefore(truth);
  answer('Audit log', 'created', ...(refused > 0 ? [`${refused} refused`] : []));
  answer('Contacts', actor?.sessionName?.includes('@') ? actor.sessionName : 'message');
  if (alert.report === undefined) answer('Contacts', 'a report with the message');
}
