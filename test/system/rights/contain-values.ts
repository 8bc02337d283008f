/** What a thief of the containing identity tries to write into what stands in a quarantined namespace: where it leads, and what runs. */
import { IMPOSSIBLE_KEY } from '../../../functions/kubernetes/quarantine.ts';
import { merge, POD } from '../cluster-side.ts';
import { apps, batch, core, network, scalers, slices } from '../identities/objects.ts';
import { apply, json, strategic, type Try } from './attack.ts';

const PEN = 'pen';
const EVIL = [{ name: 'main', image: 'evil' }];
const service = `${core(PEN)}/services/web`;
const deployment = `${apps(PEN)}/deployments/web`;
const daemonSet = `${apps(PEN)}/daemonsets/agent`;
const cronJob = `${batch(PEN)}/cronjobs`;
const slice = `${slices(PEN)}/by-hand`;
const ingress = `${network(PEN)}/ingresses/web`;
const pod = `${core(PEN)}/pods/bare`;

const leading = (): Try[] => [
  {
    what: 'send an EndpointSlice to other addresses',
    request: json(slice, [{ op: 'replace', path: '/endpoints/0/addresses/0', value: '10.9.9.9' }]),
  },
  {
    what: 'give an EndpointSlice to another Service',
    request: merge(slice, { metadata: { labels: { 'kubernetes.io/service-name': 'other' } } }),
  },
  {
    what: 'apply an EndpointSlice by force',
    request: apply(slice, {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name: 'by-hand' },
      addressType: 'IPv4',
      endpoints: [{ addresses: ['10.9.9.9'] }],
    }),
  },
  {
    what: 'write addresses into Endpoints',
    request: merge(`${core(PEN)}/endpoints/by-hand`, {
      subsets: [{ addresses: [{ ip: '10.9.9.9' }], ports: [{ port: 80 }] }],
    }),
  },
  {
    what: 'give an Ingress another backend',
    request: merge(ingress, { spec: { defaultBackend: { service: { name: 'other' } } } }),
  },
  { what: 'give an Ingress a certificate', request: merge(ingress, { spec: { tls: [{ secretName: 'loot' }] } }) },
  {
    what: 'give an Ingress to a controller by its annotation',
    request: merge(ingress, { metadata: { annotations: { 'kubernetes.io/ingress.class': 'nginx' } } }),
  },
  {
    what: 'give an Ingress to a class that only begins like ours',
    request: merge(ingress, { spec: { ingressClassName: 'quarantined-other' } }),
  },
  { what: 'make a Service a load balancer', request: merge(service, { spec: { type: 'LoadBalancer' } }) },
  {
    what: 'lead a port of a Service elsewhere',
    request: json(service, [{ op: 'replace', path: '/spec/ports/0/targetPort', value: 22 }]),
  },
  {
    what: 'make a Service select by the UID of another namespace',
    request: merge(service, { spec: { selector: { [IMPOSSIBLE_KEY]: 'other' } } }),
  },
  {
    what: 'replace the selector of a Service by a directive',
    request: strategic(service, { spec: { selector: { $patch: 'replace', app: 'other' } } }),
  },
  {
    what: 'have a Service lead to pods that are not ready',
    request: merge(service, { spec: { publishNotReadyAddresses: true } }),
  },
  {
    what: 'turn a Service into an alias',
    request: merge(service, { spec: { type: 'ExternalName', externalName: 'db.example', selector: null } }),
  },
];

const starting = (): Try[] => [
  {
    what: 'change an image by a JSON patch',
    request: json(deployment, [{ op: 'replace', path: '/spec/template/spec/containers/0/image', value: 'evil' }]),
  },
  {
    what: 'change an image by a directive',
    request: strategic(deployment, { spec: { template: { spec: { containers: [{ $patch: 'replace' }, ...EVIL] } } } }),
  },
  {
    what: 'apply a Deployment by force',
    request: apply(deployment, {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web' },
      spec: {
        selector: { matchLabels: { app: 'x' } },
        template: { metadata: { labels: { app: 'x' } }, spec: { containers: EVIL } },
      },
    }),
  },
  {
    what: 'apply a Deployment that is not there',
    request: apply(`${apps(PEN)}/deployments/mine`, {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'mine' },
      spec: {
        selector: { matchLabels: { app: 'x' } },
        template: { metadata: { labels: { app: 'x' } }, spec: { containers: EVIL } },
      },
    }),
  },
  {
    what: 'apply a pod that is not there',
    request: apply(`${core(PEN)}/pods/mine`, { apiVersion: 'v1', kind: 'Pod', ...POD('mine') }),
  },
  {
    what: 'apply a pod that is there, by force',
    request: apply(pod, { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'bare' }, spec: { containers: EVIL } }),
  },
  { what: 'scale up', request: merge(deployment, { spec: { replicas: 9 } }) },
  {
    what: 'scale up by applying the subresource',
    request: apply(`${deployment}/scale`, {
      apiVersion: 'autoscaling/v1',
      kind: 'Scale',
      metadata: { name: 'web' },
      spec: { replicas: 9 },
    }),
  },
  {
    what: 'let a ReplicationController take other pods',
    request: merge(`${core(PEN)}/replicationcontrollers/old`, {
      spec: { selector: { app: 'shell' }, template: { metadata: { labels: { app: 'shell' } } } },
    }),
  },
  {
    what: 'send an autoscaler to another workload',
    request: merge(`${scalers(PEN)}/web`, { spec: { scaleTargetRef: { name: 'other' } } }),
  },
  {
    what: 'let an autoscaler scale further',
    request: merge(`${scalers(PEN)}/web`, { spec: { maxReplicas: 999, minReplicas: 999 } }),
  },
  { what: 'resume a CronJob', request: merge(`${cronJob}/paused`, { spec: { suspend: false } }) },
  {
    what: 'resume a CronJob by taking the field away',
    request: json(`${cronJob}/paused`, [{ op: 'remove', path: '/spec/suspend' }]),
  },
  { what: 'run a CronJob at another time', request: merge(`${cronJob}/often`, { spec: { schedule: '* * * * *' } }) },
  {
    what: 'add a container to a pod that runs',
    request: strategic(`${pod}/ephemeralcontainers`, { spec: { ephemeralContainers: EVIL } }),
  },
  {
    what: 'let a pod run elsewhere',
    request: json(pod, [{ op: 'add', path: '/spec/tolerations/-', value: { operator: 'Exists' } }]),
  },
  {
    what: 'give a pod more processors',
    request: strategic(`${pod}/resize`, {
      spec: { containers: [{ name: 'main', resources: { requests: { cpu: '9' } } }] },
    }),
  },
  {
    what: 'send a DaemonSet to a node',
    request: merge(daemonSet, { spec: { template: { spec: { nodeSelector: { 'kubernetes.io/hostname': 'a' } } } } }),
  },
  {
    what: 'let an account be used by its pods',
    request: merge(`${core(PEN)}/serviceaccounts/agent`, {
      automountServiceAccountToken: true,
      secrets: [{ name: 'loot' }],
    }),
  },
];

/** Refused, all of them. */
export const containValues = (): Try[] => [...leading(), ...starting()];
