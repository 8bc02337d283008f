/** Facts made of single bad ones, any of which may be put together. */
import type { AccessChange } from '../../functions/checks/parts/access-change.ts';
import type { ActSign } from '../../functions/checks/parts/act-signs.ts';
import type { LogSign } from '../../functions/checks/parts/log-signs.ts';
import type { TrafficSign } from '../../functions/checks/parts/traffic-signs.ts';
import type { WorkloadSign } from '../../functions/checks/parts/workload-signs/index.ts';
import type { Actor, Finding } from '../../functions/contract/finding.ts';
import type { Evidence } from '../../functions/contract/investigation.ts';
import type { RuleFacts } from '../../functions/investigate/rule.ts';
import { AT, CI_ROLE, evidence, finding, role } from '../checks/examples.ts';

const minutes = (count: number): string => new Date(Date.parse(AT) + count * 60_000).toISOString();

/** Details of each check; what ordinary work looks like. */
const ORDINARY = {
  namespace: { live: 'confirmed' },
  principal: { identity: { name: 'ci' }, accessEntry: { createdAt: '2026-01-01T00:00:00Z' } },
  'known-creator': { principal: CI_ROLE, known: { namePattern: 'shop', decidedBy: 'alice' } as object | undefined },
  permissions: {
    may: [] as object[],
    grantedBy: { kind: 'ClusterRoleBinding', binding: 'b', role: 'makers' } as object,
  },
  'access-changes': { changes: [] as AccessChange[], total: 0, notAsked: [] },
  'actor-activity': {
    more: false,
    firstSeen: minutes(-600),
    refusedBefore: 0,
    refusedThings: 0,
    probed: [] as string[],
    namespacesRefused: [] as object[],
    accountsTaken: [] as string[],
    signs: [] as object[],
    secretsRead: 0,
    exec: 0,
    tokenRequests: 0,
    webhooksChanged: 0,
    byVerb: [] as object[],
    addresses: [{ value: '10.0.0.7', firstSeen: minutes(-600), count: 9 }],
    userAgents: [{ value: 'kubectl', firstSeen: minutes(-600), count: 9 }],
  },
  origin: { marks: [] as object[] },
  workloads: { workloads: [] as object[], daemonSets: 0, cronJobs: 0 },
  'namespace-activity': { acts: [], total: 0, more: false, byControlPlane: 0, images: [], signs: [] as object[] },
  'container-logs': { groups: [], signs: [] as object[] },
  'api-server-logs': { total: 0, denials: 0 },
  network: { services: [] as object[], flow: { status: 'read', signs: [] as object[] } },
  images: { images: [] as object[] },
  threats: { findings: [] as object[], total: 0 },
  'cluster-weaknesses': { anonymousBindings: [] as object[], strongAccounts: ['flux-system/controller'] },
  'cluster-posture': { endpointPrivateAccess: true },
};
type Details = typeof ORDINARY;
interface World {
  finding: Finding;
  details: Details;
  knownAutomation: string[];
}
type Worsen = (world: World) => void;

const workload =
  (sign: WorkloadSign): Worsen =>
  ({ details }) => {
    details.workloads.workloads.push({ kind: 'Pod', name: sign, signs: [{ sign, detail: 'd' }] });
  };
const change =
  (overrides: Partial<AccessChange>): Worsen =>
  ({ details }) => {
    details['access-changes'].changes.push({
      at: minutes(-5),
      verb: 'create',
      what: 'ClusterRoleBinding',
      wide: true,
      concerns: [],
      source: 'audit',
      ...overrides,
    });
  };
const sign =
  (
    check: 'actor-activity' | 'namespace-activity',
    name: WorkloadSign | ActSign,
    namespace = 'shop',
    count = 1,
  ): Worsen =>
  ({ details }) => {
    details[check].signs.push({ sign: name, on: `Pod ${name}`, namespace, at: minutes(3), count });
  };
const writes =
  (name: LogSign): Worsen =>
  ({ details }) => {
    details['container-logs'].signs.push({ sign: name, pod: 'p', firstAt: minutes(3), lastAt: minutes(3), lines: 1 });
  };
const talks =
  (name: TrafficSign): Worsen =>
  ({ details }) => {
    details.network.flow.signs.push({ sign: name, peers: 1, addresses: ['198.51.100.7 port 3333'] });
  };
const given =
  (rights: string[], overrides: Partial<AccessChange> = {}): Worsen =>
  (world) =>
    change({ wide: false, rights, concerns: ['namespace'], ...overrides })(world);
