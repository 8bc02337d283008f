import { isIP } from 'node:net';
import type { Kubernetes, KubernetesObject } from '../clients/kubernetes/kubernetes.ts';
import type { Read, Written } from '../contract/read.ts';
import * as field from '../contract/read.ts';
import type { Block } from '../kit/blocks.ts';
import * as block from '../kit/blocks.ts';
import { defined } from '../kit/defined.ts';
import { record, records, text, texts } from '../kit/json.ts';
import { checkSentence, ownWords, say } from '../kit/phrase.ts';
import { counted, firstOf } from '../kit/words.ts';
import { type CheckAnswer, type CheckContext, defineCheck, notChecked } from './check.ts';
import { LOG_ACTIONS, nothingFound } from './parts/log-questions.ts';
import { flow, flowOf, NO_ADDRESS } from './parts/network-flow.ts';
import { answerPart, withoutText } from './parts/part.ts';
import { requireSameCluster } from './parts/same-cluster.ts';
import { contentsOf } from './parts/target.ts';
import { trafficWords } from './parts/traffic-signs.ts';

const MAX_OBJECTS = 200;
const MAX_PODS = 500;
const MAX_SHOWN = 20;
const VPC_LIMIT_MS = 5_000;

const schema = field.object({
  services: field.list(
    field.object({
      name: field.text,
      type: field.word<'LoadBalancer' | 'NodePort'>(),
      ports: field.texts,
      address: field.optional(field.text),
    }),
  ),
  ingresses: field.list(field.object({ name: field.text, hosts: field.texts })),
  networkPolicies: field.list(field.object({ name: field.text, types: field.texts })),
  flow,
  publicEndpoint: field.optional(field.part({ open: field.flag, cidrs: field.texts })),
  /** What of the objects in it was not looked at. */
  missing: field.optional(field.texts),
});
type Details = Written<typeof schema>;

/** How the namespace can be reached, and which peers its pods talk to. */
export const network = defineCheck({
  name: 'network',
  question: 'What exposes the namespace to the network, and which peers do its pods talk to?',
  about: 'contents',
  deadlineMs: 20_000,
  needs: {
    kubernetes: [
      'get namespaces',
      'list ingresses.networking.k8s.io',
      'list networkpolicies.networking.k8s.io',
      'list pods',
      'list services',
    ],
    aws: [...LOG_ACTIONS, 'ec2:DescribeFlowLogs', 'ec2:DescribeVpcs', 'eks:DescribeCluster'],
  },
  details: schema,
  run,
  // What its pods sent is a question of its own.
  isPartial: ({ flow }) => (flow?.status !== 'read' || flow.reason !== undefined) && flow?.reason !== NO_ADDRESS,
  statement: ({ services = [], ingresses = [], flow }, status) =>
    isOpen({ services, ingresses, talkers: flow?.talkers }) ? 'found' : status === 'clear' ? 'clear' : undefined,
  show,
});

async function run(context: CheckContext): Promise<CheckAnswer<Details>> {
  const { clients, signal, now } = context;
  if (!clients.kubernetes) return notChecked('the cluster cannot be reached from here');
  const target = await contentsOf(context);
  if ('reason' in target) return notChecked(target.reason, target.brief);
  const { name, missing } = target;
  const [objects, { value: known }] = await Promise.all([
    context.kubernetes().then((kubernetes) => readObjects(kubernetes, name, signal)),
    answerPart('the cluster', VPC_LIMIT_MS, signal, (limit) => describeVpc({ ...context, signal: limit })),
  ]);
  const { flow, completeUntil = now() } = await flowOf(context, known?.vpcId, objects.podIps);
  const unread = [
    ...(missing === undefined ? [] : [missing]),
    ...(objects.complete ? [] : ['more objects than were read']),
  ];
  const details: Details = {
    services: objects.services.slice(0, MAX_SHOWN),
    ingresses: objects.ingresses.slice(0, MAX_SHOWN),
    networkPolicies: objects.networkPolicies.slice(0, MAX_SHOWN),
    flow,
    ...defined({ publicEndpoint: known?.publicEndpoint, missing: unread.length > 0 ? unread : undefined }),
  };
  const command = ['kubectl', 'get', 'services,ingresses,networkpolicies', '--namespace', name, '--output', 'wide'];
  const summary = `${summaryOf(details)}${withoutText(unread)}`;
  // Where there is no pod, there is no traffic to be unknown.
  const looked =
    objects.complete && missing === undefined && (flow.status === 'read' ? !flow.reason : objects.pods === 0);
  if (looked && !isOpen({ ...details, talkers: flow.talkers }))
    return nothingFound(context, { completeUntil }, summary, { command, details: { ...details } });
  return {
    status: 'found',
    summary,
    brief: inShort(details),
    details,
    completeUntil: new Date(completeUntil).toISOString(),
    command,
  };
}

