/** What each check makes of an empty answer, by the state of the service that gave it: a row, a test, a row in the docs. */

import { accessChanges } from '../../functions/checks/access-changes.ts';
import { actorActivity } from '../../functions/checks/actor-activity.ts';
import { apiServerLogs } from '../../functions/checks/api-server-logs.ts';
import type { Check } from '../../functions/checks/check.ts';
import { clusterPosture } from '../../functions/checks/cluster-posture.ts';
import { clusterWeaknesses } from '../../functions/checks/cluster-weaknesses.ts';
import { containerLogs } from '../../functions/checks/container-logs.ts';
import { images } from '../../functions/checks/images.ts';
import { knownCreator } from '../../functions/checks/known-creator.ts';
import { namespace } from '../../functions/checks/namespace.ts';
import { namespaceActivity } from '../../functions/checks/namespace-activity.ts';
import { network } from '../../functions/checks/network.ts';
import { origin } from '../../functions/checks/origin.ts';
import { owner } from '../../functions/checks/owner.ts';
import { permissions } from '../../functions/checks/permissions.ts';
import { principal } from '../../functions/checks/principal.ts';
import { refusedRequests } from '../../functions/checks/refused-requests.ts';
import { roleSession } from '../../functions/checks/role-session.ts';
import { threats } from '../../functions/checks/threats.ts';
import { workloads } from '../../functions/checks/workloads.ts';
import { LocalBaseline } from '../../functions/clients/local/baseline.ts';
import { localCloud } from '../../functions/clients/local/cloud.ts';
import { LocalEks } from '../../functions/clients/local/eks.ts';
import type { Asking } from './audit-log.ts';
import { cluster, Faulty } from './clusters.ts';
import {
  ALL_ON,
  again,
  answering,
  at,
  CUT,
  EARLY,
  empty,
  ending,
  FLOW,
  FROM_COVERAGE,
  faulty,
  flows,
  gone,
  MISSING,
  ON,
  pod,
  QUIET,
  SILENT,
  scan,
  trail,
  unknownLogs,
  VPC,
  watching,
  writing,
} from './empty-services.ts';
import { cluster as eksCluster, finding } from './examples.ts';
import { appliedBy, clusterOf, SERVED } from './origin-objects.ts';

export interface EmptyAnswer {
  check: Check;
  /** The service's state, in words of the docs. */
  state: string;
  status: 'clear' | 'found' | 'not-checked';
  /** A part of what is said. */
  says: string;
  asking: Asking;
}

const of = (
  check: Check,
  state: string,
  status: EmptyAnswer['status'],
  says: string,
  clients: Asking['clients'],
  more: Omit<Asking, 'clients'> = {},
): EmptyAnswer => ({ check, state, status, says, asking: { ...(clients && { clients }), ...more } });

/** The rows of a check that rests on the audit log alone. */
const auditLog = (check: Check, nothing: string): EmptyAnswer[] => [
  of(check, 'the audit log is on', 'clear', nothing, { ...QUIET, ...ALL_ON }),
  of(check, 'the audit log is off', 'not-checked', 'does not write the audit log', { ...QUIET, ...writing('api') }),
  of(
    check,
    'EKS does not say whether it is on, and the finding is not from it',
    'not-checked',
    'not known whether the cluster writes the audit log',
    { ...QUIET, ...unknownLogs },
    FROM_COVERAGE,
  ),
  of(check, 'there is no log group', 'not-checked', 'there is no log group', { ...MISSING, ...ALL_ON }),
  of(check, 'nobody wrote to the log group in that time', 'not-checked', 'no line of this time', {
    ...SILENT,
    ...ALL_ON,
  }),
  of(check, 'the lines of the request have not arrived yet', 'not-checked', 'had not arrived', { ...EARLY, ...ALL_ON }),
];

/** The rows of a check that reads live objects of the namespace. */
const liveObjects = (check: Check): EmptyAnswer[] => [
  of(check, 'the namespace is gone', 'not-checked', 'the namespace is gone', gone()),
  of(check, 'the namespace was made again, with another UID', 'not-checked', 'is another one', again()),
];

const FROM_FLUX = { subject: finding({ namespace: { ...finding().namespace, labels: appliedBy('apps') } }) };

