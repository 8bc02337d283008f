/**
 * Reads the details of evidence. They come over the wire and may have lost parts to a size limit, so every value may be
 * absent, and a value of another type than expected counts as absent.
 */
import * as z from 'zod/mini';
import type { Alert } from './alert.ts';
import type * as E from './evidence.ts';
import type { Evidence } from './investigation.ts';

/** The checks whose details are known here, by name. */
interface DetailsByCheck {
  namespace: E.NamespaceDetails;
  principal: E.PrincipalDetails;
  permissions: E.PermissionsDetails;
  'access-changes': E.AccessChangesDetails;
  'actor-activity': E.ActorActivityDetails;
  'refused-requests': E.RefusedRequestsDetails;
  'api-server-logs': E.ApiServerLogsDetails;
  'container-logs': E.ContainerLogsDetails;
  workloads: E.WorkloadsDetails;
  images: E.ImagesDetails;
  network: E.NetworkDetails;
  threats: E.ThreatsDetails;
  'cluster-posture': E.PostureDetails;
  'cluster-weaknesses': E.ClusterWeaknessesDetails;
  owner: E.OwnerDetails;
}

/** The same with every value optional, and any word where a list of words is agreed. */
type Read<T> = T extends string
  ? string
  : T extends readonly (infer U)[]
    ? Read<U>[]
    : T extends object
      ? string extends keyof T
        ? T
        : { [P in keyof T]?: Read<Exclude<T[P], undefined>> }
      : T;

type Schema<T> = z.ZodMiniType<T | undefined, unknown>;

const maybe = <T>(schema: z.ZodMiniType<T>): Schema<T> =>
  z.catch(z.optional(schema), undefined) as unknown as Schema<T>;
const text = maybe(z.string());
const number = maybe(z.number());
const flag = maybe(z.boolean());

/** Drops the elements that are of another type. */
const list = <T>(element: Schema<T>): Schema<T[]> =>
  maybe(
    z.pipe(
      z.array(z.unknown()),
      z.transform((items) =>
        items.map((item) => element.safeParse(item).data).filter((item): item is T & {} => item !== undefined),
      ),
    ) as unknown as z.ZodMiniType<T[]>,
  );
const texts = list(text);

const mapOf = <T>(value: Schema<T>): Schema<Record<string, T>> =>
  maybe(
    z.pipe(
      z.record(z.string(), z.unknown()),
      z.transform((map) =>
        Object.fromEntries(
          Object.entries(map).flatMap(([key, item]) => {
            const { data } = value.safeParse(item);
            return data === undefined ? [] : [[key, data] as const];
          }),
        ),
      ),
    ) as unknown as z.ZodMiniType<Record<string, T>>,
  );
const pairs = mapOf(text);

/** An object of the vocabulary, with all of its keys: so that none that a check fills in is forgotten here. */
const object = <T>(shape: { [P in keyof T]-?: Schema<Read<Exclude<T[P], undefined>>> }): Schema<Read<T>> =>
  maybe(z.object(shape as Record<string, z.ZodMiniType>) as unknown as z.ZodMiniType<Read<T>>);

type Element<T> = NonNullable<T> extends readonly (infer U)[] ? U : never;
const listOf = <T extends readonly unknown[] | undefined>(
  shape: Parameters<typeof object<Element<T>>>[0],
): Schema<Read<Element<T>>[]> => list(object<Element<T>>(shape));

const binding = { binding: text, role: text };

