/** How the evidence about the namespace and what runs in it is shown. */

import { printCommand } from '../../contract/commands/print.ts';
import type { Details } from '../../contract/evidence-details.ts';
import {
  amount,
  type Block,
  facts,
  inLine,
  instant,
  NONE,
  pairs,
  sentences,
  table,
  text,
  value,
  values,
  word,
  yesNo,
} from '../../kit/blocks.ts';
import { ours, type Phrase, say, term, told } from '../say.ts';

type Of<K extends keyof Details> = NonNullable<Details[K]>;

const LIVE: Record<string, string> = {
  confirmed: 'The API server confirms it: the same UID.',
  'other-uid': 'The API server knows another namespace of this name, with another UID.',
  absent: 'The API server knows no such namespace.',
};

export function namespaceBlocks(details: Of<'namespace'>): Block[] {
  const { labels = {}, annotations = {} } = details;
  return [
    ...facts(
      ['Live', details.live === undefined ? undefined : ours(LIVE[details.live] ?? 'unknown')],
      ['UID', value(details.uid)],
      ['Phase', word(details.phase)],
      ['Created', instant(details.createdAt)],
      ['Pod Security', pairs(details.podSecurity)],
      ['Written by', inLine(details.managers)],
      ['Not listed', details.notListed?.length ? values(details.notListed) : undefined],
    ),
    ...table('Objects in it', details.inventory, {
      Kind: ({ kind }) => value(kind),
      Count: ({ count, complete }) =>
        count === undefined ? undefined : say`${ours(complete === false ? 'at least ' : '')}${count}`,
    }),
    ...table('Labels and annotations now', [...entries('label', labels), ...entries('annotation', annotations)], {
      Kind: ({ kind }) => ours(kind),
      Key: ({ key }) => value(key),
      Value: ({ text }) => value(text),
    }),
    ...table('Quotas', details.quotas, { Name: ({ name }) => value(name), 'At most': ({ hard }) => pairs(hard) }),
  ];
}

const entries = (kind: string, map: Record<string, string>) =>
  Object.entries(map).map(([key, text]) => ({ kind, key, text }));

/** Plain words for the signs of danger. */
const SIGNS: Record<string, string> = {
  privileged: 'privileged',
  'host-pid': "sees the node's processes",
  'host-network': "uses the node's network",
  'host-ipc': "shares the node's memory (IPC)",
  'host-path': "mounts the node's files",
  'host-port': 'opens a port of the node',
  'dangerous-capability': 'dangerous capability',
  'privilege-escalation': 'may gain privileges',
  'runs-as-root': 'runs as root',
  'service-account-token': 'holds a service account token',
  'image-by-tag': 'image by tag, not by digest',
  'unusual-registry': 'unusual registry',
  'miner-image': 'image of a cryptocurrency miner',
  'miner-argument': 'arguments of a cryptocurrency miner',
  'bare-pod': 'pod without a controller',
  'control-plane-toleration': 'runs on every node, control plane included',
};

/** Signs that alone are a reason to act, for marking in the timeline. */
const GRAVE = new Set(['privileged', 'host-pid', 'host-path', 'host-network', 'miner-image', 'miner-argument']);
export const isGrave = ({ sign = '' }: { sign?: string }): boolean => GRAVE.has(sign);

export const signPhrase = ({ sign = '', detail }: { sign?: string; detail?: string }): Phrase =>
  say`${SIGNS[sign] === undefined ? term(sign || 'unknown') : ours(SIGNS[sign])}${detail ? say`: ${detail}` : []}`;

export function workloadsBlocks(details: Of<'workloads'>): Block[] {
  const { pods } = details;
  return [
    ...facts(
      ['Workloads', amount(details.total)],
      [
        'Pods',
        pods?.total === undefined
          ? undefined
          : say`${pods.total}, of which ${pods.running ?? ours('an unknown number')} run`,
      ],
      ['DaemonSets', amount(details.daemonSets)],
      ['CronJobs', amount(details.cronJobs)],
      ['Not looked at', sentences(details.missing)],
    ),
    ...table(
      'Workloads, the most dangerous first',
      details.workloads,
      {
        Workload: ({ kind, name, serviceAccount, createdAt }) => [
          say`${term(kind ?? 'unknown kind')} ${name ?? ours('without a name')}`,
          ...(serviceAccount === undefined ? [] : [say`as service account ${serviceAccount}`]),
          ...(createdAt === undefined ? [] : [say`made ${instant(createdAt) ?? []}`]),
        ],
        Pods: ({ pods }) => amount(pods),
        Images: ({ images }) => values(images),
        Signs: ({ signs = [] }) => (signs.length === 0 ? NONE : signs.map(signPhrase)),
      },
      details.total,
    ),
    ...table('Images that pods run', details.images, {
      Image: ({ image, digest }) => [say`${image ?? ''}`, ...(digest === undefined ? [] : [say`${digest}`])],
      Registry: ({ registry }) => value(registry),
      Pods: ({ pods }) => amount(pods),
    }),
    ...facts(['Pod addresses', details.podIps?.length ? inLine(details.podIps) : undefined]),
  ];
}