interface Openings {
  services: readonly object[];
  ingresses: readonly object[];
  talkers: readonly { outsideVpc?: boolean | undefined; rejected?: number | undefined }[] | undefined;
}

const isOpen = ({ services, ingresses, talkers = [] }: Openings): boolean =>
  services.length + ingresses.length > 0 || talkers.some(({ outsideVpc, rejected = 0 }) => outsideVpc || rejected > 0);

function inShort({ services, ingresses, flow }: Details): string {
  const opened = [
    ...services.map(({ type, name }) => `${type} ${name}`),
    ...ingresses.map(({ name }) => `Ingress ${name}`),
  ];
  const outside = (flow.talkers ?? []).filter(({ outsideVpc }) => outsideVpc).length;
  const traffic = flow.status === 'read' ? `${counted(outside, 'peer')} outside the VPC` : 'traffic not checked';
  return `${opened.length > 0 ? `Exposed by ${firstOf(opened)}` : 'No Service or Ingress exposes it'}; ${traffic}.`;
}

function summaryOf({ services, ingresses, networkPolicies, flow, publicEndpoint }: Details) {
  const opened = [
    ...services.map(({ type, name, ports }) => `Service ${name} (${type} ${ports.join(', ')})`),
    ...ingresses.map(({ name, hosts }) => `Ingress ${name} (${hosts.join(', ') || 'any host'})`),
  ];
  const talkers = flow.talkers ?? [];
  const outside = talkers.filter(({ outsideVpc }) => outsideVpc).length;
  const rejected = talkers.filter((talker) => talker.rejected > 0).length;
  const traffic =
    flow.status === 'read'
      ? `Traffic: ${counted(talkers.length, 'peer')}, ${outside} outside the VPC, ${rejected} with rejected packets${flow.reason ? ` (${flow.reason})` : ''}`
      : `Traffic not checked: ${flow.reason}`;
  return [
    `${opened.length > 0 ? `Exposed by ${opened.slice(0, 5).join(', ')}` : 'No Service or Ingress exposes it'}.`,
    `${networkPolicies.length > 0 ? counted(networkPolicies.length, 'NetworkPolicy', 'NetworkPolicies') : 'No NetworkPolicy'}.`,
    `${traffic}.`,
    ...(publicEndpoint?.open ? [`The cluster's endpoint is public (${publicEndpoint.cidrs.join(', ')}).`] : []),
  ].join(' ');
}

async function describeVpc({ clients: { eks }, finding: { cluster }, signal }: CheckContext) {
  const described = cluster.name ? await eks?.describeCluster(cluster.name, signal) : undefined;
  requireSameCluster(cluster, described?.arn);
  const { vpcId, endpointPublicAccess: open, publicAccessCidrs: cidrs = [] } = described?.resourcesVpcConfig ?? {};
  return { vpcId, ...defined({ publicEndpoint: open === undefined ? undefined : { open, cidrs } }) };
}

type Objects = Pick<Details, 'services' | 'ingresses' | 'networkPolicies'>;