const SCHEMAS: { [K in keyof DetailsByCheck]: Schema<Read<DetailsByCheck[K]>> } = {
  namespace: object<E.NamespaceDetails>({
    live: text,
    uid: text,
    phase: text,
    createdAt: text,
    labels: pairs,
    annotations: pairs,
    podSecurity: pairs,
    managers: texts,
    inventory: listOf<E.NamespaceDetails['inventory']>({ kind: text, count: number, complete: flag }),
    notListed: texts,
    quotas: listOf<E.NamespaceDetails['quotas']>({ name: text, hard: pairs }),
  }),
  principal: object<E.PrincipalDetails>({
    identity: object<NonNullable<E.PrincipalDetails['identity']>>({
      ...{ type: text, name: text, account: text },
      ...{ crossAccount: flag, sessionName: text, accessKeyId: text, credentials: text },
    }),
    accessEntry: object<NonNullable<E.PrincipalDetails['accessEntry']>>({
      ...{ principalArn: text, type: text, username: text },
      ...{ kubernetesGroups: texts, createdAt: text, modifiedAt: text },
    }),
    accessPolicies: listOf<E.PrincipalDetails['accessPolicies']>({
      ...{ policyArn: text, scope: text, namespaces: texts },
      ...{ associatedAt: text, modifiedAt: text },
    }),
    authenticationMode: text,
  }),
  permissions: object<E.PermissionsDetails>({
    grantedBy: object<NonNullable<E.PermissionsDetails['grantedBy']>>({
      ...{ kind: text, binding: text, role: text, accessPolicyArn: text, subject: text },
      ...{ bindingCreatedAt: text, bindingGone: flag, wildcard: flag },
    }),
    may: listOf<E.PermissionsDetails['may']>({ right: text, allowed: flag, by: text, as: text }),
    unknown: texts,
  }),
  'access-changes': object<E.AccessChangesDetails>({
    changes: listOf<E.AccessChange[]>({
      ...{ at: text, verb: text, what: text, name: text, namespace: text, by: text, gives: text },
      ...{ wide: flag, concerns: texts, code: maybe(z.union([z.number(), z.string()])), source: text },
    }),
    total: number,
    notAsked: listOf<E.AccessChangesDetails['notAsked']>({ source: text, reason: text }),
  }),
  'actor-activity': object<E.ActorActivityDetails>({
    ...{ from: text, total: number, more: flag, firstSeen: text, lastSeen: text },
    byVerb: listOf<E.ActorActivityDetails['byVerb']>({ verb: text, resource: text, count: number, refused: number }),
    ...{ refusedBefore: number, secretsRead: number, exec: number, impersonations: number },
    ...{ tokenRequests: number, webhooksChanged: number },
    addresses: listOf<E.ActorActivityDetails['addresses']>({ value: text, firstSeen: text, count: number }),
    userAgents: listOf<E.ActorActivityDetails['userAgents']>({ value: text, firstSeen: text, count: number }),
    namespacesCreated: listOf<E.ActorActivityDetails['namespacesCreated']>({ name: text, at: text }),
  }),
  'refused-requests': object<E.RefusedRequestsDetails>({
    ...{ from: text, total: number, more: flag },
    groups: listOf<E.RefusedRequestsDetails['groups']>({
      ...{ actor: text, verb: text, resource: text, code: number },
      ...{ count: number, lastAt: text, isActor: flag },
    }),
  }),
  'api-server-logs': object<E.ApiServerLogsDetails>({
    authenticatorFailures: listOf<E.ApiServerLogsDetails['authenticatorFailures']>({ at: text, line: text }),
    apiServerErrors: listOf<E.ApiServerLogsDetails['apiServerErrors']>({ at: text, line: text }),
    total: number,
  }),
  'container-logs': object<E.ContainerLogsDetails>({
    groups: listOf<E.ContainerLogsDetails['groups']>({ source: text, present: flag, lines: number, more: flag }),
    byPod: listOf<E.ContainerLogsDetails['byPod']>({ pod: text, lines: number }),
  }),
  workloads: object<E.WorkloadsDetails>({
    workloads: listOf<E.WorkloadsDetails['workloads']>({
      ...{ kind: text, name: text, createdAt: text, serviceAccount: text, pods: number, images: texts },
      signs: listOf<E.WorkloadsDetails['workloads'][number]['signs']>({ sign: text, detail: text }),
    }),
    ...{ total: number, daemonSets: number, cronJobs: number },
    pods: object<E.WorkloadsDetails['pods']>({ total: number, running: number }),
    images: listOf<E.WorkloadsDetails['images']>({ image: text, digest: text, registry: text, pods: number }),
    podIps: texts,
    missing: texts,
  }),
  images: object<E.ImagesDetails>({
    images: listOf<E.ImagesDetails['images']>({
      ...{ image: text, digest: text, status: text, reason: text },
      bySeverity: mapOf(number),
      worst: listOf<E.ImagesDetails['images'][number]['worst']>({ id: text, severity: text, package: text }),
    }),
  }),
  network: object<E.NetworkDetails>({
    services: listOf<E.NetworkDetails['services']>({ name: text, type: text, ports: texts, address: text }),
    ingresses: listOf<E.NetworkDetails['ingresses']>({ name: text, hosts: texts }),
    networkPolicies: listOf<E.NetworkDetails['networkPolicies']>({ name: text, types: texts }),
    flow: object<E.NetworkDetails['flow']>({
      ...{ status: text, reason: text, athena: text },
      talkers: listOf<E.NetworkDetails['flow']['talkers']>({
        ...{ address: text, port: number, bytes: number, rejected: number, outsideVpc: flag },
      }),
    }),
    publicEndpoint: object<NonNullable<E.NetworkDetails['publicEndpoint']>>({ open: flag, cidrs: texts }),
  }),
  threats: object<E.ThreatsDetails>({
    findings: listOf<E.ThreatsDetails['findings']>({
      ...{ id: text, type: text, severity: number, title: text, updatedAt: text, concerns: texts },
    }),
    total: number,
    malwareScans: list(texts),
  }),
  'cluster-posture': object<E.PostureDetails>({
    ...{ version: text, status: text, authenticationMode: text, secretsKeyArn: text },
    ...{ endpointPublicAccess: flag, endpointPrivateAccess: flag, publicAccessCidrs: texts },
    ...{ logTypes: texts, weak: texts, notes: texts, unknown: texts },
  }),
  'cluster-weaknesses': object<E.ClusterWeaknessesDetails>({
    anonymousBindings: listOf<E.ClusterWeaknessesDetails['anonymousBindings']>(binding),
    wideBindings: listOf<E.ClusterWeaknessesDetails['wideBindings']>({ ...binding, subject: text, why: text }),
    defaultServiceAccountBindings: listOf<E.ClusterWeaknessesDetails['defaultServiceAccountBindings']>({
      ...binding,
      namespace: text,
    }),
    namespacesWithoutNetworkPolicy: texts,
    namespacesWithoutPodSecurity: texts,
    totals: object<E.ClusterWeaknessesDetails['totals']>({
      ...{ namespaces: number, anonymousBindings: number, wideBindings: number, defaultServiceAccountBindings: number },
      ...{ namespacesWithoutNetworkPolicy: number, namespacesWithoutPodSecurity: number },
    }),
    missing: texts,
  }),
  owner: object<E.OwnerDetails>({
    contacts: listOf<E.OwnerDetails['contacts']>({ contact: text, why: text }),
    message: text,
  }),
};

/** The details of all checks that gave an answer, as far as they can be read. */
export type Details = { [K in keyof DetailsByCheck]?: Read<DetailsByCheck[K]> };

/** @returns details by check; of a check that is `not-checked`, or told none, there are none */
export function detailsOf({ evidence = [] }: Pick<Alert, 'evidence'>): Details {
  const entries = evidence.flatMap(({ check, status, details }) => {
    if (status === 'not-checked' || details === undefined || !isKnown(check)) return [];
    return [[check, SCHEMAS[check].safeParse(details).data]];
  });
  // Through JSON, so that what is absent has no key.
  return JSON.parse(JSON.stringify(Object.fromEntries(entries))) as Details;
}

const isKnown = (check: string): check is keyof DetailsByCheck => Object.hasOwn(SCHEMAS, check);

/** The evidence of a check; undefined where it was not among those asked. */
export const evidenceOf = ({ evidence = [] }: Pick<Alert, 'evidence'>, check: string): Evidence | undefined =>
  evidence.find((item) => item.check === check);
