/** Calls of the EKS API in CloudTrail that change who may enter a cluster. */

import type { TrailEvent } from '../../clients/aws/cloud-findings.ts';
import type { Finding } from '../../contract/finding.ts';
import { defined } from '../../kit/defined.ts';
import { record, text, texts } from '../../kit/json.ts';
import type { AccessChange } from './access-change.ts';
import { isEksComponent } from './actors.ts';
import { isSamePrincipal } from './same-actor.ts';

export const EKS_EVENTS = [
  'CreateAccessEntry',
  'AssociateAccessPolicy',
  'UpdateAccessEntry',
  'UpdateClusterConfig',
  'DeleteAccessEntry',
  'DisassociateAccessPolicy',
  'CreatePodIdentityAssociation',
  'UpdatePodIdentityAssociation',
  'AssociateIdentityProviderConfig',
  'CreateCapability',
  'UpdateCapability',
  'CreateAddon',
  'UpdateAddon',
] as const;

/** What somebody orders of EKS, which its add-on manager then does. */
export const ADD_ON = 'EKS add-on';

export const ENTRANCE_KINDS: Record<(typeof EKS_EVENTS)[number], string> = {
  CreateAccessEntry: 'EKS access entry',
  UpdateAccessEntry: 'EKS access entry',
  DeleteAccessEntry: 'EKS access entry',
  AssociateAccessPolicy: 'EKS access policy',
  DisassociateAccessPolicy: 'EKS access policy',
  UpdateClusterConfig: 'EKS cluster configuration',
  CreatePodIdentityAssociation: 'EKS Pod Identity association',
  UpdatePodIdentityAssociation: 'EKS Pod Identity association',
  AssociateIdentityProviderConfig: 'EKS identity provider',
  CreateCapability: 'EKS capability',
  UpdateCapability: 'EKS capability',
  CreateAddon: ADD_ON,
  UpdateAddon: ADD_ON,
};

/** CloudTrail delivers "typically within an average of about 5 minutes", event history within 15 (CloudTrail user guide). */
export const TRAIL_LAG_MS = 15 * 60_000;

/** The changes of this cluster that were made; calls that failed changed nothing. */
export const trailChanges = (events: readonly TrailEvent[], finding: Finding): AccessChange[] =>
  events
    .filter(({ parameters, errorCode }) => {
      const cluster = text(parameters['name']) ?? text(parameters['clusterName']);
      return errorCode === undefined && cluster === finding.cluster.name;
    })
    .map((event) => changeOf(event, finding));

function changeOf({ at, name, actorArn, parameters }: TrailEvent, finding: Finding): AccessChange {
  const { actor, namespace } = finding;
  const principal = decoded(text(parameters['principalArn']) ?? text(parameters['roleArn']));
  const isActors =
    actor.principalArn !== undefined && principal !== undefined && isSamePrincipal(principal, actor.principalArn);
  const byActor =
    actor.principalArn !== undefined && actorArn !== undefined && isSamePrincipal(actorArn, actor.principalArn);
  const scope = record(parameters['accessScope']);
  const ours =
    namespace.name !== undefined &&
    (texts(scope['namespaces']).includes(namespace.name) || text(parameters['namespace']) === namespace.name);
  const what = ENTRANCE_KINDS[name as keyof typeof ENTRANCE_KINDS] ?? name;
  // Whoever ordered it is who is behind what EKS does.
  const ordered = what === ADD_ON && isEksComponent(finding);
  const gives = GIVES[name as keyof typeof ENTRANCE_KINDS]?.(parameters, principal ?? 'an unknown principal');
  return {
    at,
    verb: name,
    what,
    ...defined({
      name: principal || undefined,
      by: actorArn || undefined,
      gives: gives ? gives.slice(0, 300) : undefined,
      wide: isWide(name, parameters) || undefined,
      within: withinOf(name, parameters),
      groups: groupsGiven(name, parameters),
    }),
    concerns: [
      ...(isActors || ordered ? ['actor' as const] : []),
      ...(ours ? ['namespace' as const] : []),
      ...(byActor ? ['by-actor' as const] : []),
    ],
    source: 'cloudtrail',
  };
}

type Parameters = TrailEvent['parameters'];

