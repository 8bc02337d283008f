/**
 * Findings in AWS Security Finding Format, without what *securityhub* adds.
 * https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings-format.html
 */
import type { Alert } from '../../contract/alert.ts';
import { digestSeverity } from '../../contract/digest.ts';
import type { Digest } from '../../contract/digest-message.ts';
import type { Cluster } from '../../contract/finding.ts';
import type { FollowUp } from '../../contract/follow-up.ts';
import { gradeOf } from '../../contract/grade.ts';
import type { Grade } from '../../contract/vocabulary.ts';
import { defined } from '../../kit/defined.ts';
import { short } from '../../kit/words.ts';
import { partitionOf } from '../../kubernetes/names/partition.ts';
import type { Places } from '../destinations/destination.ts';
import { digestHeadline, explanationOf, isDrill, rowWords } from '../digest/words.ts';
import { followUpAudience, isClosing } from '../follow-up/state.ts';
import { aboutOf, followUpHeadline, matterOf, meaningOf } from '../follow-up/words.ts';
import { ACCOUNT, ARN, CLUSTER, epochOf, LABEL, matching, REGION, UUID } from '../grammar.ts';
import { headline } from '../headline.ts';
import { objectLink } from '../links.ts';
import { audienceOf } from '../news.ts';
import { harmless } from '../text.ts';
import { unknowns } from '../unknowns.ts';

/** Characters, as Security Hub publishes them. */
const MAX = { title: 256, description: 1024, field: 2048 };
/** Characters of a sentence that somebody else may have written. */
const SENTENCE = 300;

/** What nobody knows may be anything; `Original` says that it is not known. */
const LABELS: Record<Grade, string> = {
  LOW: 'LOW',
  MEDIUM: 'MEDIUM',
  HIGH: 'HIGH',
  CRITICAL: 'CRITICAL',
  UNKNOWN: 'HIGH',
};

/** Of the published taxonomy. */
const TYPES = ['Unusual Behaviors/Container'];

interface Basics {
  id: string;
  title: string;
  description: string;
  severity: Grade;
  audience: Grade;
  closes: boolean;
  drill: boolean;
  cluster: Cluster;
  namespace: { name?: string; uid?: string };
  /** ARN of the IAM principal. */
  principal?: string | undefined;
  /** Epoch milliseconds; undefined where it is not known when the finding was made. */
  created: number | undefined;
  outcome: string;
  places: Places;
}

interface Resource {
  Type: string;
  Id: string;
  Partition?: string;
  Region?: string;
  Details?: object;
}

/** An event for *securityhub*; `audience` is there for the pattern of its rule. */
export interface AsffEvent {
  closes: boolean;
  audience: Grade;
  finding: { Id: string; CreatedAt?: string };
}

function eventOf(basics: Basics): AsffEvent {
  const { id, severity, audience, closes, created, cluster, places, outcome, drill } = basics;
  const finding = {
    SchemaVersion: '2018-10-08',
    Id: id,
    GeneratorId: 'namespace-sentinel',
    ProductName: 'Namespace Sentinel',
    CompanyName: 'Namespace Sentinel',
    Title: short(basics.title, MAX.title),
    Description: short(basics.description, MAX.description),
    FindingProviderFields: { Severity: { Label: LABELS[severity], Original: severity }, Types: TYPES },
    ProductFields: fieldsOf({
      outcome,
      audience,
      drill: String(drill),
      archive: places.archive,
      report: places.report,
    }),
    Resources: resourcesOf(basics),
    RecordState: closes ? 'ARCHIVED' : 'ACTIVE',
    ...defined({
      CreatedAt: created === undefined ? undefined : new Date(created).toISOString(),
      SourceUrl: objectLink(places.report, { cluster }),
    }),
  };
  return { closes, audience, finding };
}

