import type { ThreatAnswer, ThreatFinding, ThreatQuestion } from '../clients/aws/cloud-findings.ts';
import type { Kubernetes } from '../clients/kubernetes/kubernetes.ts';
import type { Cluster, Finding } from '../contract/finding.ts';
import type { Read, Written } from '../contract/read.ts';
import * as field from '../contract/read.ts';
import type { Block } from '../kit/blocks.ts';
import * as block from '../kit/blocks.ts';
import { defined } from '../kit/defined.ts';
import { record, text } from '../kit/json.ts';
import { say } from '../kit/phrase.ts';
import { countedAtLeast, shortName } from '../kit/words.ts';
import { parsePrincipal } from '../kubernetes/names/arn.ts';
import { partitionOf } from '../kubernetes/names/partition.ts';
import { type CheckAnswer, type CheckContext, defineCheck, notChecked } from './check.ts';
import { serviceConsole } from './parts/console.ts';
import { nothingFound, requestedOrNow, windowOf } from './parts/log-questions.ts';
import { answerPart, withoutText } from './parts/part.ts';
import { namespaceOf } from './parts/target.ts';

const MAX_SHOWN = 20;
const MAX_NODES = 5;
const NODES_LIMIT_MS = 5_000;

/** GuardDuty publishes a finding within 15 minutes by default, later ones of the same within 6 hours (user guide). */
const LAG_MS = 15 * 60_000;

/** What GuardDuty has found. */
const schema = field.object({
  findings: field.list(
    field.object({
      id: field.text,
      type: field.text,
      severity: field.number,
      title: field.text,
      updatedAt: field.text,
      concerns: field.list(field.word<'namespace' | 'actor' | 'cluster'>()),
      /** An attack sequence: many events that GuardDuty put together. */
      sequence: field.optional(field.flag),
    }),
  ),
  total: field.number,
  /** What GuardDuty did not look at, or could not be asked for, and why. */
  missing: field.optional(field.texts),
  /** Commands (argument vectors) that start a malware scan of the nodes that its pods run on. */
  malwareScans: field.optional(field.list(field.texts)),
});
type Details = Written<typeof schema>;

/** What GuardDuty knows, and how to have the nodes scanned. */
export const threats = defineCheck({
  name: 'threats',
  question: 'Did GuardDuty find a threat in the cluster or the namespace, or about the creator?',
  deadlineMs: 12_000,
  needs: {
    kubernetes: ['get nodes', 'list pods'],
    aws: ['guardduty:GetDetector', 'guardduty:GetFindings', 'guardduty:ListDetectors', 'guardduty:ListFindings'],
  },
  details: schema,
  run,
  statement: (_, status) => status,
  show,
});

async function run(context: CheckContext): Promise<CheckAnswer<Details>> {
  const { clients, finding, signal, now } = context;
  const { cluster, actor } = finding;
  if (!clients.threats) return notChecked('GuardDuty cannot be reached from here');
  if (!cluster.name) return notChecked('the record does not say which cluster it is from');
  const principalName = actor.principalArn && parsePrincipal(actor.principalArn)?.name;
  const { from } = windowOf(context);
  const clusterArn = arnOf(cluster);
  const question: ThreatQuestion = {
    clusterName: cluster.name,
    ...defined({ clusterArn, principalName: principalName || undefined }),
    since: from,
  };
  const [answer, { value: malwareScans = [] }] = await Promise.all([
    clients.threats.findings(question, signal),
    answerPart('nodes', NODES_LIMIT_MS, signal, (limit) => scansOfNodes({ ...context, signal: limit })),
  ]);
  if (!answer) return notChecked('GuardDuty is off in this Region');
  const found = answer.findings.map((threat) => concerning(threat, finding, principalName));
  found.sort((a, b) => b.concerns.length - a.concerns.length || b.severity - a.severity);
  const missing = [
    ...unwatched(answer.watch, requestedOrNow(context)),
    ...(clusterArn ? [] : ['attack sequences on the cluster (the record does not give its Region and account)']),
    ...(answer.more ? ['findings beyond the newest'] : []),
  ];
  const details: Details = {
    findings: found.slice(0, MAX_SHOWN),
    total: found.length,
    ...defined({ missing: missing.length > 0 ? missing : undefined }),
    malwareScans,
  };
  const link = serviceConsole(cluster, 'guardduty');
  const source = {
    ...defined({ link: link || undefined }),
    command: [
      'aws',
      'guardduty',
      'list-findings',
      '--detector-id',
      answer.detectorId,
      ...(cluster.region ? ['--region', cluster.region] : []),
    ],
  };
  const completeUntil = now() - LAG_MS;
  const since = new Date(from).toISOString();
  const runtime =
    answer.watch.status === 'on' && !answer.watch.runtime
      ? ' Its runtime monitoring is off: it does not see what runs in containers.'
      : '';
  if (found.length === 0 && missing.length > 0)
    return {
      ...notChecked(`no finding since ${since}, which says little.${withoutText(missing)}`, doubtOf(answer.watch)),
      ...source,
    };
  if (found.length === 0)
    return nothingFound(context, { completeUntil }, `No finding since ${since}.${runtime}`, {
      brief: 'GuardDuty has no finding.',
      ...source,
      details,
    });
  const [worst] = details.findings;
  const close = found.filter(({ concerns }) => concerns.includes('namespace') || concerns.includes('actor')).length;
  return {
    status: 'found',
    summary:
      `${countedAtLeast(found.length, answer.more, 'finding')} of GuardDuty since ${since}, ${close} about the namespace or the ` +
      `creator; the most severe: ${worst?.type} (severity ${worst?.severity}).${runtime}${withoutText(missing)}`,
    brief: `GuardDuty found ${shortName(worst?.type ?? 'something', 60)}${found.length > 1 ? ` and ${found.length - 1} more` : ''}.`,
    details,
    completeUntil: new Date(completeUntil).toISOString(),
    ...source,
  };
}

