/** Facts made of single bad ones, any of which may be put together. */
import type { AccessChange } from '../../functions/checks/parts/access-change.ts';
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
  permissions: { may: [], grantedBy: { kind: 'ClusterRoleBinding', binding: 'b', role: 'makers' } as object },
  'access-changes': { changes: [] as AccessChange[], total: 0, notAsked: [] },
  'actor-activity': {
    more: false,
    firstSeen: minutes(-600),
    refusedBefore: 0,
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
  network: { services: [] as object[] },
  images: { images: [] as object[] },
  threats: { findings: [] as object[], total: 0 },
  'cluster-weaknesses': { anonymousBindings: [] as object[] },
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
