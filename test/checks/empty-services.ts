/** Services that answer with nothing, in one state and another. */
import type { FlowLogDestination, ImageScan, ThreatWatch } from '../../functions/clients/aws/cloud-findings.ts';
import type { Kubernetes } from '../../functions/clients/kubernetes/kubernetes.ts';
import { localCloud } from '../../functions/clients/local/cloud.ts';
import { LocalEks } from '../../functions/clients/local/eks.ts';
import type { LogAnswer, LogSearch } from '../../functions/clients/logs/log-search.ts';
import { LogSourceMissing } from '../../functions/contract/errors.ts';
import { LATER } from './audit-log.ts';
import { cluster, type Fault, Faulty, named, SHOP } from './clusters.ts';
import { ACCOUNT, cluster as eksCluster, finding } from './examples.ts';

// Clusters.
export const at = (kubernetes: Kubernetes) => ({ kubernetes: { connect: async () => kubernetes } });
export const empty = () => cluster({ Pod: [] });
export const faulty = (path: string, fault: Fault) => at(new Faulty(empty(), { [path]: fault }));
export const CUT = { answers: { items: [], complete: false } };
export const gone = () => at(cluster({ Namespace: [] }));
export const again = () => at(cluster({ Namespace: [{ ...SHOP, metadata: { ...SHOP.metadata, uid: 'other' } }] }));
export const ending = () => at(cluster({ Namespace: [{ ...SHOP, status: { phase: 'Terminating' } }] }));
export const pod = (containerStatuses: object[], image = 'app') =>
  named('a', 'shop', {
    spec: { containers: [{ name: 'main', image }] },
    status: { podIPs: [{ ip: '10.0.1.1' }], containerStatuses },
  });

// Logs.
export const answering = (answer: Partial<LogAnswer> = {}): LogSearch => ({
  ask: async () => ({ from: 0, entries: [], more: false, completeUntil: LATER, ...answer }) as LogAnswer,
});
export const QUIET = { logs: answering() };
export const SILENT = { logs: answering({ silent: true }) };
export const EARLY = { logs: answering({ completeUntil: Date.parse('2026-11-23T09:50:00Z') }) };
export const MISSING = {
  logs: { ask: async () => Promise.reject(new LogSourceMissing('there is no log group /aws/eks/prod/cluster')) },
};
export const writing = (...types: ('api' | 'audit' | 'authenticator')[]) => ({
  eks: new LocalEks([eksCluster({ logging: { clusterLogging: [{ types, enabled: true }] } })]),
});
export const ALL_ON = writing('api', 'audit', 'authenticator');
export const unknownLogs = { eks: new LocalEks([eksCluster({ logging: undefined })]) };
export const FROM_COVERAGE = { subject: finding({ source: { kind: 'coverage' } }) };
export const trail = (Events: object[] = []) => localCloud({ cloudTrail: { Events } });

// ECR.
const IMAGE = { registryId: ACCOUNT, region: 'eu-central-1', repository: 'app', digest: `sha256:${'a'.repeat(64)}` };
const IMAGE_ID = `${ACCOUNT}.dkr.ecr.eu-central-1.amazonaws.com/app@${IMAGE.digest}`;
const running = () => at(cluster({ Pod: [pod([{ name: 'main', imageID: IMAGE_ID }])] }));
export const scan = (answer: ImageScan) => ({ ...running(), ...localCloud({ imageScans: [{ ...IMAGE, ...answer }] }) });

// GuardDuty.
export const watching = (watch: ThreatWatch) => localCloud({ threats: { detectorId: 'd', findings: [], watch } });
export const ON = { status: 'on', since: '2026-01-01T00:00:00.000Z', runtime: true } as const;

// Flow logs.
export const FLOW: FlowLogDestination = {
  kind: 'cloudwatch',
  name: 'flow',
  fields: ['pkt-srcaddr', 'pkt-dstaddr', 'srcport', 'dstport', 'action', 'bytes'],
};
export const VPC = {
  eks: new LocalEks([eksCluster({ resourcesVpcConfig: { vpcId: 'vpc-1', endpointPublicAccess: false } })]),
};
export const flows = (...destinations: FlowLogDestination[]) => ({
  ...at(cluster({ Pod: [pod([])] })),
  ...VPC,
  ...QUIET,
  ...localCloud({ flowLogs: { 'vpc-1': { cidrs: ['10.0.0.0/16'], destinations } } }),
});
