import type { StoredFinding } from '../../../functions/clients/table/stored-findings.ts';
import { actorKey } from '../../../functions/contract/actor-key.ts';
import { DRILL_MARK, drillWords } from '../../../functions/contract/drill.ts';
import { shortInTerminal } from '../harmless.ts';
import { type Summary, summaryOf } from './summary.ts';

/** `nsf-` and 12 digits: what stands in subjects, and is enough to find it. */
const SHORT_ID = 16;
const MAX_REASONS = 10;

/** How long ago, as `4 min`; `?` where it is not known. */
function ageOf(at: string | undefined, now: number): string {
  const minutes = Math.floor((now - Date.parse(at ?? '')) / 60_000);
  if (Number.isNaN(minutes)) return '?';
  if (minutes < 1) return 'now';
  if (minutes < 120) return `${minutes} min`;
  return minutes < 2 * 24 * 60 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / (24 * 60))} d`;
}

const COLUMNS: readonly { title: string; width: number; text: (summary: Summary, now: number) => string }[] = [
  { title: 'SEVERITY', width: 8, text: ({ severity }) => severity ?? '-' },
  { title: 'STATE', width: 16, text: ({ state }) => state },
  { title: 'AGE', width: 7, text: ({ at }, now) => ageOf(at, now) },
  { title: 'ID', width: SHORT_ID, text: ({ id }) => id.slice(0, SHORT_ID) },
  { title: 'CLUSTER', width: 20, text: ({ cluster = '?' }) => cluster },
  { title: 'NAMESPACE', width: 28, text: ({ namespace = '?' }) => namespace },
  { title: 'OUTCOME', width: 15, text: ({ outcome }) => outcome },
  {
    title: 'CREATOR',
    width: 80,
    text: ({ creator, drill }) => `${drill === 'registered' ? `${DRILL_MARK}, ` : ''}${creator}`,
  },
];

const line = (cells: readonly string[]): string =>
  `${cells
    .map((cell, index) => shortInTerminal(cell, COLUMNS[index]?.width ?? 0).padEnd(COLUMNS[index]?.width ?? 0))
    .join('  ')
    .trimEnd()}\n`;

/** The table of findings, with a head. */
export const tableText = (summaries: readonly Summary[], now: number): string =>
  line(COLUMNS.map(({ title }) => title)) +
  summaries.map((summary) => line(COLUMNS.map(({ text }) => text(summary, now)))).join('');

/** What was in the namespace, as far as it was seen; of one that was deleted it is also said where it was not. */
function contentsOf({ objects, made, deleted }: StoredFinding): [string, string | undefined][] {
  const list = ({ kinds = [], more }: { kinds?: { kind: string; count: number }[]; more?: boolean }): string =>
    `${kinds.map(({ kind, count }) => `${count} ${kind}`).join(', ') || 'nothing'}${more ? ' and more' : ''}`;
  const unknown = deleted && !made ? 'not known: no look saw it before it was deleted' : undefined;
  return [
    ['Contents', objects ? `${list(objects)}; seen at ${objects.at ?? 'an unknown time'}` : unknown],
    ['Made in it', made && `${list(made)}; by the audit log until ${made.until ?? 'an unknown time'}`],
    ['Images', made?.images?.join(', ')],
  ];
}

/** One finding, whole. All that others have chosen is made harmless, and short. */
export function findingText(stored: StoredFinding, now: number): string {
  const { finding, told, latest = told, closed, playbookEnd, deleted } = stored;
  const summary = summaryOf(stored);
  const { namespace, request, actor, source } = finding;
  const score = summary.score === undefined ? '' : ` (${summary.score}/100)`;
  const rows: [string, string | undefined][] = [
    ['Finding', summary.id],
    ['Severity', `${summary.severity ?? 'not investigated'}${score}`],
    ['State', summary.state],
    ['Namespace', namespace.name],
    ['UID', namespace.uid],
    ['Cluster', [summary.account, summary.region, summary.cluster].map((each) => each ?? '?').join('/')],
    ['Outcome', summary.outcome],
    ['Creator', summary.creator],
    ['Session', actor.sessionName],
    ['Acting as', actor.impersonated?.username],
    ['Addresses', request.sourceIps?.join(', ')],
    ['Client', request.userAgent],
    ['At', summary.at && `${summary.at} (${ageOf(summary.at, now)} ago)`],
    ['First mail', told?.first?.at && `${told.first.at}${told.first.severity ? `, ${told.first.severity}` : ''}`],
    ['Playbook', playbookEnd && `${playbookEnd.outcome}, ${playbookEnd.at}`],
    ['Legitimate', closed && `by ${closed.decidedBy}, ${closed.decidedAt}, because ${closed.reason}`],
    ['Deleted', deleted && `${deleted.at ?? 'at an unknown time'}, by ${actorKey(deleted.actor)}`],
    ...contentsOf(stored),
    ['Source', source.kind],
    ['Drill', drillWords(finding.drill)],
  ];
  const reasons = Object.entries(latest?.indicators ?? {})
    .filter(([, weight]) => weight !== 0)
    .sort(([, a], [, b]) => b - a)
    .slice(0, MAX_REASONS)
    .map(([id, weight]) => `  ${weight > 0 ? '+' : ''}${weight} ${latest?.reasons?.[id]?.reason ?? id}`);
  return [
    ...rows.flatMap(([name, text]) => (text ? [`${`${name}:`.padEnd(12)}${shortInTerminal(text, 300)}`] : [])),
    ...(reasons.length > 0 ? ['Reasons:', ...reasons.map((reason) => shortInTerminal(reason, 300))] : []),
    '',
  ].join('\n');
}