export const EMPTY_ANSWERS: readonly EmptyAnswer[] = [
  of(namespace, 'there is no such namespace', 'found', 'Not confirmed', gone()),
  of(namespace, 'the attempt was refused, and there is no such namespace', 'clear', 'left nothing behind', gone(), {
    subject: finding({ outcome: 'attempt-denied' }),
  }),
  of(namespace, 'a kind may not be listed', 'found', 'Not listed: Pod', faulty('/shop/pods', 'denied')),
  of(namespace, 'the API server is out of reach', 'not-checked', 'cannot be reached', faulty('', 'failing')),

  ...auditLog(namespaceActivity, 'Nothing was created in the namespace'),
  of(namespaceActivity, 'there were more lines than are read', 'not-checked', 'more lines than could be read', {
    logs: answering({ more: true }),
    ...ALL_ON,
  }),

  of(
    origin,
    'there is no mark, and the creator is not a controller of Argo CD or Flux',
    'clear',
    'no label or annotation of Argo CD',
    undefined,
  ),
  of(
    origin,
    'the cluster does not know the kind that a mark names',
    'found',
    'not confirmed',
    at(clusterOf([], { Application: SERVED.Application })),
    FROM_FLUX,
  ),
  of(origin, 'the object that a mark names is not there', 'found', 'forged', at(clusterOf([])), FROM_FLUX),
  of(
    origin,
    'the API server is out of reach',
    'not-checked',
    'objects of the GitOps tool',
    faulty('kinds', 'denied'),
    FROM_FLUX,
  ),
  of(roleSession, 'CloudTrail is not as far as the request', 'not-checked', 'up to 15 minutes late', trail(), {
    now: Date.parse('2026-11-23T10:05:00Z'),
  }),
  of(roleSession, 'CloudTrail has no such call in this Region', 'not-checked', 'through another Region', trail()),
  of(
    principal,
    'there is no access entry, where the cluster knows the aws-auth ConfigMap only',
    'found',
    'was not looked at',
    {
      eks: new LocalEks([eksCluster({ accessConfig: { authenticationMode: 'CONFIG_MAP' } }, [])]),
    },
  ),
  of(knownCreator, 'nobody has said anything', 'found', 'No: a creator is known', { baseline: new LocalBaseline() }),
  of(
    permissions,
    'the record tells no reason, and the API server is out of reach',
    'not-checked',
    'the record does not say what allowed it',
    faulty('', 'failing'),
  ),

  of(accessChanges, 'the audit log is on, CloudTrail answers', 'clear', 'No changes since', {
    ...QUIET,
    ...ALL_ON,
    ...trail(),
  }),
  of(accessChanges, 'the audit log is off', 'not-checked', 'does not write the audit log', {
    ...QUIET,
    ...writing('api'),
    ...trail(),
  }),
  of(accessChanges, 'CloudTrail cannot be asked', 'not-checked', 'CloudTrail', { ...QUIET, ...ALL_ON }),
  of(
    accessChanges,
    'CloudTrail, which is up to 15 minutes late, is not as far as the request',
    'not-checked',
    'had not arrived',
    { ...QUIET, ...ALL_ON, ...trail() },
    { now: Date.parse('2026-11-23T10:05:00Z') },
  ),
  of(
    actorActivity,
    'the audit log holds no request of the creator',
    'not-checked',
    'not even the request of this finding',
    {
      ...QUIET,
      ...ALL_ON,
    },
  ),

  of(workloads, 'every kind was listed to its end', 'clear', 'Nothing runs', at(empty())),
  ...liveObjects(workloads),
  of(workloads, 'the namespace is being deleted', 'not-checked', 'what is deleted already', ending()),
  of(workloads, 'a list was cut', 'not-checked', 'Pods beyond the first', faulty('/shop/pods', CUT)),
  of(workloads, 'a kind may not be listed', 'not-checked', 'Deployments (denied)', faulty('/deployments', 'denied')),

  of(images, 'no pod runs', 'clear', 'The namespace runs no pods', at(empty())),
  ...liveObjects(images),
  of(images, 'the namespace is being deleted', 'not-checked', 'what is deleted already', ending()),
  of(images, 'no pod is in a list that was cut', 'not-checked', 'more pods than were read', faulty('/shop/pods', CUT)),
  of(images, 'the kubelet has not told what it runs', 'not-checked', 'not pulled yet', at(cluster({ Pod: [pod([])] }))),
  of(
    images,
    'ECR has a result without severe findings',
    'clear',
    '0 of them with critical',
    scan({ status: 'scanned', bySeverity: {} }),
  ),
  of(
    images,
    'the scan is over, and its result is not there yet',
    'not-checked',
    'not there yet',
    scan({
      status: 'in-progress',
      reason: 'the scan is ACTIVE, and its result is not there yet',
    }),
  ),
  of(images, 'ECR has no scan of the image', 'not-checked', 'never scanned', scan({ status: 'not-scanned' })),

  of(network, 'no pod has an address, every kind was listed to its end', 'clear', 'No Service or Ingress', {
    ...at(empty()),
    ...VPC,
    ...QUIET,
  }),
  ...liveObjects(network),
  of(network, 'the namespace is being deleted', 'found', 'what is deleted already', { ...ending(), ...VPC, ...QUIET }),
  of(network, 'a list was cut', 'found', 'more objects than were read', { ...faulty('/shop/services', CUT), ...VPC }),
  of(network, 'the flow log is whole, and nothing is in it', 'clear', '0 peers', flows(FLOW)),
  of(network, 'the VPC has no flow log', 'found', 'the VPC has no flow log', flows()),
  of(
    network,
    'the flow log cannot be delivered',
    'found',
    'cannot be delivered: Access error',
    flows({
      ...FLOW,
      failure: 'Access error',
    }),
  ),
  of(
    network,
    'the flow log is younger than the request',
    'found',
    'younger than the request',
    flows({
      ...FLOW,
      createdAt: '2026-11-23T10:05:00.000Z',
    }),
  ),
  of(
    network,
    'the flow log holds a part of the traffic',
    'found',
    'only what was rejected',
    flows({
      ...FLOW,
      only: 'REJECT',
    }),
  ),
  of(network, 'nobody wrote to the flow log in that time', 'found', 'no line of this time', {
    ...flows(FLOW),
    ...SILENT,
  }),

  of(threats, 'GuardDuty reads the audit logs of EKS', 'clear', 'No finding since', watching(ON)),
  of(
    threats,
    'its runtime monitoring is off',
    'clear',
    'does not see what runs in containers',
    watching({
      ...ON,
      runtime: false,
    }),
  ),
  of(threats, 'GuardDuty is off', 'not-checked', 'off in this Region', localCloud({ threats: null })),
  of(threats, 'the detector is suspended', 'not-checked', 'suspended', watching({ status: 'suspended' })),
  of(threats, 'EKS Protection is off', 'not-checked', 'EKS Protection is off', watching({ status: 'audit-off' })),
  of(
    threats,
    'EKS Protection is younger than the request',
    'not-checked',
    'only since then',
    watching({
      ...ON,
      since: '2026-11-23T10:05:00.000Z',
    }),
  ),
  of(
    threats,
    'what it reads could not be asked',
    'not-checked',
    'what GuardDuty reads',
    watching({
      status: 'unknown',
      reason: 'AccessDeniedException',
    }),
  ),
  of(
    threats,
    'the record does not hold the ARN of the cluster, by which attack sequences name it',
    'not-checked',
    'attack sequences on the cluster',
    watching(ON),
    { subject: finding({ cluster: { name: 'prod' } }) },
  ),
  of(
    threats,
    'a finding, which takes up to 15 minutes, could not be there yet',
    'not-checked',
    'had not arrived',
    watching(ON),
    { now: Date.parse('2026-11-23T10:05:00Z') },
  ),

  of(containerLogs, 'the groups of Container Insights are written', 'clear', 'No line about this namespace', QUIET),
  of(containerLogs, 'there are no such groups', 'not-checked', 'there is no log group', MISSING),
  of(containerLogs, 'nobody wrote to them in that time', 'not-checked', 'no line of this time', SILENT),
  of(containerLogs, 'the lines of the request have not arrived yet', 'not-checked', 'had not arrived', EARLY),

  ...auditLog(refusedRequests, 'No request has been refused'),

  of(apiServerLogs, 'both logs are on', 'clear', 'No such line', { ...QUIET, ...ALL_ON }),
  of(apiServerLogs, 'one of them is off', 'not-checked', 'does not write the authenticator log', {
    ...QUIET,
    ...writing('api', 'audit'),
  }),
  of(apiServerLogs, 'EKS does not say whether they are on', 'not-checked', 'not known whether', {
    ...QUIET,
    ...unknownLogs,
  }),
  of(apiServerLogs, 'there is no log group', 'not-checked', 'there is no log group', { ...MISSING, ...ALL_ON }),
  of(apiServerLogs, 'nobody wrote to the log group in that time', 'not-checked', 'no line of this time', {
    ...SILENT,
    ...ALL_ON,
  }),

  of(clusterPosture, 'EKS tells all that is asked', 'clear', 'No weak setting', ALL_ON),
  of(clusterPosture, 'EKS leaves out what is asked', 'not-checked', 'EKS did not report', {
    eks: new LocalEks([{ cluster: { name: 'prod' }, accessEntries: [] }]),
  }),
  of(
    clusterWeaknesses,
    'every kind was listed to its end',
    'clear',
    'No such weakness',
    at(cluster({ Namespace: [] })),
  ),
  of(clusterWeaknesses, 'a list was cut', 'not-checked', 'beyond the first', {
    ...at(new Faulty(cluster({ Namespace: [] }), { '/clusterrolebindings': CUT })),
  }),
  of(clusterWeaknesses, 'a kind may not be listed', 'not-checked', 'denied', {
    ...at(new Faulty(cluster({ Namespace: [] }), { '/clusterrolebindings': 'denied' })),
  }),
  of(owner, 'there is no contact', 'found', 'No contact found', undefined),
];

/** The table of the documentation. */
export const emptyAnswersTable = (): string =>
  [
    '| Check | Finds nothing, and | Answer |',
    '| --- | --- | --- |',
    ...EMPTY_ANSWERS.map(({ check, state, status }) => `| \`${check.name}\` | ${state} | \`${status}\` |`),
  ].join('\n');
