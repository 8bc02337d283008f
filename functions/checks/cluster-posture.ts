import type { Cluster } from '@aws-sdk/client-eks';
import type { Finding } from '../contract/finding.ts';
import type { Read, Written } from '../contract/read.ts';
import * as field from '../contract/read.ts';
import type { Block } from '../kit/blocks.ts';
import * as block from '../kit/blocks.ts';
import { defined } from '../kit/defined.ts';
import { ownWords, say } from '../kit/phrase.ts';
import { counted, firstOf } from '../kit/words.ts';
import { type CheckAnswer, type CheckContext, defineCheck, notChecked } from './check.ts';
import { eksConsole } from './parts/console.ts';
import { requireSameCluster } from './parts/same-cluster.ts';

/** A value that EKS did not give is absent, and named in `unknown`. */
const schema = field.object({
  version: field.optional(field.text),
  status: field.optional(field.text),
  endpointPublicAccess: field.optional(field.flag),
  endpointPrivateAccess: field.optional(field.flag),
  publicAccessCidrs: field.optional(field.texts),
  authenticationMode: field.optional(field.text),
  /** Control-plane log types that are on. */
  logTypes: field.optional(field.texts),
  /** The customer's key for secrets. */
  secretsKeyArn: field.optional(field.text),
  weak: field.texts,
  notes: field.texts,
  unknown: field.texts,
});
type Details = Written<typeof schema>;

/** How far the cluster is open, and what it records. */
export const clusterPosture = defineCheck({
  name: 'cluster-posture',
  question: 'How exposed is the cluster, and are its logs on?',
  deadlineMs: 8_000,
  needs: { kubernetes: [], aws: ['eks:DescribeCluster'] },
  details: schema,
  run,
  show,
  source({ cluster }) {
    const link = eksConsole(cluster, 'cluster-overview-tab');
    return { ...defined({ link: link || undefined }), ...describeClusterCommand(cluster) };
  },
});

const describeClusterCommand = ({ name, region }: Finding['cluster']) =>
  name && { command: ['aws', 'eks', 'describe-cluster', '--name', name, ...(region ? ['--region', region] : [])] };

async function run({ finding, clients: { eks }, signal, now }: CheckContext): Promise<CheckAnswer<Details>> {
  const { name } = finding.cluster;
  if (!name) return notChecked('the record does not say which cluster it is from');
  if (!eks) return notChecked('Amazon EKS cannot be reached from here');
  const cluster = await eks.describeCluster(name, signal);
  requireSameCluster(finding.cluster, cluster.arn);
  const details = postureOf(cluster);
  const { weak, unknown, notes } = details;
  if (weak.length === 0 && unknown.length > 0)
    return notChecked(`EKS did not report: ${unknown.join(', ')}`, 'EKS did not report all settings');
  const also = [...notes, ...(unknown.length > 0 ? [`not reported by EKS: ${unknown.join(', ')}`] : [])];
  const verdict = weak.length > 0 ? `Weak: ${weak.join('; ')}` : 'No weak setting in the EKS configuration';
  return {
    status: weak.length > 0 ? 'found' : 'clear',
    ...(weak.length + also.length > 0 && { brief: weak.length > 0 ? `Weak: ${firstOf(weak, 90)}.` : `${verdict}.` }),
    summary: `${verdict}${also.length > 0 ? `. Also: ${also.join('; ')}` : ''}.`,
    details,
    completeUntil: new Date(now()).toISOString(),
  };
}

/** What one rule makes of the cluster: weak, worth a note, or not told. */
type Verdict = { weak: string } | { note: string } | { unknown: string } | undefined;

function postureOf(cluster: Cluster): Details {
  const { endpointPublicAccess, endpointPrivateAccess, publicAccessCidrs } = cluster.resourcesVpcConfig ?? {};
  const logTypes = enabledLogTypes(cluster);
  const secretsKeyArn = cluster.encryptionConfig?.find(({ resources }) => resources?.includes('secrets'))?.provider
    ?.keyArn;
  const verdicts = RULES.map((rule) => rule(cluster));
  const texts = (key: 'weak' | 'note' | 'unknown'): string[] =>
    verdicts.flatMap((verdict) => (verdict && key in verdict ? [(verdict as Record<string, string>)[key] ?? ''] : []));
  return {
    ...defined({
      version: cluster.version || undefined,
      status: cluster.status,
      endpointPublicAccess,
      endpointPrivateAccess,
      publicAccessCidrs,
      authenticationMode: cluster.accessConfig?.authenticationMode,
      logTypes,
      secretsKeyArn: secretsKeyArn || undefined,
    }),
    weak: texts('weak'),
    notes: texts('note'),
    unknown: texts('unknown'),
  };
}

