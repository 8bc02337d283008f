import type { Alert } from '../contract/alert.ts';
import type { Read, Written } from '../contract/read.ts';
import type { Statement } from '../contract/vocabulary.ts';
import type { Block } from '../kit/blocks.ts';
import { accessChanges } from './access-changes.ts';
import { actorActivity } from './actor-activity.ts';
import { apiServerLogs } from './api-server-logs.ts';
import type { Check } from './check.ts';
import { clusterPosture } from './cluster-posture.ts';
import { clusterWeaknesses } from './cluster-weaknesses.ts';
import { containerLogs } from './container-logs.ts';
import { images } from './images.ts';
import { knownCreator } from './known-creator.ts';
import { namespace } from './namespace.ts';
import { namespaceActivity } from './namespace-activity.ts';
import { network } from './network.ts';
import { origin } from './origin.ts';
import { owner } from './owner.ts';
import { permissions } from './permissions.ts';
import { principal } from './principal.ts';
import { refusedRequests } from './refused-requests.ts';
import { roleSession } from './role-session.ts';
import { threats } from './threats.ts';
import { workloads } from './workloads.ts';

/** Every question that the investigation asks, in the order in which a person reads the answers. */
export const CHECKS = [
  namespace,
  namespaceActivity,
  origin,
  principal,
  roleSession,
  knownCreator,
  permissions,
  accessChanges,
  actorActivity,
  workloads,
  images,
  network,
  threats,
  containerLogs,
  refusedRequests,
  apiServerLogs,
  clusterPosture,
  clusterWeaknesses,
  owner,
] as const satisfies readonly Check[];

type Entry = (typeof CHECKS)[number];
export type CheckName = Entry['name'];

/** What each check writes, by its name. */
export type DetailsByCheck = { [C in Entry as C['name']]: Written<C['details']> };

/** What can be read of the details of all checks that gave an answer, by the check's name. */
export type Details = { [C in Entry as C['name']]?: Read<C['details']> };

const BY_NAME: ReadonlyMap<string, Check> = new Map(CHECKS.map((check) => [check.name, check]));

/** @returns details by check; of a check that is `not-checked`, told none, or is not known here, there are none */
export function detailsOf({ evidence = [] }: Pick<Alert, 'evidence'>): Details {
  return Object.fromEntries(
    evidence.flatMap(({ check, status, details }) => {
      const read = status === 'not-checked' ? undefined : BY_NAME.get(check)?.details.safeParse(details).data;
      return read === undefined ? [] : [[check, read]];
    }),
  );
}

/** Whether the check's own rule says that something is missing in its details. */
export function isPartial(name: CheckName, details: unknown): boolean {
  const check = BY_NAME.get(name);
  const read = check?.details.safeParse(details).data;
  return read !== undefined && (check?.isPartial?.(read) ?? false);
}

/** What a message states of each answer, by the check's name; nothing of what was not checked, or is not known here. */
export function statementsOf({ evidence = [] }: Pick<Alert, 'evidence'>): Record<string, Statement> {
  return Object.fromEntries(
    evidence.flatMap(({ check: name, status, details }) => {
      const check = BY_NAME.get(name);
      if (check?.statement === undefined || status === 'not-checked') return [];
      const read = check.details.safeParse(details).data;
      const statement = read && check.statement(read, status);
      return statement === undefined ? [] : [[name, statement]];
    }),
  );
}

/** How the details that could be read are shown; nothing for a check that is not known here. */
export function blocksOf(check: string, details: Details): Block[] {
  const read = details[check as CheckName];
  return read === undefined ? [] : (BY_NAME.get(check)?.show(read) ?? []);
}