const threat =
  (severity: number, concern: string): Worsen =>
  ({ details }) => {
    details.threats.findings.push({ type: 'T', severity, concerns: [concern] });
  };

/** Each makes any world worse; some change the same part of it, always for the worse. */
export const BAD_FACTS: Record<string, Worsen> = {
  'a forged mark': ({ details }) => {
    details.origin.marks.push({ key: 'k', value: 'v', verdict: 'forged', why: 'there is none' });
  },
  anonymous: ({ finding }) => {
    finding.actor.groups = [...(finding.actor.groups ?? []), 'system:unauthenticated'];
  },
  impersonation: ({ finding }) => {
    finding.actor.impersonated ??= { username: 'bob' };
  },
  privilegedImpersonation: ({ finding }) => {
    finding.actor.impersonated = { username: 'system:admin' };
  },
  publicAddress: ({ finding, details }) => {
    finding.request.sourceIps = ['203.0.113.9'];
    details['actor-activity'].addresses.push({ value: '203.0.113.9', firstSeen: minutes(-5), count: 1 });
  },
  newUserAgent: ({ finding, details }) => {
    finding.request.userAgent = 'curl/8';
    details['actor-activity'].userAgents.push({ value: 'curl/8', firstSeen: minutes(-5), count: 1 });
  },
  lookalike: ({ finding }) => {
    finding.namespace.name = 'kube-systern';
  },
  privilegedPods: ({ finding }) => {
    finding.namespace.labels = { 'pod-security.kubernetes.io/enforce': 'privileged' };
  },
  privilegedPodsSince: ({ details }) => {
    Object.assign(details.namespace, { podSecurity: { enforce: 'privileged' } });
  },
  gone: ({ details }) => {
    details.namespace.live = 'absent';
  },
  newEntry: ({ details }) => {
    details.principal.accessEntry.createdAt = minutes(-3);
  },
  entryChanged: change({ what: 'EKS access entry', concerns: ['actor'], source: 'cloudtrail' }),
  bindingNear: change({ concerns: ['by-actor'] }),
  bindingToday: change({ concerns: ['actor'], at: minutes(-200) }),
  bindingOfOthers: change({}),
  grantNew: ({ details }) => {
    Object.assign(details.permissions.grantedBy, { wildcard: true, bindingCreatedAt: minutes(-9) });
  },
  grantGone: ({ details }) => {
    Object.assign(details.permissions.grantedBy, { bindingGone: true });
  },
  unknownCreator: ({ details }) => {
    details['known-creator'].known = undefined;
  },
  notAutomation: (world) => {
    world.knownAutomation = [];
  },
  refused: ({ details }) => {
    details['actor-activity'].refusedBefore += 10;
    details['actor-activity'].refusedThings += 10;
  },
  secrets: ({ details }) => {
    details['actor-activity'].secretsRead += 10;
  },
  exec: ({ details }) => {
    details['actor-activity'].exec += 1;
  },
  tokens: ({ details }) => {
    details['actor-activity'].tokenRequests += 1;
  },
  webhooks: ({ details }) => {
    details['actor-activity'].webhooksChanged += 1;
  },
  privilegedPod: workload('privileged'),
  hostPath: workload('host-path'),
  miner: workload('miner-image'),
  minerArgument: workload('miner-argument'),
  daemonSet: ({ details }) => {
    details.workloads.daemonSets += 1;
  },
  cronJob: ({ details }) => {
    details.workloads.cronJobs += 1;
  },
  nodePort: ({ details }) => {
    details.network.services.push({ name: 'a', type: 'NodePort' });
  },
  loadBalancer: ({ details }) => {
    details.network.services.push({ name: 'b', type: 'LoadBalancer' });
  },
  vulnerable: ({ details }) => {
    details.images.images.push({ image: 'a', status: 'scanned', bySeverity: { CRITICAL: 3 } });
  },
  malicious: ({ details }) => {
    details.images.images.push({ image: 'b', status: 'scanned', worst: [{ id: 'MAL-2026-1', severity: 'CRITICAL' }] });
  },
  vulnerableHigh: ({ details }) => {
    details.images.images.push({ image: 'c', status: 'scanned', bySeverity: { HIGH: 3 } });
  },
  probedSome: ({ details }) => {
    details['actor-activity'].probed.push('reading Secrets', 'running commands in pods');
  },
  probedMore: ({ details }) => {
    details['actor-activity'].probed.push('a', 'b', 'c', 'd');
  },
  otherVerb: ({ finding, details }) => {
    finding.request.verb = 'patch';
    details['actor-activity'].namespacesRefused.push({ verb: 'create', at: minutes(-1) });
  },
  strongAccount: ({ details }) => {
    details['actor-activity'].accountsTaken.push('flux-system/controller');
  },
  strongRights: given(['reading Secrets']),
  decisiveRights: given(['impersonation']),
  rightsOfEachPod: given(['running commands in pods'], { toEachPod: true }),
  awsRole: change({ what: 'ServiceAccount', gives: 'an IAM role', wide: false, concerns: ['namespace'] }),
  mayBind: ({ details }) => {
    details.permissions.may.push({ right: 'bind any role (bind)', allowed: true });
  },
  turnedAway: ({ details }) => {
    details['api-server-logs'].denials += 3;
  },
  reverseShell: workload('reverse-shell'),
  fetchedScript: workload('suspicious-command'),
  fetchedInMany: ({ details }) => {
    const signs = [{ sign: 'suspicious-command', detail: 'd' }];
    details.workloads.workloads.push({ kind: 'Deployment', name: 'many', pods: 50, signs });
  },
  weakPod: workload('runs-as-root'),
  unusualRegistry: workload('unusual-registry'),
  metadata: workload('metadata-access'),
  nodeCredentials: workload('node-credentials'),
  outsideWebhook: sign('actor-activity', 'outside-webhook', ''),
  gonePrivileged: sign('namespace-activity', 'privileged'),
  goneMiner: sign('namespace-activity', 'miner-image'),
  goneShell: sign('namespace-activity', 'reverse-shell'),
  goneScript: sign('namespace-activity', 'suspicious-command'),
  goneDaemonSet: sign('namespace-activity', 'daemonset'),
  goneNodePort: sign('namespace-activity', 'node-port'),
  goneLoadBalancer: sign('namespace-activity', 'load-balancer'),
  sessionByOthers: sign('namespace-activity', 'pod-session'),
  tokenByOthers: sign('namespace-activity', 'token'),
  privilegedElsewhere: sign('actor-activity', 'privileged', 'cart'),
  eventsDeleted: sign('actor-activity', 'event-deletion'),
  dnsChanged: sign('actor-activity', 'dns-change', 'kube-system'),
  systemPods: sign('actor-activity', 'system-workload', 'kube-system'),
  certificate: sign('actor-activity', 'certificate-approval'),
  kubelet: sign('actor-activity', 'kubelet-command'),
  hostVolume: sign('actor-activity', 'host-volume'),
  relabelled: sign('actor-activity', 'pod-security-change'),
  policiesDeleted: sign('namespace-activity', 'protection-removal'),
  selfReviews: sign('actor-activity', 'self-review', 'shop', 12),
  everybody: sign('actor-activity', 'role-for-everybody'),
  logOfShell: writes('shell-session'),
  logOfMiner: writes('mining-protocol'),
  logOfScript: writes('download-and-run'),
  logOfMetadata: writes('metadata-access'),
  poolPort: talks('pool-port'),
  scan: talks('scan'),
  rejected: talks('rejected-inside'),
  outsidePeer: talks('outside-peer'),
  unusualPort: talks('unusual-port-outside'),
  metadataTraffic: talks('metadata-address'),
  guardDutyCritical: threat(9, 'actor'),
  sequenceElsewhere: ({ details }) => {
    details.threats.findings.push({ type: 'T', severity: 9, concerns: ['cluster'], sequence: true });
  },
  guardDutyLow: threat(2, 'actor'),
  guardDutyMedium: threat(5, 'namespace'),
  guardDutyHigh: threat(8, 'namespace'),
  guardDutyElsewhere: threat(8, 'cluster'),
  anonymousBinding: ({ details }) => {
    details['cluster-weaknesses'].anonymousBindings.push({ binding: 'a', role: 'view' });
  },
};

export const ACTORS: readonly Actor[] = [
  role(),
  { kind: 'service-account', username: 'system:serviceaccount:flux-system:kustomize-controller' },
  { kind: 'system', username: 'system:kube-scheduler' },
  { kind: 'user', username: 'alice' },
];

/** The facts of a world in which just these are bad. */
export function factsWith(bad: readonly string[], actor: Actor = role()): RuleFacts {
  const world: World = {
    finding: structuredClone(finding({ actor })),
    details: structuredClone(ORDINARY),
    knownAutomation: [CI_ROLE, 'system:serviceaccount:flux-system:*'],
  };
  for (const name of bad) BAD_FACTS[name]?.(world);
  const answers = Object.entries(world.details).map(
    ([check, details]): Evidence => evidence({ check, completeUntil: minutes(10), details: { ...details } }),
  );
  return { finding: world.finding, evidence: answers, knownAutomation: world.knownAutomation };
}