const RULES: readonly ((cluster: Cluster) => Verdict)[] = [
  publicEndpoint,
  privateEndpoint,
  auditLog,
  otherLogs,
  authenticationMode,
  secretsEncryption,
  status,
];

/** EKS opens the public endpoint to 0.0.0.0/0, and to ::/0 in dual stack, unless told otherwise. */
function publicEndpoint({ resourcesVpcConfig: vpc }: Cluster): Verdict {
  if (vpc?.endpointPublicAccess === undefined) return { unknown: 'whether the endpoint is public' };
  if (!vpc.endpointPublicAccess) return undefined;
  const cidrs = vpc.publicAccessCidrs ?? [];
  if (cidrs.length === 0) return { weak: 'the public endpoint has no list of addresses, so it is open to all' };
  const open = cidrs.filter(isNearlyEverything);
  if (open.length > 0) return { weak: `the public endpoint is open to ${open.join(' and ')}` };
  return { note: `the public endpoint is open to ${counted(cidrs.length, 'address range')}` };
}

/** 0.0.0.0/0 and ::/0, and what only looks narrower, as 0.0.0.0/1 with 128.0.0.0/1. */
const isNearlyEverything = (cidr: string): boolean => Number(cidr.split('/')[1]) < 8;

function privateEndpoint({ resourcesVpcConfig: vpc }: Cluster): Verdict {
  return vpc?.endpointPrivateAccess === false
    ? { note: 'there is no private endpoint, so nodes and pods come from public addresses' }
    : undefined;
}

function enabledLogTypes({ logging }: Cluster): string[] | undefined {
  return logging?.clusterLogging?.filter(({ enabled }) => enabled).flatMap(({ types }) => types ?? []);
}

function auditLog(cluster: Cluster): Verdict {
  const types = enabledLogTypes(cluster);
  if (!types) return { unknown: 'which control-plane logs are on' };
  return types.includes('audit')
    ? undefined
    : { weak: 'the audit log is off, so further namespaces and other changes go unseen' };
}

function otherLogs(cluster: Cluster): Verdict {
  const types = enabledLogTypes(cluster);
  const off = ['api', 'authenticator'].filter((type) => types && !types.includes(type));
  return off.length > 0 ? { note: `control-plane logs that are off: ${off.join(', ')}` } : undefined;
}

function authenticationMode({ accessConfig }: Cluster): Verdict {
  const mode = accessConfig?.authenticationMode;
  if (!mode) return { unknown: 'the authentication mode' };
  return mode === 'API'
    ? undefined
    : { note: `authentication mode ${mode}: the aws-auth ConfigMap gives access as well` };
}

/** From 1.28 on EKS encrypts all that the API stores with a key of its own (EKS user guide, "Default envelope encryption"). */
function secretsEncryption({ encryptionConfig, version }: Cluster): Verdict {
  if (encryptionConfig?.some(({ resources, provider }) => resources?.includes('secrets') && provider?.keyArn))
    return undefined;
  const [major, minor] = (version ?? '').split('.').map(Number);
  if (!major || minor === undefined || Number.isNaN(minor)) return { unknown: 'how secrets are encrypted' };
  return major > 1 || minor >= 28
    ? { note: 'secrets are encrypted with a key of AWS, not of the customer' }
    : { weak: `secrets are not encrypted with a KMS key (Kubernetes ${version})` };
}

function status({ status }: Cluster): Verdict {
  if (!status) return { unknown: 'the status' };
  return status === 'ACTIVE' ? undefined : { note: `the cluster is ${status}` };
}

function show({ endpointPublicAccess, publicAccessCidrs, ...details }: Read<typeof schema>): Block[] {
  return block.facts(
    ['Weak', block.sentences(details.weak)],
    ['To note', block.sentences(details.notes)],
    ['Unknown', block.sentences(details.unknown)],
    ['Kubernetes', block.value(details.version)],
    [
      'Public endpoint',
      endpointPublicAccess
        ? say`yes, from ${block.inLine(publicAccessCidrs) ?? ownWords('everywhere')}`
        : block.yesNo(endpointPublicAccess),
    ],
    ['Authentication mode', block.word(details.authenticationMode?.replaceAll('_', ' '))],
    ['Logs that are on', block.inLine(details.logTypes)],
  );
}
