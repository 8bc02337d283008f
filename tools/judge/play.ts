/** Plays a case through the real handlers, and keeps what was told. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { type Investigated, LocalPipeline } from '../../bin/local/pipeline.ts';
import { readRecording } from '../../bin/local/recorded-cluster.ts';
import { MAIN_DESTINATION } from '../../functions/alert/destinations/index.ts';
import { LocalBaseline } from '../../functions/clients/local/baseline.ts';
import { bodies } from '../../functions/clients/local/sender.ts';
import { type Alert, alertSchema } from '../../functions/contract/alert.ts';
import { digestSchema } from '../../functions/contract/digest-message.ts';
import type { Finding } from '../../functions/contract/finding.ts';
import { gradeOf, shownSeverity } from '../../functions/contract/grade.ts';
import type { Evidence } from '../../functions/contract/investigation.ts';
import { accept } from '../../functions/contract/lessons.ts';
import { readJson } from '../../functions/contract/read.ts';
import { type Grade, type Outcome, type Severity, severityRank } from '../../functions/contract/vocabulary.ts';
import { defined } from '../../functions/kit/defined.ts';
import type { Case, Look } from './case.ts';
import { factsOf } from './facts.ts';

interface LookResult {
  /** The gravest of the case's findings. */
  severity: Grade;
  score: number;
  /** A message went out that tells about a finding. */
  told: boolean;
  /** Ids of the indicators, with their points. */
  indicators: Record<string, number>;
}

export interface Played {
  /** Of the finding that the case is about; absent where nothing was found. */
  outcome?: Outcome;
  looks: Record<Look, LookResult>;
  /** The highest severity of all messages until the second look; absent where nothing was told. */
  highestTold?: Severity;
  facts: ReturnType<typeof factsOf>;
  /** What was reported on its own, at all looks. */
  alerts?: readonly Alert[];
  seconds: number;
}

/** Plays it with nothing accepted but what the case says, at the first look and at both later ones. */
export async function play({ folder, settings: { accepted = [], ...settings } }: Case): Promise<Played> {
  const begun = performance.now();
  const recording = await readRecording(join(folder, 'audit.jsonl.gz'), Readable.from([]));
  const { cluster, clients } = recording;
  const baseline = new LocalBaseline();
  for (const { impersonated, ...scope } of accepted)
    await accept(baseline, { cluster, ...scope, ...defined({ impersonated }), ...ACCEPTED }, Date.now());
  const out = await mkdtemp(join(tmpdir(), 'judge-'));
  try {
    const pipeline = new LocalPipeline({
      cluster,
      clients: { first: { ...clients.first, baseline }, second: { ...clients.second, baseline } },
      folder: out,
      ...defined(settings),
    });
    await pipeline.deliver(recording.lines);
    const first = [...pipeline.investigated];
    const atFirst = alertsOf(pipeline);
    await pipeline.lookAgain();
    const alerts = alertsOf(pipeline);
    const looks = {
      first: resultOf(first, atFirst.length > 0),
      second: resultOf(lastOf(pipeline.investigated), alerts.length > atFirst.length),
    };
    const subject = subjectOf(pipeline.investigated);
    const told = alerts
      .flatMap((alert) => shownSeverity(alert) ?? [])
      .toSorted(bySeverity)
      .at(-1);
    return {
      ...(subject && { outcome: subject.finding.outcome }),
      looks,
      ...(told && { highestTold: told }),
      facts: factsOf(subject?.finding, subject?.investigation?.evidence ?? []),
      alerts,
      seconds: (performance.now() - begun) / 1000,
    };
  } finally {
    await rm(out, { recursive: true });
  }
}

const ACCEPTED = { decidedBy: 'platform@example.com', reason: 'It is part of the installation.' };

const bySeverity = (a: Severity, b: Severity): number => severityRank(a) - severityRank(b);

function alertsOf({ sender }: LocalPipeline): Alert[] {
  const messages = sender.sent.filter(({ destination }) => destination === MAIN_DESTINATION);
  const texts = messages.map(({ message }) => bodies(message).default);
  return texts
    .filter((json) => !digestSchema.safeParse(JSON.parse(json)).success)
    .map((json) => readJson(alertSchema, json, 'alert'));
}

/** The last investigation of each finding. */
const lastOf = (all: readonly Investigated[]): Investigated[] => [
  ...new Map(all.map((each) => [each.finding.id, each])).values(),
];

const worry = ({ investigation }: Investigated): number => investigation?.assessment.score ?? -1;

function resultOf(all: readonly Investigated[], told: boolean): LookResult {
  const worst = all.toSorted((a, b) => worry(a) - worry(b)).at(-1)?.investigation;
  if (!worst) return { severity: 'UNKNOWN', score: 0, told, indicators: {} };
  const { score, indicators } = worst.assessment;
  return {
    severity: gradeOf(worst),
    score,
    told,
    indicators: Object.fromEntries(indicators.map(({ id, weight }) => [id, weight])),
  };
}

/** What the case is about: a namespace that was created before an attempt, then the gravest; as its first look saw it. */
function subjectOf(
  all: readonly Investigated[],
): { finding: Finding; investigation?: { evidence: Evidence[] } } | undefined {
  const last = lastOf(all).toSorted((a, b) => worry(b) - worry(a));
  const about = last.find(({ finding }) => finding.outcome === 'created') ?? last[0];
  return all.find(({ finding }) => finding.id === about?.finding.id);
}