const GIVES: Partial<Record<keyof typeof ENTRANCE_KINDS, (parameters: Parameters, principal: string) => string>> = {
  CreateAccessEntry: (parameters, principal) => `entry to ${principal}${groupsOf(parameters)}`,
  UpdateAccessEntry: (parameters, principal) => `entry to ${principal}${groupsOf(parameters)}`,
  AssociateAccessPolicy: (parameters, principal) => `${policyOf(parameters)} (${scopeOf(parameters)}) to ${principal}`,
  CreatePodIdentityAssociation: (parameters, principal) =>
    `the IAM role ${principal} to ServiceAccount ${text(parameters['namespace'])}/${text(parameters['serviceAccount'])}`,
  UpdatePodIdentityAssociation: (_, principal) => `the IAM role ${principal} to a Pod Identity association`,
  CreateCapability: (parameters, principal) =>
    `the cluster to the capability ${text(parameters['type']) ?? 'of an unknown type'} with the IAM role ${principal}`,
  UpdateClusterConfig: configurationOf,
  CreateAddon: addOnOf,
  UpdateAddon: addOnOf,
};

/** A function of its own: the parameters hold the role of the add-on, too, which is not what is told. */
function addOnOf(parameters: Parameters): string {
  return `the add-on ${text(parameters['addonName']) ?? 'of an unknown name'}`;
}

const groupsOf = (parameters: Parameters): string => {
  const groups = texts(parameters['kubernetesGroups']);
  return groups.length > 0 ? ` with the groups ${groups.join(', ')}` : '';
};

/** `arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy` */
const policyOf = (parameters: Parameters): string =>
  decoded(text(parameters['policyArn']))?.split('/').pop() ?? 'an unknown policy';

function scopeOf(parameters: Parameters): string {
  const scope = record(parameters['accessScope']);
  const namespaces = texts(scope['namespaces']);
  return text(scope['type']) === 'namespace' ? `namespaces ${namespaces.join(', ')}` : 'whole cluster';
}

/** Undefined where there are none, and where it is not an entry that lets a person or a tool in. */
function groupsGiven(name: string, parameters: Parameters): string[] | undefined {
  const groups = texts(parameters['kubernetesGroups']);
  return groups.length > 0 && groups.length <= MAX_GROUPS && isOrdinaryEntry(name, parameters) ? groups : undefined;
}

/** Of more nothing is looked up: they travel with the change. */
const MAX_GROUPS = 20;

/** Types other than the standard one make nodes of those who have them. */
const isOrdinaryEntry = (name: string, parameters: Parameters): boolean =>
  (name === 'CreateAccessEntry' || name === 'UpdateAccessEntry') &&
  ['STANDARD', undefined].includes(text(parameters['type']));

/** A pattern of namespaces is not a limit: it covers others, and those to come. */
function withinOf(name: string, parameters: Parameters): string[] | undefined {
  if (name === 'AssociateAccessPolicy') {
    const scope = record(parameters['accessScope']);
    const namespaces = texts(scope['namespaces']);
    const isLimited = text(scope['type']) === 'namespace' && namespaces.length > 0;
    return isLimited && !namespaces.some((namespace) => namespace.includes('*')) ? namespaces : undefined;
  }
  return isOrdinaryEntry(name, parameters) && texts(parameters['kubernetesGroups']).length === 0 ? [] : undefined;
}

const isWide = (name: string, parameters: Parameters): boolean =>
  name === 'AssociateAccessPolicy' &&
  (policyOf(parameters) === 'AmazonEKSClusterAdminPolicy' ||
    (policyOf(parameters) === 'AmazonEKSAdminPolicy' && scopeOf(parameters) === 'whole cluster'));

function configurationOf(parameters: Parameters): string {
  const logging = record(parameters['logging'])['clusterLogging'];
  const off = Array.isArray(logging)
    ? logging.flatMap((setup) => (record(setup)['enabled'] === false ? texts(record(setup)['types']) : []))
    : [];
  const mode = text(record(parameters['accessConfig'])['authenticationMode']);
  const vpc = record(parameters['resourcesVpcConfig']);
  const told = [
    ...(off.length > 0 ? [`logs off: ${off.join(', ')}`] : []),
    ...(mode ? [`authentication mode ${mode}`] : []),
    ...(vpc['endpointPublicAccess'] === true ? ['the endpoint public'] : []),
    ...(texts(vpc['publicAccessCidrs']).length > 0
      ? [`the public endpoint open to ${texts(vpc['publicAccessCidrs']).join(', ')}`]
      : []),
  ];
  return told.join('; ') || 'settings that are not known here';
}

/** CloudTrail keeps what stands in a request's path percent-encoded: `arn%3Aaws%3Aiam%3A%3A…`. */
function decoded(value: string | undefined): string | undefined {
  try {
    return value?.includes('%') ? decodeURIComponent(value) : value;
  } catch {
    return value;
  }
}