export const imagesBlocks = ({ images }: Of<'images'>): Block[] =>
  table('Scans', images, {
    Image: ({ image, digest }) => [say`${image ?? ''}`, ...(digest === undefined ? [] : [say`${digest}`])],
    Scan: ({ status, reason }) => [
      ours((status ?? 'unknown').replace(/[^a-z-]/g, '')),
      ...(reason === undefined ? [] : [told(reason)]),
    ],
    Findings: ({ bySeverity }) => pairs(bySeverity),
    Worst: ({ worst = [] }) =>
      worst.length === 0
        ? NONE
        : worst.map((cve) => say`${cve.id ?? ''} ${cve.severity ?? ''}${cve.package ? say` in ${cve.package}` : []}`),
  });

export const containerLogsBlocks = ({ groups, byPod }: Of<'container-logs'>): Block[] => [
  ...table('Log groups of Container Insights', groups, {
    Group: ({ source }) => word(source),
    There: ({ present }) => yesNo(present),
    Lines: ({ lines, more }) => (lines === undefined ? undefined : say`${ours(more ? 'at least ' : '')}${lines}`),
  }),
  ...table('Lines by pod', byPod, { Pod: ({ pod }) => value(pod), Lines: ({ lines }) => amount(lines) }),
];

export function networkBlocks({ services, ingresses, networkPolicies, flow, publicEndpoint }: Of<'network'>): Block[] {
  return [
    ...facts(
      ['NetworkPolicies', networkPolicies === undefined ? undefined : amount(networkPolicies.length)],
      [
        'Flow logs',
        flow?.status === undefined
          ? undefined
          : [ours(FLOW[flow.status] ?? 'unknown'), ...(flow.reason ? [told(flow.reason)] : [])],
      ],
      [
        'Cluster endpoint',
        publicEndpoint?.open === undefined
          ? undefined
          : say`${ours(publicEndpoint.open ? 'public, open to ' : 'private')}${publicEndpoint.open ? (inLine(publicEndpoint.cidrs) ?? []) : []}`,
      ],
    ),
    ...table('Services open to the outside', services, {
      Name: ({ name }) => value(name),
      Type: ({ type }) => word(type),
      Ports: ({ ports }) => inLine(ports),
      Address: ({ address }) => value(address),
    }),
    ...table('Ingresses', ingresses, { Name: ({ name }) => value(name), Hosts: ({ hosts }) => inLine(hosts) }),
    ...table('NetworkPolicies', networkPolicies, {
      Name: ({ name }) => value(name),
      Types: ({ types }) => inLine(types),
    }),
    ...table('Whom its pods talk to', flow?.talkers, {
      Address: ({ address, outsideVpc }) => say`${address ?? ''}${outsideVpc ? ours(' (outside the VPC)') : []}`,
      Port: ({ port }) => (port === undefined ? undefined : ours(String(port))),
      Bytes: ({ bytes }) => amount(bytes),
      Rejected: ({ rejected }) => amount(rejected),
    }),
    ...text('Query for Athena', 'The flow logs are in S3: run this there.', flow?.athena),
  ];
}

const FLOW: Record<string, string> = {
  read: 'read',
  'in-s3': 'in S3, not read',
  none: 'there are none',
  'not-checked': 'not checked',
};

export function threatsBlocks({ findings, total, malwareScans = [] }: Of<'threats'>): Block[] {
  const scans = malwareScans.flatMap((argv) => {
    const command = printCommand(argv, { effects: ['costs'], medium: 'page' });
    return 'line' in command ? [command.line] : [];
  });
  return [
    ...table(
      'GuardDuty findings',
      findings,
      {
        Finding: ({ type, title }) => [say`${type ?? ''}`, ...(title === undefined ? [] : [say`${title}`])],
        Severity: ({ severity }) => amount(severity),
        Updated: ({ updatedAt }) => instant(updatedAt),
        Concerns: ({ concerns }) => inLine(concerns),
        Id: ({ id }) => value(id),
      },
      total,
    ),
    ...text(
      'Malware scan of the nodes',
      'These commands start a scan, which costs money: run them if you want one.',
      scans.join('\n'),
    ),
  ];
}