/** An empty value is refused; a longer one is left out, because half a place is none. */
const fieldsOf = (fields: Record<string, string | undefined>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) =>
      value === undefined || value.trim() === '' || value.length > MAX.field
        ? []
        : [[`namespace-sentinel/${name}`, value]],
    ),
  );

/** The cluster, the namespace and who did it. A name that is not valid is left out. */
function resourcesOf({ cluster, namespace, principal }: Basics): Resource[] {
  const [account, region, name] = [
    matching(ACCOUNT, cluster.account),
    matching(REGION, cluster.region),
    matching(CLUSTER, cluster.name),
  ];
  const place =
    region === undefined ? {} : { Partition: partitionOf(region), ...(region.length <= 16 && { Region: region }) };
  const arn =
    account && region && name ? `arn:${partitionOf(region)}:eks:${region}:${account}:cluster/${name}` : undefined;
  const label = matching(LABEL, namespace.name);
  const known = defined({
    namespace: label,
    uid: matching(UUID, namespace.uid),
  });
  const who = matching(ARN, principal);
  return [
    {
      Type: arn ? 'AwsEksCluster' : 'Other',
      Id: arn ?? name ?? '(cluster not known)',
      ...place,
      ...(arn && { Details: { AwsEksCluster: { Arn: arn, Name: name } } }),
    },
    {
      Type: 'Other',
      Id: `${arn ?? name ?? '(cluster not known)'}/namespace/${label ?? '(not known)'}`,
      ...place,
      ...(Object.keys(known).length > 0 && { Details: { Other: known } }),
    },
    ...(who ? [{ Type: who.includes(':role/') ? 'AwsIamRole' : 'AwsIamUser', Id: who }] : []),
  ];
}

/** @param now epoch milliseconds, for a finding that does not say when it was made */
export function alertFinding(alert: Alert, now: number): AsffEvent {
  const { finding, assessment, archive, report } = alert;
  const { namespace, actor, request, outcome, cluster } = finding;
  const reasons = (assessment?.indicators ?? [])
    .toSorted((a, b) => Math.abs(b.weight) - Math.abs(a.weight))
    .map(({ weight, reason }) => `${weight < 0 ? '' : '+'}${weight} ${harmless(reason, SENTENCE)}`);
  return eventOf({
    id: alert.id,
    title: headline(alert),
    description: [...(reasons.length > 0 ? reasons : unknowns(alert)), headline(alert)].join(' | '),
    severity: gradeOf(alert),
    audience: audienceOf(alert),
    closes: false,
    drill: finding.drill === 'registered',
    cluster,
    namespace,
    principal: actor.kind === 'iam-role' || actor.kind === 'iam-user' ? actor.principalArn : undefined,
    created: epochOf(namespace.createdAt) ?? epochOf(request.at) ?? now,
    outcome,
    places: defined({ archive, report }),
  });
}

export function followUpFinding(followUp: FollowUp, places: Places): AsffEvent {
  const { cluster, namespace } = aboutOf(followUp);
  const { uid } = followUp.target;
  return eventOf({
    id: followUp.id,
    title: followUpHeadline(followUp),
    description: `${meaningOf(followUp)} | ${harmless(followUp.summary, SENTENCE)}`,
    severity: followUp.severity ?? 'UNKNOWN',
    audience: followUpAudience(followUp),
    closes: isClosing(followUp),
    drill: followUp.drill === true,
    cluster,
    namespace: { ...namespace, ...defined({ uid }) },
    created: undefined,
    outcome: matterOf(followUp),
    places,
  });
}

export function digestFinding(digest: Digest, places: Places): AsffEvent {
  const severity = digestSeverity(digest);
  return eventOf({
    id: digest.id,
    title: digestHeadline(digest),
    description: [explanationOf(digest), ...digest.rows.map(rowWords)].join(' | '),
    severity,
    audience: severity,
    closes: false,
    drill: isDrill(digest),
    cluster: digest.cluster,
    namespace: {},
    created: epochOf(digest.until),
    outcome: 'digest',
    places,
  });
}