const arnOf = ({ name, region, account }: Cluster): string | undefined =>
  name && region && account ? `arn:${partitionOf(region)}:eks:${region}:${account}:cluster/${name}` : undefined;

/** In short, why an empty answer says little. */
function doubtOf(watch: ThreatAnswer['watch']): string {
  switch (watch.status) {
    case 'suspended':
      return 'GuardDuty is suspended in this Region';
    case 'audit-off':
      return 'GuardDuty does not read the audit logs of EKS (EKS Protection is off)';
    case 'unknown':
      return 'it is not known what GuardDuty reads';
    case 'on':
      return 'GuardDuty could be asked only in part';
  }
}

/** What the detector did not look at: an empty answer about that is not news. @param requested epoch milliseconds */
function unwatched(watch: ThreatAnswer['watch'], requested: number): string[] {
  switch (watch.status) {
    case 'suspended':
      return ['anything (the detector is suspended)'];
    case 'audit-off':
      return ['what is done in the cluster (GuardDuty does not read the audit logs of EKS: its EKS Protection is off)'];
    case 'unknown':
      return [`what GuardDuty reads (${watch.reason})`];
    case 'on':
      return Date.parse(watch.since) > requested
        ? [`what was done before ${watch.since} (GuardDuty is known to read the audit logs of EKS only since then)`]
        : [];
  }
}

function concerning(
  { id, type, severity, title, updatedAt, namespaces, principals, sequence }: ThreatFinding,
  { namespace: ours, actor }: Finding,
  principalName: string | undefined,
): Details['findings'][number] {
  const isOurs = ours.name !== undefined && namespaces.includes(ours.name);
  const isActors = principals.some((name) => name === actor.username || name === principalName);
  return {
    id,
    type,
    severity,
    title: title.slice(0, 300),
    updatedAt,
    concerns: [
      ...(isOurs ? ['namespace' as const] : []),
      ...(isActors ? ['actor' as const] : []),
      ...(!isOurs && !isActors ? ['cluster' as const] : []),
    ],
    ...defined({ sequence }),
  };
}

/** Commands for a malware scan of the nodes that its pods run on. It costs money, and so is a person's to start. */
async function scansOfNodes(context: CheckContext): Promise<string[][]> {
  const { clients, finding, signal } = context;
  const target = namespaceOf(finding);
  if (!clients.kubernetes || 'reason' in target) return [];
  const kubernetes = await context.kubernetes();
  const pods = await kubernetes.list(`/api/v1/namespaces/${target.name}/pods`, signal, { max: 100 });
  const nodes = new Set(pods.items.flatMap(({ spec }) => text(record(spec)['nodeName']) ?? []));
  const arns = await Promise.all(
    [...nodes].slice(0, MAX_NODES).map((node) => instanceOf(kubernetes, node, finding.cluster, signal)),
  );
  const inRegion = finding.cluster.region ? ['--region', finding.cluster.region] : [];
  return arns.flatMap((arn) =>
    arn ? [['aws', 'guardduty', 'start-malware-scan', ...inRegion, '--resource-arn', arn]] : [],
  );
}

/** The EC2 instance of a node, whose provider id is `aws:///eu-central-1a/i-0123456789abcdef0`. */
async function instanceOf(
  kubernetes: Kubernetes,
  node: string,
  { region, account }: Cluster,
  signal: AbortSignal,
): Promise<string | undefined> {
  const object = await kubernetes.read(`/api/v1/nodes/${encodeURIComponent(node)}`, signal);
  const [, instance] =
    /^aws:\/\/\/[\w-]+\/(i-[0-9a-f]+)$/.exec(text(record(object?.['spec'])['providerID']) ?? '') ?? [];
  if (!instance || !region || !account) return undefined;
  return `arn:${partitionOf(region)}:ec2:${region}:${account}:instance/${instance}`;
}

function show({ findings, total, missing, malwareScans }: Read<typeof schema>): Block[] {
  return [
    ...block.facts(['Not looked at', block.sentences(missing)]),
    ...block.table(
      'GuardDuty findings',
      findings,
      {
        Finding: ({ type, title }) => [say`${type ?? ''}`, ...(title === undefined ? [] : [say`${title}`])],
        Severity: ({ severity }) => block.amount(severity),
        Updated: ({ updatedAt }) => block.instant(updatedAt),
        Concerns: ({ concerns }) => block.inLine(concerns),
        Id: ({ id }) => block.value(id),
      },
      total,
    ),
    ...block.commands(
      'Malware scan of the nodes',
      'These commands start a scan, which costs money: run them if you want one.',
      malwareScans,
    ),
  ];
}
