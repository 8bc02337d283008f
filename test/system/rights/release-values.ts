/** What a thief of the releasing identity tries to make in a namespace that is being released, and to change. */
import { merge, OURS, POD, post, remove } from '../cluster-side.ts';
import { apps, batch, core, network, scalers, slices } from '../identities/objects.ts';
import { apply, deletion, json, strategic, type Try } from './attack.ts';

const LOOSE = 'loose';
const EVIL = [{ name: 'main', image: 'evil' }];
const deployment = `${apps(LOOSE)}/deployments/web`;
const statefulSet = `${apps(LOOSE)}/statefulsets/data`;
const service = `${core(LOOSE)}/services/web`;
const pods = `${core(LOOSE)}/pods`;
const GONE = { apiVersion: 'v1', kind: 'ConfigMap', name: 'gone', uid: '00000000-0000-4000-8000-000000000000' };

const making = (): Try[] => [
  {
    what: 'apply a Deployment that is not there',
    request: apply(`${apps(LOOSE)}/deployments/mine`, {
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
    what: 'make a CronJob',
    request: post(`${batch(LOOSE)}/cronjobs`, {
      metadata: { generateName: 'mine-' },
      spec: {
        schedule: '* * * * *',
        jobTemplate: { spec: { template: { spec: { containers: EVIL, restartPolicy: 'Never' } } } },
      },
    }),
  },
  {
    what: 'make a Service',
    request: post(`${core(LOOSE)}/services`, { metadata: { name: 'mine' }, spec: { ports: [{ port: 80 }] } }),
  },
  {
    what: 'make a network policy',
    request: post(`${network(LOOSE)}/networkpolicies`, {
      metadata: { name: 'mine', labels: OURS },
      spec: { podSelector: {}, ingress: [{}] },
    }),
  },
  {
    what: 'make a Role',
    request: post(`/apis/rbac.authorization.k8s.io/v1/namespaces/${LOOSE}/roles`, {
      metadata: { name: 'mine' },
      rules: [{ apiGroups: [''], resources: ['secrets'], verbs: ['get'] }],
    }),
  },
  {
    what: 'put a pod on a node by a binding',
    request: post(`${pods}/bare/binding`, {
      apiVersion: 'v1',
      kind: 'Binding',
      metadata: { name: 'bare' },
      target: { apiVersion: 'v1', kind: 'Node', name: 'ip-10-0-1-11.ec2.internal' },
    }),
  },
  {
    what: 'put a pod on a node that it names, by its affinity',
    request: post(
      pods,
      POD('mine-1', {
        affinity: {
          nodeAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: {
              nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['a'] }] }],
            },
          },
        },
      }),
    ),
  },
  {
    what: 'start a pod with a privileged container that comes later',
    request: post(
      pods,
      POD('mine-2', {
        initContainers: [{ name: 'side', image: 'x', restartPolicy: 'Always', securityContext: { privileged: true } }],
      }),
    ),
  },
  {
    what: 'start a pod with a port of its node beside ordinary ones',
    request: post(
      pods,
      POD('mine-3', {
        containers: [{ name: 'x', image: 'x', ports: [{ containerPort: 1 }, { containerPort: 2, hostPort: 2 }] }],
      }),
    ),
  },
  {
    what: 'start a pod as administrator of its node, on Windows',
    request: post(
      pods,
      POD('mine-4', { hostNetwork: true, securityContext: { windowsOptions: { hostProcess: true } } }),
    ),
  },
  {
    what: 'start a pod that an annotation frees of AppArmor',
    request: post(pods, {
      ...POD('mine-5'),
      metadata: {
        name: 'mine-5',
        annotations: { 'container.apparmor.security.beta.kubernetes.io/main': 'unconfined' },
      },
    }),
  },
  {
    what: 'add a container to a pod that runs',
    request: strategic(`${pods}/bare/ephemeralcontainers`, { spec: { ephemeralContainers: EVIL } }),
  },
  {
    what: 'evict a pod',
    request: post(`${pods}/bare/eviction`, { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'bare' } }),
  },
  { what: 'delete a pod', request: deletion(`${pods}/bare`, { gracePeriodSeconds: 0 }) },
  { what: 'delete all pods', request: remove(pods) },
];

const changing = (): Try[] => [
  {
    what: 'change an image by a JSON patch',
    request: json(deployment, [{ op: 'replace', path: '/spec/template/spec/containers/0/image', value: 'evil' }]),
  },
  {
    what: 'change an image by apply',
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
  { what: 'scale by the subresource', request: merge(`${deployment}/scale`, { spec: { replicas: 9 } }) },
  { what: 'write the status of a Deployment', request: merge(`${deployment}/status`, { status: { replicas: 0 } }) },
  {
    what: 'make a StatefulSet delete its volumes',
    request: json(statefulSet, [
      { op: 'replace', path: '/spec/persistentVolumeClaimRetentionPolicy/whenDeleted', value: 'Delete' },
    ]),
  },
  {
    what: 'scale down a StatefulSet that then deletes its volumes',
    request: merge(`${apps(LOOSE)}/statefulsets/loses`, { spec: { replicas: 0 } }),
  },
  {
    what: 'send an EndpointSlice to other addresses',
    request: json(`${slices(LOOSE)}/by-hand`, [{ op: 'replace', path: '/endpoints/0/addresses/0', value: '10.9.9.9' }]),
  },
  {
    what: 'send an autoscaler to another workload',
    request: merge(`${scalers(LOOSE)}/web`, { spec: { scaleTargetRef: { name: 'other' } } }),
  },
  {
    what: 'give an Ingress another backend',
    request: merge(`${network(LOOSE)}/ingresses/web`, { spec: { defaultBackend: { service: { name: 'other' } } } }),
  },
  { what: 'take over an address', request: merge(service, { spec: { externalIPs: ['10.0.0.1'] } }) },
  { what: 'open a port on all nodes', request: merge(service, { spec: { type: 'NodePort' } }) },
  { what: 'run more of a Job', request: merge(`${batch(LOOSE)}/jobs/once`, { spec: { parallelism: 9 } }) },
  {
    what: 'run a CronJob at another time',
    request: strategic(`${batch(LOOSE)}/cronjobs/often`, { spec: { schedule: '* * * * *' } }),
  },
  {
    what: 'tolerate what a DaemonSet does not',
    request: merge(`${apps(LOOSE)}/daemonsets/agent`, {
      spec: { template: { spec: { tolerations: [{ operator: 'Exists' }] } } },
    }),
  },
  ...[deployment, service, `${network(LOOSE)}/networkpolicies/allow`].flatMap((path) => [
    {
      what: `give a gone owner to ${path.split('/').slice(-2).join('/')}`,
      request: merge(path, { metadata: { ownerReferences: [GONE] } }),
    },
    {
      what: `hold ${path.split('/').slice(-2).join('/')} by a finalizer`,
      request: merge(path, { metadata: { finalizers: ['held.example/x'] } }),
    },
  ]),
];

/** Refused, all of them. */
export const releaseValues = (): Try[] => [...making(), ...changing()];