async function readObjects(
  kubernetes: Kubernetes,
  namespace: string,
  signal: AbortSignal,
): Promise<Objects & { pods: number; podIps: string[]; complete: boolean }> {
  const list = (api: string, resource: string, max: number) =>
    kubernetes.list(`${api}/namespaces/${namespace}/${resource}`, signal, { max });
  const [services, ingresses, policies, pods] = await Promise.all([
    list('/api/v1', 'services', MAX_OBJECTS),
    list('/apis/networking.k8s.io/v1', 'ingresses', MAX_OBJECTS),
    list('/apis/networking.k8s.io/v1', 'networkpolicies', MAX_OBJECTS),
    list('/api/v1', 'pods', MAX_PODS),
  ]);
  return {
    services: services.items.flatMap(serviceOf),
    ingresses: ingresses.items.map(({ metadata, spec }) => ({
      name: metadata.name ?? '',
      hosts: records(record(spec)['rules']).flatMap(({ host }) => text(host) ?? []),
    })),
    networkPolicies: policies.items.map(({ metadata, spec }) => ({
      name: metadata.name ?? '',
      types: texts(record(spec)['policyTypes']),
    })),
    pods: pods.items.length,
    podIps: [...new Set(pods.items.flatMap(addressesOf))],
    complete: [services, ingresses, policies, pods].every(({ complete }) => complete),
  };
}

function serviceOf({ metadata, spec, status }: KubernetesObject): Objects['services'] {
  const type = record(spec)['type'];
  if (type !== 'LoadBalancer' && type !== 'NodePort') return [];
  const [ingress] = records(record(record(status)?.['loadBalancer'])['ingress']);
  const address = text(ingress?.['hostname']) ?? text(ingress?.['ip']);
  const ports = records(record(spec)['ports']).map(
    ({ port, nodePort, protocol }) => `${port}${nodePort ? `:${nodePort}` : ''}/${protocol ?? 'TCP'}`,
  );
  return [{ name: metadata.name ?? '', type, ports, ...defined({ address }) }];
}

/** Pods in the host's network have the node's addresses, and its traffic. */
function addressesOf({ spec, status }: KubernetesObject): string[] {
  if (record(spec)['hostNetwork'] === true) return [];
  const ips = records(record(status)['podIPs']).flatMap(({ ip }) => text(ip) ?? []);
  return ips.filter((ip) => isIP(ip) !== 0);
}

const FLOW: Record<string, string> = {
  read: 'read',
  'in-s3': 'in S3, not read',
  none: 'there are none',
  'not-checked': 'not checked',
};

function show({ services, ingresses, networkPolicies, flow, publicEndpoint, missing }: Read<typeof schema>): Block[] {
  return [
    ...block.facts(
      ['Not looked at', block.sentences(missing)],
      ['NetworkPolicies', networkPolicies === undefined ? undefined : block.amount(networkPolicies.length)],
      [
        'Flow logs',
        flow?.status === undefined
          ? undefined
          : [ownWords(FLOW[flow.status] ?? 'unknown'), ...(flow.reason ? [checkSentence(flow.reason)] : [])],
      ],
      [
        'Cluster endpoint',
        publicEndpoint?.open === undefined
          ? undefined
          : say`${ownWords(publicEndpoint.open ? 'public, open to ' : 'private')}${publicEndpoint.open ? (block.inLine(publicEndpoint.cidrs) ?? []) : []}`,
      ],
    ),
    ...block.table('Services open to the outside', services, {
      Name: ({ name }) => block.value(name),
      Type: ({ type }) => block.word(type),
      Ports: ({ ports }) => block.inLine(ports),
      Address: ({ address }) => block.value(address),
    }),
    ...block.table('Ingresses', ingresses, {
      Name: ({ name }) => block.value(name),
      Hosts: ({ hosts }) => block.inLine(hosts),
    }),
    ...block.table('NetworkPolicies', networkPolicies, {
      Name: ({ name }) => block.value(name),
      Types: ({ types }) => block.inLine(types),
    }),
    ...block.table('What its traffic shows', flow?.signs, {
      Sign: ({ sign = '' }) => ownWords(trafficWords(sign)),
      Peers: ({ peers }) => block.amount(peers),
      'The first': ({ addresses }) => block.inLine(addresses),
    }),
    ...block.table('Peers of its pods', flow?.talkers, {
      Address: ({ address, outsideVpc }) => say`${address ?? ''}${outsideVpc ? ownWords(' (outside the VPC)') : []}`,
      Port: ({ port }) => (port === undefined ? undefined : ownWords(String(port))),
      Bytes: ({ bytes }) => block.amount(bytes),
      Rejected: ({ rejected }) => block.amount(rejected),
    }),
    ...block.text('Query for Athena', 'The flow logs are in S3: run this query in Athena.', flow?.athena),
  ];
}
