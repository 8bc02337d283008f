/** Which namespace a run is about: the one that a person has named, or that of the finding that a person has named. */
import type { FindingLookup, FoundFinding } from '../../clients/table/finding-lookup.ts';
import type { RunSubject, Target } from '../../contract/containment.ts';
import { PlaybookInputError } from '../../contract/errors.ts';
import type { Cluster, Finding } from '../../contract/finding.ts';
import { isShortened } from '../../contract/ids.ts';
import { isTarget, matchesPart, type PlaybookInput } from '../../contract/playbook-input.ts';
import { defined } from '../../kit/defined.ts';
import { parseArn } from '../../kubernetes/names/arn.ts';
import type { Needs } from './needs.ts';
import { type Results, resultOf } from './results.ts';

/** Of the first and the last step, each of which looks the finding up where no other has. */
export const SUBJECT_NEEDS: Needs = { aws: ['dynamodb:GetItem', 'dynamodb:Query'] };

/** What of a step's payload tells the subject. */
interface Asked {
  input: PlaybookInput;
  /** ARN of the execution, or an id of its own where it runs locally. */
  execution: string;
  results: Results;
}

export interface KnownSubject {
  subject: RunSubject;
  /** It was looked up just now: later steps take it from the answer of this one. */
  lookedUp: boolean;
}

/**
 * What a person has named, whole. A finding is looked up once, by the first step: the later ones take what it has found,
 * so that *probe* needs no right to read findings, and that all of them work on the same namespace.
 *
 * @throws {PlaybookInputError} that says what to type instead, where the finding does not give its namespace, or the
 *   cluster is one that this state machine cannot reach
 */
export async function subjectOf(
  { input, execution, results }: Asked,
  lookup: FindingLookup | undefined,
): Promise<KnownSubject> {
  const { target, findingId } = input;
  if (target && (findingId === undefined || !isShortened(findingId))) {
    const subject = { target: placed(target, execution), ...defined({ findingId }) };
    return { subject, lookedUp: false };
  }
  const kept = (resultOf(results, 'checkTarget') ?? resultOf(results, 'checkSnapshot'))?.subject;
  if (kept) return { subject: kept, lookedUp: false };
  const { id, finding } = await known(input, lookup);
  const subject = { target: placed(target ?? targetOf(id, finding, input), execution), findingId: id };
  return { subject, lookedUp: true };
}

/** @throws {PlaybookInputError} where it is not known, or not which one is meant */
async function known(
  { findingId = '', mode }: PlaybookInput,
  lookup: FindingLookup | undefined,
): Promise<Extract<FoundFinding, { state: 'found' }>> {
  if (!lookup) throw new PlaybookInputError(`Findings cannot be looked up from here. ${instead(mode)}`);
  const found = await lookup.find(findingId);
  switch (found.state) {
    case 'found':
      return found;
    case 'unknown':
      throw new PlaybookInputError(
        `The finding ${findingId} is not known here. Compare its id with the subject of its mail, and start the playbook in ` +
          `the account and Region that sent it. If that is not it: ${instead(mode)}`,
      );
    case 'expired':
      throw new PlaybookInputError(`The finding ${findingId} expired at ${found.since}. ${instead(mode)}`);
    default:
      throw new PlaybookInputError(
        `Several findings begin with ${findingId}. Give more digits of the id: it stands whole at the end of the mail. ${instead(mode)}`,
      );
  }
}

/** @throws {PlaybookInputError} where it does not give the namespace */
function targetOf(id: string, finding: Finding | undefined, { mode }: PlaybookInput): Target {
  const { cluster = {}, namespace: { name, uid } = {} } = finding ?? {};
  const target = { cluster, namespace: name ?? '', uid: uid ?? '' };
  if (isTarget(target)) return target;
  const created = finding?.outcome === 'created' || finding?.outcome === 'outcome-unknown';
  const why =
    finding === undefined || created ? 'does not give its namespace by cluster, name and UID' : 'created no namespace';
  throw new PlaybookInputError(`The finding ${id} ${why}. ${instead(mode, target)}`);
}

/** The input to type in place of a finding, as far as it is known. */
function instead(mode: string, known: Partial<Target> = {}): string {
  const part = (name: 'namespace' | 'uid', text: string) => (matchesPart(name, known[name]) ? known[name] : text);
  const cluster = matchesPart('cluster', known.cluster) ? known.cluster?.name : 'CLUSTER';
  const input = { cluster, namespace: part('namespace', 'NAMESPACE'), uid: part('uid', 'UID'), mode };
  return `Name the namespace itself: ${JSON.stringify(input)}.`;
}

/**
 * Where a state machine runs is where its clusters are: who names a cluster without its account and Region means the same
 * one, and its evidence lies in the same folder.
 *
 * @throws {PlaybookInputError} where it is said to be elsewhere
 */
function placed(target: Target, execution: string): Target {
  const { region, account } = parseArn(execution) ?? {};
  const here: Cluster = region && account ? { region, account } : {};
  const cluster = { ...here, ...target.cluster };
  const { name = '' } = cluster;
  for (const part of ['account', 'region'] as const)
    if (here[part] !== undefined && cluster[part] !== here[part])
      throw new PlaybookInputError(
        `The cluster ${name} is in the account ${cluster.account} and the Region ${cluster.region}, and this playbook reaches those in ` +
          `${account} and ${region} alone. Start the playbook there.`,
      );
  return { ...target, cluster };
}
